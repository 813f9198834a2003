import { describe, expect, test } from 'vitest';
import type { Contract } from '../../../src/core/contract/contract.ts';
import { readForeign } from '../../../src/core/contract/foreign/read-foreign.ts';
import { type JsonObject, resolvePointer } from '../../../src/core/json.ts';
import { scenarioEngine } from '../../../src/loading/schema-engines.ts';
import { noteResources } from '../../../src/providers/contract/note-resources.ts';
import { mapResources, pointerOf, segmentsOf } from '../../../src/providers/contract/resource-map.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const thing = { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } };
const answers = (schema: object) => ({ responses: { 200: { description: 'ok', ...json(schema) } } });
const one = answers(thing);
const many = answers({ type: 'object', properties: { things: { type: 'array', items: thing } } });
/** A response with a link. */
const linking = (link: object, status = 201) => ({
  responses: { 200: { description: 'ok' }, [status]: { description: 'made', links: { made: link } } },
});

function contractOf(paths: object): Contract {
  const document = { openapi: '3.1.1', info: { title: 'Things', version: '1' }, paths } as JsonObject;
  return readForeign(document, { name: 'things', notes: [], engine: scenarioEngine });
}

/** `create createThing things` by operation. */
function uses(paths: object): Record<string, string> {
  const { uses: found } = mapResources(contractOf(paths));
  return Object.fromEntries([...found].map(([id, { kind, role }]) => [id, `${role} ${kind.name}`]));
}

describe('mapResources', () => {
  test('finds the operations of a kind by their paths', () => {
    const paths = {
      '/v1/things': { post: one, get: many },
      '/v1/things/{thingId}': { get: one, put: one, patch: one, delete: one },
      '/v1/things/{id}/cancel': { post: one },
      '/health': { get: one },
    };
    expect(uses(paths)).toEqual({
      'POST /v1/things': 'create things',
      'GET /v1/things': 'list things',
      'GET /v1/things/{thingId}': 'read things',
      'PUT /v1/things/{thingId}': 'replace things',
      'PATCH /v1/things/{thingId}': 'merge things',
      'DELETE /v1/things/{thingId}': 'remove things',
      'POST /v1/things/{id}/cancel': 'act things',
    });
    const [kind] = mapResources(contractOf(paths)).kinds;
    expect(kind).toMatchObject({
      noun: 'thing',
      collection: '/v1/things',
      item: '/v1/things/{thingId}',
      parameter: 'thingId',
      isCreatable: true,
    });
  });

  test('keeps nested collections apart, whose names are unique', () => {
    const found = uses({
      '/users/{userId}/cards': { post: one, get: answers({ type: 'array', items: thing }) },
      '/users/{userId}/cards/{cardId}': { get: one },
      '/teams/{teamId}/cards/{cardId}': { get: one },
      '/runs/{runId}': { get: one },
    });
    expect(found).toEqual({
      'POST /users/{userId}/cards': 'create cards',
      'GET /users/{userId}/cards': 'list cards',
      'GET /users/{userId}/cards/{cardId}': 'read cards',
      'GET /teams/{teamId}/cards/{cardId}': 'read teams-cards',
      'GET /runs/{runId}': 'read runs-2',
    });
  });

  test('names the kind of the last path parameter', () => {
    const { uses: found } = mapResources(
      contractOf({
        '/users/{id}': { get: one },
        '/users/{userId}/cards/{cardId}': { get: one },
        '/users/{userId}/cards': { post: one },
      }),
    );
    expect(found.get('POST /users/{userId}/cards')?.guard?.name).toBe('users');
    expect(found.get('GET /users/{userId}/cards/{cardId}')?.guard?.name).toBe('cards');
  });

  test.each([
    ['a collection in the singular', '/thing'],
    ['a path that says so', '/things/create'],
  ])('finds what creates: %s', (_, path) => {
    const found = uses({ '/things/{id}': { get: one }, [path]: { post: one } });
    expect(found[`POST ${path}`]).toBe('create things');
  });

  test('finds what creates by a link, with the expression of the id', () => {
    const links = { made: { operationId: 'getThing', parameters: { id: '$response.body#/data/ref' } } };
    const contract = contractOf({
      '/things/{id}': { get: { operationId: 'getThing', ...one } },
      '/orders': { post: { operationId: 'order', responses: { 201: { description: 'made', links } } } },
    });
    const use = mapResources(contract).uses.get('order');
    expect(use).toMatchObject({ role: 'create', kind: { idExpression: '$response.body#/data/ref' } });
    expect([...noteResources(contract)].filter((note) => note !== null)).toEqual([]);
  });

  test('is a collection without items if it has POST and lists', () => {
    const found = uses({ '/notes': { post: one, get: many }, '/search': { post: one, get: one } });
    expect(found).toEqual({ 'POST /notes': 'create notes', 'GET /notes': 'list notes' });
  });

  test('is something that there is one of if GET gives an object that PUT or PATCH changes', () => {
    const found = uses({
      '/settings': { get: one, put: one, delete: one },
      '/users/{id}/profile': { get: one, patch: one },
      '/rules': { get: answers({ type: 'array', items: { type: 'string' } }), put: one },
      '/things': { get: many, put: one, post: one },
      '/things/{id}': { get: one },
    });
    expect(found).toEqual({
      'GET /settings': 'read settings',
      'PUT /settings': 'replace settings',
      'DELETE /settings': 'remove settings',
      'GET /users/{id}/profile': 'read profile',
      'PATCH /users/{id}/profile': 'merge profile',
      'GET /things': 'list things',
      'POST /things': 'create things',
      'GET /things/{id}': 'read things',
    });
  });

  test('is a kind below two parameters if something changes or removes it', () => {
    const found = uses({
      '/keys/{country}': { get: answers({ type: 'array', items: thing }) },
      '/keys/{country}/{plate}': { get: one, put: one, delete: one },
      '/rates/{from}/{to}': { get: one },
    });
    expect(found).toEqual({
      'GET /keys/{country}': 'list keys-2',
      'GET /keys/{country}/{plate}': 'read keys-2',
      'PUT /keys/{country}/{plate}': 'replace keys-2',
      'DELETE /keys/{country}/{plate}': 'remove keys-2',
    });
  });

  test('finds what creates below another resource, and a list beside items in the singular', () => {
    const found = uses({
      '/users/{id}': { get: one },
      '/users/{id}/orders': { post: one },
      '/orders/{orderId}': { get: one },
      '/notes': { post: one, get: many },
      '/note/{id}': { get: one },
    });
    expect(found['POST /users/{id}/orders']).toBe('create orders');
    expect(found['POST /notes']).toBe('create note');
    expect(found['GET /notes']).toBe('list note');
  });

  test('finds the job that an operation starts by the name of its id', () => {
    const job = answers({ type: 'object', properties: { jobId: { type: 'string' } } });
    const found = uses({
      '/jobs/{jobId}': { get: one },
      '/exports': { post: job },
      '/reports': { post: one },
    });
    expect(found).toEqual({ 'GET /jobs/{jobId}': 'read jobs', 'POST /exports': 'create jobs' });
  });

  test('takes the configured id, and the operation that has one where two create', () => {
    const contract = contractOf({
      '/things': { post: answers({ type: 'object' }) },
      '/things/{id}': { get: one },
      '/thing': { post: answers({ type: 'object', properties: { name: { type: 'string' } } }) },
    });
    const messages = (ids?: ReadonlyMap<string, string>): readonly string[] =>
      [...noteResources(contract, ids)].flatMap((note) => note?.message ?? []);
    expect(messages()).toEqual([
      expect.stringContaining('To keep what POST /thing creates instead, set operations."POST /thing".id'),
      expect.stringContaining('To say where the id is, set operations."POST /things".id in ringback.yaml'),
    ]);
    const ids = new Map([['POST /thing', '$response.body#/name']]);
    expect(messages(ids)).toEqual([
      expect.stringContaining('POST /things and POST /thing both create resources of /things'),
    ]);
    const { kinds, uses: found } = mapResources(contract, ids);
    expect(kinds[0]?.idExpression).toBe('$response.body#/name');
    expect([...found.keys()]).toEqual(['GET /things/{id}', 'POST /thing']);
  });

  test('notes an operation that creates what another one creates already, under a name of its own', () => {
    const { uses: found, notes } = mapResources(
      contractOf({ '/users': { post: one }, '/users/{id}': { get: one }, '/users/create': { post: one } }),
    );
    expect([...found.keys()].sort()).toEqual(['GET /users/{id}', 'POST /users']);
    expect(notes).toEqual([
      expect.objectContaining({
        pointer: '/paths/~1users~1create/post',
        message: expect.stringContaining(
          'POST /users/create and POST /users both create resources of /users',
        ),
      }),
    ]);
  });

  test('takes the first of two operations that claim the same, and notes it', () => {
    const { uses: found, notes } = mapResources(
      contractOf({ '/things/{id}': { get: one }, '/things/{name}': { get: one } }),
    );
    expect([...found.keys()]).toEqual(['GET /things/{id}']);
    expect(notes).toEqual([
      expect.objectContaining({
        pointer: '/paths/~1things~1{name}/get',
        message: expect.stringContaining('GET /things/{name} and GET /things/{id} both read'),
      }),
    ]);
  });

  test('notes what is created without an id that can be found', () => {
    const silent = { responses: { 202: { description: 'taken', ...json({ type: 'object' }) } } };
    const notes = [
      ...noteResources(contractOf({ '/things': { post: silent }, '/things/{id}': { get: one } })),
    ].filter((note) => note !== null);
    expect(notes).toEqual([
      expect.objectContaining({
        pointer: '/paths/~1things/post',
        message: expect.stringContaining('has no id'),
      }),
    ]);
  });

  test('takes the object that GET gives for what it is, though it has a list', () => {
    const lines = { type: 'array', items: thing };
    const order = answers({ type: 'object', properties: { orderId: { type: 'string' }, lines } });
    const found = uses({
      '/orders/{orderId}': { get: order },
      '/orders/{orderId}/{lineId}': { put: one },
      '/report': { get: one },
      '/report/{id}': { get: one },
    });
    expect(found).toEqual({
      'GET /orders/{orderId}': 'read orders',
      'PUT /orders/{orderId}/{lineId}': 'replace orders-2',
      'GET /report/{id}': 'read report',
    });
  });

  test('leaves a job to the operation that creates jobs', () => {
    const job = answers({ type: 'object', properties: { jobId: { type: 'string' } } });
    const found = uses({ '/jobs': { post: job }, '/jobs/{jobId}': { get: one }, '/exports': { post: job } });
    expect(found).toEqual({ 'POST /jobs': 'create jobs', 'GET /jobs/{jobId}': 'read jobs' });
  });

  test.each([
    ['a parameter with its place', { 'path.id': '$response.body#/ref' }, '$response.body#/ref'],
    ['a constant, which is none', { id: 'first' }, null],
  ])('finds the expression of the id in a link: %s', (_, parameters, expression) => {
    const contract = contractOf({
      '/things': { post: { ...linking({ operationId: 'getThing', parameters }) } },
      '/things/{id}': { get: { operationId: 'getThing', ...one } },
    });
    expect(mapResources(contract).kinds[0]?.idExpression).toBe(expression);
  });

  test('takes the expression of no other operation, and of no error', () => {
    const link = { operationId: 'getThing', parameters: { id: '$response.body#/ref' } };
    const contract = contractOf({
      '/things': { post: { operationId: 'create', ...linking(link, 409) } },
      '/things/{id}': { get: { operationId: 'getThing', ...one } },
      '/orders': { post: { operationId: 'order', ...linking(link) } },
    });
    const { kinds, uses: found } = mapResources(contract);
    expect(kinds[0]?.operations.get('create')?.id).toBe('create');
    expect(kinds[0]?.idExpression).toBeNull();
    expect(found.has('order')).toBe(false);
    const ids = new Map([['order', '$response.body#/own']]);
    expect(mapResources(contract, ids).kinds[0]?.idExpression).toBe('$response.body#/own');
  });

  test('finds nothing that creates what there is one of', () => {
    const { kinds } = mapResources(contractOf({ '/settings': { get: one, put: one } }));
    expect(kinds).toEqual([expect.objectContaining({ name: 'settings', parameter: '', isCreatable: false })]);
  });

  test.each(['/things?kind={kind}', '/things/#list'])('reads the path %s without its end', (path) => {
    expect(segmentsOf(path)).toEqual(['things']);
  });

  test('names the place of a path as the contract writes it', () => {
    const contract = contractOf({ 'things/{id}': { get: one }, '/things/{name}': { get: one } });
    expect(mapResources(contract).notes).toEqual([
      expect.objectContaining({ pointer: expect.stringMatching(/^\/paths\/(~1)?things~1\{\w+\}\/get$/) }),
    ]);
    for (const operation of contract.operations)
      expect(resolvePointer(contract.document, pointerOf(contract, operation))).toMatchObject(one);
  });
});
