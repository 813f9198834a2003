import { afterEach, describe, expect, it } from 'vitest';
import { bodyOf } from './support/answer.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';
import { exchangeRaw, openRaw } from './support/raw-client.ts';

afterEach(closeEchoServers);

const valid = { application_reference_id: 'r-1', webhook: 'https://consumer.test/hook' };

function register(url: string, body: unknown = valid): Promise<Response> {
  return fetch(`${url}/echo/auto/applications`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
}

/** A promise and the functions that settle it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('the response to a submission', () => {
  it('is flushed before its runs start', async () => {
    const order: string[] = [];
    const server = await startEchoServer({ events: order, onAnswer: () => order.push('head written') });
    expect((await register(server.url)).status).toBe(201);
    await server.logged(1);
    expect(order).toEqual(['head written', 'answering default', 'answered default']);
  });

  it('a response larger than the socket buffer starts nothing before its end', async () => {
    const events: string[] = [];
    const body = 'a'.repeat(20 * 1024 * 1024);
    const server = await startEchoServer({
      events,
      handlers: { getDocument: async () => ({ status: 200, body }) },
    });
    const socket = await openRaw(server.port);
    socket.write('GET /echo/documents/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('readable', resolve));
    expect(events).toEqual(['answering default']);
    const ended = new Promise((resolve) => socket.once('end', resolve));
    socket.resume();
    await ended;
    await server.logged(1);
    expect(events).toEqual(['answering default', 'answered default']);
  });

  it('starts its runs even if the client has disconnected', async () => {
    const events: string[] = [];
    const called = gate();
    const go = gate();
    const server = await startEchoServer({
      events,
      handlers: {
        getDocument: async () => {
          called.open();
          await go.opened;
          return { status: 200, body: 1 };
        },
      },
    });
    const socket = await openRaw(server.port);
    socket.write('GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\n');
    await called.opened;
    socket.destroy();
    await server.logged(1);
    expect(server.log).toMatchObject([{ status: null }]);
    expect(events).toEqual([]);
    go.open();
    await expect.poll(() => events).toEqual(['answering default', 'answered default']);
  });

  it('starts its runs once each, for requests that do not wait for responses', async () => {
    const server = await startEchoServer();
    const request = (connection: string): string =>
      `GET /echo/documents/x HTTP/1.1\r\nhost: x\r\nconnection: ${connection}\r\n\r\n`;
    const received = await exchangeRaw(server.port, request('keep-alive').repeat(9) + request('close'));
    expect(received.match(/HTTP\/1.1 200 OK/g)).toHaveLength(10);
    await server.logged(10);
    expect(server.events.filter((event) => event === 'answered default')).toHaveLength(10);
  });

  it('an abandoned response also starts its runs once, for pipelined requests', async () => {
    const called = gate();
    const go = gate();
    let calls = 0;
    const server = await startEchoServer({
      handlers: {
        getDocument: async () => {
          if (++calls === 3) called.open();
          await go.opened;
          return { status: 200, body: 1 };
        },
      },
    });
    const socket = await openRaw(server.port);
    socket.write('GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3));
    await called.opened;
    socket.destroy();
    go.open();
    await server.logged(3);
    await expect.poll(() => server.events.filter((event) => event === 'answered default').length).toBe(3);
  });

  it('starts nothing when it is an error', async () => {
    const server = await startEchoServer();
    expect((await register(server.url, {})).status).toBe(400);
    expect((await fetch(`${server.url}/echo/any/defect`, { method: 'POST' })).status).toBe(500);
    expect((await fetch(`${server.url}/echo/header/defect`, { method: 'POST' })).status).toBe(500);
    await server.logged(3);
    expect(server.events).toEqual(['abandoned default']);
  });
});

describe('a defect', () => {
  it('is a 500 without internal details, and is logged with its stack', async () => {
    const server = await startEchoServer();
    const response = await fetch(`${server.url}/echo/any/defect`, { method: 'POST' });
    const problem = await bodyOf(response);
    expect(response.status).toBe(500);
    expect(problem).toMatchObject({
      type: 'urn:ringback:internal',
      status: 500,
      violations: [],
    });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(server.failures).toMatchObject([
      { what: 'answering POST /echo/any/defect', error: new TypeError('secret insides') },
    ]);
    expect((await register(server.url)).status).toBe(201);
  });
});

describe('routing', () => {
  it('responds to an unknown path with the nearest one', async () => {
    const { url, log, logged } = await startEchoServer();
    const response = await fetch(`${url}/@a/echo/document/x`);
    expect(response.status).toBe(404);
    expect((await bodyOf(response)).detail).toContain('Did you mean "/echo/documents/x"?');
    await logged(1);
    expect(log).toMatchObject([
      {
        method: 'GET',
        url: '/@a/echo/document/x',
        operation: null,
        status: 404,
        problem: { code: 'route.not-found' },
      },
    ]);
  });

  it('responds to an unknown method with the known ones', async () => {
    const { url } = await startEchoServer();
    const response = await fetch(`${url}/echo/auto/applications`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('distinguishes a path with a literal colon from one without', async () => {
    const { url } = await startEchoServer();
    const response = await fetch(`${url}/echo/documents/annotate:invoice`, { method: 'POST' });
    expect(await bodyOf(response)).toMatchObject({
      operation: 'annotateOfClass',
      path: { document_class: 'invoice' },
    });
  });

  it('refuses an invalid space name', async () => {
    const { url } = await startEchoServer();
    expect((await fetch(`${url}/@.hidden/echo/documents/x`)).status).toBe(400);
  });
});

describe('a request', () => {
  it('of HTTP/1.1 without a Host is refused with the reason', async () => {
    const { port } = await startEchoServer();
    const text = await exchangeRaw(port, 'GET /echo/documents/x HTTP/1.1\r\nconnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('content-type: application/problem+json');
    expect(text).toContain('it has no Host header');
  });

  it('of HTTP/1.0 needs no Host', async () => {
    const { port } = await startEchoServer();
    expect(await exchangeRaw(port, 'GET /echo/documents/x HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('a request with an unknown expectation gets a response', async () => {
    const { port } = await startEchoServer();
    const head = 'GET /echo/documents/x HTTP/1.1\r\nhost: x\r\nexpect: more\r\nconnection: close\r\n\r\n';
    expect(await exchangeRaw(port, head)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('the control API', () => {
  it('exists in every space', async () => {
    const { url } = await startEchoServer();
    expect(await (await fetch(`${url}/_ringback/health`)).json()).toEqual({ space: 'default', baseUrl: url });
    expect(await (await fetch(`${url}/@b/_ringback/health`)).json()).toEqual({
      space: 'b',
      baseUrl: `${url}/@b`,
    });
  });

  it('is guarded, also on unknown paths', async () => {
    const { url } = await startEchoServer();
    const headers = { 'x-foreign': '1' };
    expect((await fetch(`${url}/_ringback/health`, { headers })).status).toBe(403);
    expect((await fetch(`${url}/@a/_ringback/nothing`, { headers })).status).toBe(403);
    expect((await fetch(`${url}/_ringback/inbox/x`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/echo/documents/x`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/_ringback/nothing`)).status).toBe(404);
  });

  it('validates its requests like the others', async () => {
    const { url } = await startEchoServer();
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/_ringback/clock`, {
      method: 'POST',
      body: '{"advance":5}',
      headers,
    });
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).violations).toMatchObject([{ location: 'body/advance' }]);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS'])(
    'receives %s in an inbox, whatever the body is',
    async (method) => {
      const { url } = await startEchoServer();
      const headers = { 'content-type': 'what/is; this' };
      const response = await fetch(`${url}/_ringback/inbox/mine`, { method, body: 'grüße, äöü', headers });
      if (method === 'POST')
        expect(await response.json()).toEqual({ method, name: 'mine', text: 'grüße, ', truncated: true });
      else expect(await response.json()).toMatchObject({ method, url: '/_ringback/inbox/mine' });
    },
  );
});

describe('absolute URLs', () => {
  it('begin with the host that the request was sent to', async () => {
    const { port } = await startEchoServer();
    const of = async (host: string): Promise<string> => {
      const received = await exchangeRaw(
        port,
        `GET /@s/echo/documents/x HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
      );
      return (JSON.parse(received.slice(received.indexOf('\r\n\r\n'))) as { baseUrl: string }).baseUrl;
    };
    expect(await of('mock.test:8080')).toBe('http://mock.test:8080/@s/echo');
    expect(await of('[::1]:8080')).toBe('http://[::1]:8080/@s/echo');
  });

  it('begin with the public URL if one is set', async () => {
    const { port, url } = await startEchoServer({ publicUrl: 'https://mock.test/ringback/' });
    expect(url).toBe('https://mock.test/ringback');
    const response = await fetch(`http://127.0.0.1:${port}/echo/documents/x`);
    expect((await bodyOf(response)).baseUrl).toBe('https://mock.test/ringback/echo');
  });
});
