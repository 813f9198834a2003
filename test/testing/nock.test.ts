import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import nock from 'nock';
import { FormData as UndiciForm, fetch as undiciFetch, request as undiciRequest } from 'undici';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isRingbackError } from '../../src/core/errors.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { type NockProvider, type NockProviderOptions, nockProvider } from '../../src/testing/nock.ts';
import { registration } from '../support/clients.ts';
import { startConsumer } from '../support/consumer.ts';
import { smallPdf } from '../support/test-server.ts';

const documents = 'https://api.docdigitizer.com/api/v2/documents';
const applications = 'https://api.informediq.com/v1/consumer/applications';
const bearer = { authorization: 'Bearer any' };
const basic = { authorization: `Basic ${btoa('user:password')}` };

async function open(options: NockProviderOptions = {}): Promise<NockProvider> {
  const provider = await nockProvider(options);
  onTestFinished(() => provider.close());
  return provider;
}

function formOf(fields: Readonly<Record<string, string>> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('files', new Blob([smallPdf()], { type: 'application/pdf' }), 'invoice.pdf');
  return form;
}

/** The same form as bytes, for clients without FormData. */
async function encodedForm(): Promise<{ type: string; bytes: Buffer }> {
  const response = new Response(formOf({ document_class: 'Überweisung' }));
  return {
    type: response.headers.get('content-type') ?? '',
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

async function submit(fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await fetch(documents, { method: 'POST', headers: bearer, body: formOf(fields) });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { document_id: string }).document_id;
}

const show = async (id: string) => (await fetch(`${documents}/${id}`, { headers: bearer })).json();

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

describe('nockProvider', () => {
  test('plays a custom scenario in place of the shipped one of the same name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'own.yaml');
    await writeFile(file, 'name: annotated\nprovider: docdigitizer\noutcome: { final: rejected }\n');
    const provider = await open({ scenarios: [file] });
    const id = await submit();
    await provider.settle();
    expect(await show(id)).toMatchObject({ state: 92 });
  });

  test('shows a document as the clock moves, and records its callbacks', async () => {
    const provider = await open();
    const id = await submit({ callbackUrl: 'https://me.example/states?tenant=1' });
    expect(await show(id)).toMatchObject({ state: 10 });
    await provider.advance('2s');
    expect(await show(id)).toMatchObject({ state: 30 });
    await provider.settle();
    expect(await show(id)).toMatchObject({ state: 91 });
    expect(provider.requests()).toEqual([
      {
        method: 'GET',
        url: `https://me.example/states?tenant=1&documentId=${id}&state=30&stateText=RECEIVEDMACHINELEARN`,
        headers: { traceparent: expect.any(String) },
        body: null,
      },
      expect.objectContaining({
        url: `https://me.example/states?tenant=1&documentId=${id}&state=91&stateText=ANNOTATED`,
      }),
    ]);
    expect(await provider.deliveries()).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
    expect(await provider.runs()).toMatchObject([{ scenario: 'docdigitizer/annotated', state: 'finished' }]);
  });

  describe('takes multipart bodies of', () => {
    test('undici', async () => {
      const provider = await open();
      const answer = await undiciRequest(documents, {
        method: 'POST',
        headers: bearer,
        // The global one: nock does not see requests with undici's own, the only one in undici's types.
        body: formOf({ document_class: 'Überweisung' }) as unknown as UndiciForm,
      });
      expect(answer.statusCode).toBe(202);
      const { document_id } = (await answer.body.json()) as { document_id: string };
      await provider.settle();
      expect(await show(document_id)).toMatchObject({ document_class: 'Überweisung', state: 91 });
    });

    test('the fetch and the FormData of undici', async () => {
      await open();
      const form = new UndiciForm();
      form.append('files', new Blob([smallPdf()]), 'invoice.pdf');
      const answer = await undiciFetch(documents, { method: 'POST', headers: bearer, body: form });
      expect(answer.status).toBe(202);
    });

    test('node:https, written in small chunks', async () => {
      const provider = await open();
      const { type, bytes } = await encodedForm();
      const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        const message = httpsRequest(
          documents,
          { method: 'POST', headers: { ...bearer, 'content-type': type } },
          (response) =>
            void buffer(response).then(
              (body) => resolve({ status: response.statusCode, text: body.toString() }),
              reject,
            ),
        );
        message.on('error', reject);
        Readable.from(
          Array.from({ length: Math.ceil(bytes.length / 100) }, (_, i) =>
            bytes.subarray(i * 100, i * 100 + 100),
          ),
        ).pipe(message);
      });
      expect(answer.status).toBe(202);
      await provider.settle();
      expect(await show(JSON.parse(answer.text).document_id)).toMatchObject({
        document_class: 'Überweisung',
        file_name: 'invoice.pdf',
        state: 91,
      });
    });

    test('fetch, as a stream', async () => {
      await open();
      const { type, bytes } = await encodedForm();
      const answer = await fetch(documents, {
        method: 'POST',
        headers: { ...bearer, 'content-type': type },
        body: Readable.toWeb(Readable.from([bytes.subarray(0, 50), bytes.subarray(50)])) as ReadableStream,
        duplex: 'half',
      });
      expect(answer.status).toBe(202);
    });
  });

  test('plays a whole application: registration, streamed uploads to its URLs, downloads, webhooks', async () => {
    const provider = await open();
    const registered = await fetch(applications, {
      method: 'POST',
      headers: { ...basic, 'content-type': 'application/json' },
      body: JSON.stringify({ ...registration, webhook: 'https://me.example/webhook' }),
    });
    const { application_id } = (await registered.json()) as { application_id: string };
    const announced = await fetch(`${applications}/${application_id}/documents`, {
      method: 'POST',
      headers: { ...basic, 'content-type': 'application/json' },
      body: JSON.stringify({ image_files: ['payslip.pdf'] }),
    });
    const { image_files } = (await announced.json()) as { image_files: { upload_url: string }[] };
    const url = image_files[0]?.upload_url ?? '';
    expect(url).toMatch(/^https:\/\/api\.informediq\.com\/uploads\//);
    const uploaded = await undiciRequest(url, {
      method: 'PUT',
      headers: basic,
      body: Readable.from([smallPdf().slice(0, 100), smallPdf().slice(100)]),
    });
    expect(uploaded.statusCode).toBe(200);
    await provider.settle();
    const callbacks = provider.requests().map(({ body }) => JSON.parse(body ?? ''));
    expect(callbacks.map(({ event_type }) => event_type)).toEqual(['extractions', 'verifications']);
    const link = JSON.stringify(callbacks[0]).match(/"url":"(https:[^"]*)"/)?.[1] ?? '';
    expect(link).toMatch(/^https:\/\/api\.informediq\.com\/downloads\//);
    const download = await fetch(link);
    expect(download.status).toBe(200);
    expect(Buffer.from(await download.arrayBuffer()).toString()).toBe(smallPdf());
  });

  test('responds to every operation of the contract', async () => {
    await open();
    const { operations } = await loadBundledContract();
    const bases: Record<string, string> = {
      docdigitizer: 'https://api.docdigitizer.com',
      informed: 'https://api.informediq.com',
    };
    for (const { id, method, path, provider } of operations) {
      const url = `${bases[provider]}${path.slice(provider.length + 1).replace(/\{[^{}]*\}/g, 'some')}`;
      const answer = await fetch(url, { method });
      const text = await answer.text();
      expect({ id, answered: answer.status < 500, nock: text.includes('ERR_NOCK_NO_MATCH') }).toEqual({
        id,
        answered: true,
        nock: false,
      });
    }
    expect(operations.length).toBeGreaterThan(15);
  });

  test('checks requests against the contract, as the server does', async () => {
    await open();
    const form = formOf({ callback_method: 'PUT' });
    const answer = await fetch(documents, { method: 'POST', headers: bearer, body: form });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ violations: [{ location: 'body/callback_method' }] });
    expect((await fetch(documents, { method: 'POST', body: formOf() })).status).toBe(401);
  });

  test('plays the scenario of next for one submission, and that of the option for all others', async () => {
    const provider = await open({ scenario: 'docdigitizer/rejected' });
    provider.playNext('docdigitizer/error', { match: { fileName: '*.pdf' } });
    const ids = [await submit(), await submit()];
    await provider.settle();
    expect(await Promise.all(ids.map(show))).toMatchObject([{ state: 999 }, { state: 92 }]);
  });

  test('plays API faults: refusals, resets, slow responses', async () => {
    const provider = await open();
    const submitOnce = () => fetch(documents, { method: 'POST', headers: bearer, body: formOf() });
    provider.playNext('docdigitizer/unavailable-provider');
    const answers = [await submitOnce(), await submitOnce(), await submitOnce()];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 202]);
    provider.playNext('docdigitizer/submission-reset');
    await expect(submitOnce()).rejects.toMatchObject({ name: 'TypeError', cause: { code: 'ECONNRESET' } });
    provider.playNext('docdigitizer/trickling-answer');
    expect(await (await submitOnce()).json()).toHaveProperty('document_id');
    // The submission whose response was lost was accepted anyway.
    expect(await provider.runs()).toHaveLength(3);
  });

  test('retries callbacks depending on the response of the consumer', async () => {
    const provider = await open({
      answers: [503, 'timeout', 200],
      settings: { 'docdigitizer.retryOn': ['5xx', 'timeout'], 'docdigitizer.retryDelays': ['1m', '1h'] },
    });
    await submit({ callbackUrl: 'https://me.example/' });
    await provider.settle();
    const deliveries = await provider.deliveries();
    expect(deliveries.map(({ attempts }) => attempts.map(({ statusCode }) => statusCode))).toEqual([
      [503, 200],
      [null, 200],
    ]);
    expect(provider.requests()).toHaveLength(4);
  });

  test('records callbacks that a test can replay into its handler', async () => {
    nock.enableNetConnect('127.0.0.1');
    const consumer = await startConsumer();
    onTestFinished(() => consumer.close());
    const provider = await open();
    await submit({ callbackUrl: `${consumer.url}/states`, callback_method: 'POST' });
    await provider.settle();
    for (const { url, ...init } of provider.requests()) await fetch(url, init);
    expect(
      consumer.requests.map(({ method, url }) => [
        method,
        new URL(url, consumer.url).searchParams.get('state'),
      ]),
    ).toEqual([
      ['POST', '30'],
      ['POST', '91'],
    ]);
  });

  test('gives the same ids and callbacks for the same seed', async () => {
    const play = async (seed: number) => {
      await using provider = await nockProvider({ seed });
      await submit({ callbackUrl: 'https://me.example/' });
      await provider.settle();
      return provider.requests();
    };
    expect(await play(7)).toEqual(await play(7));
    expect(await play(7)).not.toEqual(await play(8));
  });

  test('intercepts other base URLs, below a path too', async () => {
    await open({ baseUrls: { docdigitizer: 'http://localhost:9999/mock/' } });
    const answer = await fetch('http://localhost:9999/mock/api/v2/documents', {
      method: 'POST',
      headers: bearer,
      body: formOf(),
    });
    expect(answer.status).toBe(202);
  });

  test('leaves other paths and hosts to nock', async () => {
    await open();
    nock('https://api.docdigitizer.com').get('/api/v3/new').reply(200, 'mine');
    expect(await (await fetch('https://api.docdigitizer.com/api/v3/new')).text()).toBe('mine');
    expect((await fetch('https://api.docdigitizer.com/api/v3/newer')).status).toBe(501);
    await expect(fetch('https://example.com/')).rejects.toThrow();
  });

  test('is done when all orders were used and nothing is pending', async () => {
    const provider = await open();
    provider.playNext('docdigitizer/rejected');
    await expect(provider.done()).rejects.toThrow('No submission took docdigitizer/rejected.');
    await submit({ callbackUrl: 'https://me.example/' });
    await expect(provider.done()).rejects.toThrow(
      /Steps and attempts still to come: \d; settle\(\) plays them\./,
    );
    await provider.settle();
    await expect(provider.done()).resolves.toBeUndefined();
  });

  test('removes its interceptors on close, and refuses later calls with that reason', async () => {
    const provider = await open();
    expect(nock.activeMocks()).not.toEqual([]);
    await provider.close();
    await provider.close();
    expect(nock.activeMocks()).toEqual([]);
    await expect(provider.settle()).rejects.toThrow('it is closed. Make another one with nockProvider()');
    expect(() => provider.playNext('docdigitizer/rejected')).toThrow('it is closed');
  });
});

test('nockProvider lists the runs and deliveries that match a filter', async () => {
  const provider = await open();
  provider.playNext('docdigitizer/rejected');
  for (const path of ['a', 'b']) {
    const body = formOf({ callbackUrl: `https://consumer.test/${path}` });
    expect((await fetch(documents, { method: 'POST', headers: bearer, body })).ok).toBe(true);
  }
  await provider.advance('2s');
  const [first, second] = await provider.runs();
  expect(await provider.runs({ scenario: 'rejected' })).toEqual([first]);
  expect(await provider.runs({ provider: 'docdigitizer', state: 'playing', limit: 1 })).toEqual([second]);
  expect(await provider.runs({ provider: 'informed' })).toEqual([]);
  expect(await provider.runs({ state: 'finished' })).toEqual([]);
  await provider.settle();
  const all = await provider.deliveries();
  expect(all).toHaveLength(4);
  const ofSecond = all.filter(({ runId }) => runId === second?.id);
  expect(await provider.deliveries({ run: second?.id ?? '' })).toEqual(ofSecond);
  expect(await provider.deliveries({ callback: 'documentState', state: 'delivered' })).toEqual(all);
  expect(await provider.deliveries({ state: 'failed' })).toEqual([]);
  expect(await provider.deliveries({ limit: 1 })).toEqual(all.slice(-1));
  expect(await provider.deliveries({ limit: 0 })).toEqual([]);
});

describe('nockProvider refuses', () => {
  test.each<[string, (provider: NockProvider) => Promise<unknown>, string]>([
    ['option.unknown', (p) => p.runs({ stat: 'playing' } as object), 'Did you mean "state"?'],
    ['option.invalid', (p) => p.runs({ state: 'failed' as never }), 'expected playing or finished'],
    ['option.invalid', (p) => p.deliveries({ limit: -1 }), 'for limit, expected an integer from 0'],
    ['option.invalid', (p) => p.deliveries({ provider: 'other' as never }), 'expected docdigitizer or'],
    ['callback.unknown', (p) => p.deliveries({ callback: 'documentStat' as never }), 'documentState'],
  ])('a wrong filter with %s', async (code, misuse, message) => {
    await expect(misuse(await open())).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  const codeOf = async (options: object) => {
    try {
      await open(options);
    } catch (error) {
      if (isRingbackError(error)) return [error.code, error.message];
      throw error;
    }
    return null;
  };

  test.each<[string, object, string, string]>([
    ['an unknown option', { sed: 1 }, 'option.unknown', 'Did you mean "seed"?'],
    ['an unknown provider', { baseUrls: { informd: 'x' } }, 'option.unknown', 'Did you mean "informed"?'],
    [
      'a base URL that is none',
      { baseUrls: { informed: 'api' } },
      'option.invalid',
      'Got "api" for baseUrls.informed',
    ],
    [
      'an unknown scenario',
      { scenario: 'docdigitizer/rejectd' },
      'scenario.unknown',
      'docdigitizer/rejected',
    ],
    ['no answers', { answers: [] }, 'option.invalid', 'Got [] for answers'],
    ['a Date', { now: new Date(0) }, 'option.invalid', 'Got a Date for now; pass its toISOString()'],
    ['a broken answer', { answers: [700] }, 'option.invalid', 'Got "700"'],
    ['an unknown setting', { settings: { 'informed.quiet': 1 } }, 'setting.unknown', 'informed.quiet'],
  ])('%s', async (_name, options, code, message) => {
    expect(await codeOf(options)).toEqual([code, expect.stringContaining(message)]);
    expect(nock.activeMocks()).toEqual([]);
  });

  test('a disabled nock', async () => {
    nock.restore();
    onTestFinished(() => nock.activate());
    expect(await codeOf({})).toEqual([
      'package.unusable',
      expect.stringContaining('Call nock.activate() first.'),
    ]);
  });

  test('an extra argument to nockProvider', async () => {
    await expect(nockProvider({}, 7 as never)).rejects.toThrow(
      'Got 1 argument too many: 7. Expected nockProvider(options).',
    );
    expect(nock.activeMocks()).toEqual([]);
  });

  test.each([
    ['playNext(scenario, options)', ['docdigitizer/rejected', {}]],
    ['advance(duration)', ['1s']],
    ['settle()', []],
    ['runs(filter)', [{}]],
    ['deliveries(filter)', [{}]],
    ['requests()', []],
    ['done()', []],
    ['close()', []],
  ])('an extra argument to %s', async (signature, given) => {
    const provider = await open();
    const methods = provider as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
    const misuse = async () => methods[signature.replace(/\(.*/, '')]?.(...given, { state: 'failed' });
    await expect(misuse()).rejects.toMatchObject({
      code: 'option.invalid',
      message: expect.stringContaining(`Got 1 argument too many: {"state":"failed"}. Expected ${signature}.`),
    });
  });

  test('an order that nothing can match', async () => {
    const provider = await open();
    expect(() => provider.playNext('docdigitizer/rejected', { times: 0 })).toThrow('Got times 0');
    expect(() => provider.playNext('docdigitizer/rejectd')).toThrow('docdigitizer/rejected');
    expect(() =>
      provider.playNext('docdigitizer/rejected', { match: { operation: 'submitDocumnt' } }),
    ).toThrow('Did you mean "submitDocument"?');
  });
});
