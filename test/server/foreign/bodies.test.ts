import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { closeEchoServers, startForeignServer } from './support.ts';

afterEach(closeEchoServers);

function accepting(content: JsonObject, { required = true, ...more }: JsonObject = {}): JsonObject {
  return {
    paths: {
      '/x': {
        post: { operationId: 'send', requestBody: { required, content }, responses: { 204: {} }, ...more },
      },
    },
  };
}

function post(body: string | Uint8Array<ArrayBuffer>, contentType?: string): RequestInit {
  // Bytes, so that fetch adds no content type of its own.
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return {
    method: 'POST',
    body: bytes,
    ...(contentType !== undefined && { headers: { 'content-type': contentType } }),
  };
}

const order: JsonObject = {
  type: 'object',
  required: ['callbackUrl'],
  properties: {
    callbackUrl: { type: 'string', format: 'uri' },
    count: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
    who: { type: 'object', properties: { age: { type: 'integer' } } },
    lines: {
      type: 'array',
      items: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
    },
    file: { type: 'string', format: 'binary' },
    pages: { type: 'array', items: { type: 'string', format: 'binary' } },
  },
};
const url = 'http://127.0.0.1:9/callback?a=1&b=2';

describe('JSON', () => {
  const json = accepting({ 'application/json': { schema: order } });

  it.each([undefined, 'application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'is read as %s',
    async (type) => {
      const { send } = await startForeignServer(json);
      expect((await send('/x', post(JSON.stringify({ callbackUrl: url }), type))).body).toEqual({
        callbackUrl: url,
      });
    },
  );

  it('is refused with the place of each violation', async () => {
    const { refusal } = await startForeignServer(json);
    expect(await refusal('/x', post('{"count":"1"}', 'application/json'))).toMatchObject({
      status: 400,
      violations: expect.arrayContaining(['body required', 'body/count type']),
    });
    expect((await refusal('/x', post('', 'application/json'))).violations).toEqual(['body required']);
    expect((await refusal('/x', post('{"a":', 'application/json'))).violations).toEqual(['body syntax']);
  });

  it('of a vendor media type and of a range is read', async () => {
    const { send } = await startForeignServer(
      accepting({ 'application/vnd.order+json': { schema: order }, 'application/*': { schema: order } }),
    );
    const text = JSON.stringify({ callbackUrl: url });
    expect((await send('/x', post(text, 'application/vnd.order+json'))).body).toEqual({ callbackUrl: url });
    expect((await send('/x', post(text, 'application/json'))).body).toEqual({ callbackUrl: url });
  });

  it('is refused without a word about the contract that Ringback ships', async () => {
    const { url: server } = await startForeignServer(json);
    const response = await fetch(`${server}/x`, post('{}', 'application/json'));
    expect(((await response.json()) as { remedy: string }).remedy).toBe(
      'Fix the violations listed. See the operation in the contract.',
    );
  });

  it('of another media type is refused', async () => {
    const { refusal } = await startForeignServer(json);
    expect(await refusal('/x', post('<a/>', 'application/xml'))).toMatchObject({ status: 415 });
  });

  it('is refused with 422 where the contract declares it in place of 400', async () => {
    const responses = { 204: {}, 422: {} };
    const { refusal } = await startForeignServer(
      accepting({ 'application/json': { schema: order } }, { responses }),
    );
    expect((await refusal('/x', post('{}', 'application/json'))).status).toBe(422);
    const both = await startForeignServer(
      accepting({ 'application/json': { schema: order } }, { responses: { ...responses, 400: {} } }),
    );
    expect((await both.refusal('/x', post('{}', 'application/json'))).status).toBe(400);
  });

  it('is ignored where no body is declared', async () => {
    const { send } = await startForeignServer({
      paths: { '/x': { post: { operationId: 'send', responses: { 204: {} } } } },
    });
    expect((await send('/x', post('{"a":1}', 'application/json'))).body).toBeUndefined();
  });

  it('may be missing where it is not required', async () => {
    const { send } = await startForeignServer(
      accepting({ 'application/json': { schema: order } }, { required: false }),
    );
    expect((await send('/x', { method: 'POST' })).body).toBeUndefined();
  });
});

describe('forms', () => {
  const expected = {
    callbackUrl: url,
    count: 5,
    tags: ['a', 'b'],
    who: { age: 7 },
    lines: [{ n: 1 }, { n: 2 }],
  };

  it('application/x-www-form-urlencoded is one object', async () => {
    const { send, refusal } = await startForeignServer(
      accepting({ 'application/x-www-form-urlencoded': { schema: order } }),
    );
    const form = new URLSearchParams([
      ['callbackUrl', url],
      ['count', '5'],
      ['tags', 'a'],
      ['tags', 'b'],
      ['who[age]', '7'],
      ['lines', '{"n":1}'],
      ['lines', '{"n":2}'],
    ]);
    expect((await send('/x', { method: 'POST', body: form })).body).toEqual(expected);
    expect(
      (await refusal('/x', { method: 'POST', body: new URLSearchParams({ count: 'x' }) })).violations,
    ).toEqual(expect.arrayContaining(['body required', 'body/count type']));
  });

  it('follows the encoding of its properties', async () => {
    const { send } = await startForeignServer(
      accepting({
        'application/x-www-form-urlencoded': {
          schema: order,
          encoding: {
            tags: { style: 'pipeDelimited' },
            who: { style: 'deepObject', explode: true },
            callbackUrl: { contentType: 'application/json' },
          },
        },
      }),
    );
    const text = `callbackUrl=${encodeURIComponent(JSON.stringify(url))}&tags=a|b&who[age]=7`;
    expect((await send('/x', post(text, 'application/x-www-form-urlencoded'))).body).toEqual({
      callbackUrl: url,
      tags: ['a', 'b'],
      who: { age: 7 },
    });
  });

  it('multipart/form-data has files as their names, and JSON parts as what they are', async () => {
    const { send } = await startForeignServer(accepting({ 'multipart/form-data': { schema: order } }));
    const form = new FormData();
    form.set('callbackUrl', url);
    form.set('count', '5');
    form.append('tags', 'a');
    form.append('tags', 'b');
    form.set('who', new Blob(['{"age":7}'], { type: 'application/json' }));
    form.append('lines', '{"n":1}');
    form.append('lines', new Blob(['{"n":2}'], { type: 'application/json' }));
    form.set('file', new Blob([Buffer.alloc(70_000)]), 'invoice.pdf');
    form.append('pages', new Blob(['one']), 'one.png');
    form.append('pages', new Blob(['two']), 'two.png');
    form.set('unknown', 'kept');
    const { body, files } = await send('/x', { method: 'POST', body: form });
    expect(body).toEqual({
      ...expected,
      file: 'invoice.pdf',
      pages: ['one.png', 'two.png'],
      unknown: 'kept',
    });
    expect(files.filter(({ field }) => field === 'file')).toEqual([
      { field: 'file', fileName: 'invoice.pdf', bytes: 70_000 },
    ]);
  });

  it('may be missing where it is not required', async () => {
    const { send } = await startForeignServer(
      accepting({ 'multipart/form-data': { schema: order } }, { required: false }),
    );
    expect((await send('/x', { method: 'POST' })).body).toBeUndefined();
  });

  it('blank fields of other types than strings count as missing', async () => {
    const { send } = await startForeignServer(accepting({ 'multipart/form-data': { schema: order } }));
    const form = new FormData();
    form.set('callbackUrl', url);
    form.set('count', '');
    expect((await send('/x', { method: 'POST', body: form })).body).toEqual({ callbackUrl: url });
  });

  it('multipart/form-data is refused with the place of each violation', async () => {
    const { refusal } = await startForeignServer(accepting({ 'multipart/form-data': { schema: order } }));
    const form = new FormData();
    form.set('count', 'five');
    expect((await refusal('/x', { method: 'POST', body: form })).violations).toEqual(
      expect.arrayContaining(['body required', 'body/count type']),
    );
    expect(await refusal('/x', post('--a', 'multipart/form-data; boundary=b'))).toMatchObject({
      status: 400,
    });
  });

  it('a file over the limit is refused', async () => {
    const { refusal } = await startForeignServer(accepting({ 'multipart/form-data': { schema: order } }), {
      settings: { 'limits.uploadBytes': 50_000 },
    });
    const form = new FormData();
    form.set('callbackUrl', url);
    form.set('file', new Blob([Buffer.alloc(70_000)]), 'big.pdf');
    expect(await refusal('/x', { method: 'POST', body: form })).toMatchObject({ status: 413 });
  });

  it.each([
    ['Content-ID: <b>', 'Content-ID: <a>'],
    ['Content-Disposition: attachment; name="b"', 'Content-Disposition: attachment; name=a'],
  ])('multipart/mixed has parts by their names: %s', async (second, first) => {
    const properties = { a: { type: 'string' }, b: { type: 'string' } };
    const { send } = await startForeignServer(
      accepting({ 'multipart/mixed': { schema: { type: 'object', properties } } }),
    );
    const text = `--x\r\n${second}\r\n\r\n2\r\n--x\r\n${first}\r\n\r\n1\r\n--x--`;
    expect((await send('/x', post(text, 'multipart/mixed; boundary=x'))).body).toEqual({ a: '1', b: '2' });
  });

  it('multipart/related has parts by Content-ID or content type', async () => {
    const { send } = await startForeignServer(
      accepting({
        'multipart/related': {
          schema: { type: 'object', properties: { data: order, raw: { type: 'string', format: 'binary' } } },
          encoding: {
            data: { contentType: 'application/json' },
            raw: { contentType: 'application/vnd.raw' },
          },
        },
      }),
    );
    const text = [
      '--b\r\nContent-Type: application/json\r\n\r\n',
      JSON.stringify({ callbackUrl: url }),
      '\r\n--b\r\nContent-Type: application/vnd.raw\r\nContent-ID: <part-2>\r\n\r\n',
      'bytes',
      '\r\n--b--\r\n',
    ].join('');
    expect((await send('/x', post(text, 'multipart/related; boundary="b"'))).body).toEqual({
      data: { callbackUrl: url },
      raw: 'bytes',
    });
  });
});

describe('other media types', () => {
  it('XML is read by the schema and checked', async () => {
    const { send, refusal } = await startForeignServer(accepting({ 'application/xml': { schema: order } }));
    const xml = `<?xml version="1.0"?><order><callbackUrl>http://127.0.0.1:9/</callbackUrl><count>5</count><tags>a</tags></order>`;
    expect((await send('/x', post(xml, 'application/xml; charset=utf-8'))).body).toEqual({
      callbackUrl: 'http://127.0.0.1:9/',
      count: 5,
      tags: ['a'],
    });
    expect(
      (await refusal('/x', post('<order><count>a</count></order>', 'application/xml'))).violations,
    ).toEqual(expect.arrayContaining(['body required', 'body/count type']));
    expect((await refusal('/x', post('<order>', 'application/xml'))).violations).toEqual(['body syntax']);
  });

  const rows: readonly (readonly [string, JsonValue, Buffer, string, JsonValue])[] = [
    ['text', { type: 'string' }, Buffer.from('héllo'), 'text/plain', 'héllo'],
    [
      'text in Latin-1',
      { type: 'string' },
      Buffer.from('héllo', 'latin1'),
      'text/plain; charset=iso-8859-1',
      'héllo',
    ],
    ['a number as text', { type: 'integer' }, Buffer.from('12'), 'text/plain', 12],
    ['a JSON text sequence', { type: 'array' }, Buffer.from('\x1e1\x1e2'), 'application/json-seq', [1, 2]],
    [
      'NDJSON',
      { type: 'array', items: { type: 'object' } },
      Buffer.from('{"a":1}\n\n{"a":2}'),
      'application/x-ndjson',
      [{ a: 1 }, { a: 2 }],
    ],
    [
      'bytes',
      { type: 'string', format: 'binary' },
      Buffer.from('short'),
      'application/octet-stream',
      'short',
    ],
    ['an unknown media type', { type: 'object' }, Buffer.from('a,b'), 'application/vnd.unknown', 'a,b'],
  ];

  it.each(rows)('%s is read', async (_, schema, bytes, type, body) => {
    const essence = type.split(';')[0] ?? '';
    const { send } = await startForeignServer(accepting({ [essence]: { schema } }));
    expect((await send('/x', post(new Uint8Array(bytes), type))).body).toEqual(body);
  });

  it('many bytes are received and not kept', async () => {
    const { send } = await startForeignServer(accepting({ 'application/octet-stream': {} }));
    expect(
      (await send('/x', post(new Uint8Array(3_000_000), 'application/octet-stream'))).body,
    ).toBeUndefined();
  });

  it('an unknown charset is refused', async () => {
    const { refusal } = await startForeignServer(accepting({ 'text/plain': { schema: { type: 'string' } } }));
    expect(await refusal('/x', post('a', 'text/plain; charset=klingon'))).toMatchObject({ status: 415 });
  });
});
