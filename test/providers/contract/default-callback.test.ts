import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { rankedCallbacks } from '../../../src/providers/contract/default-callback.ts';
import { declaring, onlyOperation, read } from '../../core/contract/foreign/support.ts';

const url = '{$request.body#/url}';

function ranked(callbacks: Readonly<Record<string, object>>, key = url): readonly string[] {
  const given = Object.entries(callbacks).map(([event, operation]) => [
    event,
    { [event === 'elsewhere' ? 'nonsense of no URL' : key]: { post: { responses: {}, ...operation } } },
  ]);
  const contract = read(declaring(Object.fromEntries(given) as JsonObject));
  return rankedCallbacks(onlyOperation(contract), contract.callbacks).map(({ event }) => event);
}

const status = (value: object) => ({
  requestBody: {
    content: { 'application/json': { schema: { type: 'object', properties: { status: value } } } },
  },
});

test('the callback that plainly means success comes first, then document order', () => {
  expect(ranked({ paymentFailed: {}, paymentMoved: {}, paymentSucceeded: {} })).toEqual([
    'paymentSucceeded',
    'paymentMoved',
    'paymentFailed',
  ]);
  expect(ranked({ b: {}, a: {} })).toEqual(['b', 'a']);
  expect(ranked({ deliveryException: {}, trackingUpdate: {} })).toEqual([
    'trackingUpdate',
    'deliveryException',
  ]);
});

test('the name counts more than the description, and that more than the payload', () => {
  expect(ranked({ failed: { description: 'It succeeded.' }, moved: {} })).toEqual(['moved', 'failed']);
  expect(
    ranked({
      a: { description: 'It failed.', ...status({ const: 'paid' }) },
      b: {},
      c: status({ const: 'paid' }),
    }),
  ).toEqual(['c', 'b', 'a']);
});

test('the payload speaks by constants, single choices and examples', () => {
  expect(ranked({ a: {}, b: status({ enum: ['paid'] }) })).toEqual(['b', 'a']);
  expect(ranked({ a: {}, b: status({ enum: ['paid', 'pending'] }) })).toEqual(['a', 'b']);
  const content = { 'application/json': { schema: {}, example: { state: 'delivered' } } };
  expect(ranked({ a: {}, b: { requestBody: { content } } })).toEqual(['b', 'a']);
});

test('a callback without a URL is none of them', () => {
  expect(ranked({ elsewhere: {}, a: {} })).toEqual(['a']);
});
