import { expect, test } from 'vitest';
import { compilingEngine } from '../../../../src/core/contract/compiling-engine.ts';
import type { Contract } from '../../../../src/core/contract/contract.ts';
import { readForeign } from '../../../../src/core/contract/foreign/read-foreign.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/core/json.ts';
import { type Random, seededRandom } from '../../../../src/core/random.ts';
import { notesOf, onlyOperation, readAsItIs } from './support.ts';

const schema = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string', pattern: '^a', readOnly: true },
    tags: { type: 'array', items: { enum: ['a'] } },
  },
  allOf: [{ $ref: '#/components/schemas/Base' }],
  additionalProperties: { anyOf: [{ type: 'integer', minimum: 1 }, { $ref: '#/components/schemas/Base' }] },
};
const media = { content: { 'application/json': { schema, examples: { one: { value: { id: 'a' } } } } } };
const parameters = [
  { name: 'q', in: 'query', style: 'form', explode: true, schema: { type: 'integer', default: 1 } },
  { $ref: '#/components/parameters/filter' },
];
const document: JsonObject = {
  openapi: '3.1.1',
  info: { title: 'Parcels', version: '1' },
  servers: [{ url: 'https://{host}/v1', variables: { host: { default: 'x' } } }],
  security: [{ key: [] }],
  paths: {
    '/parcels/{id}': {
      parameters,
      post: {
        operationId: 'create',
        parameters,
        requestBody: media,
        responses: {
          201: { ...media, headers: { Location: { schema: { type: 'string' } } } },
          '4XX': { $ref: '#/components/responses/error' },
        },
        callbacks: {
          done: {
            '{$request.body#/url}': { post: { requestBody: media, parameters, responses: { 204: {} } } },
          },
        },
      },
    },
  },
  webhooks: { sent: { post: { requestBody: media, responses: {} } } },
  'x-webhooks': { lost: { '{$request.body#/url}': { post: { requestBody: media } } } },
  components: {
    schemas: { Base: { properties: { parent: { $ref: '#/components/schemas/Base' } } } },
    parameters: { filter: { name: 'filter', in: 'query', content: { 'application/json': { schema } } } },
    responses: { error: media },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
  },
};

/** Reads and runs all that a contract has. */
function useAll({ operations, callbacks, notes }: Contract): number {
  for (const operation of operations) {
    const { parameters, requestBody, answers, security, responses, validateAnswer } = operation;
    for (const parameter of parameters) parameter.validate(parameter.coerce('1') ?? parameter.default);
    for (const { validate, fields, binary } of requestBody?.content.values() ?? []) {
      validate({ id: 'a', tags: ['b'], more: { parent: {} } });
      for (const field of fields.values()) field.coerce('1');
      expect(binary).toBeTypeOf('boolean');
    }
    for (const { content, headers } of answers.values()) {
      for (const { validate } of content.values()) validate({ id: 1 });
      for (const { media } of headers.values()) media.validate('x');
    }
    validateAnswer(201, 'application/json', {});
    expect([...security, ...responses]).toBeInstanceOf(Array);
  }
  for (const callback of callbacks.values()) {
    const { parameters, content, answers, security, examples, enums, query, validate } = callback;
    validate({});
    for (const media of content.values()) media.validate([]);
    for (const parameter of parameters) parameter.validate('1');
    expect([...answers, ...security, ...examples, ...enums, ...query]).toBeInstanceOf(Array);
  }
  return notes.length;
}

const junk: readonly JsonValue[] = [
  null,
  7,
  '',
  'text',
  true,
  [],
  {},
  [null],
  { $ref: '#/nowhere' },
  { $ref: '#' },
  { $ref: 7 },
];

/** A copy with another value in one place. */
function spoil(value: JsonValue, random: Random): JsonValue {
  if (typeof value !== 'object' || value === null || random.int(0, 7) === 0) {
    return junk[random.int(0, junk.length - 1)] ?? null;
  }
  const keys = Object.keys(value);
  if (keys.length === 0) return 'text';
  const key = keys[random.int(0, keys.length - 1)] ?? '';
  if (Array.isArray(value))
    return value.map((item: JsonValue, index) => (String(index) === key ? spoil(item, random) : item));
  return { ...value, [key]: spoil((value as JsonObject)[key] ?? null, random) };
}

test('a document with any value in any place is read and used without an exception', () => {
  const random = seededRandom('untidy');
  let noted = 0;
  for (let round = 0; round < 300; round++) {
    let spoiled: JsonValue = document;
    for (let times = 0; times < 3; times++) spoiled = spoil(spoiled, random);
    if (!isJsonObject(spoiled)) continue;
    noted += useAll(readAsItIs(spoiled));
  }
  expect(useAll(readAsItIs(document))).toBe(1);
  expect(noted).toBeGreaterThan(300);
});

test('a schema that does not compile accepts any value, and the others are checked', () => {
  const contract = readAsItIs({
    openapi: '3.1.1',
    paths: {
      '/a': {
        post: {
          requestBody: {
            content: {
              'application/json': {
                schema: { properties: { a: { $ref: '#/components/schemas/A' }, b: { type: 'string' } } },
              },
            },
          },
        },
      },
    },
    components: { schemas: { A: { type: 'text' } } },
  });
  const validate = onlyOperation(contract).requestBody?.content.get('application/json')?.validate;
  expect(validate?.({ a: 1 })).toEqual([]);
  expect(validate?.({ a: 1, b: 1 })).toMatchObject([{ code: 'type', location: '/b' }]);
  expect(notesOf(contract)).toEqual([
    'unsupported /components/schemas/A The schema does not compile: type must be JSONType or JSONType[]: text. Any value is accepted.',
  ]);
});

test('nothing is compiled before a value is checked', () => {
  let compilers = 0;
  const engine = {
    ...compilingEngine,
    ajv: () => {
      compilers++;
      return compilingEngine.ajv();
    },
  };
  const contract = readForeign(document, { name: 'parcels', notes: [], engine });
  expect(contract.notes).toHaveLength(1);
  for (const { parameters } of contract.operations) for (const { media } of parameters) void media.validate;
  expect(compilers).toBe(0);
  contract.callbacks.get('create.done')?.validate({});
  expect(compilers).toBe(1);
});

test('notes tell where the author wrote what they are about', () => {
  const contract = readForeign(document, {
    name: 'parcels',
    notes: [{ kind: 'unsupported', file: 'a.yaml', pointer: '/a', message: 'From the loader.' }],
    engine: compilingEngine,
    origin: (pointer) => ({ file: 'b.yaml', pointer: pointer.replace('/paths', '') }),
  });
  expect(contract.notes.map(({ file, pointer }) => [file, pointer])).toEqual([
    ['a.yaml', '/a'],
    ['b.yaml', '/~1parcels~1{id}/post'],
  ]);
});
