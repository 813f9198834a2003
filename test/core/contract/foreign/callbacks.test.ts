import { describe, expect, test } from 'vitest';
import { callbackOf, declaring, notesOf, onlyOperation, read } from './support.ts';

const post = {
  post: {
    requestBody: { content: { 'application/json': { schema: { type: 'object', required: ['id'] } } } },
    responses: { 204: {} },
  },
};
const body = {
  content: { 'application/json': { schema: { type: 'object', properties: { url: { type: 'string' } } } } },
};
const url = '{$request.body#/url}';
const exchange = (value: unknown) => ({
  url: 'http://localhost/parcels',
  method: 'POST',
  request: { headers: {}, query: {}, path: {}, body: { url: value } as never },
  response: null,
});

describe('names', () => {
  test('a callback is called by its operation and event', () => {
    const contract = read(declaring({ sent: { [url]: post } }));
    expect([...contract.callbacks.keys()]).toEqual(['createParcel.sent']);
    expect(onlyOperation(contract).callbacks).toEqual([{ type: 'createParcel.sent', expression: url }]);
    expect(callbackOf(contract, 'createParcel.sent')).toMatchObject({
      event: 'sent',
      name: 'createParcel.sent',
      kind: 'callback',
      operation: 'createParcel',
      expression: url,
      methods: ['POST'],
      pointer: '/paths/~1parcels/post/callbacks/sent/{$request.body#~1url}/post',
      unsubmittable: null,
    });
  });

  test('several expressions and methods of one event each have their own', () => {
    const contract = read(
      declaring({ sent: { [url]: { ...post, ...{ put: post.post } }, 'http://localhost/x': post } }),
    );
    expect([...contract.callbacks.keys()]).toEqual([
      `createParcel.sent POST ${url}`,
      `createParcel.sent PUT ${url}`,
      'createParcel.sent POST http://localhost/x',
    ]);
  });

  test('one event of several operations is one callback for each', () => {
    const callbacks = { sent: { $ref: '#/components/callbacks/sent' } };
    const contract = read({
      paths: {
        '/a': { post: { operationId: 'a', callbacks, responses: {} }, put: { callbacks, responses: {} } },
      },
      components: { callbacks: { sent: { [url]: post } } },
    });
    expect([...contract.callbacks.keys()]).toEqual(['a.sent', 'PUT /a.sent']);
    expect(callbackOf(contract, 'PUT /a.sent').pointer).toBe(
      '/components/callbacks/sent/{$request.body#~1url}/post',
    );
  });
});

test('the URL of a callback is read from the submission', () => {
  const callback = callbackOf(
    read(declaring({ sent: { [url]: post } }, { requestBody: body })),
    'createParcel.sent',
  );
  expect(callback.url?.(exchange('http://localhost:1/x'))).toBe('http://localhost:1/x');
  expect(callback.url?.(exchange(undefined))).toBeUndefined();
});

test('a key that is not by the book is forgiven where it is plain, and explained where it is not', () => {
  const contract = read(
    declaring(
      { sent: { '{request.body#/url}': post }, lost: { 'call the client': post } },
      { requestBody: body },
    ),
  );
  expect(callbackOf(contract, 'createParcel.sent').url?.(exchange('http://localhost:1/x'))).toBe(
    'http://localhost:1/x',
  );
  expect(notesOf(contract)[0]).toMatch(/^forgiven .*It is read as "\{\$request\.body#\/url\}"/);
});

test('a callback of a callback is fired by hand', () => {
  const inner = { done: { '{$request.body#/reply}': post } };
  const contract = read(declaring({ sent: { [url]: { post: { ...post.post, callbacks: inner } } } }));
  expect([...contract.callbacks.keys()]).toEqual(['createParcel.sent', 'createParcel.sent.done']);
  const { url: evaluate, unsubmittable, operation } = callbackOf(contract, 'createParcel.sent.done');
  expect({ evaluate, operation }).toEqual({ evaluate: null, operation: 'createParcel' });
  expect(unsubmittable).toContain('Another callback declares it');
  expect(onlyOperation(contract).callbacks.map(({ type }) => type)).toEqual(['createParcel.sent']);
});

test('a callback whose methods are not below an expression is fired by hand', () => {
  const contract = read(declaring({ sent: post }));
  const callback = callbackOf(contract, 'createParcel.sent');
  expect(callback.unsubmittable).toContain('no expression');
  expect(callback.validate({})).toMatchObject([{ code: 'required' }]);
});

test('a callback has parameters, media types, security and answers', () => {
  const contract = read({
    ...declaring({
      sent: {
        [url]: {
          parameters: [{ name: 'X-Signature', in: 'header', required: true, schema: { type: 'string' } }],
          post: {
            security: [{ key: [] }],
            parameters: [{ name: 'id', in: 'path', required: true, schema: {} }],
            requestBody: {
              content: {
                'application/xml': { schema: true },
                'application/json': { schema: { type: 'object' }, example: { a: 1 } },
              },
            },
            responses: { 200: { content: { 'application/json': {} } }, '3XX': {} },
          },
        },
      },
    }),
    components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'key' } } },
    security: [{ key: [] }, {}],
  });
  const callback = callbackOf(contract, 'createParcel.sent');
  expect(callback.parameters.map((each) => `${each.in} ${each.name}`)).toEqual([
    'path id',
    'header X-Signature',
  ]);
  expect([...callback.content.keys()]).toEqual(['application/xml', 'application/json']);
  expect(callback.security).toMatchObject([[{ name: 'key' }]]);
  expect([...callback.answers]).toEqual([
    ['200', { jsonOnly: true }],
    ['3XX', { jsonOnly: false }],
  ]);
  expect(callback.examples).toEqual([{ a: 1 }]);
  expect(callback.validate('text')).toMatchObject([{ code: 'type' }]);
});

test('the payload of a callback without a body is its query', () => {
  const parameters = [{ name: 'state', in: 'query', required: true, schema: { type: 'integer' } }];
  const callback = callbackOf(
    read(declaring({ sent: { [url]: { get: { parameters, responses: {} } } } })),
    'createParcel.sent',
  );
  expect(callback).toMatchObject({ query: ['state'], hasBody: false });
  expect(callback.validate({ state: 1 })).toEqual([]);
  expect(callback.validate({ state: 'a' })).toMatchObject([{ location: '/state', code: 'type' }]);
  expect(callback.validate({})).toMatchObject([{ code: 'required' }]);
});

describe('webhooks', () => {
  test('webhooks and x-webhooks are types, and an event in both lists is one', () => {
    const contract = read({
      webhooks: { sent: post, both: { post: post.post, put: post.post } },
      'x-webhooks': { sent: post, lost: post, keyed: { [url]: post }, 'x-internal': true, 'x-ray': post },
      paths: { '/a': { 'x-webhooks': { near: post } } },
    });
    expect([...contract.callbacks].map(([type, { kind }]) => `${kind} ${type}`)).toEqual([
      'webhook sent',
      'webhook both POST',
      'webhook both PUT',
      'x-webhook lost',
      'x-webhook keyed',
      'x-webhook x-ray',
      'x-webhook near',
    ]);
    const { expression, operation, unsubmittable } = callbackOf(contract, 'keyed');
    expect({ expression, operation }).toEqual({ expression: url, operation: null });
    expect(unsubmittable).toContain('--webhooks-to');
    expect(callbackOf(contract, 'lost').expression).toBeNull();
  });
});
