import { describe, expect, test } from 'vitest';
import { call } from '../../support/test-server.ts';
import { serveContract } from './support.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const text = { type: 'string' };
const body = json({ type: 'object' });
const thing = { type: 'object', required: ['id'], properties: { id: text, name: text } };

interface Parts {
  readonly created?: object;
  readonly example?: object;
  readonly headers?: object;
  readonly id?: object;
  readonly server?: string;
}

/** Serves things, and creates one after another. */
async function things({ created = thing, example, headers, id = text, server }: Parts) {
  const media = { schema: created, ...(example && { example }) };
  const answered = {
    description: 'created',
    ...(headers && { headers }),
    content: { 'application/json': media },
  };
  const stage = await serveContract({
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    ...(server && { servers: [{ url: server }] }),
    paths: {
      '/things': {
        post: { requestBody: body, responses: { 201: answered } },
        get: { responses: { 200: { description: 'list', ...json({ type: 'array', items: thing }) } } },
      },
      '/things/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: id }],
        get: { responses: { 200: { description: 'one', ...json(thing) } } },
        delete: { responses: { 204: { description: 'gone' } } },
      },
    },
  });
  const { url } = stage.ringback;
  return {
    create: (given: object) => call('POST', `${url}/things`, given),
    get: (path: string) => call('GET', `${url}/things${path}`),
    remove: (path: string) => call('DELETE', `${url}/things${path}`),
    kept: async () => (await stage.ringback.control('GET', 'data/things')).body,
    url,
  };
}

describe('what is created', () => {
  test('has the id that the client gives, which is made up again once it was deleted', async () => {
    const { create, get, remove } = await things({});
    expect((await create({ id: 'mine', name: 'a' })).body).toEqual({ id: 'mine', name: 'a' });
    expect((await get('/mine')).body).toEqual({ id: 'mine', name: 'a' });
    expect((await remove('/mine')).status).toBe(204);
    const { status, body: made } = await get('/mine');
    expect([status, made.id]).toEqual([200, 'mine']);
    expect(made.name).not.toBe('a');
  });

  test('has an id that its path and the response allow', async () => {
    const path = { ...text, pattern: '^[a-z][1-6]{3}$' };
    const created = { ...thing, properties: { ...thing.properties, id: { ...text, pattern: '^[a-m]' } } };
    const { create, get } = await things({ created, id: path, example: { id: 'a123' } });
    const ids = new Set<string>();
    for (let name = 1; name <= 9; name++) {
      const { body: made } = await create({ name: String(name) });
      expect(made.id).toMatch(/^[a-m][1-6]{3}$/);
      expect((await get(`/${made.id}`)).body).toMatchObject({ name: String(name) });
      ids.add(made.id);
    }
    expect(ids.size).toBe(9);
  });

  test('is not kept if neither the response nor the request has an id', async () => {
    const { create, kept } = await things({ created: { type: 'object', properties: { name: text } } });
    expect((await create({ name: 'a' })).status).toBe(201);
    expect(await kept()).toEqual([]);
  });
});

describe('the header Location', () => {
  const location = (schema: object) => ({ location: { schema } });

  test('has the URL of what was created, below the path of the server', async () => {
    const { create, url } = await things({ headers: location(text), server: 'https://things.example/v1' });
    const { headers, body: made } = await call('POST', `${url}/v1/things`, {});
    expect(headers.get('location')).toBe(`${url}/v1/things/${made.id}`);
    expect((await create({ id: 'a/b' })).headers.get('location')).toBe(`${url}/things/a%2Fb`);
  });

  test('has the path where the contract allows no URL', async () => {
    const { create } = await things({ headers: location({ ...text, pattern: '^/things/' }) });
    const { headers, body: made } = await create({});
    expect(headers.get('location')).toBe(`/things/${made.id}`);
  });
});

test('a link with the new id stays as the contract shows it', async () => {
  const created = { ...thing, properties: { ...thing.properties, href: text } };
  const example = { id: 'thing_1a2b', href: 'https://other.example/api/things/thing_1a2b' };
  const { create } = await things({ created, example });
  const { body: made } = await create({});
  expect(made.id).not.toBe('thing_1a2b');
  expect(made.href).toBe(`https://other.example/api/things/${made.id}`);
});

test('a total is the number of what is kept only where the contract allows that', async () => {
  const list = {
    type: 'object',
    required: ['data', 'total'],
    properties: { data: { type: 'array', items: thing }, total: { type: 'integer', minimum: 10 } },
  };
  const stage = await serveContract({
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    paths: {
      '/things': {
        post: { requestBody: body, responses: { 201: { description: 'created', ...json(thing) } } },
        get: { responses: { 200: { description: 'list', ...json(list) } } },
      },
    },
  });
  const { body: made } = await call('POST', `${stage.ringback.url}/things`, {});
  const { status, body: listed } = await call('GET', `${stage.ringback.url}/things`);
  expect([status, listed.data]).toEqual([200, [made]]);
  expect(listed.total).toBeGreaterThanOrEqual(10);
});
