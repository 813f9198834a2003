// MSW changes these objects; what is imported from them by name stays as it was.
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type MswProvider, type MswProviderOptions, mswProvider } from '../../src/testing/msw.ts';
import { fileWith, payments } from '../providers/contract/support.ts';
import { smallPdf } from '../support/test-server.ts';

const documents = 'https://api.docdigitizer.com/api/v2/documents';
const bearer = { authorization: 'Bearer any' };

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

async function open(options: MswProviderOptions = {}): Promise<MswProvider> {
  const provider = await mswProvider(options);
  onTestFinished(() => provider.close());
  server.use(...provider.handlers);
  return provider;
}

async function submit(fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('files', new Blob([smallPdf()], { type: 'application/pdf' }), 'invoice.pdf');
  const answer = await fetch(documents, { method: 'POST', headers: bearer, body: form });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { document_id: string }).document_id;
}

const show = async (id: string) => (await fetch(`${documents}/${id}?x=1`, { headers: bearer })).json();

describe('mswProvider', () => {
  test('responds to fetch as the provider, and records the callbacks that it would send', async () => {
    const provider = await open();
    const id = await submit({
      callbackUrl: 'https://me.example/states?tenant=1',
      document_class: 'Überweisung',
    });
    expect(await show(id)).toMatchObject({ state: 10, document_class: 'Überweisung' });
    await provider.advance('2s');
    expect(await show(id)).toMatchObject({ state: 30 });
    await provider.settle();
    expect(await show(id)).toMatchObject({ state: 91 });
    const queries = provider.requests().map(({ method, url, body }) => [method, new URL(url).search, body]);
    expect(queries).toEqual([
      ['GET', `?tenant=1&documentId=${id}&state=30&stateText=RECEIVEDMACHINELEARN`, null],
      ['GET', `?tenant=1&documentId=${id}&state=91&stateText=ANNOTATED`, null],
    ]);
    expect(await provider.deliveries({ state: 'delivered' })).toHaveLength(2);
    expect(await provider.runs()).toHaveLength(1);
    await provider.done();
  });

  test('responds to node:https, with the bytes and headers of the provider', async () => {
    const provider = await open();
    const id = await submit();
    await provider.settle();
    const message = https.request(`${documents}/${id}`, { headers: bearer });
    const response = await new Promise<http.IncomingMessage>((resolve, reject) =>
      message.on('response', resolve).on('error', reject).end(),
    );
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(await text(response))).toMatchObject({ state: 91 });
  });

  test('plays the scenario that is queued, and says what nothing took', async () => {
    const provider = await open();
    provider.playNext('docdigitizer/rejected', { times: 2 });
    const id = await submit();
    await provider.settle();
    expect(await show(id)).toMatchObject({ state: 92 });
    await expect(provider.done()).rejects.toThrow('No submission took docdigitizer/rejected');
    expect(() => provider.playNext('docdigitizer/rejectd')).toThrow('Did you mean');
  });

  test('a submission that the scenario refuses has its status and headers', async () => {
    const provider = await open();
    provider.playNext('docdigitizer/unavailable-provider');
    const body = new FormData();
    body.append('files', new Blob([smallPdf()]), 'a.pdf');
    const refused = await fetch(documents, { method: 'POST', headers: bearer, body });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  });

  test('a connection that the script ends is a network error', async () => {
    const provider = await open();
    provider.playNext('docdigitizer/submission-reset');
    await expect(submit()).rejects.toThrow(TypeError);
  });

  test('leaves every other request to MSW', async () => {
    await open();
    for (const url of [
      'https://api.docdigitizer.com/api/v2/documentz',
      'https://api.docdigitizer.com.evil.example/api/v2/documents',
      'http://api.docdigitizer.com/api/v2/documents',
    ])
      await expect(fetch(url, { headers: bearer }), url).rejects.toThrow(TypeError);
  });

  test('refuses requests once it is closed, instead of letting them reach the real provider', async () => {
    const provider = await open();
    await provider.close();
    const answer = await fetch(documents, { method: 'POST', headers: bearer });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('Could not use the provider: it is closed.');
    expect(() => provider.requests()).toThrow('Make another one with mswProvider().');
  });

  test('plays a contract of your own, at its servers or at the URL of your client', async () => {
    const pay = (base: string) =>
      fetch(`${base}/payments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': 'any' },
        body: JSON.stringify({ amount: 1, callbackUrl: 'https://me.example/hook' }),
      });
    const provider = await open({ contract: fileWith(payments) });
    expect((await pay('https://api.pay.example/v1')).status).toBe(201);
    await provider.settle();
    expect(provider.requests()).toMatchObject([{ method: 'POST', url: 'https://me.example/hook' }]);
    server.resetHandlers();
    await open({ contract: fileWith(payments), baseUrls: 'http://localhost:9999/mock' });
    expect((await pay('http://localhost:9999/mock')).status).toBe(201);
    const plain = await new Promise<number | undefined>((resolve, reject) =>
      http
        .request('http://localhost:9999/mock/payments/none', { headers: { 'x-api-key': 'any' } })
        .on('response', ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end(),
    );
    expect(plain).toBe(200);
    await expect(pay('https://api.pay.example/v1')).rejects.toThrow(TypeError);
  });

  test.each<[string, object, string]>([
    ['an unknown option', { scenrio: 'x' }, 'Could not call mswProvider'],
    ['a base URL that is none', { baseUrls: { docdigitizer: 'no' } }, 'Got "no" for baseUrls.docdigitizer'],
    ['a time that is none', { now: 'later' }, 'Could not call mswProvider. Got "later"'],
    ['no responses', { answers: [] }, 'Could not call mswProvider. Got [] for answers'],
  ])('refuses %s', async (_, options, message) => {
    await expect(mswProvider(options)).rejects.toThrow(message);
  });
});
