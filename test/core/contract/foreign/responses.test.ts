import { expect, test } from 'vitest';
import { callbackOf, declaring, notesOf, onlyOperation, read } from './support.ts';

test('a status in lower case is a class, another key is noted and ignored', () => {
  const contract = read({
    paths: { '/a': { get: { responses: { '4xx': {}, 200: {}, ok: {}, default: {} } } } },
  } as never);
  expect([...onlyOperation(contract).answers.keys()].toSorted()).toEqual(['200', '4XX', 'default']);
  expect(notesOf(contract)).toEqual([
    'forgiven /paths/~1a/get/responses/4xx The status "4xx" is read as "4XX".',
    'unsupported /paths/~1a/get/responses/ok "ok" is no status such as 200, 4XX or default. It is ignored.',
  ]);
});

test('a Content-Type among the headers of a response is no header to make up', () => {
  const headers = {
    'Content-Type': { schema: { type: 'string' } },
    'X-Page': { schema: { type: 'integer' } },
  };
  const contract = read({ paths: { '/a': { get: { responses: { 200: { headers } } } } } } as never);
  expect([...(onlyOperation(contract).answers.get('200')?.headers.keys() ?? [])]).toEqual(['X-Page']);
});

test('a consumer must respond with JSON only if the callback declares nothing else', () => {
  const content = (...types: string[]) => ({ content: Object.fromEntries(types.map((type) => [type, {}])) });
  const responses = {
    200: content('application/json', 'application/problem+json'),
    201: content('application/json', 'text/plain'),
    204: { description: 'nothing' },
  };
  const contract = read(declaring({ sent: { '{$request.body#/url}': { post: { responses } } } } as never));
  expect([...callbackOf(contract, 'createParcel.sent').answers]).toEqual([
    ['200', { jsonOnly: true }],
    ['201', { jsonOnly: false }],
    ['204', { jsonOnly: false }],
  ]);
});

test('one way to send no credentials makes all of them optional', () => {
  const securitySchemes = {
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    user: { type: 'http', scheme: 'Basic' },
  };
  const secured = (security: object) =>
    onlyOperation(
      read({
        components: { securitySchemes },
        paths: { '/a': { get: { responses: {}, security } } },
      } as never),
    ).security;
  expect(secured([{ key: [] }, {}])).toEqual([]);
  expect(secured([{ user: [] }, { key: [] }])).toMatchObject([
    [{ scheme: 'basic' }],
    [{ key: { name: 'X-Key' } }],
  ]);
});
