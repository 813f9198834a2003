// The floor of getDocument: documents in a Map, each with ten log entries, serialized to JSON for every request.
import { createServer } from 'node:http';
import { answer } from './answer.mjs';

const documents = new Map();

const annotations = {
  'document:financial-document:document_type': 'receipt',
  'document:financial-document:document_identifier': 'FS 2029/2579',
  'document:financial-document:supplier_name': 'Quinta do Sobreiral Vinhos, S.A.',
  'document:financial-document:supplier_tax_number': '514429488',
  'document:financial-document:recipient_name': 'Azulejo & Filhos, Lda.',
  'document:financial-document:recipient_tax_number': '506086704',
  'document:financial-document:issue_date': '18/12/2029',
  'document:financial-document:due_date': '18/12/2029',
  'document:financial-document:currency': 'EUR',
  'document:financial-document:amout_base_total': 96.56,
  'document:financial-document:amount_tax_total': 5.79,
  'document:financial-document:amount_total': 102.35,
  'document:financial-document:amount_rounding': -0.02,
  'document:financial-document:amount_paid': 102.33,
  'document:financial-document:amount_due': 0,
};

/** A document with a log of ten callbacks, as large as ours. */
function makeDocument(id) {
  const url = `http://127.0.0.1:40000/cb/0?documentId=${id}&state=91&stateText=ANNOTATED`;
  const entry = {
    timestamp: '2026-11-22T02:24:20.719Z',
    method: 'GET',
    url,
    state: 91,
    stateText: 'ANNOTATED',
    attempt: 1,
    statusCode: 200,
    success: true,
    error: null,
  };
  return {
    document_id: id,
    file_name: 'invoice.pdf',
    document_class: 'invoice',
    state: 91,
    stateText: 'ANNOTATED',
    created_at: '2026-11-22T02:24:20.703Z',
    results: { partial: false, annotations: { ...annotations }, reasons: [] },
    callbackLog: Array.from({ length: 10 }, () => ({ ...entry })),
  };
}

createServer((req, res) => {
  const id = req.url.slice(req.url.lastIndexOf('/') + 1);
  if (req.method === 'POST') {
    documents.set(id, makeDocument(id));
    answer(res, 202, { document_id: id });
    return;
  }
  const document = documents.get(id);
  if (document === undefined) answer(res, 404, { error: 'not found' });
  else answer(res, 200, document);
}).listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
