import { once } from 'node:events';
import { get as plainGet } from 'node:http';
import { get, request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { serverOptionsByName } from '../../src/options/server-options.ts';
import { startServer } from '../../src/server/start-server.ts';
import type { StartServerOptions } from '../../src/server/start-server-options.ts';
import { fileWith, payments } from '../providers/contract/support.ts';
import { call, submitDocument } from '../support/test-server.ts';

async function refusal(options: StartServerOptions): Promise<unknown> {
  try {
    const server = await startServer({ port: 0, ...options });
    await server.close();
    return 'started';
  } catch (error) {
    return error;
  }
}

describe('startServer', () => {
  it.each([
    [{ host: '0.0.0.0' }, 'option.invalid', /binding 0\.0\.0\.0 opens the control API/],
    [{ host: '::' }, 'option.invalid', /binding :: opens/],
    [{ host: '192.0.2.1' }, 'option.invalid', /no token protects it/],
    [{ host: '192.0.2.1', controlToken: 'x' }, 'address.unusable', /does not have the address/],
    [
      { settings: { 'informed.quietperod': '1s' } },
      'setting.unknown',
      /Did you mean "informed\.quietPeriod"\?/,
    ],
    [{ settings: { 'informed.quietPeriod': '1' } }, 'setting.invalid', /expected a duration/],
    [{ publicUrl: 'mock.example' }, 'option.invalid', /expected an absolute http or https URL/],
    [{ publicUrl: 'ftp://mock.example' }, 'option.invalid', /ftp/],
    [{ publicUrl: 'http://mock.example?a=b' }, 'option.invalid', /without a query/],
    [{ allowCallbacksTo: ['10.0.0.0/99'] }, 'option.invalid', /10\.0\.0\.0\/99/],
    [{ contract: 'no-such-file.yaml' }, 'contract.invalid', /no-such-file\.yaml/],
    [{ scenarios: ['no-such-folder'] }, 'scenario.invalid', /no-such-folder: there is no such file/],
  ])('refuses %j', async (options, code, message) => {
    expect(await refusal(options)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  const own = [...serverOptionsByName].filter(
    ([name]) => !['config', 'port', 'host', 'scenarios', 'now'].includes(name),
  );

  it.each(own)('starts with the example of the option %s', async (name, { example }) => {
    // Only the provider of another contract takes a name, and a container needs a token.
    const needed =
      name === 'name' ? { contract: fileWith(payments) } : name === 'container' ? { controlToken: 't' } : {};
    expect(await refusal({ [name]: example, ...needed })).toBe('started');
  });

  it('reports that the port is in use', async () => {
    const server = await startServer({ port: 0 });
    expect(await refusal({ port: server.port })).toMatchObject({
      code: 'address.unusable',
      message: expect.stringMatching(`127.0.0.1 port ${server.port}: another process`),
    });
    await server.close();
  });

  it('serves HTTPS with a certificate that clients can be configured to trust', async () => {
    const server = await startServer({ port: 0, tls: true });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const ca = server.certificate ?? '';
    for (const host of ['127.0.0.1', 'localhost']) {
      const request = get({ host, port: server.port, path: '/_ringback/health', ca, agent: false });
      const [answer] = await once(request, 'response');
      expect(JSON.parse(await text(answer))).toMatchObject({ status: 'ok' });
    }
    await expect(call('GET', `${server.url}/_ringback/health`)).rejects.toMatchObject({
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    await server.close();
  });

  it('calls its own inboxes back over HTTPS', async () => {
    const server = await startServer({ port: 0, tls: true });
    const order = { callback: 'informed.error', to: `${server.url}/_ringback/inbox/mine` };
    const post = {
      method: 'POST',
      path: '/_ringback/callbacks',
      headers: { 'content-type': 'application/json' },
    };
    const request = httpsRequest({ ...post, port: server.port, ca: server.certificate ?? '', agent: false });
    request.end(JSON.stringify(order));
    const [answer] = await once(request, 'response');
    expect(JSON.parse(await text(answer))).toMatchObject({
      state: 'delivered',
      attempts: [{ statusCode: 200, error: null }],
    });
    await server.close();
  });

  it('gives the same ids for the same seed, in every space, and others for another seed', async () => {
    const ids: string[] = [];
    for (const seed of [0, 0, 1]) {
      const server = await startServer({ port: 0, seed });
      for (const base of [server.url, `${server.url}/@other`]) {
        ids.push((await submitDocument(base, {})).body.document_id);
      }
      await server.close();
    }
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    expect(new Set(ids).size).toBe(2);
  });

  it('draws a seed when none is given, and reports it', async () => {
    const [one, two] = await Promise.all([startServer({ port: 0 }), startServer({ port: 0 })]);
    expect(one.seed).not.toBe(two.seed);
    await Promise.all([one.close(), two.close()]);
  });

  it('begins absolute URLs with the public URL, whose host the control API accepts', async () => {
    const server = await startServer({ port: 0, publicUrl: 'http://mock.example.test/base/' });
    expect(server.url).toBe('http://mock.example.test/base');
    const url = `http://127.0.0.1:${server.port}`;
    const annotated = await fetch(`${url}/docdigitizer/api/v1/documents/annotate`, {
      method: 'POST',
      headers: { authorization: 'API_KEY x' },
      body: form(),
    });
    expect(annotated.headers.get('x-document-location')).toMatch(
      /^http:\/\/mock\.example\.test\/base\/docdigitizer\//,
    );
    expect(await statusFor(server.port, 'mock.example.test')).toBe(200);
    expect(await statusFor(server.port, 'evil.example.test')).toBe(403);
    await server.close();
  });

  it('accepts the configured hosts', async () => {
    const server = await startServer({ port: 0, allowHosts: ['ringback'] });
    expect(await statusFor(server.port, 'ringback:4020')).toBe(200);
    expect(await statusFor(server.port, 'ringback2:4020')).toBe(403);
    await server.close();
  });

  it('reports how many jobs it has not played, and can be closed twice', async () => {
    const server = await startServer({ port: 0, clock: 'virtual' });
    await submitDocument(server.url, {});
    await submitDocument(`${server.url}/@other`, {});
    expect(await Promise.all([server.close(), server.close()])).toEqual([
      { unplayed: 2, sending: 0, waiting: 0 },
      { unplayed: 2, sending: 0, waiting: 0 },
    ]);
  });

  it('cuts off an attempt that outlasts the grace period of closing', async () => {
    const consumer = createTcpServer().listen(0, '127.0.0.1');
    await once(consumer, 'listening');
    const { port } = consumer.address() as AddressInfo;
    const server = await startServer({ port: 0 });
    const connected = once(consumer, 'connection');
    const fired = server.spaces.get('default').fire({
      callback: 'informed.extractions',
      to: `http://127.0.0.1:${port}/`,
    });
    const [socket] = (await connected) as [Socket];
    const ended = once(socket.resume(), 'close');
    await server.close({ graceMs: 20 });
    await ended;
    expect(await fired).toMatchObject({
      state: 'failed',
      attempts: [{ error: 'the sender was closed before the response was complete' }],
    });
    consumer.close();
  });
});

function form(): FormData {
  const data = new FormData();
  data.append('files', new Blob(['%PDF-1.4\n%%EOF']), 'a.pdf');
  return data;
}

/** Uses node:http, since `fetch` sets `Host` itself. */
async function statusFor(port: number, host: string): Promise<number | undefined> {
  const request = plainGet({
    host: '127.0.0.1',
    port,
    path: '/_ringback/health',
    headers: { host },
    agent: false,
  });
  const [answer] = await once(request, 'response');
  answer.resume();
  return answer.statusCode;
}
