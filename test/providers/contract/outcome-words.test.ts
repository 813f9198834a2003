import { describe, expect, test } from 'vitest';
import { areAboutTheSame, outcomeOf, outcomeOfEvent } from '../../../src/providers/contract/outcome-words.ts';

describe('a word of a contract means', () => {
  test.each([
    ['succeeded', 'success'],
    ['COMPLETED', 'success'],
    ['payment.paid', 'success'],
    ['failed', 'failure'],
    ['unsuccessful', 'failure'],
    ['undelivered', 'failure'],
    ['notApproved', 'failure'],
    ['not approved', 'failure'],
    ['chargeback', 'failure'],
    ['IN_PROGRESS', 'pending'],
    ['awaiting_delegation', 'pending'],
    ['new', 'pending'],
    ['in_transit', 'pending'],
    ['transition', null],
    ['created', 'pending'],
    ['news', null],
    ['sea', null],
    ['', null],
  ] as const)('%j: %s', (word, outcome) => {
    expect(outcomeOf(word)).toBe(outcome);
  });
});

test('an event is a success unless its name means a failure', () => {
  expect(outcomeOfEvent('payment.created')).toBe('success');
  expect(outcomeOfEvent('onEvent')).toBe('success');
  expect(outcomeOfEvent('paymentExpired')).toBe('failure');
});

test.each([
  ['paymentSucceeded', 'payment.not_approved', true],
  ['order.shipped', 'orderLost', true],
  ['order.shipped', 'order.packed', false],
  ['payment.paid', 'refund.failed', false],
  ['paid', 'failed', false],
])('%s and %s are about the same: %s', (a, b, expected) => {
  expect(areAboutTheSame(a, b)).toBe(expected);
});
