import { afterEach, describe, expect, it } from 'vitest';
import { bodyOf } from './support/answer.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';

afterEach(closeEchoServers);

const valid = { application_reference_id: 'r-1', webhook: 'https://consumer.test/hook' };

function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: body as string,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

describe('a JSON request', () => {
  it('reaches its operation, validated and with its parameters', async () => {
    const { url, answers } = await startEchoServer();
    const response = await post(`${url}/@team-a/echo/auto/applications?x=1`, JSON.stringify(valid));
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-ringback-run')).toBe('run-1, run-2');
    expect(response.headers.get('x-own')).toBe('yes');
    expect(await bodyOf(response)).toMatchObject({
      operation: 'register',
      path: { product: 'auto' },
      query: { x: '1' },
      body: valid,
      baseUrl: `${url}/@team-a/echo`,
    });
    expect(answers).toMatchObject([
      { operation: { id: 'register' }, status: 201, mediaType: 'application/json' },
    ]);
  });

  it.each([['application/json; charset=UTF-8'], ['Application/JSON;charset="utf-8"']])(
    'is read as %s',
    async (type) => {
      const { url } = await startEchoServer();
      expect(
        (await post(`${url}/echo/auto/applications`, JSON.stringify(valid), { 'content-type': type })).status,
      ).toBe(201);
    },
  );

  it('an invalid body is refused with all violations, each with its place', async () => {
    const { url } = await startEchoServer();
    const response = await post(`${url}/echo/boat/applications`, '{"services":["extrakt"]}');
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = await bodyOf(response);
    expect(problem).toMatchObject({
      type: 'urn:ringback:request.invalid',
      title: 'The request does not match the contract',
      status: 400,
    });
    expect(problem.remedy).toContain('openapi.yaml');
    expect(problem.violations.map((violation: { location: string }) => violation.location)).toEqual(
      expect.arrayContaining(['path/product', 'body', 'body/services/0']),
    );
    expect(problem.detail).toContain('webhook');
  });

  it('is refused with the status that the provider has a setting for', async () => {
    const settings = { 'docdigitizer.invalidRequestStatus': 422 };
    const { url } = await startEchoServer({ provider: 'docdigitizer', settings });
    const response = await post(`${url}/echo/auto/applications`, '{}');
    expect(response.status).toBe(422);
    expect((await bodyOf(response)).status).toBe(422);
    expect((await post(`${url}/echo/auto/applications`, '{')).status).toBe(400);
  });

  it.each([
    ['a syntax error', '{"a":\n nul}', 400, 'request.malformed', 'line 2, column 2'],
    ['a depth of 65', `${'['.repeat(65)}${']'.repeat(65)}`, 413, 'request.too-large', '64 levels'],
    ['a megabyte and a byte', `"${'a'.repeat(1024 * 1024 - 1)}"`, 413, 'request.too-large', '1048577 bytes'],
    ['a key __proto__', '{"__proto__":{}}', 400, 'request.malformed', '__proto__'],
    ['no body', '', 400, 'request.invalid', 'body is missing'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), 400, 'request.malformed', 'UTF-8'],
  ])('with %s is refused', async (_what, body, status, code, detail) => {
    const { url, failures } = await startEchoServer();
    const response = await post(`${url}/echo/auto/applications`, body);
    const problem = await bodyOf(response);
    expect({ status: response.status, type: problem.type }).toEqual({
      status,
      type: `urn:ringback:${code}`,
    });
    expect(problem.detail).toContain(detail);
    expect(failures).toEqual([]);
  });

  it('accepts a body of exactly the limits', async () => {
    const { url } = await startEchoServer({
      settings: { 'limits.jsonBytes': 1_024, 'limits.jsonDepth': 16 },
    });
    const nested = (depth: number, bytes: number): string =>
      `${'['.repeat(depth)}"${'a'.repeat(bytes - 2 * depth - 2)}"${']'.repeat(depth)}`;
    expect((await post(`${url}/echo/notes`, nested(16, 1_024))).status).toBe(200);
    expect((await post(`${url}/echo/notes`, nested(16, 1_025))).status).toBe(413);
    expect((await post(`${url}/echo/notes`, nested(17, 1_024))).status).toBe(413);
  });

  it('stops reading a body without a length at the limit', async () => {
    const { url } = await startEchoServer({ settings: { 'limits.jsonBytes': 1_024 } });
    const body = ReadableStream.from(Array.from({ length: 5 }, () => Buffer.from('a'.repeat(1_000))));
    const response = await fetch(`${url}/echo/notes`, {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(413);
  });

  it.each([
    ['text/csv', 'expected application/json'],
    ['nonsense', 'expected application/json'],
    ['application/json; charset=utf-16', 'utf-16'],
  ])('of the content type %s is refused', async (type, detail) => {
    const { url } = await startEchoServer();
    const response = await post(`${url}/echo/auto/applications`, '{}', { 'content-type': type });
    expect(response.status).toBe(415);
    expect((await bodyOf(response)).detail).toContain(detail);
  });

  it('without a content type is refused', async () => {
    const { url } = await startEchoServer();
    const response = await fetch(`${url}/echo/auto/applications`, {
      method: 'POST',
      body: Buffer.from('{}'),
    });
    expect(response.status).toBe(415);
    expect((await bodyOf(response)).detail).toContain('no content type');
  });

  it('may have no body where the contract does not require one', async () => {
    const { url } = await startEchoServer();
    const response = await fetch(`${url}/echo/notes`, { method: 'POST' });
    expect({ status: response.status, body: (await bodyOf(response)).body }).toEqual({
      status: 200,
      body: null,
    });
  });
});

describe('parameters', () => {
  it('are coerced, and have their defaults', async () => {
    const { url } = await startEchoServer();
    const list = async (query: string) =>
      (await bodyOf(await fetch(`${url}/echo/auto/applications${query}`))).query;
    expect(await list('')).toEqual({ limit: 25 });
    expect(await list('?limit=1000&status=a&status=b%20c')).toEqual({ limit: 1000, status: ['a', 'b c'] });
    expect(await list('?status=a,b&other=1&other=2')).toEqual({
      limit: 25,
      status: ['a', 'b'],
      other: ['1', '2'],
    });
    expect(await list('?__proto__=1')).toEqual({ limit: 25, ['__proto__']: '1' });
  });

  it.each([
    ['?limit=0', {}, 'query/limit'],
    ['?limit=', {}, 'query/limit'],
    ['?limit=ten', {}, 'query/limit'],
    ['?limit=1&limit=2', {}, 'query/limit'],
    ['', { 'x-tag': 'too long' }, 'header/x-tag'],
  ])('%s %j are refused', async (query, headers, location) => {
    const { url } = await startEchoServer();
    const response = await fetch(`${url}/echo/auto/applications${query}`, {
      headers: headers as Record<string, string>,
    });
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).violations).toMatchObject([{ location }]);
  });

  it('keep unicode and slashes in the path', async () => {
    const { url } = await startEchoServer();
    const response = await fetch(`${url}/echo/documents/${encodeURIComponent('ü/€ 100%')}`);
    expect((await bodyOf(response)).path).toEqual({ id: 'ü/€ 100%' });
  });
});

describe('credentials', () => {
  it('are checked before the body is read', async () => {
    const { url } = await startEchoServer();
    const response = await post(`${url}/echo/auto/applications`, '{', { authorization: 'wrong' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="echo"');
  });

  it('are requested in the way of the provider', async () => {
    const { url } = await startEchoServer();
    const response = await post(`${url}/echo/auto/applications`, '{}', { authorization: 'basic' });
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="x"');
  });
});

describe('other bodies', () => {
  it('are read as text where the contract says so', async () => {
    const { url } = await startEchoServer();
    const response = await post(`${url}/echo/notes`, 'grüße', { 'content-type': 'text/plain' });
    expect((await bodyOf(response)).body).toBe('grüße');
  });

  it('are read as form fields where the contract says so', async () => {
    const { url } = await startEchoServer();
    const body = new URLSearchParams({ pages: '3', 'callback_headers[A]': 'b c', nonsense: '1' });
    const response = await fetch(`${url}/echo/notes`, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).violations).toMatchObject([{ location: 'body', code: 'required' }]);
  });
});

describe('HEAD', () => {
  it('has the head of GET and no body', async () => {
    const { url } = await startEchoServer();
    const get = await fetch(`${url}/echo/documents/x`);
    const head = await fetch(`${url}/echo/documents/x`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(await head.text()).toBe('');
  });
});
