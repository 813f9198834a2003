import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { bodyProblems, documentWith, firstOperation, load, operation, withBody } from './documents.ts';

describe('an operation', () => {
  test('has the id, provider, method, path and statuses from the document', () => {
    const { id, provider, method, path, responses, requestBody } = firstOperation(
      load(
        documentWith({
          paths: {
            '/documents/annotate:{document_class}': {
              post: operation({
                operationId: 'annotate',
                tags: ['acme', 'other'],
                parameters: [
                  { name: 'document_class', in: 'path', required: true, schema: { type: 'string' } },
                ],
                responses: {
                  202: { description: 'Accepted.' },
                  '4XX': { description: 'No.' },
                  default: { description: 'Else.' },
                },
              }),
            },
          },
        }),
      ),
    );
    expect({ id, provider, method, path, requestBody }).toEqual({
      id: 'annotate',
      provider: 'acme',
      method: 'POST',
      path: '/documents/annotate:{document_class}',
      requestBody: null,
    });
    expect([...responses]).toEqual(['202', '4XX', 'default']);
  });

  test('follows local $refs of path items, parameters, bodies and responses', () => {
    const contract = load(
      documentWith({
        paths: { '/a/{id}': { $ref: '#/components/pathItems/A' } },
        components: {
          pathItems: {
            A: {
              parameters: [{ $ref: '#/components/parameters/Id' }],
              post: operation({
                requestBody: { $ref: '#/components/requestBodies/B' },
                responses: { 200: { $ref: '#/components/responses/R' } },
              }),
            },
          },
          parameters: {
            Id: { name: 'id', in: 'path', required: true, schema: { $ref: '#/components/schemas/Id' } },
          },
          requestBodies: {
            B: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Id' } } } },
          },
          responses: {
            R: {
              description: 'R',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Id' } } },
            },
          },
          schemas: { Id: { type: 'integer', minimum: 1 } },
        },
      }),
    );
    const { parameters, requestBody, validateAnswer } = firstOperation(contract);
    expect(parameters.map(({ name, required }) => ({ name, required }))).toEqual([
      { name: 'id', required: true },
    ]);
    expect(parameters[0]?.validate(0)).toHaveLength(1);
    expect(parameters[0]?.validate(1)).toEqual([]);
    expect(requestBody?.content.get('application/json')?.validate('x')).toHaveLength(1);
    expect(validateAnswer(200, 'application/json', 'x')).toHaveLength(1);
  });

  test('prefers its own parameter to that of the path item', () => {
    const limit = (maximum: number): JsonObject => ({
      name: 'limit',
      in: 'query',
      schema: { type: 'integer', maximum },
    });
    const { parameters } = firstOperation(
      load(
        documentWith({
          paths: { '/a': { parameters: [limit(1)], get: operation({ parameters: [limit(9)] }) } },
        }),
      ),
    );
    expect(parameters).toHaveLength(1);
    expect(parameters[0]?.validate(5)).toEqual([]);
  });

  test('changes when the document changes', () => {
    const before = load(withBody({ type: 'object', required: ['a'] }));
    const document = withBody({ type: 'object', required: ['b'] });
    const after = load({
      ...document,
      paths: { '/renamed': (document.paths as JsonObject)['/things'] ?? {} },
    });
    const validate = (contract: typeof after) =>
      firstOperation(contract).requestBody?.content.get('application/json')?.validate({ a: 1 });
    expect(firstOperation(before).path).toBe('/things');
    expect(firstOperation(after).path).toBe('/renamed');
    expect(validate(before)).toEqual([]);
    expect(validate(after)?.[0]?.message).toBe('must have the property "b"');
  });

  test('ignores the header parameters that OpenAPI says to ignore', () => {
    const header = (name: string): JsonObject => ({ name, in: 'header', schema: { type: 'string' } });
    const parameters = [header('Authorization'), header('Accept'), header('Content-Type'), header('X-Tag')];
    const contract = load(documentWith({ paths: { '/a': { get: operation({ parameters }) } } }));
    expect(firstOperation(contract).parameters.map(({ name }) => name)).toEqual(['X-Tag']);
  });
});

describe('a parameter', () => {
  const parameter = (schema: JsonObject) => {
    const parameters = [{ name: 'p', in: 'query', schema }];
    const [first] = firstOperation(
      load(documentWith({ paths: { '/a': { get: operation({ parameters }) } } })),
    ).parameters;
    if (first === undefined) throw new Error('no parameter');
    return first;
  };

  test.each<[JsonObject, string, unknown]>([
    [{ type: 'integer' }, '25', 25],
    [{ type: 'integer' }, '0', 0],
    [{ type: 'integer' }, '-1', -1],
    [{ type: 'integer' }, '', ''],
    [{ type: 'integer' }, '2.5', 2.5],
    [{ type: 'integer' }, '007', '007'],
    [{ type: 'integer' }, ' 1', ' 1'],
    [{ type: 'integer' }, '0x10', '0x10'],
    [{ type: 'integer' }, '9007199254740993', '9007199254740993'],
    [{ type: 'number' }, '1e3', 1000],
    [{ type: 'number' }, '1e999', '1e999'],
    [{ type: 'number' }, 'NaN', 'NaN'],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, 'false', false],
    ...['true', 'True', 'TRUE', '1', 'on', 'yes', 'Yes'].map((text): [JsonObject, string, unknown] => [
      { type: 'boolean' },
      text,
      true,
    ]),
    ...['false', 'False', 'FALSE', '0', 'off', 'no', 'NO'].map((text): [JsonObject, string, unknown] => [
      { type: 'boolean' },
      text,
      false,
    ]),
    [{ type: 'boolean' }, 'maybe', 'maybe'],
    [{ type: 'boolean' }, '2', '2'],
    [{ type: 'boolean' }, '', ''],
    [{ type: ['boolean', 'integer'] }, '1', 1],
    [{ type: ['boolean', 'string'] }, 'yes', 'yes'],
    [{ type: ['integer', 'null'] }, 'null', null],
    [{ type: 'string' }, '25', '25'],
    [{ type: ['string', 'integer'] }, '25', '25'],
    [{ enum: [30, 91] }, '30', 30],
    [{ const: true }, 'true', true],
    [{ anyOf: [{ type: 'integer' }, { type: 'boolean' }] }, 'true', true],
    [{ allOf: [{ type: 'integer' }] }, '3', 3],
    [{ type: 'array', items: { type: 'integer' } }, '1,2', [1, 2]],
    [{ type: 'array', items: { type: 'integer' } }, '', []],
    [{}, '25', '25'],
  ])('of the schema %j reads %j as %j', (schema, text, value) => {
    expect(parameter(schema).coerce(text)).toStrictEqual(value);
  });

  test('has the default of its schema, including 0, false and an empty string', () => {
    expect(parameter({ type: 'integer', default: 0 }).default).toBe(0);
    expect(parameter({ type: 'boolean', default: false }).default).toBe(false);
    expect(parameter({ type: 'string', default: '' }).default).toBe('');
    expect(parameter({ type: 'string' }).default).toBeUndefined();
  });

  test('is read as JSON when it has content instead of a schema', () => {
    const parameters = [
      { name: 'p', in: 'query', content: { 'application/json': { schema: { type: 'object' } } } },
    ];
    const [first] = firstOperation(
      load(documentWith({ paths: { '/a': { get: operation({ parameters }) } } })),
    ).parameters;
    expect(first?.coerce('{"a":1}')).toEqual({ a: 1 });
    expect(first?.validate(first.coerce('{'))).toHaveLength(1);
  });
});

describe('a request body', () => {
  const body = (content: JsonObject) => {
    const contract = load(
      documentWith({ paths: { '/a': { post: operation({ requestBody: { content } }) } } }),
    );
    return firstOperation(contract).requestBody;
  };

  test('has the form fields of its schema', () => {
    const schema = {
      allOf: [{ type: 'object', properties: { note: { type: 'string' } } }],
      type: 'object',
      properties: {
        files: { type: 'array', items: { type: 'string', format: 'binary' } },
        cover: { contentMediaType: 'application/pdf' },
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        counts: { type: 'array', items: { type: 'integer' } },
        sync: { type: 'boolean', default: false },
      },
    };
    const fields = body({ 'multipart/form-data': { schema } })?.content.get('multipart/form-data')?.fields;
    const kinds = [...(fields ?? [])].map(([name, { kind, repeated }]) => [name, kind, repeated]);
    expect(kinds).toEqual([
      ['files', 'file', true],
      ['cover', 'file', false],
      ['headers', 'object', false],
      ['counts', 'list', true],
      ['sync', 'value', false],
      ['note', 'value', false],
    ]);
    expect(fields?.get('counts')?.coerce('2')).toBe(2);
    expect(fields?.get('headers')?.coerce('2')).toBe('2');
    expect(fields?.get('sync')?.coerce('false')).toBe(false);
  });

  test.each<[string, JsonObject, boolean]>([
    ['*/*', { schema: { type: 'string', format: 'binary' } }, true],
    ['application/octet-stream', {}, true],
    ['application/pdf', { schema: {} }, true],
    ['text/plain', { schema: { type: 'string' } }, false],
    ['application/json', { schema: { type: 'string' } }, false],
    ['application/problem+json', {}, false],
  ])('of %s with %j is raw bytes: %s', (mediaType, content, binary) => {
    expect(body({ [mediaType]: content })?.content.get(mediaType)?.binary).toBe(binary);
  });

  test('has its media types in lowercase and without parameters', () => {
    expect([...(body({ 'Application/JSON; charset=utf-8': {} })?.content.keys() ?? [])]).toEqual([
      'application/json',
    ]);
  });
});

describe('validateAnswer', () => {
  const json = (type: string): JsonObject => ({
    description: 'x',
    content: { 'application/json': { schema: { type } } },
  });
  const { validateAnswer } = firstOperation(
    load(
      documentWith({
        paths: {
          '/a': {
            get: operation({
              responses: {
                200: json('object'),
                204: { description: 'Nothing.' },
                '4XX': json('string'),
                403: { description: 'XML', content: { 'application/xml': {} } },
              },
            }),
          },
        },
      }),
    ),
  );

  test.each<[number, string | null, unknown, string[]]>([
    [200, 'application/json', {}, []],
    [200, 'application/json; charset=utf-8', {}, []],
    [200, 'application/json', [], ['type']],
    [200, 'text/html', '', ['response.content-type']],
    [200, null, undefined, ['response.content-type']],
    [204, null, undefined, []],
    [204, 'application/json', {}, ['response.content-type']],
    [404, 'application/json', 'gone', []],
    [404, 'application/json', {}, ['type']],
    [403, 'application/xml', undefined, []],
    [403, 'application/json', 'x', ['response.content-type']],
    [500, 'application/json', {}, ['response.status']],
  ])('of %i %s with %j finds %j', (status, mediaType, answer, codes) => {
    expect(validateAnswer(status, mediaType, answer).map(({ code }) => code)).toEqual(codes);
  });
});

describe('$refs between files', () => {
  test('resolve relative to the location of the file, whatever its $id is', () => {
    const files = {
      'schemas/a b.schema.json': {
        $id: 'https://acme.example/x/a',
        type: 'object',
        properties: { b: { $ref: 'b' } },
      },
      'schemas/b.schema.json': { $id: 'https://acme.example/x/b', type: 'integer' },
    };
    const document = withBody({ $ref: './schemas/a b.schema.json' });
    expect(bodyProblems(document, { b: 'x' }, files)).toEqual(['/b [type] must be an integer; got "x"']);
  });

  test('may climb above the folder of the document, one folder per level', () => {
    const files = { '../../id.schema.json': { type: 'integer' }, '../id.schema.json': { type: 'boolean' } };
    expect(bodyProblems(withBody({ $ref: '../../id.schema.json' }), 1, files)).toEqual([]);
    expect(bodyProblems(withBody({ $ref: '../id.schema.json' }), true, files)).toEqual([]);
  });

  test('may name a part of a file, an $anchor, or a file that is not a schema', () => {
    const files = {
      'parts.yaml': {
        '/odd name': {},
        Limit: { name: 'limit', in: 'query', schema: { $ref: '#/Schemas/Small' } },
        Schemas: { Small: { type: 'integer' } },
      },
      's.schema.json': { $defs: { a: { $anchor: 'small', type: 'integer', maximum: 3 } } },
    };
    const parameters = [
      { $ref: 'parts.yaml#/Limit' },
      { name: 'a', in: 'query', schema: { $ref: 's.schema.json#small' } },
      { name: 'b', in: 'query', schema: { $ref: 's.schema.json#/$defs/a' } },
    ];
    const contract = load(documentWith({ paths: { '/a': { get: operation({ parameters }) } } }), files);
    const read = firstOperation(contract).parameters;
    expect(read.map(({ coerce, validate }) => validate(coerce('x')).length)).toEqual([1, 1, 1]);
    expect(read.map(({ coerce, validate }) => validate(coerce('4')).length)).toEqual([0, 1, 1]);
  });

  test('may be circular below properties', () => {
    const Tree = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
    };
    const document = withBody({ $ref: '#/components/schemas/Tree' }, { schemas: { Tree } });
    expect(bodyProblems(document, { children: [{ children: 1 }] })).toEqual([
      '/children/0/children [type] must be an array; got 1',
    ]);
  });
});

describe('a callback', () => {
  const post = (schema: JsonObject, parts: JsonObject = {}): JsonObject =>
    operation({ requestBody: { content: { 'application/json': { schema } } }, ...parts });

  test('is declared once and referenced from callbacks and webhooks', () => {
    const contract = load(
      documentWith({
        paths: {
          '/a': {
            post: operation({
              callbacks: { done: { '{$request.body#/hook}': { $ref: '#/components/pathItems/done' } } },
            }),
          },
        },
        webhooks: { done: { $ref: '#/components/pathItems/done' } },
        components: { pathItems: { done: { post: post({ $ref: 'schemas/done.schema.json' }) } } },
      }),
      {
        'schemas/done.schema.json': { type: 'object', required: ['id'], examples: [{ id: 1 }] },
        'schemas/done.strict.schema.json': {
          type: 'object',
          required: ['id'],
          properties: { id: {} },
          additionalProperties: false,
        },
      },
    );
    expect([...contract.callbacks.keys()]).toEqual(['acme.done']);
    expect(firstOperation(contract).callbacks).toEqual([
      { type: 'acme.done', expression: '{$request.body#/hook}' },
    ]);
    const done = contract.callbacks.get('acme.done');
    expect(done).toMatchObject({
      provider: 'acme',
      name: 'done',
      methods: ['POST'],
      query: [],
      hasBody: true,
      examples: [{ id: 1 }],
    });
    expect(done?.validate({ id: 1, more: 1 })).toEqual([]);
    expect(done?.validateStrict({ id: 1, more: 1 }).map(({ code }) => code)).toEqual([
      'additionalProperties',
    ]);
  });

  test('validates strictly as it does loosely when it has no strict variant', () => {
    const done = load(documentWith({ webhooks: { done: { post: post({ type: 'object' }) } } })).callbacks.get(
      'acme.done',
    );
    expect(done?.validateStrict({ anything: 1 })).toEqual([]);
    expect(done?.validateStrict(1)).toHaveLength(1);
  });

  test('in the query string has a schema made from its parameters', () => {
    const parameters = [
      { name: 'id', in: 'query', required: true, schema: { type: 'string' } },
      { name: 'state', in: 'query', schema: { $ref: '#/components/schemas/State' } },
    ];
    const contract = load(
      documentWith({
        webhooks: { state: { parameters, get: operation(), post: operation() } },
        components: { schemas: { State: { type: 'integer' } } },
      }),
    );
    const state = contract.callbacks.get('acme.state');
    expect(state).toMatchObject({ methods: ['GET', 'POST'], query: ['id', 'state'], hasBody: false });
    expect(state?.validate({ id: 'a', state: 1, more: 1 })).toEqual([]);
    expect(state?.validate({ state: 'x' }).map(({ message }) => message)).toEqual([
      'must have the property "id"',
      'must be an integer; got "x"',
    ]);
    expect(state?.validateStrict({ id: 'a', more: 1 }).map(({ code }) => code)).toEqual([
      'additionalProperties',
    ]);
  });

  test('in the query string may name the schema of its parameters', () => {
    const contract = load(
      documentWith({
        webhooks: { state: { 'x-ringback-payload': { $ref: './state.schema.json' }, get: operation() } },
      }),
      {
        'state.schema.json': { type: 'object', required: ['id'] },
        'state.strict.schema.json': { type: 'object', maxProperties: 1 },
      },
    );
    const state = contract.callbacks.get('acme.state');
    expect(state?.validate({})).toHaveLength(1);
    expect(state?.validateStrict({ id: 1, b: 2 })).toHaveLength(1);
  });

  test('below an operation belongs to that operation’s provider unless it has a tag of its own', () => {
    const untagged = { post: { responses: { 200: { description: 'Thanks.' } } } };
    const contract = load(
      documentWith({
        paths: {
          '/a': {
            post: operation({
              callbacks: {
                a: { '{$url}': untagged },
                b: { '{$url}': { post: operation({ tags: ['other'] }) } },
              },
            }),
          },
        },
      }),
    );
    expect([...contract.callbacks.keys()]).toEqual(['acme.a', 'other.b']);
  });

  test('has the responses that its operation declares, and whether they are JSON', () => {
    const responses = {
      200: { description: 'Taken.', content: { 'application/json': {} } },
      '2XX': { description: 'Taken too.' },
    };
    const contract = load(documentWith({ webhooks: { a: { post: operation({ responses }) } } }));
    expect([...(contract.callbacks.get('acme.a')?.answers ?? [])]).toEqual([
      ['200', { jsonOnly: true }],
      ['2XX', { jsonOnly: false }],
    ]);
  });
});

test('a contract that is compiled on first use reports a bad schema only when it is used', async () => {
  const { loadContract } = await import('../../../src/core/contract/load-contract.ts');
  const contract = loadContract(withBody({ type: 'strng' }), new Map(), { compile: 'on-first-use' });
  const validate = firstOperation(contract).requestBody?.content.get('application/json')?.validate;
  expect(() => validate?.(1)).toThrow(/Could not compile the schema at #\/paths\/~1things\/post/);
});
