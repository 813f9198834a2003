import { describe, expect, test } from 'vitest';
import { call } from '../../support/test-server.ts';
import { type Stage, serveContract } from './support.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const answers = (schema: object, status = 200) => ({
  responses: { [status]: { description: 'ok', ...json(schema) } },
});
const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const thing = {
  type: 'object',
  required: ['name'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    note: { type: ['string', 'null'] },
    size: { type: 'integer' },
    weight: { type: 'integer' },
  },
};
const body = json({ type: 'object', properties: { name: { type: 'string' } } });

const serve = (paths: object): Promise<Stage> =>
  serveContract({ openapi: '3.1.0', info: { title: 'Things', version: '1' }, paths });
const send = (stage: Stage, method: string, path: string, content?: unknown) =>
  call(method, `${stage.ringback.url}${path}`, content);

/** Things by POST, with all that can change one. */
const things = {
  '/things': {
    post: { requestBody: body, ...answers(thing, 201) },
    get: {
      parameters: [
        { name: 'name', in: 'query', schema: { type: 'string' } },
        { name: 'weight', in: 'query', schema: { type: 'array', items: { type: 'integer' } } },
        { name: 'limit', in: 'query', schema: { type: 'integer' } },
      ],
      ...answers({ type: 'array', items: thing }),
    },
  },
  '/things/{id}': {
    parameters: [inPath('id')],
    get: answers(thing),
    patch: {
      requestBody: {
        content: {
          'application/json-patch+json': { schema: { type: 'array', items: { type: 'object' } } },
          'application/merge-patch+json': { schema: { type: 'object' } },
        },
      },
      responses: { 204: { description: 'done' } },
    },
  },
};

async function patch(stage: Stage, id: string, type: string, content: unknown): Promise<number> {
  const { status } = await fetch(`${stage.ringback.url}/things/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': type },
    body: JSON.stringify(content),
  });
  return status;
}

describe('a patch', () => {
  test('in JSON Patch changes what GET shows', async () => {
    const stage = await serve(things);
    const { body: made } = await send(stage, 'POST', '/things', { name: 'a', size: 1 });
    const operations = [
      { op: 'test', path: '/name', value: 'a' },
      { op: 'replace', path: '/name', value: 'b' },
      { op: 'remove', path: '/size' },
    ];
    expect(await patch(stage, made.id, 'application/json-patch+json', operations)).toBe(204);
    const { size: _, ...rest } = made;
    expect((await send(stage, 'GET', `/things/${made.id}`)).body).toEqual({ ...rest, name: 'b' });
  });

  test('in JSON Patch that cannot be applied changes nothing', async () => {
    const stage = await serve(things);
    const { body: made } = await send(stage, 'POST', '/things', { name: 'a' });
    const operations = [
      { op: 'replace', path: '/name', value: 'b' },
      { op: 'test', path: '/name', value: 'a' },
    ];
    expect(await patch(stage, made.id, 'application/json-patch+json', operations)).toBe(204);
    expect((await send(stage, 'GET', `/things/${made.id}`)).body).toEqual(made);
  });

  test('with null removes what may not be null, and shows null otherwise', async () => {
    const stage = await serve(things);
    const { body: made } = await send(stage, 'POST', '/things', { name: 'a', size: 3 });
    await patch(stage, made.id, 'application/merge-patch+json', { size: null, note: null });
    const { size: _, ...rest } = made;
    expect((await send(stage, 'GET', `/things/${made.id}`)).body).toEqual({ ...rest, note: null });
  });
});

describe('a change', () => {
  test('keeps the id, and the place in the list', async () => {
    const stage = await serve(things);
    const { body: first } = await send(stage, 'POST', '/things', { name: 'a' });
    await stage.ringback.advance('1s');
    const { body: second } = await send(stage, 'POST', '/things', { name: 'b' });
    await stage.ringback.advance('1s');
    await patch(stage, first.id, 'application/merge-patch+json', { id: 'other', name: 'c' });
    const changed = { ...first, name: 'c' };
    expect((await send(stage, 'GET', `/things/${first.id}`)).body).toEqual(changed);
    expect((await send(stage, 'GET', '/things')).body).toEqual([changed, second]);
  });

  test('by PUT replaces a property as a whole', async () => {
    const tagged = { type: 'object', properties: { id: { type: 'string' }, tags: { type: 'object' } } };
    const stage = await serve({
      '/things/{id}': { parameters: [inPath('id')], put: { requestBody: json(tagged), ...answers(tagged) } },
    });
    await send(stage, 'PUT', '/things/mine', { tags: { a: 1 } });
    expect((await send(stage, 'PUT', '/things/mine', { tags: { b: 2 } })).body).toEqual({
      id: 'mine',
      tags: { b: 2 },
    });
  });

  test('gives an id that was in Location alone the type of its parameter', async () => {
    const card = { type: 'object', properties: { cardId: { type: 'integer' }, label: { type: 'string' } } };
    const cardId = { ...inPath('cardId'), schema: { type: 'integer' } };
    const Location = { schema: { type: 'string' } };
    const stage = await serve({
      '/cards': {
        post: { requestBody: body, responses: { 202: { description: 'taken', headers: { Location } } } },
      },
      '/cards/{cardId}': { parameters: [cardId], patch: { requestBody: json(card), ...answers(card) } },
    });
    const { headers } = await send(stage, 'POST', '/cards', {});
    const id = String(headers.get('location')).split('/').at(-1);
    const { body: changed } = await send(stage, 'PATCH', `/cards/${id}`, { label: 'red' });
    expect(changed).toEqual({ cardId: Number(id), label: 'red' });
  });
});

describe('a list', () => {
  test('has the resources with the values of the query that are called like properties', async () => {
    const stage = await serve(things);
    for (const [name, weight] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ])
      await send(stage, 'POST', '/things', { name, weight });
    const weights = async (query: string): Promise<unknown> =>
      (await send(stage, 'GET', `/things?${query}`)).body.map(({ weight }: { weight: number }) => weight);
    expect(await weights('')).toEqual([1, 2, 3]);
    expect(await weights('name=a')).toEqual([1, 3]);
    expect(await weights('name=a&limit=1')).toEqual([1]);
    expect(await weights('weight=2&weight=3')).toEqual([2, 3]);
    expect(await weights('name=c')).toEqual([]);
  });
});

describe('something that there is one of', () => {
  test('shows what PUT and PATCH change, apart for each parent', async () => {
    const settings = { type: 'object', properties: { color: { type: 'string' }, dark: { type: 'boolean' } } };
    const stage = await serve({
      '/users/{id}/settings': {
        parameters: [inPath('id')],
        get: answers(settings),
        put: { requestBody: json(settings), responses: { 204: { description: 'done' } } },
        patch: { requestBody: json(settings), ...answers(settings) },
        delete: { responses: { 204: { description: 'gone' } } },
      },
    });
    const path = '/users/u1/settings';
    const other = await send(stage, 'GET', '/users/u2/settings');
    expect((await send(stage, 'PUT', path, { color: 'red', dark: true })).status).toBe(204);
    expect((await send(stage, 'GET', path)).body).toEqual({ color: 'red', dark: true });
    expect((await send(stage, 'PATCH', path, { dark: false })).body).toEqual({ color: 'red', dark: false });
    expect((await send(stage, 'GET', '/users/u2/settings')).body).toEqual(other.body);
    expect((await send(stage, 'DELETE', path)).status).toBe(204);
    expect((await send(stage, 'GET', path)).status).toBe(200);
  });

  test('is a 404 where its parent is', async () => {
    const settings = { type: 'object', properties: { color: { type: 'string' } } };
    const stage = await serve({
      '/users': { post: { requestBody: body, ...answers(thing, 201) } },
      '/users/{id}': {
        parameters: [inPath('id')],
        get: answers(thing),
        delete: { responses: { 204: { description: 'gone' } } },
      },
      '/users/{id}/settings': {
        parameters: [inPath('id')],
        get: answers(settings),
        put: { requestBody: json(settings), ...answers(settings) },
      },
    });
    const { body: user } = await send(stage, 'POST', '/users', { name: 'a' });
    const path = `/users/${user.id}/settings`;
    expect((await send(stage, 'PUT', path, { color: 'red' })).status).toBe(200);
    expect((await send(stage, 'DELETE', `/users/${user.id}`)).status).toBe(204);
    expect((await send(stage, 'GET', path)).status).toBe(404);
  });
});

describe('what PUT creates', () => {
  test('is a 404 once it was deleted only with strict, until PUT creates it again', async () => {
    const contract = {
      openapi: '3.1.0',
      info: { title: 'Things', version: '1' },
      paths: {
        '/things/{id}': {
          parameters: [inPath('id')],
          get: answers(thing),
          put: { requestBody: body, ...answers(thing) },
          delete: { responses: { 204: { description: 'gone' } } },
        },
      },
    };
    for (const [mode, gone] of [
      ['made-up', 200],
      ['strict', 404],
    ] as const) {
      const stage = await serveContract(contract, { settings: { 'things.resources': mode } });
      const status = async (method: string, content?: unknown): Promise<number> =>
        (await send(stage, method, '/things/mine', content)).status;
      expect(await status('PUT', { name: 'a' })).toBe(200);
      expect(await status('DELETE')).toBe(204);
      expect(await status('GET')).toBe(gone);
      if (gone === 200)
        expect((await send(stage, 'GET', '/things/mine')).body).not.toMatchObject({ name: 'a' });
      expect(await status('PUT', { name: 'b' })).toBe(200);
      expect((await send(stage, 'GET', '/things/mine')).body).toMatchObject({ id: 'mine', name: 'b' });
    }
  });
});

describe('with the setting `resources: strict`', () => {
  const strict = { settings: { 'things.resources': 'strict' } };
  const done = { 204: { description: 'done' } };

  test('PUT on what POST creates is a 404, and a kind that nothing creates is made up', async () => {
    const paths = {
      '/things': { post: { requestBody: body, ...answers(thing, 201) } },
      '/things/{id}': { parameters: [inPath('id')], put: { requestBody: body, responses: done } },
      '/plans/{planId}': { get: { parameters: [inPath('planId')], ...answers(thing) } },
    };
    const stage = await serveContract(
      { openapi: '3.1.0', info: { title: 'Things', version: '1' }, paths },
      strict,
    );
    expect((await send(stage, 'PUT', '/things/any', { name: 'a' })).status).toBe(404);
    expect((await send(stage, 'GET', '/plans/any')).status).toBe(200);
  });
});

describe('what an operation creates', () => {
  test('is read though its response is an array of one', async () => {
    const stage = await serve({
      '/things': {
        post: {
          requestBody: body,
          ...answers({ type: 'object', properties: { data: { type: 'array', minItems: 1, items: thing } } }),
        },
      },
      '/things/{id}': { get: { parameters: [inPath('id')], ...answers({ type: 'array', items: thing }) } },
    });
    const { body: made } = await send(stage, 'POST', '/things', { name: 'a' });
    expect(made.data).toEqual([expect.objectContaining({ name: 'a' })]);
    expect((await send(stage, 'GET', `/things/${made.data[0].id}`)).body).toEqual(made.data);
  });

  test('has its own URL where the response links to itself', async () => {
    const linked = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        _links: {
          type: 'object',
          properties: { self: { type: 'object', properties: { href: { type: 'string' } } } },
        },
      },
    };
    const stage = await serve({
      '/things': { post: { requestBody: body, ...answers(linked, 201) } },
      '/things/{id}': { get: { parameters: [inPath('id')], ...answers(linked) } },
    });
    const { body: made } = await send(stage, 'POST', '/things', { name: 'a' });
    const url: string = made._links.self.href;
    expect(url).toMatch(new RegExp(`^${stage.ringback.url}/things/[^/]+$`));
    expect((await call('GET', url)).body).toEqual(made);
  });

  test('shows what the request gives, without what cannot be beside it', async () => {
    const either = {
      oneOf: [{ required: ['user'] }, { required: ['group'] }],
      type: 'object',
      properties: { id: { type: 'string' }, user: { type: 'string' }, group: { type: 'string' } },
    };
    const stage = await serve({
      '/grants': { post: { requestBody: json(either), ...answers(either, 201) } },
      '/grants/{id}': { get: { parameters: [inPath('id')], ...answers(either) } },
    });
    for (const given of [{ user: 'u' }, { group: 'g' }]) {
      const { body: made } = await send(stage, 'POST', '/grants', given);
      expect(made).toEqual({ id: expect.any(String), ...given });
      expect((await send(stage, 'GET', `/grants/${made.id}`)).body).toEqual(made);
    }
  });
});
