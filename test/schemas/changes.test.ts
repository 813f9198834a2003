import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { callbackNames, examplesOf, readJson, strictAjv, validatorOf } from './support.ts';

const ajv = strictAjv();
const bundled = new Map(
  callbackNames
    .flatMap((name) => [name, `${name}.strict`])
    .map((name) => [name, new Ajv2020({ strict: true }).compile(readJson(`schemas/bundled/${name}.json`))]),
);

/** Copies an example and sets the place to a value; `undefined` removes it. */
function changed(example: JsonObject, place: string, value: JsonValue | undefined): JsonValue {
  const copy = structuredClone(example) as Record<string, JsonValue>;
  const keys = place.split('.');
  const last = keys.pop() ?? '';
  let target: Record<string, JsonValue> = copy;
  for (const key of keys) {
    const next = target[key];
    if (typeof next !== 'object' || next === null) throw new Error(`The example has nothing at ${place}.`);
    target = next as Record<string, JsonValue>;
  }
  if (value === undefined) {
    if (!(last in target)) throw new Error(`The example has nothing at ${place}.`);
    delete target[last];
  } else {
    target[last] = value;
  }
  return copy;
}

function verdicts(callback: string, payload: JsonValue): { loose: boolean; strict: boolean } {
  const file = `schemas/callbacks/${callback}`;
  const verdict = {
    loose: validatorOf(ajv, `${file}.schema.json`)(payload),
    strict: validatorOf(ajv, `${file}.strict.schema.json`)(payload),
  };
  // The bundles, which other teams validate with, must agree in every case.
  expect(verdict).toEqual({
    loose: bundled.get(callback)?.(payload),
    strict: bundled.get(`${callback}.strict`)?.(payload),
  });
  return verdict;
}

function exampleOf(callback: string, index: number): JsonObject {
  const example = examplesOf(readJson(`schemas/callbacks/${callback}.strict.schema.json`))[index];
  if (example === undefined) throw new Error(`${callback} has no example ${index}.`);
  return example;
}

const stub = 'documents.paystub.0';
const pass = 'verifications.income.0';
const paystubQuestion = `${pass}.acceptable_documents.paystub.0.document_questions.is_issued_recently`;

/** A document of a type that does not exist today. */
const passport = {
  document_id: 'p1',
  file_ids: ['f1'],
  file_reference_ids: ['passport.pdf'],
  extracted_data: { applicants: { applicant1: { address: { country: 'PT' } } }, passport_number: 'X1' },
};

/** Callback, number of the example, place, new value (`undefined`: removed). */
type Change = readonly [callback: string, example: number, place: string, value: JsonValue | undefined];

const legal: readonly Change[] = [
  // Unknown properties.
  ['document-state', 0, 'priority', 'high'],
  ['document-state-overview', 0, 'stateText', 'ANNOTATED'],
  ['document-state-v1', 0, 'task', 'x'],
  ['extractions', 0, 'schema_version', 2],
  ['extractions', 0, `${stub}.confidence`, 0.98],
  ['extractions', 0, `${stub}.extracted_data.applicants.applicant1.nickname`, 'J'],
  ['extractions', 0, `${stub}.extracted_data.deductions.0.code`, 'FIT'],
  ['verifications', 0, 'run_id', 'x'],
  ['verifications', 0, 'data_sources.videos', []],
  ['verifications', 0, `${pass}.confidence`, 1],
  ['verifications', 0, `${paystubQuestion}.hint`, 'x'],
  ['error', 0, 'error_code', 17],
  ['error', 6, 'file_id', 'of a file after all'],
  // Null for a string or a number.
  ['extractions', 0, `${stub}.url`, null],
  ['extractions', 0, `${stub}.updated_at`, null],
  ['extractions', 0, `${stub}.extracted_data.gross_pay`, null],
  ['extractions', 0, `${stub}.extracted_data.applicants.applicant1.last_name`, null],
  ['extractions', 0, `${stub}.extracted_data.employer_address.zip`, null],
  ['extractions', 1, 'documents.bank_statement.0.extracted_data.overdraft_count', null],
  ['verifications', 0, `${pass}.status`, null],
  ['verifications', 0, `${pass}.description`, null],
  ['verifications', 0, `${paystubQuestion}.expected`, null],
  ['error', 0, 'error_message', null],
  ['error', 0, 'webhook_url', null],
  // An omitted property that may be null.
  ['extractions', 0, `${stub}.extracted_data.applicants.applicant1.suffix`, undefined],
  ['extractions', 0, `${stub}.extracted_data.net_pay`, undefined],
  ['extractions', 0, `${stub}.data_action`, undefined],
  ['verifications', 0, `${pass}.updated_at`, undefined],
  ['verifications', 0, `${paystubQuestion}.answer`, undefined],
  ['error', 0, 'webhook_url', undefined],
  // New values of enumerations.
  ['document-state', 0, 'stateText', 'ARCHIVED'],
  ['document-state', 0, 'state', 95],
  ['document-state', 1, 'state', 92],
  ['document-state-overview', 0, 'status', 'ARCHIVED'],
  ['document-state-v1', 0, 'status', 'archived'],
  ['extractions', 0, `${stub}.data_action`, 'update'],
  ['extractions', 0, `${stub}.extracted_data.pay_frequency`, 'daily'],
  ['extractions', 0, 'documents.passport', [passport]],
  ['verifications', 0, `${pass}.status`, 'waived'],
  ['verifications', 0, `${pass}.belongs_to`, 'applicant3'],
  ['verifications', 0, `${paystubQuestion}.status`, 'waived'],
  ['error', 0, 'error_message', 'The file is too beautiful.'],
];

const illegal: readonly Change[] = [
  ['document-state', 0, 'documentId', undefined],
  ['document-state', 0, 'documentId', null],
  ['document-state', 0, 'documentId', ''],
  ['document-state', 0, 'state', undefined],
  ['document-state', 0, 'state', '91'],
  ['document-state', 0, 'state', 91.5],
  ['document-state', 0, 'stateText', undefined],
  ['document-state-overview', 0, 'doc_id', undefined],
  ['document-state-overview', 0, 'status', undefined],
  ['document-state-v1', 0, 'docid', undefined],
  ['document-state-v1', 0, 'status', 3],
  ['extractions', 0, 'event_type', 'verifications'],
  ['extractions', 0, 'event_type', null],
  ['extractions', 0, 'event_type', undefined],
  ['extractions', 0, 'application_id', undefined],
  ['extractions', 0, 'application_id', null],
  ['extractions', 0, 'application_reference_id', 7],
  ['extractions', 0, 'documents', null],
  ['extractions', 0, 'documents', {}],
  ['extractions', 0, 'documents.paystub', {}],
  ['extractions', 0, 'documents.paystub', []],
  ['extractions', 0, `${stub}.document_id`, undefined],
  ['extractions', 0, `${stub}.document_id`, null],
  ['extractions', 0, `${stub}.file_ids`, []],
  ['extractions', 0, `${stub}.file_ids.0`, null],
  ['extractions', 0, `${stub}.file_reference_ids`, undefined],
  ['extractions', 0, `${stub}.updated_at`, '2023-09-18 17:59:18 +0000'],
  ['extractions', 0, `${stub}.extracted_data`, null],
  ['extractions', 0, `${stub}.extracted_data.gross_pay`, '2600.00'],
  ['extractions', 0, `${stub}.extracted_data.applicants`, undefined],
  ['extractions', 0, 'documents.passport', [{ url: 'https://x.example' }]],
  ['verifications', 0, 'event_type', 'extractions'],
  ['verifications', 0, 'application_id', undefined],
  ['verifications', 0, 'data_sources', undefined],
  ['verifications', 0, 'data_sources.image_files.0.file_id', undefined],
  ['verifications', 0, 'data_sources.image_files.0.file_reference_id', null],
  ['verifications', 0, 'verifications', []],
  ['verifications', 0, 'verifications.income', []],
  ['verifications', 0, `${pass}.updated_at`, '2023-09-18T18:02:17Z'],
  ['verifications', 0, `${pass}.recommendations`, null],
  ['verifications', 0, `${pass}.status`, true],
  ['verifications', 0, `${paystubQuestion}.answer`, {}],
  ['verifications', 1, 'application_update_reference_id', null],
  ['verifications', 1, 'data_sources.structured_data.0.document_id', undefined],
  ['error', 0, 'event_type', 'failure'],
  ['error', 0, 'application_id', null],
  ['error', 0, 'file_id', undefined],
  ['error', 3, 'file_reference_id', undefined],
  ['error', 5, 'file_id', null],
  ['error', 0, 'error_message', 500],
  ['error', 0, 'webhook_url', 'not a url'],
];

describe('a legal change is accepted by the loose variant and refused by the strict one', () => {
  test.each(legal)('%s example %i: %s = %j', (callback, index, place, value) => {
    const payload = changed(exampleOf(callback, index), place, value);
    expect(verdicts(callback, payload)).toEqual({ loose: true, strict: false });
  });
});

describe('a broken payload is refused by both variants', () => {
  test.each(illegal)('%s example %i: %s = %j', (callback, index, place, value) => {
    const payload = changed(exampleOf(callback, index), place, value);
    expect(verdicts(callback, payload)).toEqual({ loose: false, strict: false });
  });
});

describe('what the seed documents show is accepted by both variants', () => {
  const same: readonly Change[] = [
    ['verifications', 0, `${paystubQuestion}.answer`, 86],
    ['verifications', 0, `${paystubQuestion}.answer`, null],
    ['verifications', 0, `${paystubQuestion}.answer`, false],
    ['verifications', 0, `${pass}.verification_questions`, undefined],
    ['verifications', 1, 'application_update_reference_id', undefined],
    ['extractions', 0, `${stub}.extracted_data.bonus`, 100],
    ['extractions', 0, `${stub}.extracted_data.pay_rate`, null],
    ['extractions', 0, `${stub}.extracted_data.applicants.applicant1.address.street_2`, 'Apt 4'],
  ];
  test.each(same)('%s example %i: %s = %j', (callback, index, place, value) => {
    const payload = changed(exampleOf(callback, index), place, value);
    expect(verdicts(callback, payload)).toEqual({ loose: true, strict: true });
  });

  test('a state is valid with its own name only', () => {
    const documentId = 'd';
    const wrong = { documentId, state: 91, stateText: 'REJECTED' };
    expect(verdicts('document-state', wrong)).toEqual({ loose: true, strict: false });
  });

  test('the error callback about verifications names no file', () => {
    expect(exampleOf('error', 6)).toMatchObject({ error_message: 'Verification response is delayed' });
    expect(exampleOf('error', 6)).not.toHaveProperty('file_id');
    expect(exampleOf('error', 6)).not.toHaveProperty('file_reference_id');
  });
});
