import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { list, makeWorld, object, ofType, registration, text, type World } from './world.ts';

const seeds = Array.from({ length: 300 }, (_, seed) => seed);
const statuses = ['pass', 'fail', 'review', 'missing'] as const;
const verifications = {
  income: ['applicant1', 'applicant2'],
  residence: 'applicant1',
  identity: { applicant1: true },
  credit_application: 'application',
  retail_installment_sales_contract: 'application',
  odometer_statement: 'application',
  bookout_sheet: 'application',
  gap_waiver_contract: 'application',
  vehicle_service_contract: 'application',
};
const names = Object.keys(verifications) as (keyof typeof verifications)[];

const incomes = [
  undefined,
  { period: 'annual', amount: 84_000 },
  { period: 'weekly', amount: '$1,250.50' },
  { period: 'hourly', amount: 21 },
];
const fileNames = [
  'paystub.pdf',
  'payslips applicant2.pdf',
  'bank statement.tiff',
  'w2.png',
  'drivers-license.jpg',
  'utility bill.pdf',
  'odometer_statement.pdf',
  'scan.pdf',
  'IMG_0042.png',
  'Boren bank.pdf',
];

/** Plays an application drawn from a seed, and returns what the consumer received. */
async function play(
  seed: number,
): Promise<{ world: World; payloads: JsonObject[]; wanted: Record<string, string> }> {
  const random = seededRandom(`payloads/${seed}`);
  const wanted: Record<string, string> = {};
  for (const name of names) if (random.chance(0.5)) wanted[name] = random.pick(statuses);
  const outcome = Object.keys(wanted).length === 0 ? {} : { verifications: wanted };
  const scenarios = JSON.stringify({ name: 'drawn', provider: 'informed', outcome });
  const world = makeWorld({ seed, scenarios });
  const { applicants, contract_date, ...rest } = registration;
  const income = random.pick(incomes);
  const people = object(applicants);
  const body: JsonObject = {
    ...rest,
    verifications,
    ...(random.chance(0.5) ? { contract_date: contract_date ?? null } : { application_date: '03/01/2028' }),
    ...(random.chance(0.7)
      ? { applicants: { ...people, applicant1: { ...object(people.applicant1), income: income ?? null } } }
      : {}),
  };
  const application = await world.register(body, 'drawn');
  const count = random.int(1, 4);
  const files = await world.announce(
    application,
    Array.from({ length: count }, (_, index) => `${index} ${random.pick(fileNames)}`),
  );
  for (const file of files) {
    await world.upload(file);
    if (random.chance(0.5)) await world.space.advance(random.int(0, 20_000));
  }
  return { world, payloads: await world.settled(), wanted };
}

const plays = await Promise.all(seeds.map(async (seed) => ({ seed, ...(await play(seed)) })));
const documents = plays.flatMap(({ payloads }) => ofType(payloads, 'extractions').flatMap(documentsOf));
const results = plays.flatMap(({ payloads, wanted }) =>
  ofType(payloads, 'verifications').flatMap((payload) =>
    Object.keys(object(payload, 'verifications')).flatMap((name) =>
      list(payload, 'verifications', name).map((item) => ({
        name,
        item,
        payload,
        payloads,
        wanted: wanted[name],
      })),
    ),
  ),
);

function documentsOf(payload: JsonObject): { type: string; document: JsonObject; data: JsonObject }[] {
  const byType = object(payload, 'documents');
  return Object.keys(byType).flatMap((type) =>
    list(byType, type).map((document) => ({ type, document, data: object(document, 'extracted_data') })),
  );
}

function dataOf(type: string): JsonObject[] {
  const found = documents.filter((one) => one.type === type).map(({ data }) => data);
  expect(found.length, `documents of the type ${type}`).toBeGreaterThan(20);
  return found;
}

function cents(value: JsonValue | undefined): number {
  if (typeof value !== 'number') throw new Error(`no amount: ${JSON.stringify(value)}`);
  const rounded = Math.round(value * 100);
  expect(value).toBe(rounded / 100);
  return rounded;
}

function sum(items: readonly JsonObject[], key: string): number {
  return items.reduce((total, item) => total + cents(item[key]), 0);
}

function questionsOf(item: JsonObject): JsonObject[] {
  const groups = item.verification_questions === undefined ? [] : [object(item, 'verification_questions')];
  for (const { document } of acceptedBy(item)) groups.push(object(document, 'document_questions'));
  return groups.flatMap((group) => Object.keys(group).map((key) => ({ key, ...object(group, key) })));
}

function acceptedBy(item: JsonObject): { type: string; document: JsonObject }[] {
  const byType = object(item, 'acceptable_documents');
  return Object.keys(byType).flatMap((type) => list(byType, type).map((document) => ({ type, document })));
}

test('every verification occurs with every status', () => {
  const seen = new Set(results.map(({ name, item }) => `${name} ${item.status}`));
  const all = names.flatMap((name) => statuses.map((status) => `${name} ${status}`));
  expect(all.filter((pair) => !seen.has(pair))).toEqual([]);
});

test('paystubs add up: rate × hours = gross, gross − deductions = net, and the sums of the year are whole periods', () => {
  for (const paystub of dataOf('paystub')) {
    const deductions = list(paystub, 'deductions');
    expect(cents(paystub.pay_rate) * Number(paystub.hours)).toBe(cents(paystub.gross_pay));
    expect(cents(paystub.gross_pay) - sum(deductions, 'amount')).toBe(cents(paystub.net_pay));
    const payDate = Date.parse(text(paystub, 'pay_date'));
    const daysIntoYear =
      (payDate - Date.parse(`${text(paystub, 'pay_date').slice(0, 4)}-01-01`)) / 86_400_000;
    const periods = Math.floor(daysIntoYear / (paystub.pay_frequency === 'weekly' ? 7 : 14)) + 1;
    expect(cents(paystub.gross_pay_ytd)).toBe(cents(paystub.gross_pay) * periods);
    expect(cents(paystub.net_pay_ytd)).toBe(cents(paystub.net_pay) * periods);
    for (const deduction of deductions)
      expect(cents(deduction.amount_ytd)).toBe(cents(deduction.amount) * periods);
    expect(Date.parse(text(paystub, 'pay_period_end'))).toBeLessThan(payDate);
    const days =
      (Date.parse(text(paystub, 'pay_period_end')) - Date.parse(text(paystub, 'pay_period_start'))) /
        86_400_000 +
      1;
    expect(days).toBe(paystub.pay_frequency === 'weekly' ? 7 : 14);
  }
});

test('bank statements add up and cover one month', () => {
  for (const statement of dataOf('bank_statement')) {
    const deposits = list(statement, 'deposits');
    expect(sum(deposits, 'amount')).toBe(cents(statement.total_deposits));
    expect(
      cents(statement.beginning_balance) +
        cents(statement.total_deposits) -
        cents(statement.total_withdrawals),
    ).toBe(cents(statement.ending_balance));
    expect(cents(statement.total_withdrawals)).toBeGreaterThanOrEqual(0);
    const [start, end] = [text(statement, 'statement_period_start'), text(statement, 'statement_period_end')];
    expect(start).toMatch(/-01$/);
    expect(start.slice(0, 7)).toBe(end.slice(0, 7));
    for (const deposit of deposits) {
      expect(text(deposit, 'date') >= start && text(deposit, 'date') <= end).toBe(true);
    }
  }
});

test('each statement of an account opens with the closing balance of the previous month', () => {
  let checked = 0;
  for (const { payloads } of plays) {
    const statements = ofType(payloads, 'extractions')
      .flatMap(documentsOf)
      .filter(({ type }) => type === 'bank_statement')
      .map(({ data }) => data);
    for (const one of statements) {
      for (const next of statements) {
        const dayAfter = new Date(Date.parse(text(one, 'statement_period_end')) + 86_400_000)
          .toISOString()
          .slice(0, 10);
        if (
          one.account_number_last4 !== next.account_number_last4 ||
          dayAfter !== next.statement_period_start
        )
          continue;
        expect(one.ending_balance).toBe(next.beginning_balance);
        checked++;
      }
    }
  }
  expect(checked).toBeGreaterThan(3);
});

test('deposits, paystubs and W-2s of one person agree', () => {
  let [deposits, wages] = [0, 0];
  for (const { payloads } of plays) {
    const found = ofType(payloads, 'extractions').flatMap(documentsOf);
    for (const paystub of found.filter(({ type }) => type === 'paystub')) {
      for (const other of found) {
        const same =
          Object.keys(object(paystub.data, 'applicants'))[0] ===
          Object.keys(object(other.data, 'applicants'))[0];
        if (!same) continue;
        if (other.type === 'bank_statement') {
          for (const deposit of list(other.data, 'deposits'))
            expect(deposit.amount).toBe(paystub.data.net_pay);
          deposits++;
        }
        if (other.type === 'w2') {
          expect(cents(other.data.wages) % cents(paystub.data.gross_pay)).toBe(0);
          wages++;
        }
      }
    }
  }
  expect(Math.min(deposits, wages)).toBeGreaterThan(5);
});

test('all vehicle documents name the same car, with a VIN whose check digit is valid', () => {
  const values: Record<string, number> = {};
  for (const [index, letter] of [...'ABCDEFGH'].entries()) values[letter] = index + 1;
  for (const [index, letter] of [...'JKLMN'].entries()) values[letter] = index + 1;
  Object.assign(values, { P: 7, R: 9, S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 });
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  for (const { payloads } of plays) {
    const vins = ofType(payloads, 'extractions')
      .flatMap(documentsOf)
      .filter(({ data }) => data.vehicle !== undefined)
      .map(({ data }) => text(data.vehicle, 'vin'));
    expect(new Set(vins).size).toBeLessThanOrEqual(1);
    for (const vin of vins) {
      expect(vin).toMatch(/^[A-HJ-NPR-Z0-9]{17}$/);
      const total = [...vin].reduce(
        (all, one, index) => all + (values[one] ?? Number(one)) * (weights[index] ?? 0),
        0,
      );
      expect(vin[8]).toBe(total % 11 === 10 ? 'X' : String(total % 11));
    }
  }
});

test('the total of the payments of a contract is its amount and its finance charge', () => {
  for (const contract of dataOf('retail_installment_sales_contract')) {
    expect(cents(contract.monthly_payment) * Number(contract.term_months)).toBe(
      cents(contract.total_of_payments),
    );
    expect(cents(contract.amount_financed) + cents(contract.finance_charge)).toBe(
      cents(contract.total_of_payments),
    );
    expect(cents(contract.finance_charge)).toBeGreaterThan(0);
  }
});

test('the status of every verification follows from its questions and documents', () => {
  for (const { item } of results) {
    const found = questionsOf(item).map((question) => question.status);
    const expected =
      acceptedBy(item).length === 0
        ? 'missing'
        : found.includes('fail')
          ? 'fail'
          : found.includes('review')
            ? 'review'
            : 'pass';
    expect(item.status).toBe(expected);
    expect(
      list({ all: (item.recommendations as string[]).map((sentence) => ({ sentence })) }, 'all').length > 0,
    ).toBe(item.status !== 'pass');
  }
});

test('the status of a question follows from the expected and the given answer', () => {
  const dayOf = (usDate: string) =>
    Date.UTC(Number(usDate.slice(6)), Number(usDate.slice(0, 2)) - 1, Number(usDate.slice(3, 5)));
  for (const { item } of results) {
    for (const { key, expected, answer, status } of questionsOf(item)) {
      const [wanted, got] = [String(expected), String(answer)];
      if (wanted === '') expect(status).toBe(answer === null ? 'missing' : 'pass');
      else if (/^>=\d\d\//.test(wanted)) expect(dayOf(got) >= dayOf(wanted.slice(2))).toBe(status === 'pass');
      else if (wanted.startsWith('<='))
        expect(Number(got) <= Number(wanted.slice(2))).toBe(status === 'pass');
      else if (wanted.startsWith('>=')) {
        const number = (amount: string) => Number(amount.replaceAll(/[>=$,]/g, ''));
        expect(number(got) >= number(wanted)).toBe(status === 'pass');
      } else if (key === 'is_signed') expect(got === wanted).toBe(status === 'pass');
      else if (status === 'pass') expect(got.toLowerCase()).toBe(wanted.toLowerCase());
      else expect(got).not.toBe(wanted);
    }
  }
});

test('a verification ends as the scenario says, if it has documents', () => {
  for (const { item, wanted } of results) {
    if (wanted === undefined || wanted === 'missing') continue;
    expect([wanted, 'missing']).toContain(item.status);
  }
  for (const { item, wanted } of results) if (wanted === 'missing') expect(item.status).toBe('missing');
});

test('documents of verifications are those of the extractions, and their answers what was extracted there', () => {
  let checked = 0;
  for (const { item, payloads } of results) {
    const extracted = ofType(payloads, 'extractions').flatMap(documentsOf);
    for (const { type, document } of acceptedBy(item)) {
      const source = extracted.find((one) => one.document.document_id === document.document_id);
      expect(source?.type).toBe(type);
      expect(document.file_ids).toEqual(source?.document.file_ids);
      expect(document.file_reference_ids).toEqual(source?.document.file_reference_ids);
      const people = object(source?.data, 'applicants');
      const printed = Object.keys(people).map(
        (key) => `${text(people[key], 'first_name')} ${text(people[key], 'last_name')}`,
      );
      expect(object(document, 'document_questions', 'matches_applicant_name').answer).toBe(
        printed.join(' and '),
      );
      if (type === 'paystub') {
        const [year, month, day] = text(source?.data, 'pay_date').split('-');
        expect(object(document, 'document_questions', 'is_issued_recently').answer).toBe(
          `${month}/${day}/${year}`,
        );
        expect(object(document, 'document_questions', 'matches_employer_name').answer).toBe(
          source?.data.employer_name,
        );
      }
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(500);
});

test('document ids are unique, and data sources name each file once', () => {
  const ids = documents.map(({ document }) => document.document_id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { payload } of results) {
    const files = list(payload, 'data_sources', 'image_files').map((file) => file.file_id);
    expect(new Set(files).size).toBe(files.length);
  }
});

test('a utility bill has the address of the person it names', () => {
  for (const bill of dataOf('utility_bill')) {
    const [person] = Object.values(object(bill, 'applicants'));
    expect(bill.service_address).toEqual(object(person, 'address'));
  }
});

test('the same seed gives byte-identical callbacks, another seed different ones', async () => {
  for (const { seed, world } of plays.slice(0, 20)) {
    const again = (await play(seed)).world;
    expect(JSON.stringify(again.sent)).toBe(JSON.stringify(world.sent));
  }
  const bodies = plays.map(({ world }) => world.sent[0]?.body);
  expect(new Set(bodies).size).toBe(bodies.length);
});

test('several paystubs and statements of one applicant have different dates, the latest first', async () => {
  const scenarios = JSON.stringify({
    name: 'many',
    provider: 'informed',
    outcome: { documents: ['paystub', 'paystub', 'bank_statement', 'bank_statement'], verifications: 'none' },
  });
  const world = makeWorld({ scenarios });
  const { applicants: _, ...alone } = registration;
  const [file = ''] = await world.announce(await world.register(alone, 'many'), ['all.pdf']);
  await world.upload(file);
  const [payload] = await world.settled();
  for (const [type, key] of [
    ['paystub', 'pay_date'],
    ['bank_statement', 'statement_period_end'],
  ] as const) {
    const [latest = '', earlier = ''] = list(payload, 'documents', type).map((one) =>
      text(one.extracted_data, key),
    );
    expect(earlier < latest).toBe(true);
  }
});
