import { describe, expect, test } from 'vitest';
import { onlyOperation, read } from './support.ts';

const bodyOf = (requestBody: object) =>
  onlyOperation(read({ paths: { '/a': { post: { requestBody, responses: {} } } } } as never)).requestBody;
const mediaOf = (media: object) =>
  bodyOf({ content: { 'application/json': media } })?.content.get('application/json');

describe('the examples of a media type', () => {
  test.each<[string, object, unknown[]]>([
    ['one example', { example: 1 }, [1]],
    [
      'examples with a value',
      { examples: { a: { value: 1 }, b: { summary: 'x', value: { c: 2 } } } },
      [1, { c: 2 }],
    ],
    ['examples with the value of 3.2', { examples: { a: { dataValue: 1 } } }, [1]],
    ['examples that are the value itself', { examples: { a: { id: 1 }, b: 'text' } }, [{ id: 1 }, 'text']],
    ['an example elsewhere', { examples: { a: { externalValue: 'a.json', 'x-more': 1 } } }, []],
    ['an array of examples', { examples: [{ id: 1 }, { value: 2 }] }, [{ id: 1 }, { value: 2 }]],
  ])('%s', (_, media, expected) => {
    expect(mediaOf(media)?.media?.examples.map(({ value }) => value)).toEqual(expected);
  });
});

test('a sequence has at least one item', () => {
  const body = bodyOf({ content: { 'application/jsonl': { itemSchema: { type: 'integer' } } } });
  expect(body?.content.get('application/jsonl')?.media?.schema).toMatchObject({ type: 'array', minItems: 1 });
});

test.each([
  [{}, false],
  [{ required: false }, false],
  [{ required: true }, true],
])('a body with %j is required: %s', (more, required) => {
  expect(bodyOf({ ...more, content: { 'application/json': {} } })?.required).toBe(required);
});

test.each([
  ['application/octet-stream', {}, true],
  ['image/png', {}, true],
  ['text/plain', { schema: { type: 'string' } }, false],
  ['text/plain', { schema: { type: 'string', format: 'binary' } }, true],
  ['application/json', { schema: {} }, false],
])('a body of %s with %j is kept as bytes: %s', (type, media, binary) => {
  expect(bodyOf({ content: { [type]: media } })?.content.get(type)?.binary).toBe(binary);
});

test('a property is read-only if any part of its schema says so', () => {
  const base = { type: 'object', properties: { id: { allOf: [{ type: 'string' }, { readOnly: true }] } } };
  const media = mediaOf({ schema: { allOf: [base], required: ['id'] } });
  expect(media?.validate({})).toEqual([]);
});
