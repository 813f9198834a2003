import { expect, test } from 'vitest';
import { notesOf, onlyOperation, read } from './support.ts';

const ok = { responses: { 200: { description: 'Done' } } };

test('an operation without operationId is called by its method and path', () => {
  const contract = read({
    paths: { '/parcels/{id}': { get: ok }, '/a': { post: { ...ok, operationId: 'a' } } },
  });
  expect(contract.operations.map(({ id, provider }) => [id, provider])).toEqual([
    ['GET /parcels/{id}', 'parcels'],
    ['a', 'parcels'],
  ]);
});

test('operations that share an operationId are called by method and path, and noted', () => {
  const contract = read({
    paths: { '/a': { get: { ...ok, operationId: 'list' } }, '/b': { get: { ...ok, operationId: 'list' } } },
  });
  expect(contract.operations.map(({ id }) => id)).toEqual(['GET /a', 'GET /b']);
  expect(notesOf(contract)).toEqual([
    'forgiven /paths/~1a/get The operationId "list" is used more than once. This one is called "GET /a".',
    'forgiven /paths/~1b/get The operationId "list" is used more than once. This one is called "GET /b".',
  ]);
});

test('methods of OpenAPI 3.2 are operations', () => {
  const contract = read({
    paths: {
      '/a': { get: ok, 'x-oai-additionalOperations': { QUERY: ok, LINK: ok }, 'x-other': { post: ok } },
    },
  });
  expect(contract.operations.map(({ method }) => method)).toEqual(['GET', 'QUERY', 'LINK']);
});

test('a path item by $ref has the operations of its target and its own', () => {
  const contract = read({
    paths: { '/a': { $ref: '#/components/pathItems/a', get: { ...ok, operationId: 'own' } } },
    components: {
      pathItems: {
        a: { get: { ...ok, operationId: 'theirs' }, put: ok, parameters: [{ name: 'q', in: 'query' }] },
      },
    },
  });
  expect(contract.operations.map(({ id }) => id)).toEqual(['own', 'PUT /a']);
  expect(contract.operations[1]?.parameters.map(({ name }) => name)).toEqual(['q']);
});

test('paths keep their query string, extensions are no paths', () => {
  const contract = read({
    paths: { '/a?action=send': { post: ok }, 'x-paths': { get: ok }, 'b/c': { get: ok } },
  });
  expect(contract.operations.map(({ path }) => path)).toEqual(['/a?action=send', '/b/c']);
  expect(notesOf(contract)).toEqual(['forgiven /paths/b~1c The path "b/c" is read as "/b/c".']);
});

test('what is no operation or path item is noted, and the rest is read', () => {
  const contract = read({
    paths: { '/a': 'soon', '/b': { get: [], post: ok }, '/c': { $ref: '#/nowhere' } },
  });
  expect(contract.operations.map(({ id }) => id)).toEqual(['POST /b']);
  expect(notesOf(contract)).toEqual([
    'unsupported /paths/~1a A path item must be an object. It is ignored.',
    'unsupported /paths/~1b/get An operation must be an object. It is ignored.',
    'unsupported /paths/~1c The $ref "#/nowhere" points to nothing in the document. It is ignored.',
  ]);
});

test('a document with nothing but its version has no operations', () => {
  const contract = read({ info: null, paths: null, webhooks: 7 } as never);
  expect(contract).toMatchObject({ title: '', version: '', operations: [], basePaths: [], serverHosts: [] });
});

test('the paths of the servers at every level are base paths', () => {
  const contract = read({
    servers: [
      { url: 'https://api.example.com/v2/' },
      { url: '/relative/' },
      {
        url: 'https://{region}.example.com/{stage}',
        variables: { region: { default: 'eu' }, stage: { default: 'live', enum: ['live', 'test'] } },
      },
      { url: 'https://example.com/{tenant}', variables: { tenant: { default: 'acme' } } },
    ],
    paths: {
      '/a': {
        servers: [{ url: 'https://a.example.com/a' }],
        get: { ...ok, servers: [{ url: 'https://b.example.com/b?x=1' }] },
      },
    },
  });
  expect(contract.basePaths).toEqual(['/v2', '/relative', '/live', '/test', '/acme', '/a', '/b']);
});

test('security is that of the operation, else that of the document', () => {
  const contract = read({
    security: [{ key: [] }],
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Key' },
        basic: { type: 'http', scheme: 'Basic' },
        oauth: { type: 'oauth2', flows: {} },
      },
    },
    paths: {
      '/a': {
        get: ok,
        put: { ...ok, security: [] },
        post: { ...ok, security: [{ basic: [] }, { oauth: ['read'], key: [] }] },
        patch: { ...ok, security: [{ basic: [] }, {}] },
        delete: { ...ok, security: [{ gone: [] }] },
      },
    },
  });
  const key = { name: 'key', type: 'apiKey', key: { in: 'header', name: 'X-Key' }, scheme: null };
  const basic = { name: 'basic', type: 'http', key: null, scheme: 'basic' };
  const oauth = { name: 'oauth', type: 'oauth2', key: null, scheme: 'bearer' };
  expect(contract.operations.map(({ method, security }) => [method, security])).toEqual([
    ['GET', [[key]]],
    ['PUT', []],
    ['POST', [[basic], [oauth, key]]],
    ['PATCH', []],
    ['DELETE', []],
  ]);
  expect(notesOf(contract)).toEqual([
    'unsupported /paths/~1a/delete/security/0/gone The security scheme "gone" is not declared under components/securitySchemes. It is not required.',
  ]);
});

test('responses have their headers, media types and examples', () => {
  const operation = onlyOperation(
    read({
      paths: {
        '/a': {
          post: {
            responses: {
              201: {
                headers: {
                  'x-request-id': { required: true, schema: { type: 'string' } },
                  'Content-Type': { schema: {} },
                },
                content: {
                  'Application/JSON; charset=utf-8': {
                    schema: { type: 'object', required: ['id'] },
                    example: { id: 1 },
                    examples: {
                      two: { value: { id: 2 } },
                      three: { $ref: '#/components/examples/three' },
                      bare: { id: 4 },
                      far: { externalValue: 'a.json' },
                    },
                  },
                },
              },
              '4xx': { $ref: '#/components/responses/error' },
              default: {},
              soon: {},
            },
          },
        },
      },
      components: {
        examples: { three: { value: { id: 3 } } },
        responses: { error: { content: { 'text/plain': {} } } },
      },
    }),
  );
  expect([...operation.responses]).toEqual(['201', '4XX', 'default']);
  const created = operation.answers.get('201');
  expect([...(created?.headers ?? [])].map(([name, { required }]) => [name, required])).toEqual([
    ['x-request-id', true],
  ]);
  const media = created?.content.get('application/json');
  expect(media?.pointer).toBe(
    '/paths/~1a/post/responses/201/content/Application~1JSON; charset=utf-8/schema',
  );
  expect(media?.examples).toEqual([
    { name: null, value: { id: 1 } },
    { name: 'two', value: { id: 2 } },
    { name: 'three', value: { id: 3 } },
    { name: 'bare', value: { id: 4 } },
  ]);
  expect(operation.validateAnswer(201, 'application/json', { id: 1 })).toEqual([]);
  expect(operation.validateAnswer(201, 'application/json', {})).toMatchObject([{ code: 'required' }]);
  expect(operation.validateAnswer(404, 'text/html', '')).toMatchObject([{ code: 'response.content-type' }]);
});
