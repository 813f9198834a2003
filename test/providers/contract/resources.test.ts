import { describe, expect, test } from 'vitest';
import { call } from '../../support/test-server.ts';
import { type Stage, serveContract } from './support.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const inPath = (name: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'path',
  required: true,
  schema,
});
const number = (name: string) => ({ name, in: 'query', schema: { type: 'integer' } });
const card = { $ref: '#/components/schemas/Card' };
const user = { $ref: '#/components/schemas/User' };
const problem = json({ type: 'object', required: ['error'], properties: { error: { const: 'unknown' } } });

/** Users, and the cards of each. */
const wallets = {
  openapi: '3.1.0',
  info: { title: 'Wallets', version: '1' },
  paths: {
    '/users': {
      post: {
        requestBody: json({ type: 'object', properties: { name: { type: 'string' } } }),
        responses: {
          201: {
            description: 'created',
            headers: { Location: { schema: { type: 'string' } } },
            content: {
              'application/json': {
                schema: user,
                example: { id: 'usr_A1b2C3', name: 'Ada', status: 'new', self: '/users/usr_A1b2C3' },
              },
            },
          },
        },
        callbacks: {
          ready: {
            '{$request.header.x-callback}': {
              post: {
                requestBody: json({
                  type: 'object',
                  required: ['userId'],
                  properties: { userId: { type: 'string' }, name: { type: 'string' } },
                }),
                responses: { 204: { description: 'received' } },
              },
            },
          },
        },
      },
      get: {
        parameters: [number('limit'), number('offset')],
        responses: {
          200: {
            description: 'list',
            ...json({
              type: 'object',
              required: ['data', 'total', 'has_more'],
              properties: {
                data: { type: 'array', items: user },
                total: { type: 'integer' },
                has_more: { type: 'boolean' },
              },
            }),
          },
        },
      },
    },
    '/users/{id}': {
      get: {
        parameters: [inPath('id')],
        responses: { 200: { description: 'one', ...json(user) }, 404: { description: 'none', ...problem } },
      },
      patch: {
        parameters: [inPath('id')],
        requestBody: json({
          type: 'object',
          properties: { name: { type: 'string' }, status: { type: 'string' } },
        }),
        responses: { 200: { description: 'changed', ...json(user) } },
      },
      delete: { parameters: [inPath('id')], responses: { 204: { description: 'gone' } } },
    },
    '/users/{userId}/cards': {
      post: {
        parameters: [inPath('userId')],
        requestBody: json({ type: 'object', properties: { label: { type: 'string' } } }),
        responses: { 201: { description: 'created', ...json(card) } },
      },
      get: {
        parameters: [inPath('userId')],
        responses: { 200: { description: 'list', ...json({ type: 'array', items: card }) } },
      },
    },
    '/users/{userId}/cards/{cardId}': {
      get: {
        parameters: [inPath('userId'), inPath('cardId', { type: 'integer' })],
        responses: { 200: { description: 'one', ...json(card) } },
      },
      put: {
        parameters: [inPath('userId'), inPath('cardId', { type: 'integer' })],
        requestBody: json({ type: 'object', properties: { label: { type: 'string' } } }),
        responses: { 200: { description: 'changed', ...json(card) } },
      },
    },
    '/users/{userId}/cards/{cardId}/block': {
      post: {
        parameters: [inPath('userId'), inPath('cardId', { type: 'integer' })],
        responses: { 200: { description: 'blocked', ...json(card) } },
      },
    },
  },
  components: {
    schemas: {
      User: {
        type: 'object',
        required: ['id', 'status'],
        properties: {
          id: { type: 'string' },
          name: { type: 'string' },
          status: { enum: ['new', 'active'] },
          self: { type: 'string' },
        },
      },
      Card: {
        type: 'object',
        required: ['cardId', 'label'],
        properties: {
          cardId: { type: 'integer' },
          label: { type: 'string' },
          secret: { type: 'string', writeOnly: true },
        },
      },
    },
  },
};

const post = (stage: Stage, path: string, body: object = {}, headers: Record<string, string> = {}) =>
  call('POST', `${stage.ringback.url}${path}`, body, headers);
const get = (stage: Stage, path: string) => call('GET', `${stage.ringback.url}${path}`);

describe('what an operation creates', () => {
  test('is shown by GET, with an id of its own that all parts of the response share', async () => {
    const stage = await serveContract(wallets);
    const first = await post(stage, '/users', { name: 'Grace' });
    const second = await post(stage, '/users', { name: 'Alan' });
    expect(first.body.id).toMatch(/^usr_[A-Z]\d[a-z]\d[A-Z]\d$/);
    expect(first.body.id).not.toBe(second.body.id);
    expect(first.body).toMatchObject({ name: 'Grace', self: `/users/${first.body.id}` });
    expect(first.headers.get('location')).toBe(`${stage.ringback.url}/users/${first.body.id}`);
    expect((await call('GET', String(first.headers.get('location')))).body).toEqual(first.body);
    expect((await get(stage, `/users/${second.body.id}`)).body).toEqual(second.body);
  });

  test('is listed, page by page', async () => {
    const stage = await serveContract(wallets);
    for (const name of ['a', 'b', 'c']) await post(stage, '/users', { name });
    const names = async (query: string): Promise<unknown> => {
      const { body } = await get(stage, `/users${query}`);
      return [body.data.map(({ name }: { name: string }) => name).join(''), body.total, body.has_more];
    };
    expect(await names('')).toEqual(['abc', 3, false]);
    expect(await names('?limit=2')).toEqual(['ab', 3, true]);
    expect(await names('?limit=2&offset=2')).toEqual(['c', 3, false]);
  });

  test('keeps what PATCH changes, and refuses what GET cannot show', async () => {
    const stage = await serveContract(wallets);
    const { body } = await post(stage, '/users', { name: 'Grace' });
    const url = `${stage.ringback.url}/users/${body.id}`;
    const changed = await call('PATCH', url, { name: 'Hopper', status: 'active' });
    expect(changed.body).toEqual({ ...body, name: 'Hopper', status: 'active' });
    await call('PATCH', url, { status: 'wrong' });
    expect((await call('GET', url)).body).toEqual(changed.body);
  });

  test('is a 404 as the contract declares it once it was deleted, and not listed', async () => {
    const stage = await serveContract(wallets);
    const { body } = await post(stage, '/users');
    const other = await post(stage, '/users');
    const url = `${stage.ringback.url}/users/${body.id}`;
    expect((await call('DELETE', url)).status).toBe(204);
    expect(await call('GET', url)).toMatchObject({ status: 404, body: { error: 'unknown' } });
    expect(await call('DELETE', url)).toMatchObject({
      status: 404,
      body: { type: expect.stringContaining('resource.not-found') },
    });
    expect((await get(stage, '/users')).body.data).toEqual([other.body]);
  });

  test('has an id though the response has none but in Location', async () => {
    const { paths, ...rest } = wallets;
    const { post: create } = paths['/users'];
    const { headers } = create.responses[201];
    const silent = { ...create, responses: { 202: { description: 'taken', headers } } };
    const stage = await serveContract({ ...rest, paths: { ...paths, '/users': { post: silent } } });
    const { headers: answered } = await post(stage, '/users', { name: 'Grace' });
    const location = String(answered.get('location'));
    expect(location).toMatch(/\/users\/[0-9a-f-]{36}$/);
    expect((await call('GET', location)).body).toMatchObject({
      id: location.split('/').at(-1),
      name: 'Grace',
    });
  });

  test('is kept apart for each parent', async () => {
    const stage = await serveContract(wallets);
    const { body } = await post(stage, '/users/u1/cards', { label: 'blue' });
    expect((await get(stage, `/users/u1/cards/${body.cardId}`)).body).toEqual(body);
    expect((await get(stage, '/users/u1/cards')).body).toEqual([body]);
    expect((await get(stage, '/users/u2/cards')).body).not.toContainEqual(body);
    const changed = await call('PUT', `${stage.ringback.url}/users/u1/cards/${body.cardId}`, {
      label: 'red',
    });
    expect(changed.body).toEqual({ ...body, label: 'red' });
    expect((await post(stage, `/users/u1/cards/${body.cardId}/block`)).body).toEqual(changed.body);
  });

  test('is kept apart for each parent also with one id', async () => {
    const stage = await serveContract(wallets);
    for (const [user, label] of [
      ['u1', 'blue'],
      ['u2', 'red'],
    ])
      await post(stage, `/users/${user}/cards`, { cardId: 7, label });
    expect((await get(stage, '/users/u1/cards/7')).body).toEqual({ cardId: 7, label: 'blue' });
    expect((await get(stage, '/users/u2/cards/7')).body).toEqual({ cardId: 7, label: 'red' });
    expect((await get(stage, '/users/u2/cards')).body).toEqual([{ cardId: 7, label: 'red' }]);
  });

  test('is in the data of the space, and evicted with its run', async () => {
    const stage = await serveContract(wallets, { settings: { 'limits.runs': 1 } });
    const first = await post(stage, '/users', { name: 'Grace' });
    const { body: rows } = await stage.ringback.control('GET', 'data/users');
    expect(rows).toEqual([
      expect.objectContaining({ id: first.body.id, name: 'Grace', runId: expect.any(String) }),
    ]);
    const second = await post(stage, '/users', { name: 'Alan' });
    await stage.ringback.settle();
    expect((await get(stage, '/users')).body.data).toEqual([second.body]);
  });
});

describe('an id that was never created', () => {
  test('has a made-up resource, which a change changes', async () => {
    const stage = await serveContract(wallets);
    const { body } = await get(stage, '/users/any');
    expect(body.id).toBe('any');
    const changed = await call('PATCH', `${stage.ringback.url}/users/any`, { name: 'New' });
    expect(changed.body).toEqual({ ...body, name: 'New' });
    expect((await get(stage, '/users/any')).body).toEqual(changed.body);
  });

  test('is a 404 with the setting `resources: strict`, where it is the last path parameter', async () => {
    const stage = await serveContract(wallets, { settings: { 'wallets.resources': 'strict' } });
    expect((await get(stage, '/users/any')).status).toBe(404);
    expect((await get(stage, '/users/any/cards')).status).toBe(404);
    expect((await get(stage, '/users/any/cards/7')).status).toBe(404);
    expect((await get(stage, '/users')).body).toMatchObject({ data: [], total: 0 });
    const { body } = await post(stage, '/users');
    expect((await get(stage, `/users/${body.id}/cards`)).body).toEqual([]);
  });
});

describe('a scenario step', () => {
  test('sets what GET shows from then on, and says what it cannot set', async () => {
    const stage = await serveContract(wallets);
    await stage.ringback.control('PUT', 'scenarios/mine', {
      name: 'mine',
      timeline: [
        { after: '1s', set: { status: 'active' } },
        { after: '2s', set: { status: 'wrong', name: 'Set' }, callback: 'ready' },
      ],
    });
    const { body } = await post(
      stage,
      '/users',
      { name: 'Grace' },
      {
        'x-ringback-scenario': 'mine',
        'x-callback': stage.consumer.url,
      },
    );
    const shown = async () => (await get(stage, `/users/${body.id}`)).body;
    await stage.ringback.advance('999ms');
    expect(await shown()).toEqual(body);
    await stage.ringback.advance('1ms');
    expect(await shown()).toEqual({ ...body, status: 'active' });
    await stage.ringback.settle();
    expect(await shown()).toEqual({ ...body, status: 'active', name: 'Set' });
    expect(stage.bodies()).toEqual([{ userId: body.id, name: 'Set' }]);
    const [run] = await stage.ringback.runs();
    expect(run.warnings).toEqual([expect.objectContaining({ location: 'set/status' })]);
    const { body: rows } = await stage.ringback.control('GET', 'data/users');
    expect(rows).toEqual([expect.objectContaining({ status: 'active', name: 'Set' })]);
  });

  test('cannot set what was deleted', async () => {
    const stage = await serveContract(wallets);
    await stage.ringback.control('PUT', 'scenarios/mine', {
      name: 'mine',
      timeline: [{ after: '1s', set: { status: 'active' } }],
    });
    const { body } = await post(stage, '/users', {}, { 'x-ringback-scenario': 'mine' });
    await call('DELETE', `${stage.ringback.url}/users/${body.id}`);
    await stage.ringback.settle();
    const [run] = await stage.ringback.runs();
    expect(run.warnings).toEqual([
      expect.objectContaining({ location: 'set', message: expect.stringContaining('No resource is kept') }),
    ]);
    expect((await stage.ringback.control('GET', 'data/users')).body).toEqual([]);
  });
});
