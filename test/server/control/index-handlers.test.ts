import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRingback } from '../../support/ringback.ts';
import { call } from '../../support/test-server.ts';

const root = join(import.meta.dirname, '../../..');

describe('GET / and GET /_ringback', () => {
  it.each(['/', '/_ringback', '/_ringback/'])('%s shows where to go', async (path) => {
    const { url } = await startRingback();
    const { status, headers, body } = await call('GET', `${url}${path}`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(body).toEqual({
      ringback: expect.stringMatching(/^\d+\.\d+\.\d+/),
      space: 'default',
      providers: [
        { name: 'docdigitizer', url: `${url}/docdigitizer`, realUrl: 'https://api.docdigitizer.com' },
        { name: 'informed', url: `${url}/informed`, realUrl: 'https://api.informediq.com' },
      ],
      inbox: `${url}/_ringback/inbox/mine`,
      dashboard: `${url}/_ringback/ui`,
      control: `${url}/_ringback`,
      contract: `${url}/_ringback/contract`,
      openapi: `${url}/_ringback/openapi.yaml`,
      help: 'ringback --help, and docs/http-api.md in the package',
    });
  });

  it('begin their URLs as the request did: with the space, and the public URL', async () => {
    const { url } = await startRingback({ publicUrl: 'https://mock.example.com' });
    const { body } = await call('GET', `${url}/@team/_ringback`);
    expect(body).toMatchObject({
      space: 'team',
      providers: [{ url: 'https://mock.example.com/@team/docdigitizer' }, {}],
      openapi: 'https://mock.example.com/@team/_ringback/openapi.yaml',
    });
    expect((await call('GET', `${url}/@team/`)).body.space).toBe('team');
  });

  it('name only URLs that exist', async () => {
    const { url } = await startRingback();
    const { headers, body: page } = await call('GET', `${url}/`, undefined, {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
    });
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link]: string[]) => link ?? '');
    expect(links).toHaveLength(8);
    const { body } = await call('GET', `${url}/`);
    for (const link of [...links, body.inbox, body.dashboard, body.control, body.contract, body.openapi])
      expect([link, (await call('GET', link)).status]).toEqual([link, 200]);
  });

  it('give the base of a foreign contract, which keeps its own /', async () => {
    const contract = join(root, 'test/server/support/own-root.yaml');
    const { url } = await startRingback({ contract });
    expect((await call('GET', `${url}/`)).body).toEqual({ mine: true });
    expect((await call('GET', `${url}/_ringback`)).body.providers).toEqual([
      { name: 'own-root', url, realUrl: null },
    ]);
  });

  it('need the token', async () => {
    const { url } = await startRingback({ controlToken: 's3cret' });
    expect((await call('GET', `${url}/`)).status).toBe(401);
    expect((await call('GET', `${url}/`, undefined, { 'x-ringback-token': 's3cret' })).status).toBe(200);
  });

  it('are not what a mistyped path may have meant', async () => {
    const { url } = await startRingback();
    const { status, body } = await call('GET', `${url}/x`);
    expect([status, body.type]).toEqual([404, 'urn:ringback:route.not-found']);
    expect(body.detail).toContain('All paths start with /docdigitizer, /informed, /_ringback.');
  });
});

it('GET /_ringback/openapi.yaml returns openapi.control.yaml', async () => {
  const { url } = await startRingback();
  const { status, headers, body } = await call('GET', `${url}/_ringback/openapi.yaml`);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/yaml']);
  expect(body).toBe(readFileSync(join(root, 'openapi.control.yaml'), 'utf8'));
});
