import { describe, expect, it } from 'vitest';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { makeRequest, makeWorld } from './support.ts';

const checked = { 'docdigitizer.apiKeys': ['key-1', 'key-2'] };

const operationsV1 = [
  'annotateDocument',
  'annotateDocumentOfClass',
  'listTasks',
  'getTask',
  'getDocumentV1',
  'getDocumentAssets',
];

async function authorize(operation: string, authorization: string, world = makeWorld()) {
  await docdigitizer.authorize(makeRequest(operation, { headers: { authorization } }), world.context);
}

describe('authorize without API keys', () => {
  it.each([
    ['authenticate', 'anything'],
    ['submitDocument', 'Bearer anything'],
    ['getDocument', 'anything'],
    ['getTask', 'API_KEY anything'],
  ])('lets %s pass with %s', async (operation, header) => {
    await expect(authorize(operation, header)).resolves.toBeUndefined();
  });

  it.each(Object.keys(docdigitizer.operations))('refuses %s without the header', async (operation) => {
    await expect(authorize(operation, '')).rejects.toMatchObject({
      code: 'auth.missing',
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('realm="DocDigitizer"') },
    });
  });

  it.each(operationsV1)('refuses %s without the scheme API_KEY', async (operation) => {
    await expect(authorize(operation, 'Bearer anything')).rejects.toMatchObject({ code: 'auth.wrong' });
  });

  it.each(['Bearer', 'API_KEY anything', 'Basic dXNlcjpwYXNz'])(
    'refuses the v2 token "%s"',
    async (header) => {
      await expect(authorize('submitDocument', header)).rejects.toMatchObject({ code: 'auth.wrong' });
    },
  );
});

describe('authorize with API keys', () => {
  it('a known key can authenticate, another is refused', async () => {
    const world = makeWorld({ settings: checked });
    await expect(authorize('authenticate', 'key-2', world)).resolves.toBeUndefined();
    await expect(authorize('authenticate', 'key-3', world)).rejects.toMatchObject({ code: 'auth.wrong' });
  });

  it('only issued tokens are accepted, with a single key too', async () => {
    const world = makeWorld({ settings: { 'docdigitizer.apiKeys': ['key-1'] } });
    await expect(authorize('getDocument', 'Bearer anything', world)).rejects.toMatchObject({
      code: 'auth.wrong',
    });
  });

  it('a known key can use v1, another is refused', async () => {
    const world = makeWorld({ settings: checked });
    await expect(authorize('listTasks', 'API_KEY key-1', world)).resolves.toBeUndefined();
    await expect(authorize('listTasks', 'API_KEY key-3', world)).rejects.toMatchObject({
      code: 'auth.wrong',
    });
  });

  it('the access token from authenticate is accepted, with and without Bearer', async () => {
    const world = makeWorld({ settings: checked });
    const { body } = await world.call('authenticate', { headers: { authorization: 'key-1' } });
    const { accessToken } = body as { accessToken: string };
    await expect(authorize('getDocument', `Bearer ${accessToken}`, world)).resolves.toBeUndefined();
    await expect(authorize('getDocument', accessToken, world)).resolves.toBeUndefined();
  });

  it('a token that was not issued as access token is refused, the refresh token too', async () => {
    const world = makeWorld({ settings: checked });
    const { body } = await world.call('authenticate', { headers: { authorization: 'key-1' } });
    const { refreshToken } = body as { refreshToken: string };
    await expect(authorize('getDocument', 'Bearer invented', world)).rejects.toMatchObject({
      code: 'auth.wrong',
    });
    await expect(authorize('getDocument', refreshToken, world)).rejects.toMatchObject({ code: 'auth.wrong' });
  });

  it('a token is refused after the space was reset', async () => {
    const world = makeWorld({ settings: checked });
    const { body } = await world.call('authenticate', { headers: { authorization: 'key-1' } });
    await world.store.resources.clear();
    const { accessToken } = body as { accessToken: string };
    await expect(authorize('getDocument', accessToken, world)).rejects.toMatchObject({ code: 'auth.wrong' });
  });

  it('the id of a document is not accepted as a token', async () => {
    const world = makeWorld({ settings: checked });
    await world.store.resources.put({
      id: 'doc',
      provider: 'docdigitizer',
      kind: 'document',
      createdAt: 0,
      data: {},
      patch: {},
    });
    await expect(authorize('getDocument', 'doc', world)).rejects.toMatchObject({ code: 'auth.wrong' });
  });
});

describe('authenticate', () => {
  it('authenticate returns 200 with two different tokens', async () => {
    const { status, body } = await makeWorld().call('authenticate');
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      refreshToken: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const tokens = body as { accessToken: string; refreshToken: string };
    expect(tokens.accessToken).not.toBe(tokens.refreshToken);
  });

  it('authenticate stores nothing for unchecked keys', async () => {
    const world = makeWorld();
    await world.call('authenticate');
    expect(await world.store.resources.count()).toBe(0);
  });

  it('authenticate keeps one token per key, however often it is called', async () => {
    const world = makeWorld({ settings: checked });
    for (const authorization of ['key-1', 'key-1', 'key-2'])
      await world.call('authenticate', { headers: { authorization } });
    expect(await world.store.resources.count()).toBe(2);
  });
});
