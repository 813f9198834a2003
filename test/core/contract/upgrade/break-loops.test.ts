import { expect, test } from 'vitest';
import { repairDocument } from '../../../../src/core/contract/upgrade/repair-document.ts';
import type { JsonValue } from '../../../../src/core/json.ts';

test.each<[string, Record<string, JsonValue>, Record<string, JsonValue>, readonly string[]]>([
  [
    'to itself',
    { A: { title: 'a', $ref: '#/components/schemas/A' } },
    { A: { title: 'a' } },
    ['The $ref "#/components/schemas/A" leads back to itself, and is ignored.'],
  ],
  [
    'to what contains it in allOf',
    {
      A: { allOf: [{ $ref: '#/components/schemas/B' }] },
      B: { anyOf: [{ $ref: '#/components/schemas/A' }] },
    },
    { A: { allOf: [{ $ref: '#/components/schemas/B' }] }, B: { anyOf: [{}] } },
    ['The $ref "#/components/schemas/A" leads back to itself, and is ignored.'],
  ],
  [
    'to nothing',
    { A: { $ref: '#/components/schemas/None' } },
    { A: {} },
    ['The $ref "#/components/schemas/None" points to nothing. Any value is valid there.'],
  ],
  [
    'to another value of the same kind',
    { A: { properties: { child: { $ref: '#/components/schemas/A' } } } },
    { A: { properties: { child: { $ref: '#/components/schemas/A' } } } },
    [],
  ],
  [
    'to one schema twice',
    { A: { allOf: [{ $ref: '#/components/schemas/B' }, { $ref: '#/components/schemas/B' }] }, B: {} },
    { A: { allOf: [{ $ref: '#/components/schemas/B' }, { $ref: '#/components/schemas/B' }] }, B: {} },
    [],
  ],
])('a reference %s', (_, given, expected, messages) => {
  const document = { openapi: '3.1.0', components: { schemas: structuredClone(given) } };
  const notes = repairDocument(document);
  expect(document.components.schemas).toEqual(expected);
  expect(notes.map(({ message }) => message)).toEqual(messages);
});
