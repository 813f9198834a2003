import { expect, test } from 'vitest';
import { checkConsumer } from '../../src/check/check-consumer.ts';
import type { CheckOptions } from '../../src/check/check-options.ts';
import type { CheckReport, CheckResult } from '../../src/check/report.ts';
import type { RuleId } from '../../src/check/rule-ids.ts';
import { freePort } from '../support/tcp-server.ts';
import { type DocumentMistake, startDocumentConsumer } from './document-consumer.ts';

async function checked(mistake: DocumentMistake | undefined, options: CheckOptions): Promise<CheckReport> {
  const port = await freePort();
  const providerUrl = `http://127.0.0.1:${port}/docdigitizer`;
  const authorization = options.auth;
  await using consumer = await startDocumentConsumer({ providerUrl, mistake, authorization });
  return await checkConsumer(consumer.callbackUrl, {
    provider: 'docdigitizer',
    port,
    observe: `${consumer.url}/documents/{id}`,
    drive: `${consumer.url}/submit?name={fileName}`,
    restart: `${consumer.url}/restart`,
    within: '500ms',
    overdue: '1s',
    later: mistake === 'forgets-after-a-while' ? '3s' : '100ms',
    ...options,
  });
}

const withResult = ({ rules }: CheckReport, result: CheckResult): RuleId[] =>
  rules.flatMap((rule) => (rule.result === result ? [rule.id] : []));

test.for<[DocumentMistake, RuleId]>([
  ['books-twice', 'sequential-duplicate'],
  ['check-then-act', 'concurrent-duplicate'],
  ['forgets-after-20', 'duplicate-after-hours'],
  ['forgets-after-a-while', 'duplicate-after-hours'],
  ['forgets-at-restart', 'duplicate-after-hours'],
  ['recognizes-by-url', 'new-attempt-time'],
  ['forbids-return', 'equal-bodies'],
  ['last-callback-wins', 'out-of-order'],
  ['late-state-after-others', 'very-late'],
  ['never-polls', 'lost'],
  ['overwritten-by-submission', 'early'],
  ['works-before-response', 'slow-ack'],
  ['loses-work-at-restart', 'ack-then-lost'],
  ['swallows-errors', 'swallowed-error'],
  ['client-error-when-down', 'status-class'],
  ['conflict-on-duplicate', 'duplicate-or-unknown-error'],
  ['html', 'redirect-or-html'],
  ['guesses-missing-state', 'query'],
  ['head-takes-effect', 'query'],
  ['unencoded-ids', 'query'],
  ['opens-session', 'middleware'],
  ['first-final-wins', 'contradicting-finals'],
  ['trusts-the-callback', 'payload-vs-api'],
  ['blocked-by-one', 'poison'],
  ['remembers-before-work', 'failed-then-retried'],
  ['no-credentials', 'auth'],
  ['prefix-of-credentials', 'auth'],
  ['refuses-unknown-state', 'drift'],
])('a consumer of documents with the mistake %s fails %s', async ([mistake, rule]) => {
  const auth = rule === 'auth' ? { auth: 'Bearer s3cret' } : {};
  const report = await checked(mistake, { only: [rule, 'sequential-duplicate'], ...auth });
  expect(withResult(report, 'failed')).toEqual([rule]);
});

test('a correct consumer of documents passes every rule that applies', async () => {
  const report = await checked(undefined, {});
  expect(
    report.rules.filter(({ result }) => result !== 'passed').map(({ id, result }) => [id, result]),
  ).toEqual([
    ['non-json', 'not-applicable'],
    ['auth', 'not-applicable'],
    ['signature', 'not-applicable'],
  ]);
});
