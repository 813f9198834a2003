import { expect, test } from 'vitest';
import type { StrictExtractionsCallback, StrictVerificationsCallback } from '../../src/types/index.ts';
import { readJson } from './support.ts';

const read = (name: string) => readJson(`schemas/callbacks/${name}.strict.schema.json`).examples;
const extractions = read('extractions') as unknown as StrictExtractionsCallback[];
const verifications = read('verifications') as unknown as StrictVerificationsCallback[];
interface Derived {
  document_id: string;
  file_ids: string[];
  file_reference_ids: string[];
}
const derived = new Map(
  extractions
    .flatMap((example): Derived[][] => Object.values(example.documents))
    .flat()
    .map((document) => [document.document_id, document]),
);

test('acceptable documents are those of the extractions examples', () => {
  const acceptable = verifications
    .flatMap((example) => Object.values(example.verifications).flat())
    .flatMap((verification) => Object.values(verification.acceptable_documents).flat());
  expect(acceptable.length).toBeGreaterThan(3);
  for (const document of acceptable) {
    const { file_ids, file_reference_ids } = document;
    expect(derived.get(document.document_id)).toMatchObject({ file_ids, file_reference_ids });
  }
});

test('the status of a verification follows from its questions', () => {
  const all = verifications.flatMap((example) => Object.values(example.verifications).flat());
  expect(new Set(all.map((verification) => verification.status))).toEqual(
    new Set(['pass', 'fail', 'missing', 'review']),
  );
  for (const verification of all) {
    const documents = Object.values(verification.acceptable_documents).flat();
    const statuses = [
      ...documents.flatMap((document) => Object.values(document.document_questions)),
      ...Object.values(verification.verification_questions ?? {}),
    ].map((question) => question.status);
    const expected =
      documents.length === 0
        ? 'missing'
        : ((['fail', 'missing', 'review'] as const).find((status) => statuses.includes(status)) ?? 'pass');
    expect(verification.status).toBe(expected);
    expect(verification.recommendations.length > 0).toBe(verification.status !== 'pass');
  }
});

test('every acceptable document refers to a file among the data sources', () => {
  for (const example of verifications) {
    const present = example.data_sources.image_files.map((file) => file.file_id);
    for (const verification of Object.values(example.verifications).flat()) {
      for (const document of Object.values(verification.acceptable_documents).flat()) {
        expect(present).toEqual(expect.arrayContaining(document.file_ids));
      }
    }
  }
});

test('the amounts add up', () => {
  const paystubs = extractions.flatMap((example) => example.documents.paystub ?? []);
  expect(paystubs.length).toBe(2);
  for (const { extracted_data: data } of paystubs) {
    const deductions = data.deductions.reduce((sum, deduction) => sum + deduction.amount, 0);
    expect(data.gross_pay - deductions).toBeCloseTo(data.net_pay, 2);
    expect((data.pay_rate ?? 0) * (data.hours ?? 0)).toBeCloseTo(data.gross_pay, 2);
  }
  const statements = extractions.flatMap((example) => example.documents.bank_statement ?? []);
  expect(statements.length).toBe(1);
  for (const { extracted_data: data } of statements) {
    const deposits = data.deposits.reduce((sum, deposit) => sum + deposit.amount, 0);
    expect(deposits).toBeCloseTo(data.total_deposits, 2);
    expect(data.beginning_balance + data.total_deposits - data.total_withdrawals).toBeCloseTo(
      data.ending_balance,
      2,
    );
  }
});
