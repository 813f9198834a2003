// The floor of Informed: addDocuments, an upload, one extractions callback. node:http + undici, Maps in memory; no
// validation, no script, no retries, no log.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import { answer, readJson } from './answer.mjs';

const port = Number(process.env.PORT);
const dispatcher = new Agent({ connections: 128 });
const applications = new Map();
const files = new Map();

const address = { street_address: '6938 Cedar Ln', street_2: null, city: 'Omaha', state: 'NE', zip: '68104' };
const person = {
  address,
  first_name: 'Theresa',
  middle_name: null,
  last_name: 'Reyes',
  suffix: null,
  ssn: '0148',
};
const deduction = (description, amount) => ({ description, amount, amount_ytd: amount * 26 });
const paystub = {
  applicants: { applicant1: person },
  employer_name: 'Cascade Freight Lines',
  employer_address: address,
  employee_name: 'Theresa Reyes',
  pay_period_start: '2025-11-29',
  pay_period_end: '2025-12-12',
  pay_date: '2025-12-19',
  pay_frequency: 'biweekly',
  pay_rate: 23.08,
  hours: 80,
  gross_pay: 1846.4,
  deductions: [
    deduction('Federal income tax', 212.34),
    deduction('State income tax', 92.5),
    deduction('Social security', 114.48),
    deduction('Medicare', 26.77),
  ],
  net_pay: 1400.31,
  gross_pay_ytd: 48006.4,
  net_pay_ytd: 36408.06,
};
const deposit = { date: '2025-12-05', description: 'CASCADE FREIGHT LINES PAYROLL', amount: 1400.31 };
const statement = {
  applicants: { applicant1: person },
  bank_name: 'Lakeland Bank & Trust',
  account_holder_name: 'Theresa Reyes',
  account_number_last4: '8577',
  account_type: 'checking',
  statement_period_start: '2025-12-01',
  statement_period_end: '2025-12-31',
  beginning_balance: 1114.65,
  ending_balance: 806.58,
  total_deposits: 2800.62,
  total_withdrawals: 3108.69,
  deposits: [deposit, deposit],
  overdraft_count: 0,
  overdraft_amount: 0,
};

function derived(file, extracted_data) {
  const id = randomUUID();
  return {
    data_action: 'create',
    document_id: id,
    file_ids: [file.id],
    file_reference_ids: [file.name],
    url: `http://127.0.0.1:${port}/informed/downloads/${id}?X-Amz-Date=20261122T022902Z&X-Amz-Expires=3600&X-Amz-Signature=5f808fe51e08ab1131ea23ee4982da03acaad19418fe56b3101c0e9b74fb598f`,
    extracted_data,
    updated_at: new Date().toISOString(),
  };
}

async function callBack(file) {
  const { application } = file;
  const body = JSON.stringify({
    event_type: 'extractions',
    application_id: application.id,
    application_reference_id: application.reference,
    documents: { paystub: [derived(file, paystub)], bank_statement: [derived(file, statement)] },
  });
  const headers = { 'content-type': 'application/json' };
  try {
    const answered = await request(application.webhook, { method: 'POST', headers, body, dispatcher });
    await answered.body.dump();
    file.statusCode = answered.statusCode;
  } catch (error) {
    file.error = error.message;
  }
}

function register(req, res) {
  readJson(req, ({ webhook, application_reference_id: reference }) => {
    const application = { id: randomUUID(), reference, webhook, files: [] };
    applications.set(application.id, application);
    answer(res, 201, {
      application_id: application.id,
      application_reference_id: reference,
      status: 'Ready',
    });
  });
}

function addDocuments(req, res, application) {
  readJson(req, ({ image_files: names }) => {
    const tickets = names.map((name) => {
      const file = { id: randomUUID(), name, application, bytes: 0, statusCode: null, error: null };
      files.set(file.id, file);
      application.files.push(file);
      const upload_url = `http://127.0.0.1:${port}/informed/uploads/${file.id}`;
      return { file_id: file.id, file_reference_id: name, upload_url };
    });
    answer(res, 200, { image_files: tickets, structured_data: [] });
  });
}

function upload(req, res, file) {
  req.on('data', (chunk) => {
    file.bytes += chunk.length;
  });
  req.on('end', () => {
    answer(res, 200, { file_id: file.id, file_reference_id: file.name, bytes: file.bytes });
    setImmediate(callBack, file);
  });
}

createServer((req, res) => {
  const [, , kind, , ...rest] = req.url.split('/');
  if (req.method === 'PUT' && kind === 'uploads') {
    upload(req, res, files.get(req.url.slice('/informed/uploads/'.length)));
  } else if (req.method === 'POST' && rest.length === 1) register(req, res);
  else if (req.method === 'POST' && rest[2] === 'documents')
    addDocuments(req, res, applications.get(rest[1]));
  else answer(res, 404, { error: 'not found' });
}).listen({ port, host: '127.0.0.1', backlog: 4096 });
