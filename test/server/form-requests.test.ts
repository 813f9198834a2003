import { afterEach, describe, expect, it } from 'vitest';
import { bodyOf } from './support/answer.ts';
import { closeEchoServers, type EchoServer, startEchoServer } from './support/echo-server.ts';
import { exchangeRaw } from './support/raw-client.ts';

afterEach(closeEchoServers);

async function submit(server: EchoServer, form: FormData) {
  const response = await fetch(`${server.url}/echo/documents`, { method: 'POST', body: form });
  return { status: response.status, body: await bodyOf(response) };
}

function form(fields: readonly (readonly [string, string | Blob, string?])[]): FormData {
  const data = new FormData();
  for (const [name, value, fileName] of fields) {
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, value, fileName);
  }
  return data;
}

const file = new Blob(['%PDF-1.7 …'], { type: 'application/pdf' });

/** Posts the given bytes as the body. */
async function postBytes(
  server: EchoServer,
  body: string | Buffer,
  type = 'multipart/form-data; boundary=b',
) {
  const response = await fetch(`${server.url}/echo/documents`, {
    method: 'POST',
    body: Buffer.from(body as string),
    headers: { 'content-type': type },
  });
  return { status: response.status, body: await bodyOf(response) };
}

const part = (head: string, content = 'x'): string => `--b\r\n${head}\r\n\r\n${content}\r\n`;
const disposition = (parameters: string): string => `Content-Disposition: form-data; ${parameters}`;
const filePart = part(disposition('name="files"; filename="a.pdf"'));

describe('a form', () => {
  it('is read by the fields of the contract', async () => {
    const server = await startEchoServer();
    const { status, body } = await submit(
      server,
      form([
        ['document_class', 'invoice'],
        ['useHumanRevision', 'false'],
        ['pages', '3'],
        ['tags', 'a,b'],
        ['tags', ''],
        ['callback_headers[Authorization]', 'API_KEY 1'],
        ['callback_headers[User]', 'john'],
        ['files', file, 'ü é.pdf'],
        ['files', new Blob([]), 'empty.pdf'],
        ['callback_method', 'POST'],
      ]),
    );
    expect(status).toBe(200);
    expect(body.body).toEqual({
      document_class: 'invoice',
      useHumanRevision: false,
      pages: 3,
      tags: ['a,b', ''],
      callback_headers: { Authorization: 'API_KEY 1', User: 'john' },
      callback_method: 'POST',
    });
    expect(body.files).toEqual([
      { field: 'files', fileName: 'ü é.pdf', bytes: 12, blob: null },
      { field: 'files', fileName: 'empty.pdf', bytes: 0, blob: null },
    ]);
    expect(body.unknownFields).toEqual([]);
  });

  it('keeps a string that matches no type for the contract to refuse', async () => {
    const server = await startEchoServer();
    const { status, body } = await submit(
      server,
      form([
        ['files', file, 'a.pdf'],
        ['useHumanRevision', 'perhaps'],
        ['pages', '2.5'],
        ['callback_method', 'PUT'],
        ['callback_headers', 'a: b'],
      ]),
    );
    expect(status).toBe(400);
    expect(body.violations.map((violation: { location: string }) => violation.location).sort()).toEqual([
      'body/callback_headers',
      'body/callback_method',
      'body/pages',
      'body/useHumanRevision',
    ]);
  });

  it('without its required file is refused', async () => {
    const server = await startEchoServer();
    const { status, body } = await submit(server, form([['pages', '1']]));
    expect(status).toBe(400);
    expect(body.violations).toMatchObject([
      { location: 'body', code: 'required', message: expect.stringContaining('files') },
    ]);
  });

  it.each([
    [
      'a value twice',
      [
        ['pages', '1'],
        ['pages', '1'],
      ],
      'body/pages',
      'repeated',
    ],
    [
      'a key twice',
      [
        ['callback_headers[a]', '1'],
        ['callback_headers[a]', '2'],
      ],
      'body/callback_headers',
      'repeated',
    ],
    ['no key', [['callback_headers[]', '1']], 'body/callback_headers', 'key'],
    ['the key __proto__', [['callback_headers[__proto__]', '1']], 'body/callback_headers', 'key'],
    ['a blank key', [['callback_headers', '']], 'body/callback_headers', 'key'],
    ['an object as JSON', [['callback_headers', '{"Authorization":"k"}']], 'body/callback_headers', 'key'],
    ['a key after a dot', [['callback_headers.Authorization', 'k']], 'body/callback_headers', 'key'],
    ['a key in quotes', [["callback_headers['Authorization']", 'k']], 'body/callback_headers', 'key'],
    ['a key in double quotes', [['callback_headers["Authorization"]', 'k']], 'body/callback_headers', 'key'],
    ['a key without its bracket', [['callback_headers[Authorization', 'k']], 'body/callback_headers', 'key'],
    ['keys in keys', [['callback_headers[a][b]', 'k']], 'body/callback_headers', 'key'],
    ['a value that is not a boolean', [['useHumanRevision', 'maybe']], 'body/useHumanRevision', 'type'],
    ['a value that is not an integer', [['pages', '3 4']], 'body/pages', 'type'],
    ['another case of a value', [['callback_method', 'post']], 'body/callback_method', 'enum'],
    ['a string for a file', [['cover', 'text']], 'body/cover', 'file'],
    ['a file for a string', [['document_class', file, 'a.pdf']], 'body/document_class', 'text'],
    [
      'two files for one',
      [
        ['cover', file, 'a.pdf'],
        ['cover', file, 'b.pdf'],
      ],
      'body/cover',
      'repeated',
    ],
  ] as const)('with %s is refused', async (_what, fields, location, code) => {
    const server = await startEchoServer();
    const { status, body } = await submit(server, form([['files', file, 'a.pdf'], ...fields]));
    expect(status).toBe(400);
    expect(body.violations).toMatchObject([{ location, code }]);
  });

  it('with an object as JSON is refused with the right form, and without its value', async () => {
    const server = await startEchoServer();
    const { body } = await submit(
      server,
      form([
        ['files', file, 'a.pdf'],
        ['callback_headers', '{"Authorization":"secret"}'],
      ]),
    );
    expect(body.detail).toContain('body/callback_headers must be sent as one form field for each property');
    expect(body.detail).toContain('callback_headers[Name]=value; got the form field "callback_headers"');
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it.each([
    ['true', true],
    ['True', true],
    ['1', true],
    ['on', true],
    ['YES', true],
    [' true ', true],
    ['False', false],
    ['0', false],
    ['off', false],
    ['no', false],
    ['', undefined],
    [' ', undefined],
  ])('reads the boolean %j as %j', async (text, value) => {
    const server = await startEchoServer();
    const { status, body } = await submit(
      server,
      form([
        ['files', file, 'a.pdf'],
        ['useHumanRevision', text],
      ]),
    );
    expect(status).toBe(200);
    expect(body.body.useHumanRevision).toBe(value);
  });

  it.each([
    ['files[]', 'files'],
    ['files[0]', 'files'],
    ['file', 'files'],
    ['Files', 'files'],
    ['document', 'files'],
  ])('with its file in the field %s is refused, and the error names both fields', async (name) => {
    const server = await startEchoServer();
    const { status, body } = await submit(server, form([[name, file, 'a.pdf']]));
    expect(status).toBe(400);
    expect(body.detail).toContain(
      `body/${name} is not a field of this form: send files in "files" or "cover"`,
    );
  });

  it.each([
    ['files', 'data:application/pdf;base64,JVBERi0='],
    ['files[]', 'data:application/pdf;base64,JVBERi0='],
  ])('with its file as a string in the field %s is refused', async (name, text) => {
    const server = await startEchoServer();
    const { status, body } = await submit(server, form([[name, text]]));
    expect(status).toBe(400);
    expect(body.violations).toContainEqual({
      location: `body/${name}`,
      code: 'file',
      message: 'must be a file: a part with a filename. Got a text field',
    });
  });

  it.each([
    ['of bytes', 'Content-Type: application/octet-stream\r\n'],
    ['of no content type', ''],
  ])('treats an empty file input as no file: a part %s', async (_what, type) => {
    const server = await startEchoServer();
    const unset = part(`${disposition('name="files"; filename=""')}\r\n${type}`.trimEnd(), '');
    const missing = await postBytes(server, `${unset}--b--\r\n`);
    expect(missing.status).toBe(400);
    expect(missing.body.violations).toMatchObject([{ location: 'body', code: 'required' }]);
    const { status, body } = await postBytes(server, `${unset}${filePart}${unset}--b--\r\n`);
    expect(status).toBe(200);
    expect(body.files).toMatchObject([{ fileName: 'a.pdf' }]);
  });

  it('accepts bytes without a file name as a file', async () => {
    const server = await startEchoServer();
    const nameless = part(
      `${disposition('name="files"; filename=""')}\r\nContent-Type: application/octet-stream`,
      '%PDF',
    );
    const { body } = await postBytes(server, `${nameless}--b--\r\n`);
    expect(body.files).toMatchObject([{ fileName: '', bytes: 4 }]);
  });

  it.each([
    ['UTF-8', Buffer.from('filename="Müller €.pdf"'), 'Müller €.pdf'],
    ['Latin-1', Buffer.from('filename="Müller.pdf"', 'latin1'), 'Müller.pdf'],
    ['RFC 5987', Buffer.from("filename*=UTF-8''M%C3%BCller%20%E2%82%AC.pdf"), 'Müller €.pdf'],
    ['RFC 5987 with Latin-1', Buffer.from("filename*=iso-8859-1''M%FCller.pdf"), 'Müller.pdf'],
  ])('keeps a file name in %s', async (_what, parameter, name) => {
    const server = await startEchoServer();
    const body = Buffer.concat([
      Buffer.from('--b\r\nContent-Disposition: form-data; name="files"; '),
      parameter,
      Buffer.from('\r\n\r\nx\r\n--b--\r\n'),
    ]);
    expect((await postBytes(server, body)).body.files).toMatchObject([{ fileName: name }]);
  });

  it.each([['a/b'], ['"a/b"'], ['a=b:c?,(d)'], ['a/b; charset=utf-8']])(
    'is read with the boundary %s',
    async (written) => {
      const server = await startEchoServer();
      const boundary = written.replace(/; .*/, '').replaceAll('"', '');
      const bytes = `--${boundary}\r\n${disposition('name="files"; filename="a.pdf"')}\r\n\r\nx\r\n--${boundary}--\r\n`;
      const { body } = await postBytes(server, bytes, `multipart/form-data; boundary=${written}`);
      expect(body.files).toMatchObject([{ fileName: 'a.pdf' }]);
    },
  );

  it.each(['utf-16', 'iso-8859-15', 'shift_jis', 'nonsense'])(
    'is refused when a part with text has the unsupported charset %s',
    async (charset) => {
      const server = await startEchoServer();
      const text = `--b\r\n${disposition('name="document_class"')}\r\nContent-Type: text/plain; charset=${charset}\r\n\r\nx\r\n--b--\r\n`;
      const { status, body } = await postBytes(server, text);
      expect([status, body.violations]).toMatchObject([400, [{ location: 'body', code: 'part.charset' }]]);
      expect((await submit(server, form([['files', file, 'a.pdf']]))).status).toBe(200);
    },
  );

  it('with unknown fields reports them, with the nearest known ones', async () => {
    const server = await startEchoServer();
    const { status, body } = await submit(
      server,
      form([
        ['files', file, 'a.pdf'],
        ['callback_metod', 'POST'],
        ['callbackHeaders[a]', '1'],
        ['file', file, 'b.pdf'],
        ['__proto__', 'x'],
        ['zzzzzzzzzzzzzzzzzzzzzzzz', 'x'],
        ['zzzzzzzzzzzzzzzzzzzzzzzz', 'y'],
      ]),
    );
    expect(status).toBe(200);
    expect(body.body).toEqual({});
    expect(body.files).toHaveLength(1);
    expect(body.unknownFields).toEqual([
      { name: 'callback_metod', suggestion: ' Did you mean "callback_method"?' },
      { name: 'callbackHeaders[a]', suggestion: ' Did you mean "callback_headers"?' },
      { name: 'file', suggestion: ' Did you mean "files"?' },
      { name: '__proto__', suggestion: expect.any(String) },
      { name: 'zzzzzzzzzzzzzzzzzzzzzzzz', suggestion: '' },
    ]);
  });

  it.each([
    ['no end', filePart, 'multipart'],
    ['no end in the middle of a file', filePart.slice(0, -3), 'multipart'],
    ['no end in the middle of a part head', `${filePart}--b\r\nContent-Dispo`, 'multipart'],
    ['no boundary in the body', 'nonsense', 'multipart'],
    ['nothing in it', '--b--', 'required'],
    ['a part head that is not a header', `${part('nonsense')}--b--\r\n`, 'multipart'],
    ['a part without a name', `${part('Content-Disposition: form-data')}--b--\r\n`, 'part.name'],
    ['a file without a name', `${part(disposition('filename="a.pdf"'))}--b--\r\n`, 'part.name'],
    [
      'a part head of 20 kB',
      `${part(`X: ${'a'.repeat(20_000)}\r\n${disposition('name="pages"')}`)}--b--\r\n`,
      'multipart',
    ],
  ])('with %s is refused', async (_what, bytes, code) => {
    const server = await startEchoServer();
    const { status, body } = await postBytes(server, bytes);
    expect(status).toBe(400);
    expect(body.violations).toMatchObject([{ code }]);
    expect(server.failures).toEqual([]);
  });

  it.each([
    ['multipart/form-data', 'boundary not found'],
    ['multipart/form-data; boundary', 'content type'],
  ])('of the content type %s is refused', async (type, detail) => {
    const server = await startEchoServer();
    const { status, body } = await postBytes(server, `${filePart}--b--\r\n`, type);
    expect(status).toBe(400);
    expect(body.detail).toContain(detail);
  });

  it('may exceed none of its limits', async () => {
    const server = await startEchoServer({
      settings: { 'limits.formFiles': 2, 'limits.jsonBytes': 1_024, 'limits.uploadBytes': 3_000 },
    });
    const files = (count: number): FormData =>
      form(Array.from({ length: count }, () => ['files', file, 'a.pdf'] as const));
    expect((await submit(server, files(2))).status).toBe(200);
    expect((await submit(server, files(3))).body).toMatchObject({
      status: 400,
      violations: [{ code: 'limits.formFiles' }],
    });
    const text = (length: number): FormData =>
      form([
        ['files', file, 'a.pdf'],
        ['document_class', 'a'.repeat(length)],
      ]);
    expect((await submit(server, text(1_024))).status).toBe(200);
    expect((await submit(server, text(1_025))).body).toMatchObject({
      status: 413,
      violations: [{ code: 'limits.jsonBytes' }],
    });
    const big = form([['files', new Blob(['a'.repeat(3_000)]), 'a.pdf']]);
    expect((await submit(server, big)).body).toMatchObject({
      status: 413,
      violations: [{ code: 'limits.uploadBytes' }],
    });
    const chunked = await exchangeRaw(
      server.port,
      `POST /echo/documents HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nfa0\r\n${'a'.repeat(4_000)}\r\n0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
  });

  it('with a thousand and one fields is refused', async () => {
    const server = await startEchoServer();
    const fields = Array.from({ length: 1_001 }, (_, i) => part(disposition(`name="f${i}"`))).join('');
    expect((await postBytes(server, `${fields}--b--\r\n`)).body).toMatchObject({
      status: 400,
      violations: [{ code: 'part.count' }],
    });
  });

  it('concurrent forms do not affect each other', async () => {
    const server = await startEchoServer();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        submit(
          server,
          form([
            ['pages', String(i)],
            ['files', new Blob(['a'.repeat(i)]), `${i}.pdf`],
          ]),
        ),
      ),
    );
    expect(
      answers.map(({ body }) => [body.body.pages, body.files[0]?.bytes, body.files[0]?.fileName]),
    ).toEqual(Array.from({ length: 50 }, (_, i) => [i, i, `${i}.pdf`]));
  });

  it('that is truncated is logged as such, and the server stays healthy', async () => {
    const server = await startEchoServer();
    await exchangeRaw(
      server.port,
      `POST /echo/documents HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n${filePart.slice(0, -2)}`,
      { destroyAfterWrite: true },
    );
    await server.logged(1);
    expect(server.log).toMatchObject([{ operation: 'submit', status: null }]);
    expect(server.failures).toEqual([]);
    expect((await submit(server, form([['files', file, 'a.pdf']]))).status).toBe(200);
  });
});
