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
  await using consumer = await startDocumentConsumer({ providerUrl, mistake });
  return await checkConsumer(consumer.callbackUrl, {
    provider: 'docdigitizer',
    port,
    observe: `${consumer.url}/documents/{id}`,
    restart: `${consumer.url}/restart`,
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
])('a consumer of documents with the mistake %s fails %s', async ([mistake, rule]) => {
  expect(withResult(await checked(mistake, { only: [rule, 'sequential-duplicate'] }), 'failed')).toEqual([
    rule,
  ]);
});
