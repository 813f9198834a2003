import { expect, test } from 'vitest';
import { knownValues } from '../../../src/providers/contract/known-values.ts';

const request = {
  headers: {},
  query: { b: 'query' },
  path: { payment: 'p1' },
  body: { a: 'request', c: 'request' },
};
const response = { statusCode: 200, headers: {}, query: {}, path: {}, body: { a: 'response', c: null } };

test('the resource comes before the response, and the response before the request', () => {
  const resource = { id: 'r1', state: { id: 'shown' } };
  expect(knownValues({ request, response }, '/v1/payments/{payment}', resource)).toEqual({
    ...{ id: 'shown', a: 'response', c: 'request', b: 'query', payment: 'p1' },
    ...{ paymentId: 'r1', payment_id: 'r1', resourceId: 'r1', resource_id: 'r1' },
  });
});

test('without a resource, the id is that of the response, or the last of the path', () => {
  const none = { request: { ...request, body: undefined, query: {} }, response: null };
  expect(knownValues(none, '/')).toEqual({ payment: 'p1', id: 'p1', resourceId: 'p1', resource_id: 'p1' });
  expect(knownValues({ ...none, response: { ...response, body: { id: 7 } } }, '/')).toMatchObject({
    id: 7,
    resourceId: 7,
  });
});

test('at most 200 values are carried over', () => {
  const body = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`name${index}`, index]));
  const known = knownValues({ request: { ...request, body }, response: null }, '/');
  expect(Object.keys(known)).toHaveLength(200);
});
