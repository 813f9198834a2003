import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startRingback, type TestRingback } from '../support/ringback.ts';
import { call, smallPdf } from '../support/test-server.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';

afterEach(closeEchoServers);

const credentials = { authorization: `Basic ${Buffer.from('user:password').toString('base64')}` };

/** Uploads a file of an application, and plays on until its callbacks have arrived. */
async function upload(
  ringback: TestRingback,
  headers: Record<string, string> = {},
  body = smallPdf(),
  scenario: Record<string, string> = {},
): Promise<void> {
  const { uploadUrl } = await announce(ringback, scenario);
  const answer = await fetch(uploadUrl, { method: 'PUT', headers, body });
  expect(answer.status).toBe(200);
  await ringback.settle();
}

/** Registers an application and announces a file of it. */
async function announce({ url }: TestRingback, scenario: Record<string, string> = {}) {
  const application = {
    application_reference_id: 'r-1',
    application_date: '2023-09-18',
    webhook: `${url}/_ringback/inbox/hook`,
    services: ['extract'],
    applicants: { applicant1: { first_name: 'Ada', last_name: 'Lovelace' } },
  };
  const base = `${url}/informed/v1/consumer/applications`;
  const { body } = await call('POST', base, application, { ...credentials, ...scenario });
  const files = { image_files: ['paystub.pdf'] };
  const tickets = await call('POST', `${base}/${body.application_id}/documents`, files, credentials);
  return { uploadUrl: String(tickets.body.image_files[0].upload_url) };
}

/** The URL of the first document that the inbox was called back about. */
async function documentUrl(ringback: TestRingback): Promise<string> {
  const { body } = await ringback.control('GET', 'inboxes/hook?bodyLimit=65536');
  const text = body.requests.map((request: { body: string }) => request.body).join('');
  return /"url":"([^"]*downloads[^"]*)"/.exec(text)?.[1] ?? '';
}

describe('a download', () => {
  const pdf = smallPdf();
  const md5 = createHash('md5').update(pdf).digest('hex');

  async function downloadable() {
    const ringback = await startRingback();
    await upload(ringback);
    const url = await documentUrl(ringback);
    const get = (headers: Record<string, string> = {}, method = 'GET') => fetch(url, { method, headers });
    return { url, get };
  }

  it('has the query parameters of a pre-signed URL of S3', async () => {
    const { url } = await downloadable();
    expect([...new URL(url).searchParams]).toEqual([
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20300101/us-east-1/s3/aws4_request'],
      ['X-Amz-Date', expect.stringMatching(/^20300101T\d{6}Z$/)],
      ['X-Amz-Expires', '3600'],
      ['X-Amz-SignedHeaders', 'host'],
      ['X-Amz-Signature', expect.stringMatching(/^[0-9a-f]{64}$/)],
    ]);
  });

  it('has a media type that the contract declares, also for an unknown type that the provider accepts', async () => {
    const ringback = await startRingback();
    await upload(ringback, {}, 'hello', { 'x-ringback-scenario': 'informed/complete' });
    const response = await fetch(await documentUrl(ringback));
    // Every response of every test is checked against the media types that the contract declares.
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/octet-stream',
    ]);
    expect(await response.text()).toBe('hello');
  });

  it('has the validators of its bytes, by GET and HEAD', async () => {
    const { get } = await downloadable();
    for (const method of ['GET', 'HEAD']) {
      const response = await get({}, method);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'accept-ranges': 'bytes',
        'content-length': String(pdf.length),
        'content-type': 'application/pdf',
        etag: `"${md5}"`,
        'last-modified': 'Tue, 01 Jan 2030 00:00:00 GMT',
      });
      expect(await response.text()).toBe(method === 'GET' ? pdf : '');
    }
  });

  it('returns the part that a range requests, and the whole for several ranges', async () => {
    const { get } = await downloadable();
    const part = await get({ range: 'bytes=1-3' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 1-3/${pdf.length}`);
    expect(part.headers.get('content-length')).toBe('3');
    expect(await part.text()).toBe('PDF');
    expect(await (await get({ range: 'bytes=-6' })).text()).toBe('%%EOF\n');
    expect(await (await get({ range: 'bytes=1-3', 'if-range': `"${md5}"` })).text()).toBe('PDF');
    expect((await get({ range: 'bytes=1-3', 'if-range': '"other"' })).status).toBe(200);
    expect((await get({ range: 'bytes=0-1,3-4' })).status).toBe(200);
    expect((await get({ range: 'bytes=1-3' }, 'HEAD')).status).toBe(200);
  });

  it('responds to a range outside of the file with 416, as S3 does', async () => {
    const { get } = await downloadable();
    const response = await get({ range: `bytes=${pdf.length}-` });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${pdf.length}`);
    expect(await response.text()).toContain('<Code>InvalidRange</Code>');
  });

  it('is not sent to a client that has it, nor under an unmet condition', async () => {
    const { get } = await downloadable();
    const known = await get({ 'if-none-match': `"${md5}"` });
    expect(known.status).toBe(304);
    expect(known.headers.get('etag')).toBe(`"${md5}"`);
    expect(await known.text()).toBe('');
    expect((await get({ 'if-modified-since': 'Tue, 01 Jan 2030 00:00:00 GMT' })).status).toBe(304);
    const changed = await get({ 'if-match': '"other"' });
    expect(changed.status).toBe(412);
    expect(await changed.text()).toContain('<Code>PreconditionFailed</Code>');
  });
});

describe('a part of a file', () => {
  it('is read alike from disk and from memory', async () => {
    const { url } = await startEchoServer();
    const bytes = Buffer.alloc(3 * 1024 * 1024, 'abcdefghij');
    const put = await fetch(`${url}/echo/uploads/1`, { method: 'PUT', body: bytes });
    const { blob } = (await put.json()) as { blob: string };
    for (const [range, start, end] of [
      ['bytes=0-9', 0, 10],
      ['bytes=65530-65545', 65_530, 65_546],
      ['bytes=1000001-2500000', 1_000_001, 2_500_001],
      ['bytes=-5', bytes.length - 5, bytes.length],
    ] as const) {
      const response = await fetch(`${url}/echo/downloads/${blob}`, { headers: { range } });
      expect(response.status).toBe(206);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
    }
    const none = await fetch(`${url}/echo/downloads/${blob}`, { headers: { range: 'bytes=9999999-' } });
    expect([none.status, await none.text()]).toEqual([416, '']);
  });
});

describe('an upload with a digest', () => {
  const body = smallPdf();
  const digest = (algorithm: string, of = body) => createHash(algorithm).update(of).digest('base64');
  const crc32 = Buffer.alloc(4);
  crc32.writeUInt32BE(process.getBuiltinModule('node:zlib').crc32(body));

  it.each([
    ['content-md5', digest('md5'), digest('md5', 'other')],
    ['x-amz-checksum-sha1', digest('sha1'), digest('sha1', 'other')],
    ['x-amz-checksum-sha256', digest('sha256'), digest('sha256', 'other')],
    ['x-amz-checksum-crc32', crc32.toString('base64'), 'AAAAAA=='],
  ])(
    'in %s is refused when it is that of other bytes, and its URL stays valid',
    async (header, right, wrong) => {
      const ringback = await startRingback();
      const { uploadUrl } = await announce(ringback);
      const put = (value: string) => fetch(uploadUrl, { method: 'PUT', headers: { [header]: value }, body });
      const refused = await put(wrong);
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({
        type: 'urn:ringback:request.digest',
        detail: expect.stringContaining(right),
        violations: [{ location: `header/${header}`, code: 'digest' }],
      });
      expect((await put(right)).status).toBe(200);
    },
  );

  it.each([['abc'], ['d41d8cd98f00b204e9800998ecf8427e'], ['']])(
    'that is invalid is refused: Content-MD5 %j',
    async (value) => {
      const ringback = await startRingback();
      const { uploadUrl } = await announce(ringback);
      const refused = await fetch(uploadUrl, { method: 'PUT', headers: { 'content-md5': value }, body });
      expect(refused.status).toBe(400);
      expect(((await refused.json()) as { detail: string }).detail).toContain(
        'expected the MD5 of the body in Base64',
      );
    },
  );

  it('is checked against the bytes as received, before they are decoded', async () => {
    const { url, blobs } = await startEchoServer();
    const coded = process.getBuiltinModule('node:zlib').gzipSync(body);
    const md5 = createHash('md5').update(coded).digest('base64');
    const put = (value: string) =>
      fetch(`${url}/echo/uploads/1`, {
        method: 'PUT',
        headers: { 'content-encoding': 'gzip', 'content-md5': value },
        body: coded,
      });
    expect((await put(digest('md5'))).status).toBe(400);
    expect(blobs.bytes).toBe(0);
    expect((await put(md5)).status).toBe(200);
    expect(blobs.bytes).toBe(body.length);
  });
});

describe('a form sent with PUT to an upload URL', () => {
  it('is kept as received, and the run says why it cannot be processed', async () => {
    const ringback = await startRingback();
    const { uploadUrl } = await announce(ringback);
    const form = new FormData();
    form.append('file', new Blob([smallPdf()]), 'paystub.pdf');
    const answer = await fetch(uploadUrl, { method: 'PUT', body: form });
    expect(answer.status).toBe(200);
    const [run] = await ringback.runs();
    expect(run.warnings).toMatchObject([
      {
        location: 'header/content-type',
        code: 'upload-is-form',
        message: expect.stringContaining("Send the file's bytes alone as the body"),
      },
    ]);
  });

  it('is not reported for what curl sends with --data-binary', async () => {
    const ringback = await startRingback();
    await upload(ringback, { 'content-type': 'application/x-www-form-urlencoded' });
    expect((await ringback.runs())[0].warnings).toEqual([]);
  });
});
