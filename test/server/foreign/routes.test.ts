import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { closeEchoServers, startForeignServer } from './support.ts';

afterEach(closeEchoServers);

/** `GET /x` → an operation of that id. */
function declaring(...operations: readonly string[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(/ (.*)/s);
    paths[path] ??= {};
    const item = paths[path];
    const declared = { operationId: operation, responses: { 204: {} } };
    if (/^(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS)$/.test(method)) item[method.toLowerCase()] = declared;
    else item['x-oai-additionalOperations'] = { ...item['x-oai-additionalOperations'], [method]: declared };
  }
  return { paths };
}

describe('base paths', () => {
  it('operations are served at the root and below the paths of the servers', async () => {
    const { send, refusal } = await startForeignServer({
      ...declaring('GET /x', 'GET /x/{id}', 'GET /{any}', 'GET /'),
      servers: [
        { url: 'https://api.example.com/v2/' },
        { url: '/{stage}/api', variables: { stage: { default: 'test' } } },
      ],
    });
    const found = async (path: string) => (await send(path)).operation;
    expect(await found('/x')).toBe('GET /x');
    expect(await found('/v2/x')).toBe('GET /x');
    expect(await found('/test/api/x/5')).toBe('GET /x/{id}');
    expect(await found('/@team/v2/x/')).toBe('GET /x');
    expect(await found('/v2')).toBe('GET /');
    expect(await found('/v2/')).toBe('GET /');
    expect(await found('/v3')).toBe('GET /{any}');
    expect(await refusal('/v2/nope/nope/nope')).toMatchObject({ status: 404 });
    expect(await refusal('/v2/x/5', { method: 'DELETE' })).toMatchObject({ status: 405 });
  });

  it('a path with parameters does not hide one below a base path', async () => {
    const { send } = await startForeignServer({
      ...declaring('GET /{a}/{b}', 'GET /users'),
      servers: [{ url: 'https://api.example.com/v1' }],
    });
    expect((await send('/v1/users')).operation).toBe('GET /users');
    expect((await send('/v1/x/y')).operation).toBe('GET /{a}/{b}');
  });
});

describe('path keys', () => {
  it('with a query string are chosen by the query', async () => {
    const { send, refusal } = await startForeignServer(
      declaring(
        'POST /x?action=start',
        'POST /x?action=stop&hard={hard}',
        'POST /y',
        'POST /y?dry=true',
        'GET /x#list',
      ),
    );
    const found = async (path: string, method = 'POST') => (await send(path, { method })).operation;
    expect(await found('/x?action=start')).toBe('POST /x?action=start');
    expect(await found('/x?hard=1&action=stop')).toBe('POST /x?action=stop&hard={hard}');
    expect(await found('/y')).toBe('POST /y');
    expect(await found('/y?dry=true')).toBe('POST /y?dry=true');
    expect(await found('/y?dry=false')).toBe('POST /y');
    expect(await found('/x', 'GET')).toBe('GET /x#list');
    const refused = await refusal('/x?action=pause', { method: 'POST' });
    expect(refused.status).toBe(404);
    expect(refused.detail).toContain('Expected /x?action=start or /x?action=stop&hard={hard}.');
  });

  it('that differ only in a slash at the end are both served', async () => {
    const { send, contract } = await startForeignServer(
      declaring('GET /x/', 'GET /x', 'GET /y/{a}', 'GET /y/{b}/'),
    );
    expect((await send('/x/')).operation).toBe('GET /x/');
    expect((await send('/x')).operation).toBe('GET /x');
    expect(await send('/y/1/')).toMatchObject({ operation: 'GET /y/{b}/', path: { b: '1' } });
    expect(await send('/y/1')).toMatchObject({ operation: 'GET /y/{a}', path: { a: '1' } });
    expect(contract.notes.filter(({ kind }) => kind === 'unsupported')).toEqual([]);
  });

  it('that differ only in the names of parameters are both served', async () => {
    const { send, contract } = await startForeignServer(
      declaring('GET /x/{id}', 'PUT /x/{name}', 'GET /x/{other}'),
    );
    expect(await send('/x/1')).toMatchObject({ operation: 'GET /x/{id}', path: { id: '1' } });
    expect(await send('/x/1', { method: 'PUT' })).toMatchObject({
      operation: 'PUT /x/{name}',
      path: { name: '1' },
    });
    expect(contract.notes.filter(({ kind }) => kind === 'unsupported')).toEqual([
      {
        kind: 'unsupported',
        file: '',
        pointer: '/paths/~1x~1{other}/get',
        message: 'GET /x/{other} matches the same requests as GET /x/{id}, which is served.',
      },
    ]);
  });

  it.each([
    ['/a b/ü', '/a%20b/%C3%BC', {}],
    ['/a%20b', '/a%20b', {}],
    ['/x:check', '/x:check', {}],
    ["/Orders('{id}')/items({n})", "/Orders('5')/items(7)", { id: '5', n: '7' }],
    ['/{a}{b}', '/xy', { a: 'x', b: 'y' }],
    ['/{a};v={b}', '/x;v=1', { a: 'x', b: '1' }],
    ['/files/{path+}', '/files/a/b/c.txt', { 'path+': 'a/b/c.txt' }],
    ['/files/{+path}', '/files/a', { '+path': 'a' }],
    ['/proxy/*', '/proxy/a/b', {}],
    ['/a/*/b', '/a/x/b', undefined],
    ['/trailing/', '/trailing', {}],
    ['/double//slash', '/double//slash', {}],
    ['/~user/$meta/@me', '/~user/$meta/@me', {}],
    ['/{__proto__}', '/x', undefined],
  ])('%s is reached at %s', async (path, target, params) => {
    const { send } = await startForeignServer(declaring(`GET ${path}`));
    const seen = await send(target);
    expect(seen.operation).toBe(`GET ${path}`);
    if (params !== undefined) expect(seen.path).toEqual(params);
  });
});

describe('methods', () => {
  it('HEAD is a GET without a body', async () => {
    const { url } = await startForeignServer(declaring('GET /x'));
    expect((await fetch(`${url}/x`, { method: 'HEAD' })).status).toBe(204);
  });

  it('those of OpenAPI 3.2 are served, as far as Node.js can receive them', async () => {
    const { port, seen, contract, url } = await startForeignServer(
      declaring('QUERY /x', 'SEARCH /x', 'COPY /x', 'GRAB /x', 'OPTIONS /x'),
    );
    for (const method of ['QUERY', 'SEARCH', 'COPY', 'OPTIONS']) {
      expect(await raw(port, `${method} /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toContain(
        '204 No Content',
      );
    }
    expect(seen.map(({ operation }) => operation)).toEqual([
      'QUERY /x',
      'SEARCH /x',
      'COPY /x',
      'OPTIONS /x',
    ]);
    const refused = await fetch(`${url}/x`, { method: 'DELETE' });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('OPTIONS, QUERY');
    expect(contract.notes.filter(({ kind }) => kind === 'unsupported').map(({ message }) => message)).toEqual(
      ['The method GRAB cannot be received: the HTTP parser of Node.js does not have it.'],
    );
  });
});

describe('paths of Ringback', () => {
  it('the control API and spaces keep theirs', async () => {
    const { url, send, contract } = await startForeignServer(
      declaring('GET /_ringback/health', 'GET /{proxy+}', 'GET /@me', 'GET /_ringbacks'),
    );
    expect(await (await fetch(`${url}/_ringback/health`)).json()).toMatchObject({ space: 'default' });
    expect((await fetch(`${url}/_ringback/helth`)).status).toBe(404);
    expect(await (await fetch(`${url}/@me/_ringback/health`)).json()).toMatchObject({ space: 'me' });
    expect((await send('/@default/@me')).operation).toBe('GET /@me');
    expect((await send('/_ringbacks')).operation).toBe('GET /_ringbacks');
    expect((await send('/any/thing')).operation).toBe('GET /{proxy+}');
    expect(contract.notes.filter(({ kind }) => kind === 'unsupported').map(({ message }) => message)).toEqual(
      [
        'The path /_ringback/health cannot be served: paths below /_ringback are those of the control API.',
        'The path /@me begins like that of a space. It is served as /@default/@me.',
      ],
    );
  });
});

it('a response that breaks the contract is said once', async () => {
  const schema = { type: 'object', required: ['id'] };
  const { url, warnings } = await startForeignServer(
    {
      paths: {
        '/x': {
          get: { operationId: 'find', responses: { 200: { content: { 'application/json': { schema } } } } },
        },
      },
    },
    { handle: async () => ({ status: 200, body: {} }) },
  );
  await fetch(`${url}/x`);
  await fetch(`${url}/x`);
  expect(warnings).toEqual([expect.stringContaining('the response 200 of find violates the contract: ')]);
});

it('of many paths, a few are suggested', async () => {
  const { refusal } = await startForeignServer(
    declaring(...Array.from({ length: 3_000 }, (_, i) => `GET /group-${i % 40}/things-${i}/{id}`)),
  );
  const { detail } = await refusal('/group-7/things-47x/5');
  expect(detail).toContain('Did you mean "/group-7/things-47/5"?');
  expect((await refusal('/elsewhere/entirely/different/it/is')).detail.length).toBeLessThan(400);
});

function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
