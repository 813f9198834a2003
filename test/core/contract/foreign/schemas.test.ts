import { describe, expect, test } from 'vitest';
import type { Contract, Validator } from '../../../../src/core/contract/contract.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { notesOf, onlyOperation, read } from './support.ts';

interface Checked {
  readonly contract: Contract;
  /** The codes of the violations in each direction. */
  readonly request: (value: unknown) => readonly string[];
  readonly response: (value: unknown) => readonly string[];
  readonly callback: (value: unknown) => readonly string[];
}

/** Uses a schema in a request, a response and a callback. */
function schema(value: JsonValue, schemas: JsonObject = {}): Checked {
  const media = { content: { 'application/json': { schema: { $ref: '#/components/schemas/It' } } } };
  const contract = read({
    paths: {
      '/a': {
        post: {
          requestBody: media,
          responses: { 200: media },
          callbacks: { it: { 'http://localhost/': { post: { requestBody: media } } } },
        },
      },
    },
    components: { schemas: { It: value, ...schemas } },
  });
  const codes = (validate: Validator | undefined) => (checked: unknown) => {
    if (validate === undefined) throw new Error('there is no validator');
    return validate(checked).map(({ code }) => code);
  };
  const operation = onlyOperation(contract);
  return {
    contract,
    request: codes(operation.requestBody?.content.get('application/json')?.validate),
    response: codes(operation.answers.get('200')?.content.get('application/json')?.validate),
    callback: codes(contract.callbacks.get('POST /a.it')?.validate),
  };
}

test('annotations and unknown keywords are no assertions', () => {
  const { contract, request } = schema({
    $schema: 'http://json-schema.org/draft-04/schema#',
    $id: 'not a uri %',
    id: 'old',
    type: 'string',
    format: 'colour',
    discriminator: { propertyName: 'kind' },
    $recursiveRef: '#',
    example: 7,
    madeUp: {},
  });
  expect([request('red'), request(7)]).toEqual([[], ['type']]);
  expect(notesOf(contract)).toEqual([]);
});

test('keywords whose values make no sense do not stop the others', () => {
  const { contract, request } = schema({
    type: ['string', 'text'],
    pattern: '(',
    maxLength: '3',
    minLength: -1,
    enum: [],
    required: true,
    allOf: {},
    not: 7,
  } as never);
  expect([request('abc'), request('abcd')]).toEqual([[], ['maxLength']]);
  expect(contract.notes.map(({ pointer }) => pointer.split('/').at(-1))).toEqual([
    'type',
    'pattern',
    'maxLength',
    'minLength',
    'enum',
    'allOf',
    'not',
  ]);
});

test('items that are an array are prefixItems', () => {
  const { contract, request } = schema({ items: [{ type: 'string' }] });
  expect([request([1]), request(['a', 1])]).toEqual([['type'], []]);
  expect(notesOf(contract)).toHaveLength(1);
});

test('required properties of the other direction may be missing, and in a callback none', () => {
  const { request, response, callback } = schema(
    {
      type: 'object',
      required: ['id', 'secret', 'name'],
      properties: { id: { $ref: '#/components/schemas/Id' }, secret: { writeOnly: true }, name: {} },
    },
    { Id: { type: 'string', readOnly: true } },
  );
  expect([request({ secret: 1, name: 1 }), request({ id: 'a', secret: 1 })]).toEqual([[], ['required']]);
  expect([response({ id: 'a', name: 1 }), response({ secret: 1, name: 1 })]).toEqual([[], ['required']]);
  expect([
    callback({ id: 'a', secret: 1, name: 1 }),
    callback({ secret: 1, name: 1 }),
    callback({ id: 'a', name: 1 }),
  ]).toEqual([[], ['required'], ['required']]);
});

describe('references', () => {
  test('circular schemas check values of any depth', () => {
    const { request } = schema(
      { $ref: '#/components/schemas/Node' },
      {
        Node: {
          type: 'object',
          required: ['name'],
          properties: {
            next: { $ref: '#/components/schemas/Node' },
            all: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
          },
        },
      },
    );
    expect(request({ name: 1, next: { name: 1, all: [{ name: 1 }] } })).toEqual([]);
    expect(request({ name: 1, next: { name: 1, all: [{}] } })).toEqual(['required']);
  });

  test('a circle that says nothing about a value is noted and left out', () => {
    const { contract, request } = schema(
      { allOf: [{ $ref: '#/components/schemas/A' }, { type: 'object' }] },
      { A: { anyOf: [{ $ref: '#/components/schemas/It' }], required: ['a'] } },
    );
    expect([request({ a: 1 }), request({}), request(1)]).toEqual([[], ['required'], ['type']]);
    expect(contract.notes).toHaveLength(1);
  });

  test('a reference to nothing accepts any value', () => {
    const { contract, request } = schema({
      type: 'object',
      properties: { a: { $ref: '#/components/schemas/Gone' }, b: { type: 'string' } },
    });
    expect([request({ a: 1 }), request({ b: 1 })]).toEqual([[], ['type']]);
    expect(contract.notes).toHaveLength(1);
  });

  test('keywords beside a reference count', () => {
    const { request } = schema({ $ref: '#/components/schemas/A', maxLength: 2 }, { A: { type: 'string' } });
    expect([request('ab'), request('abc'), request(1)]).toEqual([[], ['maxLength'], ['type']]);
  });

  test('unevaluatedProperties sees through references', () => {
    const { request } = schema(
      { allOf: [{ $ref: '#/components/schemas/A' }], properties: { b: {} }, unevaluatedProperties: false },
      { A: { properties: { a: {} } } },
    );
    expect([request({ a: 1, b: 1 }), request({ c: 1 })]).toEqual([[], ['unevaluatedProperties']]);
  });
});

test('of a oneOf, the errors of the best match are reported', () => {
  const { request } = schema(
    { oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] },
    {
      A: {
        type: 'object',
        properties: {
          kind: { const: 'a' },
          deep: { oneOf: [{ type: 'string' }, { type: 'object', properties: { x: { type: 'string' } } }] },
        },
        required: ['kind'],
      },
      B: { type: 'object', properties: { kind: { const: 'b' } }, required: ['kind', 'one', 'two'] },
    },
  );
  expect(request({ kind: 'b', one: 1 })).toEqual(['required']);
  expect(request({ kind: 'a', deep: { x: 1 } })).toEqual(['type']);
  expect(request({ kind: 'c' })).toEqual(['enum']);
});

describe('URLs', () => {
  test.each(['url', 'uri', 'uri-reference'])(
    'the format %s accepts local addresses and international names',
    (format) => {
      const { request } = schema({ type: 'string', format });
      for (const value of [
        'http://localhost:3000/hook',
        'http://127.0.0.1/a',
        'http://[::1]:8080/',
        'https://bücher.example/ä',
      ]) {
        expect(request(value)).toEqual([]);
      }
    },
  );

  test('the format url refuses what is no URL', () => {
    const { request } = schema({ type: 'string', format: 'url' });
    expect([request('hook'), request('http://a b')]).toEqual([['format'], ['format']]);
  });

  test('a pattern that demands https accepts http for a local consumer only', () => {
    const { contract, request } = schema({ type: 'string', pattern: '^https://.+$' });
    for (const value of [
      'http://localhost:3000/a',
      'http://consumer:80',
      'http://10.1.2.3/',
      'http://host.docker.internal/x',
    ]) {
      expect(request(value)).toEqual([]);
    }
    for (const value of [
      'http://example.com/a',
      'http://8.8.8.8/',
      'ftp://localhost/',
      'http://localhost.example.com/',
    ]) {
      expect(request(value)).toEqual(['pattern']);
    }
    expect(notesOf(contract)).toEqual([
      'forgiven /components/schemas/It/pattern The pattern "^https://.+$" demands https. It accepts http URLs of this machine and of private networks too.',
    ]);
  });
});

describe('patterns', () => {
  test('look-ahead, slashes and escapes of other dialects are read', () => {
    const ahead = schema({ pattern: '^(?=.*\\d)(?!x).{2,5}$' });
    expect([ahead.request('a1'), ahead.request('x1')]).toEqual([[], ['pattern']]);
    const slashes = schema({ pattern: '/^[a-z]+$/' });
    expect([slashes.request('abc'), slashes.request('/abc/')]).toEqual([[], ['pattern']]);
    const escapes = schema({ pattern: '^[\\w\\-\\_]+\\@$' });
    expect([escapes.request('a-b@'), escapes.request('a b@')]).toEqual([[], ['pattern']]);
  });

  test('a hostile pattern is stopped', () => {
    const { request } = schema({ pattern: '^(a+)+$', type: 'string' });
    expect(request('aaa')).toEqual([]);
    expect(request(`${'a'.repeat(40)}!`)).toEqual(['time-limit']);
    expect(request('b')).toEqual(['pattern']);
  });

  test('a hostile pattern of property names is stopped', () => {
    const { request } = schema({ patternProperties: { '^(a|a)*$': { type: 'string' } } });
    expect(request({ [`${'a'.repeat(40)}!`]: 1 })).toEqual(['time-limit']);
  });
});

test('a value that is nested too deeply is refused', () => {
  const { request } = schema({ properties: { a: { $ref: '#/components/schemas/It' } } });
  let value: JsonObject = {};
  for (let depth = 0; depth < 100_000; depth++) value = { a: value };
  expect(request(value)).toEqual(['time-limit']);
});

test('a property may be called __proto__', () => {
  const { request } = schema(
    JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}},"additionalProperties":false}'),
  );
  expect(request(JSON.parse('{"__proto__":"a"}'))).toEqual([]);
});

test('a schema nested four hundred times is read', () => {
  let nested: JsonObject = { type: 'string' };
  for (let depth = 0; depth < 400; depth++) nested = { properties: { a: nested } };
  const { request } = schema(nested);
  expect(request({ a: { a: {} } })).toEqual([]);
  let value: JsonValue = 7;
  for (let depth = 0; depth < 400; depth++) value = { a: value };
  expect(request(value)).toEqual(['type']);
});

test('required properties are read-only where another part of the schema says so', () => {
  const base = { type: 'object', properties: { id: { readOnly: true } } };
  const beside = schema(
    { allOf: [{ $ref: '#/components/schemas/Base' }], required: ['id', 'a'] },
    { Base: base },
  );
  expect([beside.request({ a: 1 }), beside.response({ a: 1 })]).toEqual([[], ['required']]);
  const between = schema({ allOf: [{ required: ['id'] }, base] });
  expect([between.request({}), between.response({})]).toEqual([[], ['required']]);
});

test('uniqueItems compares objects whatever the order of their properties', () => {
  const { request } = schema({ uniqueItems: true });
  expect(request([1, '1', { a: 1, b: [{ c: 1, d: 2 }] }, '{"a":1}', null, { a: 1 }])).toEqual([]);
  expect(
    request([
      { a: 1, b: [{ c: 1, d: 2 }] },
      { b: [{ d: 2, c: 1 }], a: 1 },
    ]),
  ).toEqual(['uniqueItems']);
  const many = Array.from({ length: 100_000 }, (_, index) => ({ index }));
  expect(request(many)).toEqual([]);
});

test('a value that fits far too many alternatives is stopped', () => {
  const next = { properties: { next: { $ref: '#/components/schemas/It' } } };
  const { request } = schema({ oneOf: [next, { ...next, required: ['x'] }, { ...next, required: ['y'] }] });
  let value: JsonObject = {};
  for (let depth = 0; depth < 30; depth++) value = { next: value };
  expect(request(value)).toEqual(['time-limit']);
});

test('a request may match two alternatives of a oneOf if one includes the other', () => {
  const file = schema(
    { oneOf: [{ type: 'string' }, { $ref: '#/components/schemas/File' }] },
    { File: { title: 'PDF', type: 'string', format: 'uuid' } },
  );
  const id = 'a65ec788-d68e-4827-9bdd-70f1ede3bca7';
  expect([file.request(id), file.request('text'), file.request(7)]).toEqual([[], [], ['type']]);
  expect([file.response(id), file.callback(id)]).toEqual([['oneOf'], ['oneOf']]);
  expect(notesOf(file.contract)).toEqual([
    'forgiven /components/schemas/It/oneOf One alternative includes another. A request may match both.',
  ]);
  const either = schema({ oneOf: [{ required: ['a'] }, { required: ['b'] }] });
  expect([either.request({ a: 1 }), either.request({ a: 1, b: 1 })]).toEqual([[], ['oneOf']]);
  const beside = schema(
    {
      oneOf: [
        { $ref: '#/components/schemas/A', required: ['a'] },
        { $ref: '#/components/schemas/A', required: ['b'] },
      ],
    },
    { A: { type: 'object' } },
  );
  expect([beside.request({ a: 1 }), beside.request({ a: 1, b: 1 })]).toEqual([[], ['oneOf']]);
});
