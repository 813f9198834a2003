import { describe, expect, test } from 'vitest';
import { repairDocument } from '../../../../src/core/contract/upgrade/repair-document.ts';
import type { JsonValue } from '../../../../src/core/json.ts';

/** Repairs a schema, and says how many notes that takes. */
function repaired(schema: object): readonly [schema: JsonValue | undefined, notes: number] {
  const own = structuredClone(schema) as Record<string, JsonValue>;
  const document: Record<string, JsonValue> = { openapi: '3.1.0', components: { schemas: { Schema: own } } };
  return [own, repairDocument(document).length];
}

function pattern(text: string): JsonValue | undefined {
  const [schema] = repaired({ pattern: text });
  return (schema as Record<string, JsonValue>).pattern;
}

describe('schemas', () => {
  test.each<[name: string, given: object, expected: object]>([
    ['nullable beside type', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['nullable beside types', { type: ['string', 'null'], nullable: true }, { type: ['string', 'null'] }],
    [
      'nullable beside enum',
      { type: 'string', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    ['a step of nothing', { multipleOf: 0 }, {}],
    ['a negative length', { minLength: -1, maxItems: 1.5 }, {}],
    ['limits as texts', { minLength: '3', maximum: '4.5' }, { minLength: 3, maximum: 4.5 }],
    ['an enum without values', { type: 'string', enum: [] }, { type: 'string' }],
    [
      'an alternative of nullable and more',
      { anyOf: [{ nullable: true, minLength: 3 }, { type: 'integer' }] },
      { anyOf: [{ minLength: 3 }, { type: 'integer' }] },
    ],
    ['an unknown type beside a known one', { type: ['string', 'whatever'] }, {}],
    ['a type in upper case', { type: 'STRING' }, { type: 'string' }],
    ['a type that is a format', { type: 'date' }, { type: 'string', format: 'date' }],
    [
      'required: false of a property',
      { properties: { a: { type: 'string', required: false }, b: { required: true } } },
      { properties: { a: { type: 'string' }, b: {} }, required: ['b'] },
    ],
    ['an exclusive limit of 3.0', { minimum: 3, exclusiveMinimum: true }, { exclusiveMinimum: 3 }],
    ['an inclusive limit of 3.0', { minimum: 3, exclusiveMinimum: false }, { minimum: 3 }],
    [
      'a tuple and what follows it',
      { items: [{ type: 'string' }], additionalItems: { type: 'integer' } },
      { prefixItems: [{ type: 'string' }], items: { type: 'integer' } },
    ],
    [
      'dependencies of both kinds',
      { dependencies: { a: ['b'], c: { minProperties: 2 } } },
      { dependentRequired: { a: ['b'] }, dependentSchemas: { c: { minProperties: 2 } } },
    ],
    ['nullable alone', { nullable: true, description: 'a' }, { description: 'a' }],
    [
      'nullable beside allOf',
      { allOf: [{ type: 'string' }], nullable: true, title: 'a' },
      { title: 'a', anyOf: [{ allOf: [{ type: 'string' }] }, { type: 'null' }] },
    ],
    [
      'nullable beside oneOf',
      { oneOf: [{ type: 'string' }], nullable: true },
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    [
      'an alternative that is only nullable',
      { anyOf: [{ nullable: true }, { type: 'string' }], nullable: true },
      { anyOf: [{ type: 'null' }, { type: 'string' }] },
    ],
    ['type: file', { type: 'file' }, { type: 'string', format: 'binary' }],
    ['a type in capital letters', { type: 'String' }, { type: 'string' }],
    ['a type of another language', { type: 'long' }, { type: 'integer' }],
    ['a date as a type', { type: 'date' }, { type: 'string', format: 'date' }],
    ['an unknown type', { type: 'thing', title: 'a' }, { title: 'a' }],
    ['null without quotes', { type: ['string', null] }, { type: ['string', 'null'] }],
    ['exclusiveMinimum: true', { exclusiveMinimum: true, minimum: 1 }, { exclusiveMinimum: 1 }],
    ['exclusiveMaximum: false', { exclusiveMaximum: false, maximum: 1 }, { maximum: 1 }],
    ['a number in quotes', { maxLength: '5', minimum: '-1.5' }, { maxLength: 5, minimum: -1.5 }],
    ['a negative length', { minLength: -1 }, {}],
    [
      'a boolean in quotes',
      { additionalProperties: 'false', readOnly: 'true' },
      { additionalProperties: false, readOnly: true },
    ],
    [
      'required in a property',
      { properties: { a: { type: 'string', required: true }, b: { required: false } } },
      { properties: { a: { type: 'string' }, b: {} }, required: ['a'] },
    ],
    ['required as a string', { required: 'a' }, { required: ['a'] }],
    ['examples as an object', { examples: { a: { value: 1 }, b: 2 } }, { examples: [1, 2] }],
    ['allOf as an object', { allOf: { type: 'string' } }, { allOf: [{ type: 'string' }] }],
    ['an enum as a string', { enum: 'a' }, { enum: ['a'] }],
    ['an empty enum', { enum: [], title: 'a' }, { title: 'a' }],
    [
      'items as an array',
      { items: [{ type: 'string' }], additionalItems: false },
      { prefixItems: [{ type: 'string' }], items: false },
    ],
    [
      'dependencies',
      { dependencies: { a: ['b'], c: { required: ['d'] } } },
      { dependentRequired: { a: ['b'] }, dependentSchemas: { c: { required: ['d'] } } },
    ],
    ['a discriminator as a string', { discriminator: 'kind' }, { discriminator: { propertyName: 'kind' } }],
  ])('%s is read as what it means, with a note', (_name, given, expected) => {
    const [schema, notes] = repaired(given);
    expect(schema).toEqual(expected);
    expect(notes).toBeGreaterThan(0);
  });

  test.each<[name: string, given: object, expected: object]>([
    ['example becomes examples', { example: 1, examples: [2] }, { examples: [1, 2] }],
    ['byte is base64', { type: 'string', format: 'byte' }, { type: 'string', contentEncoding: 'base64' }],
    [
      'a media type of bytes is binary',
      { contentMediaType: 'application/octet-stream' },
      { contentMediaType: 'application/octet-stream', type: 'string', format: 'binary' },
    ],
    ['a property without a value is anything', { properties: { a: null } }, { properties: { a: {} } }],
    ['a keyword without a value is dropped', { items: null, pattern: '^a$' }, { pattern: '^a$' }],
    [
      'unknown keywords and formats stay',
      { colour: 'red', format: 'iban' },
      { colour: 'red', format: 'iban' },
    ],
  ])('%s', (_name, given, expected) => {
    expect(repaired(given)[0]).toEqual(expected);
  });
});

describe('patterns', () => {
  test.each([
    ['^a$', '^a$'],
    ['/^a$/', '^a$'],
    ['/^a[b-c]\\d$/i', '^[aA][b-cB-C]\\d$'],
    ['(?i)^(?<kind>ab)$', '^(?<kind>[aA][bB])$'],
    ['/^[A-F]B$/i', '^[A-Fa-f][Bb]$'],
    ['/a/b/', '/a/b/'],
    ['\\A[[:alpha:]]+\\z', '^[A-Za-z]+$'],
    ['^[\\w\\-\\_]+\\@$', '^[\\w\\-_]+@$'],
    ['^{a}$', '^\\{a\\}$'],
    ['^a{2,}}$', '^a{2,}\\}$'],
    ['^(?=.*\\d).+$', '^(?=.*\\d).+$'],
  ])('%s is read as %s', (given, expected) => {
    expect(pattern(given)).toBe(expected);
    expect(() => new RegExp(String(pattern(given)), 'u')).not.toThrow();
  });

  test('a pattern that means nothing in ECMAScript is not checked', () => {
    expect(pattern('(?<!a')).toBeUndefined();
    expect(pattern('[z-a]')).toBeUndefined();
  });
});

describe('OpenAPI objects', () => {
  test('what only 3.2 has is kept under names of extensions', () => {
    const document: Record<string, JsonValue> = {
      openapi: '3.2.0',
      paths: {
        '/a': {
          query: { responses: {} },
          additionalOperations: {
            COPY: {
              responses: {
                200: { content: { 'application/jsonl': { itemSchema: { nullable: true, type: 'string' } } } },
              },
            },
          },
          parameters: [{ in: 'querystring', name: 'q', content: {} }],
        },
      },
    };
    repairDocument(document);
    expect(document).toEqual({
      openapi: '3.1.1',
      paths: {
        '/a': {
          'x-oai-additionalOperations': {
            QUERY: { responses: {} },
            COPY: {
              responses: {
                200: {
                  description: '',
                  content: { 'application/jsonl': { 'x-oai-itemSchema': { type: ['string', 'null'] } } },
                },
              },
            },
          },
          parameters: [{ in: 'query', 'x-oai-in': 'querystring', name: 'q', content: {} }],
        },
      },
    });
  });

  test('an empty schema means bytes where the media type has no structure', () => {
    const content = { 'application/pdf': { schema: {} }, 'application/json': { schema: {} } };
    const document = { openapi: '3.1.0', components: { requestBodies: { a: { content } } } };
    repairDocument(document);
    expect(content).toEqual({
      'application/pdf': { schema: { type: 'string', format: 'binary' } },
      'application/json': { schema: {} },
    });
  });

  test('slips outside of schemas are mended, each with its place', () => {
    const document: Record<string, JsonValue> = {
      openapi: 3.1,
      info: { title: 'A', version: '1' },
      paths: {
        'a/{id}': {
          get: {
            parameters: [{ name: 'id', in: 'path', type: 'string' }],
            responses: null,
            security: { key: [] },
          },
        },
      },
      components: null,
    };
    const notes = repairDocument(document);
    expect(document).toEqual({
      openapi: '3.1.1',
      info: { title: 'A', version: '1' },
      paths: {
        '/a/{id}': {
          get: {
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
            security: [{ key: [] }],
          },
        },
      },
    });
    expect(notes.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
      '/openapi openapi: 3.1 is read as 3.1.',
      '/paths/a~1{id}/get/security `security` is an object, and is read as an array of it.',
      '/paths/a~1{id}/get/parameters/0 A path parameter is always required.',
      '/paths/a~1{id}/get/parameters/0 The schema of the parameter is beside its name, as in Swagger 2.0.',
      '/paths/a~1{id} The path "a/{id}" is read as "/a/{id}".',
    ]);
  });
});
