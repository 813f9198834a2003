import { expect, test } from 'vitest';
import { decodeForm } from '../../../../src/core/contract/media/decode-form.ts';
import { formDecode } from '../../../../src/core/contract/percent-encoding.ts';
import { SchemaView } from '../../../../src/core/contract/schema-view.ts';
import type { JsonObject } from '../../../../src/core/json.ts';

const view = new SchemaView(
  {
    type: 'object',
    properties: {
      color: { type: 'object', properties: { R: { type: 'integer' }, G: { type: 'integer' } } },
      tags: { type: 'array', items: { type: 'string' } },
      count: { type: 'integer' },
      name: { type: 'string' },
      data: {},
    },
  },
  {},
);
const read = (text: string, encoding?: JsonObject) => {
  const pairs = text.split('&').map((pair) => pair.split('=') as [string, string]);
  return decodeForm(pairs, view, encoding, formDecode);
};

test.each<[string, JsonObject | undefined, JsonObject]>([
  ['count=1&name=a+b', undefined, { count: 1, name: 'a b' }],
  // What a browser sends for a field that was left blank.
  ['count=&name=', undefined, { name: '' }],
  ['R=1&G=2&name=a', { color: { style: 'form', explode: true } }, { color: { R: 1, G: 2 }, name: 'a' }],
  ['color[R]=1&name=a', { color: { style: 'deepObject', explode: true } }, { color: { R: 1 }, name: 'a' }],
  ['tags=a|b', { tags: { style: 'pipeDelimited', explode: false } }, { tags: ['a', 'b'] }],
  ['data=%22x%22', { data: { contentType: 'application/json' } }, { data: 'x' }],
  ['data=x', { data: { contentType: 'application/json' } }, { data: 'x' }],
])('%s with the encoding %j is %j', (text, encoding, expected) => {
  expect(read(text, encoding)).toEqual(expected);
});
