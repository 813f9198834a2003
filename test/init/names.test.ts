import { expect, test } from 'vitest';
import { nameScenarios } from '../../src/init/names.ts';
import { callbackType } from '../support/contract-parts.ts';

function namesOf(...events: readonly string[]): readonly string[] {
  return [...nameScenarios(events.map((event) => callbackType({ name: event }))).values()];
}

test('an event becomes a name that a scenario and a file can have', () => {
  expect(namesOf('paymentSucceeded', 'payout.paid', 'HTTPError', 'Überweisung/neu?')).toEqual([
    'payment-succeeded',
    'payout-paid',
    'http-error',
    'uberweisung-neu',
  ]);
});

test.each([
  ['con', 'con-callback'],
  ['LPT1', 'lpt1-callback'],
  ['default', 'default-callback'],
  ['../../etc/passwd', 'etc-passwd'],
  ['支付成功', 'callback'],
  ['', 'callback'],
  ['x'.repeat(300), 'x'.repeat(48)],
  [`${'x'.repeat(47)}.paid`, 'x'.repeat(47)],
])('the event %j is named %j', (event, name) => {
  expect(namesOf(event)).toEqual([name]);
});

test('no two scenarios share a name, those with an ending included', () => {
  expect(namesOf('paid', 'Paid', 'paid.failure')).toEqual(['paid', 'paid-2', 'paid-failure-2']);
});

test('callbacks with the same event are named by their types', () => {
  const types = ['a.done', 'b.done'].map((type) => callbackType({ type, event: 'done' }));
  expect([...nameScenarios(types).values()]).toEqual(['a-done', 'b-done']);
});
