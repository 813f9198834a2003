import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/core/json.ts';
import { callbackOf, notesOf, onlyOperation, read } from './support.ts';

const withParameters = (
  path: string,
  parameters: readonly JsonObject[],
  shared: readonly JsonObject[] = [],
) => read({ paths: { [path]: { parameters: shared, get: { parameters, responses: {} } } } });

test('a parameter of the path that is not declared is a string', () => {
  const contract = withParameters('/a/{id}?x={y}', []);
  const [id, ...others] = onlyOperation(contract).parameters;
  expect(id).toMatchObject({ name: 'id', in: 'path', required: true, style: 'simple', mediaType: null });
  expect(others).toEqual([]);
  expect([id?.validate('7'), id?.validate('')]).toMatchObject([[], [{ code: 'type' }]]);
  expect(notesOf(contract)).toEqual([
    'forgiven /paths/~1a~1{id}?x={y}/get The parameter {id} of the path /a/{id}?x={y} is not declared. It is a string.',
  ]);
});

test('the parameters of an operation replace those of its path', () => {
  const contract = withParameters(
    '/a/{id}',
    [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
    [
      { name: 'id', in: 'path', required: true, schema: { type: 'boolean' } },
      { name: 'gone', in: 'path', required: true, schema: {} },
    ],
  );
  const parameters = onlyOperation(contract).parameters;
  expect(parameters.map(({ name, coerce }) => [name, coerce('7')])).toEqual([['id', 7]]);
  expect(notesOf(contract)).toHaveLength(1);
});

test('a header in another case is the same one', () => {
  const header = (name: string) => ({ name, in: 'header', schema: {} });
  const contract = withParameters('/a', [header('x-trace')], [header('X-Trace'), header('X-Other')]);
  expect(onlyOperation(contract).parameters.map(({ name }) => name)).toEqual(['x-trace', 'X-Other']);
});

test('styles have the defaults of their place', () => {
  const contract = withParameters('/a', [
    { name: 'a', in: 'query', schema: {} },
    {
      name: 'b',
      in: 'query',
      schema: {},
      style: 'pipeDelimited',
      allowReserved: true,
      allowEmptyValue: true,
    },
    { name: 'c', in: 'header', schema: {}, explode: true },
    { name: 'd', in: 'cookie', schema: {}, required: true },
    { name: 'e', in: 'query', schema: {}, style: 'matrix' },
    {
      name: 'f',
      in: 'query',
      'x-oai-in': 'querystring',
      content: { 'application/x-www-form-urlencoded': { schema: {} } },
    },
  ]);
  const shown = onlyOperation(contract).parameters.map((each) =>
    [each.in, each.style, each.explode, each.mediaType].join(' '),
  );
  expect(shown).toEqual([
    'query form true ',
    'query pipeDelimited false ',
    'header simple true ',
    'cookie form true ',
    'query form true ',
    'querystring form true application/x-www-form-urlencoded',
  ]);
  expect(onlyOperation(contract).parameters[1]).toMatchObject({ allowReserved: true, allowEmptyValue: true });
  expect(notesOf(contract)).toEqual([
    'forgiven /paths/~1a/get/parameters/4/style A parameter in query cannot have the style "matrix". It is read as "form".',
  ]);
});

test('a parameter with JSON content is parsed', () => {
  const [filter] = onlyOperation(
    withParameters('/a', [
      {
        name: 'filter',
        in: 'query',
        content: { 'application/json': { schema: { type: 'object', required: ['a'] } } },
      },
    ]),
  ).parameters;
  expect(filter?.mediaType).toBe('application/json');
  expect(filter?.validate(filter.coerce('{"a":1}'))).toEqual([]);
  expect(filter?.validate(filter.coerce('{}'))).toMatchObject([{ code: 'required' }]);
});

test('headers that other parts of a contract define are no parameters', () => {
  const names = ['Accept', 'content-type', 'AUTHORIZATION', 'Content-Length', 'host', 'X-Own'];
  const contract = withParameters(
    '/a',
    names.map((name) => ({ name, in: 'header', schema: {} })),
  );
  expect(onlyOperation(contract).parameters.map(({ name }) => name)).toEqual(['X-Own']);
});

test('broken parameters are noted, and the others are read', () => {
  const contract = withParameters('/a', [
    { in: 'query' },
    { name: 'b', in: 'body', schema: {} },
    { name: 'c', in: 'Query' },
    { name: 'c', in: 'query' },
    { $ref: '#/components/parameters/gone' },
  ]);
  expect(onlyOperation(contract).parameters.map(({ name }) => name)).toEqual(['c']);
  expect(notesOf(contract)).toEqual([
    'unsupported /paths/~1a/get/parameters/0 The parameter has no name. It is ignored.',
    'unsupported /paths/~1a/get/parameters/1 "in" of a parameter must be path, query, header or cookie. Got "body", so it is ignored.',
    'forgiven /paths/~1a/get/parameters/2 "in: Query" is read as "in: query".',
    'forgiven /paths/~1a/get/parameters/3 The parameter "c" is declared twice. The first one is used.',
    'unsupported /paths/~1a/get/parameters/4 The $ref "#/components/parameters/gone" points to nothing in the document. It is ignored.',
  ]);
});

test('a form has fields and encoding, other bodies have a validator for their kind', () => {
  const text = { type: 'string' };
  const operation = onlyOperation(
    read({
      paths: {
        '/a': {
          post: {
            requestBody: {
              required: true,
              content: {
                'multipart/form-data': {
                  schema: {
                    type: 'object',
                    properties: {
                      file: { ...text, format: 'binary' },
                      tags: { type: 'array', items: text },
                      note: text,
                    },
                  },
                  encoding: { file: { contentType: 'image/png' } },
                },
                'application/xml': { schema: { type: 'object', required: ['a'] } },
                'application/octet-stream': { schema: { type: 'string' } },
                'text/plain': { schema: { ...text, maxLength: 2 } },
                'application/*': {},
              },
            },
            responses: {},
          },
        },
      },
    }),
  );
  const content = operation.requestBody?.content;
  const form = content?.get('multipart/form-data');
  expect([...(form?.fields ?? [])].map(([name, { kind }]) => [name, kind])).toEqual([
    ['file', 'file'],
    ['tags', 'list'],
    ['note', 'value'],
  ]);
  expect(form?.media?.encoding).toEqual({ file: { contentType: 'image/png' } });
  expect([...(content ?? [])].map(([type, { binary }]) => [type, binary])).toEqual([
    ['multipart/form-data', false],
    ['application/xml', false],
    ['application/octet-stream', true],
    ['text/plain', false],
    ['application/*', true],
  ]);
  expect(content?.get('application/xml')?.validate({})).toMatchObject([{ code: 'required' }]);
  expect(content?.get('text/plain')?.validate('abc')).toMatchObject([{ code: 'maxLength' }]);
});

test('a sequence of values is an array whose items are checked', () => {
  const item = { type: 'object', required: ['id'] };
  const contract = read({
    webhooks: { log: { post: { requestBody: { content: { 'application/jsonl': { itemSchema: item } } } } } },
  });
  const media = callbackOf(contract, 'log').content.get('application/jsonl');
  expect(media?.schema).toMatchObject({
    type: 'array',
    items: { $ref: expect.stringMatching(/^#\/webhooks\/log\//) },
  });
  expect(media?.validate([{ id: 1 }])).toEqual([]);
  expect(media?.validate([{ id: 1 }, {}])).toMatchObject([{ location: '/1', code: 'required' }]);
});
