import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ApiAnswer,
  type DocdigitizerClient,
  docdigitizerClient,
  type InformedClient,
  informedClient,
  registration,
} from '../support/clients.ts';
import { type Consumer, startConsumer } from '../support/consumer.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';
import { smallPdf } from '../support/test-server.ts';

let ringback: TestRingback;
let consumer: Consumer;
let docdigitizer: DocdigitizerClient;
let informed: InformedClient;
const unhandled: unknown[] = [];
const keep = (reason: unknown): void => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', keep);
  ringback = await startRingback();
  consumer = await startConsumer();
  docdigitizer = docdigitizerClient(ringback.url);
  informed = informedClient(ringback.url);
});
beforeEach(async () => {
  await ringback.reset();
  consumer.forget();
});
afterAll(() => {
  process.off('unhandledRejection', keep);
  expect(unhandled).toEqual([]);
});

/** How many items of each kind the space holds. */
async function holdings() {
  const { store } = ringback.server.spaces.get('default');
  const counts = [store.resources, store.runs, store.deliveries].map((collection) => collection.count());
  const { pending } = (await ringback.control('GET', 'clock')).body;
  return { counts: await Promise.all(counts), pending };
}

interface Refusal {
  readonly status: number;
  /** End of the problem's `type`. */
  readonly type: string;
  /** A part of the problem's `detail`. */
  readonly detail: RegExp;
  /** `location` of the first violation, where the problem has a place. */
  readonly location?: string;
}

/** Expects that a request is refused with a problem that names the error, and that nothing is stored. */
async function expectRefused(request: () => Promise<ApiAnswer>, { status, type, detail, location }: Refusal) {
  const before = await holdings();
  const answer = await request();
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({
    status,
    type: `urn:ringback:${type}`,
    title: expect.stringMatching(/\S/),
    detail: expect.stringMatching(detail),
    remedy: expect.stringMatching(/\S/),
  });
  expect(answer.status).toBe(status);
  expect(answer.body.violations[0]?.location).toEqual(location);
  expect(await holdings()).toEqual(before);
  await ringback.settle();
  expect(consumer.requests).toEqual([]);
}

const invalid = { status: 400, type: 'request.invalid' };

describe('a submission to DocDigitizer is refused', () => {
  const multipart = (body: string, contentType = 'multipart/form-data; boundary=b') =>
    docdigitizer.call('POST', 'v2/documents', { body, headers: { 'content-type': contentType } });

  it.each([
    [
      'that ends before its last boundary',
      '--b\r\nContent-Disposition: form-data; name="isSync"\r\n\r\nfal',
      undefined,
    ],
    ['that is no multipart at all', 'hello', undefined],
    ['without a boundary', '--b--\r\n', 'multipart/form-data'],
  ])('with a form %s', async (_what, body, contentType) => {
    await expectRefused(() => multipart(body, contentType), {
      status: 400,
      type: 'request.malformed',
      detail: /^Could not read the multipart body: /,
      location: 'body',
    });
  });

  it('with a content type other than a form', () =>
    expectRefused(() => multipart('{}', 'application/json'), {
      status: 415,
      type: 'request.media-type',
      detail: /application\/json.*multipart\/form-data/,
      location: 'header/content-type',
    }));

  it('without files', () =>
    expectRefused(() => docdigitizer.submit({ callbackUrl: consumer.url }, { files: [] }), {
      ...invalid,
      detail: /body must have .*files/,
      location: 'body',
    }));

  it.each(['PUT', 'get', ''])('with the callback_method %j', (callback_method) =>
    expectRefused(() => docdigitizer.submit({ callbackUrl: consumer.url, callback_method }), {
      ...invalid,
      detail: /callback_method.*GET.*POST/,
      location: 'body/callback_method',
    }),
  );

  it.each(['/callbacks', 'example.com/cb', 'ftp://example.com/cb', 'javascript:alert(1)', 'http://', ' '])(
    'with the callback URL %j',
    (callbackUrl) =>
      expectRefused(() => docdigitizer.submit({ callbackUrl }), {
        ...invalid,
        detail: /callbackUrl/,
        location: 'body/callbackUrl',
      }),
  );

  it('that is synchronous with human revision', () =>
    expectRefused(() => docdigitizer.submit({ isSync: 'true' }), {
      ...invalid,
      detail: /useHumanRevision/,
      location: 'body/isSync',
    }));

  it('that names an unknown scenario', () =>
    expectRefused(() => docdigitizer.submit({}, { scenario: 'anotated' }), {
      status: 400,
      type: 'scenario.unknown',
      detail: /anotated.*annotated/,
    }));

  it('with a file over the limit', async () => {
    await ringback.set({ 'docdigitizer.maxFileBytes': 100 });
    await expectRefused(() => docdigitizer.submit({}), {
      status: 413,
      type: 'request.too-large',
      detail: /invoice\.pdf.*at most 100/,
      location: 'body/files/0',
    });
  });

  it('without credentials, or with wrong ones', async () => {
    const submit = (authorization: string) => docdigitizer.submit({}, { headers: { authorization } });
    await expectRefused(() => submit(''), {
      status: 401,
      type: 'auth.missing',
      detail: /Authorization/,
      location: 'header/Authorization',
    });
    await ringback.set({ 'docdigitizer.apiKeys': ['right'] });
    await expectRefused(() => submit('Bearer wrong'), {
      status: 401,
      type: 'auth.wrong',
      detail: /token/,
      location: 'header/Authorization',
    });
  });
});

it('an unknown document gets a 404', () =>
  expectRefused(() => docdigitizer.call('GET', 'v2/documents/nonsense'), {
    status: 404,
    type: 'resource.not-found',
    detail: /nonsense/,
    location: 'path/docid',
  }));

describe('a registration with Informed is refused', () => {
  const register = (more: Record<string, unknown>) =>
    informed.call('POST', 'applications', { ...registration, webhook: consumer.url, ...more });

  it.each(['hook', '//example.com', 'ftp://example.com', 'mailto:a@example.com', ''])(
    'with the webhook %j',
    (webhook) =>
      expectRefused(() => register({ webhook }), { ...invalid, detail: /webhook/, location: 'body/webhook' }),
  );

  it.each([
    ['application_reference_id', undefined, 'body'],
    ['services', [], 'body/services'],
    ['services', ['extracts'], 'body/services/0'],
  ])('whose %s is %j', (name, value, location) =>
    expectRefused(() => register({ [name]: value }), { ...invalid, detail: new RegExp(name), location }),
  );

  it('whose JSON is cut off', () =>
    expectRefused(() => informed.call('POST', 'applications', '{"application_reference_id": "a"'), {
      status: 400,
      type: 'request.malformed',
      detail: /JSON/,
      location: 'body',
    }));

  it('whose JSON is too deep', () =>
    expectRefused(() => informed.call('POST', 'applications', `${'['.repeat(65)}${']'.repeat(65)}`), {
      status: 413,
      type: 'request.too-large',
      detail: /64 levels/,
      location: 'body',
    }));

  it('whose JSON is too large', () =>
    expectRefused(() => register({ padding: 'a'.repeat(1024 * 1024) }), {
      status: 413,
      type: 'request.too-large',
      detail: /1048576/,
      location: 'body',
    }));

  it('without credentials, or with wrong ones', async () => {
    const withCredentials = (authorization: string) =>
      informed.call('POST', 'applications', { ...registration, webhook: consumer.url }, { authorization });
    await expectRefused(() => withCredentials(''), { status: 401, type: 'auth.missing', detail: /Basic/ });
    await ringback.set({ 'informed.credentials': ['user:right'] });
    const wrong = `Basic ${btoa('user:wrong')}`;
    await expectRefused(() => withCredentials(wrong), {
      status: 401,
      type: 'auth.wrong',
      detail: /password/,
    });
  });
});

describe('an application of Informed', () => {
  it.each([
    ['GET', '', undefined],
    ['PUT', '', {}],
    ['POST', '/documents', { image_files: ['a.pdf'] }],
  ])('that is unknown gets a 404 for %s %s', (method, path, body) =>
    expectRefused(() => informed.call(method, `applications/nonsense${path}`, body), {
      status: 404,
      type: 'resource.not-found',
      detail: /nonsense/,
    }),
  );

  it('is not listed by a malformed time bound', () =>
    expectRefused(() => informed.call('GET', 'applications?updated_after=last%20week'), {
      ...invalid,
      detail: /updated_after/,
      location: 'query/updated_after',
    }));

  it('refuses the same file name twice in one request', async () => {
    const id = await informed.register(consumer.url);
    await expectRefused(
      () =>
        informed.call('POST', `applications/${id}/documents`, { image_files: ['a.pdf', 'b.pdf', 'a.pdf'] }),
      { ...invalid, detail: /image_files/, location: 'body/image_files' },
    );
  });

  it('refuses an upload to a URL that was never issued', () =>
    expectRefused(() => informed.upload(`${ringback.url}/informed/uploads/nonsense`), {
      status: 404,
      type: 'resource.not-found',
      detail: /nonsense/,
    }));

  it('refuses a second upload to one URL, and keeps the first', async () => {
    const id = await informed.register(consumer.url, { services: ['extract'] });
    const { image_files } = await informed.announce(id, ['paystub.pdf']);
    const [{ upload_url }] = image_files;
    expect((await informed.upload(upload_url)).status).toBe(200);
    await ringback.settle();
    consumer.forget();
    await expectRefused(() => informed.upload(upload_url, Buffer.from('%PDF-other')), {
      status: 409,
      type: 'resource.conflict',
      detail: /paystub\.pdf.*uploaded already/,
    });
    expect((await informed.application(id)).files).toMatchObject([
      { status: 'extracted', bytes: smallPdf().length },
    ]);
  });

  it('discards a truncated upload, and accepts the complete file afterwards', async () => {
    const id = await informed.register(consumer.url, { services: ['extract'] });
    const { image_files } = await informed.announce(id, ['paystub.pdf']);
    const [{ upload_url }] = image_files;
    const before = await holdings();
    await sendHalf(upload_url);
    expect(await holdings()).toEqual(before);
    await expect.poll(async () => (await informed.upload(upload_url)).status).toBe(200);
    await ringback.settle();
    expect(consumer.requests).toHaveLength(1);
    expect((await informed.application(id)).files).toMatchObject([
      { status: 'extracted', bytes: smallPdf().length },
    ]);
  });
});

it('an unknown path gets a 404 that names it', () =>
  expectRefused(() => informed.call('GET', 'nonsense'), {
    status: 404,
    type: 'route.not-found',
    detail: /nonsense/,
  }));

it('an unsupported method gets a 405 that lists the supported ones', async () => {
  const answer = await informed.call('DELETE', 'applications');
  expect([answer.status, answer.headers.get('allow')?.split(', ').sort()]).toEqual([
    405,
    expect.arrayContaining(['GET', 'POST']),
  ]);
});

it('after all refused requests the mock still works', async () => {
  const { body } = await docdigitizer.submit({ callbackUrl: consumer.url });
  await informed.add(await informed.register(consumer.url), 'paystub.pdf');
  await ringback.settle();
  expect(consumer.requests).toHaveLength(4);
  expect(await docdigitizer.document(body.document_id)).toMatchObject({ state: 91 });
});

/** Sends half of an upload, then ends the connection. */
async function sendHalf(url: string): Promise<void> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve) => {
    const head = `PUT ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/pdf\r\ncontent-length: 200000\r\n\r\n`;
    socket.write(head + 'a'.repeat(100_000), () => resolve());
  });
  socket.destroy();
}
