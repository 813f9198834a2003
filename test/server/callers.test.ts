import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/start-server.ts';
import { call, submitDocument, useTestServer } from '../support/test-server.ts';
import { exchangeRaw } from './support/raw-client.ts';

/** Sends a request with handwritten headers, `Host` included, and reads the response. */
async function raw(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<{ status: number; headers: Map<string, string>; text: string }> {
  const fields = Object.entries({ ...headers, 'content-length': String(body.length), connection: 'close' });
  const head = [line, ...fields.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
  const answer = await exchangeRaw(port, `${head}\r\n\r\n${body}`);
  const [first = '', ...lines] = answer.slice(0, answer.indexOf('\r\n\r\n')).split('\r\n');
  const pairs = lines.map((each): [string, string] => {
    const colon = each.indexOf(':');
    return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()];
  });
  return {
    status: Number(first.split(' ')[1]),
    headers: new Map(pairs),
    text: answer.slice(answer.indexOf('\r\n\r\n') + 4),
  };
}

const registration = JSON.stringify({
  application_reference_id: 'r',
  application_date: '2029-12-28',
  services: ['extract'],
  webhook: 'http://127.0.0.1:1/',
});
const register = 'POST /informed/v1/consumer/applications HTTP/1.1';
const credentials = {
  Authorization: `Basic ${Buffer.from('a:b').toString('base64')}`,
  'Content-Type': 'application/json',
};

describe('a request to a provider', () => {
  const server = useTestServer({ allowHosts: ['ringback', '*.preview.test'] });
  const runs = async () => (await call('GET', `${server().url}/_ringback/runs`)).body.total;

  it.each([
    ['a rebound name', { Host: 'evil.example:4020', Origin: 'http://evil.example:4020' }],
    ['a rebound name, without Origin', { Host: 'evil.example' }],
    [
      'a cross-site page',
      { Host: 'localhost', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    ],
    ['a browser without Sec-Fetch-Site', { Host: 'localhost', Origin: 'https://evil.example' }],
  ])('is refused from %s, without side effects', async (_, headers) => {
    const before = await runs();
    const answer = await raw(server().port, register, { ...headers, ...credentials }, registration);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).type).toMatch(/urn:ringback:request\.forbidden$/);
    expect(await runs()).toBe(before);
  });

  it('is refused by the host of an absolute target, which replaces Host', async () => {
    const line = register.replace(' /', ' http://evil.example/');
    const answer = await raw(server().port, line, { Host: 'localhost', ...credentials }, registration);
    expect(answer.status).toBe(403);
  });

  it.each([
    'localhost:4020',
    'team.localhost',
    '127.0.0.1',
    '[::1]:4020',
    '10.0.0.9',
    'host.docker.internal:4020',
    'ringback:4020',
    'pr-1.preview.test',
    'api.informediq.com',
    'api.docdigitizer.com',
  ])('is accepted at %s', async (host) => {
    const answer = await raw(server().port, register, { Host: host, ...credentials }, registration);
    expect(answer.status).toBe(201);
  });

  it('is accepted without Host by HTTP/1.0', async () => {
    const answer = await raw(server().port, register.replace('1.1', '1.0'), credentials, registration);
    expect(answer.status).toBe(201);
  });

  it('refused in a container network explains how to allow its host name', async () => {
    const answer = await raw(server().port, register, { Host: 'mock:4020', ...credentials }, registration);
    expect(JSON.parse(answer.text).detail).toContain('start the server with --allow-host mock,');
  });

  it('is accepted at the hosts that the contract names as servers', async () => {
    const path = new URL('../../openapi.bundled.yaml', import.meta.url);
    const contract = readFileSync(path, 'utf8').replace(
      /^servers:\n/m,
      'servers:\n  - url: https://{tenant}.example.com/v1\n    variables: { tenant: { default: demo } }\n',
    );
    const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
    await writeFile(`${folder}/openapi.yaml`, contract);
    const own = await startServer({ port: 0, contract: `${folder}/openapi.yaml` });
    const statuses = ['demo.example.com', 'acme.example.com', 'example.com'].map(
      async (host) => (await raw(own.port, register, { Host: host, ...credentials }, registration)).status,
    );
    expect(await Promise.all(statuses)).toEqual([201, 201, 403]);
    const control = await raw(own.port, 'GET /_ringback/health HTTP/1.1', { Host: 'acme.example.com' });
    expect(control.status).toBe(403);
    await own.close();
    await rm(folder, { recursive: true });
  });
});

describe('a page of another port of this machine', () => {
  const server = useTestServer();

  it.each(['reset', 'deliveries/x/redeliver'])('cannot send %s', async (path) => {
    const headers = {
      Host: 'localhost:4020',
      Origin: 'http://localhost:3000',
      'Sec-Fetch-Site': 'same-site',
    };
    const answer = await raw(server().port, `POST /_ringback/${path} HTTP/1.1`, headers);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).detail).toContain('--allow-origin http://localhost:3000');
  });
});

describe('a page allowed by --allow-origin', () => {
  const origin = 'http://localhost:3000';
  const server = useTestServer({ allowOrigins: [`${origin}/`] });
  const withToken = useTestServer({ allowOrigins: [origin], controlToken: 'secret' });

  it.each([
    ['PUT', '/_ringback/scenarios/docdigitizer/x', 'content-type'],
    ['POST', '/docdigitizer/api/v2/documents', 'authorization'],
    ['GET', '/@new/no/such/path', 'authorization'],
  ])('may send %s %s, and its preflight request makes no space', async (method, path, names) => {
    const answer = await raw(server().port, `OPTIONS ${path} HTTP/1.1`, {
      Host: 'localhost:4020',
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': names,
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-allow-methods')).toBe(method);
    expect(answer.headers.get('access-control-allow-headers')).toBe(names);
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
    expect(
      server()
        .spaces.list()
        .map(({ name }) => name),
    ).toEqual(['default']);
  });

  it('can read responses and errors of the providers and of the control API', async () => {
    for (const path of [
      '/_ringback/runs',
      '/informed/v1/consumer/applications',
      '/no/such/path',
      '/_ringback/x',
      '/@!/_ringback/runs',
      '/%ff',
      '*',
    ]) {
      const answer = await raw(server().port, `GET ${path} HTTP/1.1`, { Host: 'localhost', Origin: origin });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-expose-headers')).toBe('*');
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  it('can read why a request was refused before routing', async () => {
    const bad = [
      ['Host', 'localhost, localhost'],
      ['Host', 'no-name-of-ours.example.test'],
    ] as const;
    for (const [name, value] of bad) {
      const answer = await raw(server().port, 'GET /_ringback/runs HTTP/1.1', {
        [name]: value,
        Origin: origin,
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  it('can read that the token is missing or wrong', async () => {
    const asked = { Host: 'localhost', Origin: origin };
    for (const [path, token, status] of [
      ['/_ringback/runs', {}, 401],
      ['/_ringback/runs', { 'X-Ringback-Token': 'wrong' }, 401],
      ['/docdigitizer/api/v2/documents/x', { 'X-Ringback-Token': 'wrong' }, 401],
      ['/_ringback/runs', { 'X-Ringback-Callback': '1' }, 403],
    ] as const) {
      const answer = await raw(withToken().port, `GET ${path} HTTP/1.1`, { ...asked, ...token });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  it('is the only page that gets CORS headers', async () => {
    const answer = await raw(server().port, 'GET /_ringback/health HTTP/1.1', { Host: 'localhost' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('vary')).toBe('Origin');
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('a callback to the mock itself', () => {
  const server = useTestServer();

  it.each([
    ['POST', 'reset', 'http://127.0.0.1:PORT'],
    ['POST', 'reset', 'http://team.localhost:PORT'],
    ['POST', 'reset', 'http://localhost.:PORT'],
    ['GET', 'runs', 'http://127.1:PORT'],
    ['GET', 'no-such-path', 'http://127.0.0.1:PORT'],
  ])('does nothing: %s %s at %s', async (method, path, origin) => {
    const space = `${server().url}/@kept`;
    await submitDocument(space, {});
    const runs = async () => (await call('GET', `${space}/_ringback/runs`)).body.total;
    const before = await runs();
    const to = `${origin.replace('PORT', String(server().port))}/@kept/_ringback/${path}`;
    const headers = { 'x-ringback-callback': '' };
    const fired = await call('POST', `${server().url}/_ringback/callbacks`, {
      callback: 'docdigitizer.documentState',
      method,
      to,
      ...(method === 'POST' && { headers }),
    });
    expect(fired.body.attempts[0]).toMatchObject({ statusCode: 403, acknowledged: false });
    expect(fired.body.attempts[0].response.body).toContain('urn:ringback:control.callback');
    expect(await runs()).toBe(before);
  });

  it.each([
    ['/_ringback/reset', true],
    ['/@other/_ringback/runs?x=1', true],
    ['/_ringback', true],
    ['/_ringback/inbox/mine', false],
    ['/@other/_ringback/inbox/mine', false],
    ['/app/_ringback/reset', false],
  ])('is warned of when %s is submitted: %s', async (path, isWarned) => {
    const space = `${server().url}/@warned`;
    const callbackUrl = `${server().url}${path}`;
    const submitted = await submitDocument(space, { callbackUrl });
    const registered = await fetch(`${space}/informed/v1/consumer/applications`, {
      method: 'POST',
      headers: credentials,
      body: JSON.stringify({ ...JSON.parse(registration), webhook: callbackUrl }),
    });
    for (const { headers } of [submitted, registered]) {
      const run = await call('GET', `${space}/_ringback/runs/${headers.get('x-ringback-run')}`);
      const found = run.body.warnings.filter(({ code }: { code: string }) => code === 'control.callback');
      expect(found).toEqual(
        isWarned ? [expect.objectContaining({ message: expect.stringContaining('403') })] : [],
      );
    }
  });

  it('reaches its inboxes', async () => {
    const to = `${server().url}/_ringback/inbox/mine`;
    const fired = await call('POST', `${server().url}/_ringback/callbacks`, {
      callback: 'informed.error',
      to,
    });
    expect(fired.body.attempts[0]).toMatchObject({ statusCode: 200, acknowledged: true });
  });

  it('does nothing on another mock either', async () => {
    const other = await startServer({ port: 0 });
    const to = `${other.url}/_ringback/reset`;
    const fired = await call('POST', `${server().url}/_ringback/callbacks`, {
      callback: 'informed.error',
      to,
    });
    expect(fired.body.attempts[0]).toMatchObject({ statusCode: 403 });
    await other.close();
  });
});

describe('a response that a browser may open', () => {
  const server = useTestServer();
  const inert = "default-src 'none'; frame-ancestors 'none'; sandbox";

  it.each(['/_ringback/health', '/_ringback/x', '/@a/_ringback/events?x=1', '/_ringback/inbox/plain'])(
    'executes no script and is not cached: %s',
    async (path) => {
      const { headers } = await call('GET', `${server().url}${path}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe(inert);
      expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it('executes no script of an inbox page, whatever headers the inbox script has', async () => {
    await call('PUT', `${server().url}/_ringback/inboxes/page`, {
      answers: [
        {
          status: 200,
          body: '<script>fetch("/_ringback/reset",{method:"POST"})</script>',
          headers: {
            'Content-Type': 'text/html',
            'Content-Security-Policy': 'default-src *',
            'X-Content-Type-Options': 'x',
            'Cache-Control': 'max-age=60',
          },
        },
      ],
    });
    const { headers } = await call('GET', `${server().url}/_ringback/inbox/page`);
    expect(headers.get('content-type')).toBe('text/html');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe(inert);
    expect(headers.get('cache-control')).toBe('max-age=60');
  });

  it('executes no script of a page that a scenario lets a provider send', async () => {
    await call('PUT', `${server().url}/_ringback/scenarios/informed/page`, {
      name: 'page',
      provider: 'informed',
      outcome: {},
      respond: [{ status: 503, body: '<script>1</script>', headers: { 'Content-Type': 'text/html' } }],
    });
    const headers = { Host: 'localhost', ...credentials, 'X-Ringback-Scenario': 'page' };
    const answer = await raw(server().port, register, headers, registration);
    expect(answer).toMatchObject({ status: 503, text: '<script>1</script>' });
    expect(answer.headers.get('content-type')).toBe('text/html');
    expect(answer.headers.get('content-security-policy')).toBe(inert);
  });

  it('of a provider has nosniff, but neither a CSP nor Cache-Control', async () => {
    const { headers } = await submitDocument(server().url, {});
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.has('content-security-policy')).toBe(false);
    expect(headers.has('cache-control')).toBe(false);
  });

  it('has nosniff even when the request cannot be parsed', async () => {
    const answer = await exchangeRaw(server().port, 'nonsense\r\n\r\n');
    expect(answer).toMatch(/^x-content-type-options: nosniff\r$/m);
  });
});

describe('the control token', () => {
  it.each(['', ' ', '\t', ' a', 'a ', 'a\nb', 'é', 'a\u0000'])('cannot be %j', async (controlToken) => {
    await expect(startServer({ port: 0, controlToken })).rejects.toMatchObject({
      code: 'option.invalid',
      message: expect.stringContaining('expected printable ASCII'),
    });
  });

  it('may contain spaces and every printable character', async () => {
    const controlToken = '!"# $%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~';
    const server = await startServer({ port: 0, controlToken });
    const answer = await raw(server.port, 'GET /_ringback/runs HTTP/1.1', {
      Host: 'localhost',
      Authorization: `Bearer ${controlToken}`,
    });
    expect(answer.status).toBe(200);
    await server.close();
  });

  describe('lets only its holders make spaces', () => {
    const server = useTestServer({ controlToken: 's3cret', maxSpaces: 3 });
    const token = { 'x-ringback-token': 's3cret' };
    const names = () =>
      server()
        .spaces.list()
        .map(({ name }) => name);

    it('so a flood without the token makes and evicts no space', async () => {
      await call('GET', `${server().url}/@work/_ringback/health`, undefined, token);
      await submitDocument(`${server().url}/@work`, {});
      for (let i = 0; i < 10; i++) {
        const inbox = await call('POST', `${server().url}/@flood${i}/_ringback/inbox/x`);
        expect(inbox).toMatchObject({
          status: 404,
          body: { type: expect.stringMatching(/urn:ringback:space\.unknown$/) },
        });
        expect(inbox.body.detail).toContain(`GET /@flood${i}/_ringback/health with the token`);
        const submission = await submitDocument(`${server().url}/@flood${i}`, {});
        expect(submission.status).toBe(404);
      }
      expect(names()).toEqual(['default', 'work']);
      const runs = await call('GET', `${server().url}/@work/_ringback/runs`, undefined, token);
      expect(runs.body.total).toBe(1);
    });

    it('while existing spaces accept requests without it', async () => {
      expect((await call('POST', `${server().url}/@work/_ringback/inbox/x`)).status).toBe(200);
      expect((await call('POST', `${server().url}/_ringback/inbox/x`)).status).toBe(200);
    });

    it('and it may be sent to a provider, too', async () => {
      expect((await submitDocument(`${server().url}/@mine`, {}, token)).status).toBe(202);
      expect((await submitDocument(`${server().url}/@his`, {}, { 'x-ringback-token': 'x' })).status).toBe(
        401,
      );
      expect(names()).toEqual(['default', 'work', 'mine']);
    });
  });
});
