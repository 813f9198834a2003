import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { simplify } from '../../src/types-generator/simplify.ts';

describe('simplify', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'marks an open enumeration',
      { type: 'string', anyOf: [{ enum: ['a'] }, {}] },
      { type: 'string', 'x-known-values': ['a'] },
    ],
    [
      'marks an open enumeration whose alternatives have a type each',
      { anyOf: [{ type: ['string', 'null'] }, { type: 'string', enum: ['a'] }] },
      { type: ['string', 'null'], 'x-known-values': ['a'] },
    ],
    [
      'marks an open enumeration of integers',
      { anyOf: [{ enum: [1, 2] }, { type: 'integer' }] },
      { type: 'integer', 'x-known-values': [1, 2] },
    ],
    [
      'keeps a union with an enumeration of another type',
      { anyOf: [{ type: 'integer' }, { type: 'string', enum: ['a'] }] },
      { anyOf: [{ type: 'integer' }, { type: 'string', enum: ['a'] }] },
    ],
    [
      'keeps a union of three with an enumeration',
      { anyOf: [{ type: 'string' }, { type: 'string', enum: ['a'] }, { type: 'integer' }] },
      { anyOf: [{ type: 'string' }, { type: 'string', enum: ['a'] }, { type: 'integer' }] },
    ],
    [
      'keeps a union',
      { anyOf: [{ type: 'string' }, { type: 'number' }] },
      { anyOf: [{ type: 'string' }, { type: 'number' }] },
    ],
    [
      'drops alternatives of required alone',
      { type: 'object', anyOf: [{ required: ['a'] }] },
      { type: 'object' },
    ],
    [
      'drops a union that leaves one alternative open',
      { type: 'object', anyOf: [{ type: 'object', properties: {} }, { required: ['a'] }] },
      { type: 'object' },
    ],
    [
      'drops conditions',
      { type: 'object', allOf: [{ if: {} }, { $ref: '#/x' }] },
      { type: 'object', allOf: [{ $ref: '#/x' }] },
    ],
    [
      'closes an object whose property names are listed',
      { propertyNames: { enum: ['a'] }, additionalProperties: { type: 'string' } },
      { propertyNames: { enum: ['a'] }, additionalProperties: false },
    ],
    [
      'drops what says something about a file',
      { $id: 'x', $schema: 'y', $comment: 'z', examples: [{ a: 1 }], type: 'object' },
      { type: 'object' },
    ],
    [
      'keeps the examples of a property',
      { type: 'string', examples: ['a'] },
      { type: 'string', examples: ['a'] },
    ],
  ])('%s', (_name, schema, simple) => {
    expect(simplify(schema)).toEqual(simple);
  });
});
