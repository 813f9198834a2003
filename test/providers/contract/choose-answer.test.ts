import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/core/contract/contract.ts';
import { chooseAnswer } from '../../../src/providers/contract/choose-answer.ts';
import { onlyOperation, read } from '../../core/contract/foreign/support.ts';

const json = { 'application/json': { schema: {}, examples: { empty: { value: {} } } } };

function operationWith(responses: object): Operation {
  return onlyOperation(read({ paths: { '/a': { get: { operationId: 'get', responses } } } } as never));
}

function choose(responses: object, headers: Record<string, string> = {}) {
  const { status, media, example } = chooseAnswer(operationWith(responses), headers);
  return [status, media?.type ?? null, example];
}

describe('the status of a response', () => {
  test.each<[object, number]>([
    [{ 404: {}, 202: {}, 201: {} }, 201],
    [{ '2XX': {}, 302: {} }, 200],
    [{ default: {}, 302: {} }, 200],
    [{}, 200],
    [{ 404: {}, 303: {}, 302: {} }, 302],
    [{ 404: {} }, 200],
  ])('of %j is %i', (responses, status) => {
    expect(choose(responses)[0]).toBe(status);
  });

  test.each([
    ['code=404', 404],
    ['status=404', 404],
    ['respond-async, code="404"; wait=10', 404],
    ['code=499', 499],
    ['wait=10', 200],
  ])('for Prefer: %s is %i', (prefer, status) => {
    expect(choose({ 200: {}, 404: {}, '4XX': {} }, { prefer })[0]).toBe(status);
  });

  test.each(['code=500', 'code=99', 'code=abc', 'example=none'])('refuses Prefer: %s', (prefer) => {
    expect(() => choose({ 200: { content: json }, 404: {} }, { prefer })).toThrow('Could not respond to get');
  });
});

test('the body of a response is the most specific one, and a 204 has none', () => {
  const content = (type: string) => ({ content: { [type]: {} } });
  const responses = {
    200: {},
    '4XX': content('text/plain'),
    default: content('text/html'),
    204: content('text/css'),
  };
  const typeOf = (code: number) => choose(responses, { prefer: `code=${code}` })[1];
  expect([typeOf(404), typeOf(500), typeOf(204), typeOf(200)]).toEqual([
    'text/plain',
    'text/html',
    null,
    null,
  ]);
});

test('an example is chosen by its name', () => {
  expect(choose({ 200: { content: json } }, { prefer: 'example=empty' })).toEqual([
    200,
    'application/json',
    'empty',
  ]);
});

test.each([
  [undefined, 'application/problem+json'],
  ['*/*', 'application/problem+json'],
  ['text/html', 'text/html'],
  ['text/*', 'text/csv'],
  ['image/png, text/html;q=0.5', 'text/html'],
  ['image/*', 'application/problem+json'],
  ['APPLICATION/problem+json', 'application/problem+json'],
])('for Accept: %s, the body is %s', (accept, type) => {
  const content = { 'text/csv': {}, 'text/html': {}, 'application/problem+json': {} };
  expect(choose({ 200: { content } }, accept === undefined ? {} : { accept })[1]).toBe(type);
});
