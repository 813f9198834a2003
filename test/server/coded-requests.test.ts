import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer, json } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeBody } from '../../src/server/body/decode-request.ts';
import { startRingback } from '../support/ringback.ts';
import { bodyOf } from './support/answer.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';

afterEach(closeEchoServers);

const application = { application_reference_id: 'ü-1', webhook: 'https://consumer.test/hook' };
const jsonType = { 'content-type': 'application/json' };

function send(method: string, url: string, body: Uint8Array, headers: Record<string, string>) {
  return fetch(url, { method, body: Buffer.from(body), headers });
}

const double = (bytes: Uint8Array): Buffer => brotliCompressSync(gzipSync(bytes));

/** Content codings and the functions that apply them. */
const codings: readonly [coding: string, encode: (bytes: Uint8Array) => Buffer][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['gzip, br', double],
  ['identity', Buffer.from],
  ['identity, gzip', gzipSync],
  ['gzip, gzip, gzip', (bytes) => gzipSync(gzipSync(gzipSync(bytes)))],
];

describe.each(codings)('a body in the coding %s', (coding, encode) => {
  const coded = { 'content-encoding': coding };

  it('is decoded as JSON', async () => {
    const { url } = await startEchoServer();
    const body = encode(Buffer.from(JSON.stringify(application)));
    const response = await send('POST', `${url}/echo/auto/applications`, body, { ...jsonType, ...coded });
    expect(await bodyOf(response)).toMatchObject({ operation: 'register', body: application });
  });

  it('is decoded as a multipart form', async () => {
    const { url } = await startEchoServer();
    const form = new Request('http://x', { method: 'POST', body: formWith('é'.repeat(50_000)) });
    const body = encode(Buffer.from(await form.arrayBuffer()));
    const headers = { 'content-type': form.headers.get('content-type') ?? '', ...coded };
    const answer = await bodyOf(await send('POST', `${url}/echo/documents`, body, headers));
    expect(answer.body).toEqual({ document_class: 'invoice' });
    expect(answer.files).toMatchObject([{ field: 'files', fileName: 'a.pdf', bytes: 100_000 }]);
  });

  it('is decoded as an urlencoded form', async () => {
    const { url } = await startEchoServer();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...coded };
    const response = await send('POST', `${url}/echo/notes`, encode(Buffer.from('pages=three')), headers);
    const { violations } = await bodyOf(response);
    expect(violations).toContainEqual(expect.objectContaining({ location: 'body/pages', code: 'type' }));
  });

  it('is decoded as an upload, and kept decoded', async () => {
    const { url } = await startEchoServer();
    const answer = await bodyOf(
      await send('PUT', `${url}/echo/uploads/1`, encode(Buffer.from('%PDF-1.7')), coded),
    );
    expect(answer).toMatchObject({ bytes: 8 });
    expect(await (await fetch(`${url}/echo/downloads/${answer.blob}`)).text()).toBe('%PDF-1.7');
  });

  it('is decoded by the control API', async () => {
    const { url } = await startEchoServer();
    const headers = { ...jsonType, ...coded };
    const response = await send(
      'POST',
      `${url}/_ringback/clock`,
      encode(Buffer.from('{"advance":"5s"}')),
      headers,
    );
    expect(await bodyOf(response)).toEqual({ advance: '5s' });
  });
});

function formWith(content: string): FormData {
  const form = new FormData();
  form.append('document_class', 'invoice');
  form.append('files', new Blob([content]), 'a.pdf');
  return form;
}

describe('a body in a coding that is not decoded', () => {
  it.each([['zstd'], ['compress'], ['gzip, aws-chunked'], ['gzip, gzip, gzip, gzip']])(
    'is refused with 415 and Accept-Encoding: %s',
    async (coding) => {
      const { url } = await startEchoServer();
      const response = await send('POST', `${url}/echo/auto/applications`, Buffer.from('{}'), {
        ...jsonType,
        'content-encoding': coding,
      });
      expect(response.status).toBe(415);
      expect(response.headers.get('accept-encoding')).toBe('gzip, deflate, br');
      const problem = await bodyOf(response);
      expect(problem.type).toBe('urn:ringback:request.content-coding');
      expect(problem.detail).toContain(
        coding.includes('gzip, gzip') ? '4 content codings' : coding.split(', ').at(-1),
      );
    },
  );
});

describe('a malformed coded body', () => {
  const whole = gzipSync(JSON.stringify(application));

  it.each([
    ['is not coded', 'gzip', Buffer.from(JSON.stringify(application))],
    ['is truncated', 'gzip', whole.subarray(0, -9)],
    ['has another checksum', 'gzip', Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8)])],
    ['is in another coding', 'br', whole],
    ['is a raw deflate stream', 'deflate', whole.subarray(10, -8)],
  ])('is refused with 400 when it %s', async (_what, coding, body) => {
    const { url } = await startEchoServer();
    for (const [method, path, type] of [
      ['POST', 'auto/applications', 'application/json'],
      ['POST', 'documents', 'multipart/form-data; boundary=b'],
      ['PUT', 'uploads/1', 'application/pdf'],
    ] as const) {
      const headers = { 'content-type': type, 'content-encoding': coding };
      const response = await send(method, `${url}/echo/${path}`, body, headers);
      expect(response.status).toBe(400);
      expect((await bodyOf(response)).detail).toContain(`it is not ${coding} as Content-Encoding says`);
    }
  });

  it('does no harm when its request is refused before anything reads it', async () => {
    const bytes = Readable.from([Buffer.from('x'.repeat(20))]);
    const source = Object.assign(bytes, { headers: { 'content-encoding': 'gzip' } });
    const body = decodeBody(source, { bytes: 100, setting: 'limits.jsonBytes' });
    // Not once(), which would listen for errors.
    await new Promise((resolve) => body.on('close', resolve));
    expect(body.errored?.message).toContain('it is not gzip');
  });
});

describe('a body that is small until it is decoded', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));

  it.each([
    ['JSON', 'POST', 'auto/applications', 'application/json'],
    ['a form', 'POST', 'documents', 'multipart/form-data; boundary=b'],
    ['an upload', 'PUT', 'uploads/1', 'application/pdf'],
  ])('is refused with 413 as %s, and its connection stays in use', async (_what, method, path, type) => {
    const { port } = await startEchoServer({
      settings: { 'limits.uploadBytes': 65_536, 'limits.jsonBytes': 65_536 },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const [coding, body] of [
      ['gzip', bomb],
      ['gzip, gzip', gzipSync(bomb)],
    ] as const) {
      const headers = { 'content-type': type, 'content-encoding': coding };
      const sent = request({ port, method, path: `/echo/${path}`, agent, headers }).end(body);
      const [response] = await once(sent, 'response');
      expect(response.statusCode).toBe(413);
      expect(await json(response)).toMatchObject({ detail: expect.stringContaining('65536 bytes') });
      const [next] = await once(request({ port, path: '/echo/documents/x', agent }).end(), 'response');
      expect(next.statusCode).toBe(200);
      next.resume();
    }
    agent.destroy();
  });

  it('is decoded no further than its limit', async () => {
    // A gzip body may have several members.
    const large = Buffer.concat(Array.from({ length: 16 }, () => bomb));
    let taken = 0;
    const source = Readable.from(
      (function* () {
        for (; taken < large.length; taken += 256) yield large.subarray(taken, taken + 256);
      })(),
      { objectMode: false },
    );
    const coded = Object.assign(source, { headers: { 'content-encoding': 'gzip' } });
    const body = decodeBody(coded, { bytes: 65_536, setting: 'limits.jsonBytes' });
    await expect(buffer(body)).rejects.toThrow('more than 65536 bytes when decoded (gzip)');
    // A body of 1 MiB expands to 1 GiB. Only buffers may fill past the limit.
    expect(taken).toBeLessThan(large.length / 4);
  });
});

describe('an inbox', () => {
  it.each([
    ['decoded', 'gzip', gzipSync('{"a":1}'), '{"a":1}'],
    ['as received in a coding that is not decoded', 'zstd', Buffer.from('abc'), 'abc'],
    ['as received when it is not in the coding that it names', 'gzip', Buffer.from('abc'), 'abc'],
  ])('shows a coded body %s, with the received headers', async (_what, coding, body, shown) => {
    const { url, control } = await startRingback();
    const response = await send('POST', `${url}/_ringback/inbox/mine`, body, { 'content-encoding': coding });
    expect(response.status).toBe(200);
    expect((await control('GET', 'inboxes/mine')).body.requests).toMatchObject([
      { body: shown, bodyTruncated: false, headers: { 'content-encoding': coding } },
    ]);
  });

  it('decodes no more of a body than it keeps', async () => {
    const { url, control } = await startRingback();
    const body = gzipSync(Buffer.alloc(100 * 1024 * 1024, 'a'));
    await send('POST', `${url}/_ringback/inbox/mine`, body, { 'content-encoding': 'gzip' });
    const kept = (await control('GET', 'inboxes/mine/mine-1')).body;
    expect(kept.bodyTruncated).toBe(true);
    expect(kept.body).toHaveLength(1024 * 1024);
  });
});
