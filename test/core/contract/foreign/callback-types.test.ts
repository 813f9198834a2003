import { describe, expect, test } from 'vitest';
import { callbackOf, declaring, read } from './support.ts';

const schema = { type: 'object', required: ['id'] };

function shipped(operation: object, more: object = {}) {
  const callbacks = { shipped: { '{$request.body#/url}': { post: operation } }, ...more };
  return callbackOf(read(declaring(callbacks as never)), 'createParcel.shipped');
}

test('an example that breaks the schema is not used', () => {
  const examples = { wrong: { value: { name: 'x' } }, right: { value: { id: 1 } } };
  const type = shipped({ requestBody: { content: { 'application/json': { schema, examples } } } });
  expect(type.examples).toEqual([{ id: 1 }]);
});

test('of several media types, JSON is the one that is checked', () => {
  const type = shipped({
    requestBody: {
      content: { 'text/plain': { schema: { type: 'string' } }, 'application/problem+json': { schema } },
    },
  });
  expect(type.validate({ id: 1 })).toEqual([]);
  expect(type.validate('text')).not.toEqual([]);
});

describe('without a body, the query parameters', () => {
  const type = shipped({
    parameters: [
      { name: 'a', in: 'query', required: true, schema: { type: 'integer' } },
      { name: 'b', in: 'query', schema: { type: 'string' } },
    ],
  });
  test.each<[unknown, string[]]>([
    [{ a: 1 }, []],
    [{ a: 'x', b: 'y' }, ['/a type']],
    [{ b: 'y' }, [' required']],
    ['text', [' type']],
  ])('%j has the violations %j', (value, expected) => {
    expect(type.validate(value).map(({ location, code }) => `${location} ${code}`)).toEqual(expected);
  });
});

test('an event may begin with x-, an extension beside events is none', () => {
  const contract = read({
    webhooks: { 'x-done': { post: { responses: {} } }, 'x-internal': true, 'x-tag': 'a' },
  } as never);
  expect([...contract.callbacks.keys()]).toEqual(['x-done']);
  expect(contract.notes).toEqual([]);
});

test('what extends the callbacks of an operation is no callback', () => {
  const callbacks = { 'x-internal': true, shipped: { '{$request.body#/url}': { post: { responses: {} } } } };
  const contract = read(declaring(callbacks as never));
  expect([...contract.callbacks.keys()]).toEqual(['createParcel.shipped']);
  expect(contract.notes).toEqual([]);
});

test('an x-webhook of the name of a webhook is the same event', () => {
  const item = (summary: string) => ({ done: { post: { summary, responses: {} } } });
  const contract = read({ webhooks: item('first'), 'x-webhooks': item('second') } as never);
  expect([...contract.callbacks.values()].map(({ description }) => description)).toEqual(['first']);
});
