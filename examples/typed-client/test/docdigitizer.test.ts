import { readFileSync } from 'node:fs';
import { parseStateCallback } from 'ringback';
import { nockProvider } from 'ringback/nock';
import { expect, test as providerTest } from 'ringback/vitest';
import { describe, expectTypeOf, test } from 'vitest';
import { DocDigitizer } from '../src/docdigitizer.ts';

const pdf = new File([readFileSync(new URL('invoice.pdf', import.meta.url))], 'invoice.pdf');

describe('without a server, by nock', () => {
  test('a document is submitted and read at the provider’s real address', async () => {
    await using provider = await nockProvider({ scenario: 'docdigitizer/rejected' });
    const client = new DocDigitizer({ apiKey: 'key' });
    const id = await client.submit(pdf, {
      document_class: 'invoice',
      callbackUrl: 'https://me.example/hook',
    });
    await provider.settle();
    expect(await client.document(id)).toMatchObject({
      document_class: 'invoice',
      stateText: 'REJECTED',
      results: { reasons: ['not included in the license'] },
    });
    // The callbacks went nowhere: they can be replayed into a handler.
    const news = provider.requests().map(({ url }) => parseStateCallback(url));
    expect(news).toMatchObject([
      { valid: true, payload: { documentId: id, state: 30 } },
      { valid: true, payload: { documentId: id, state: 92 } },
    ]);
  });

  test('a document that is not there is null', async () => {
    await using _ = await nockProvider();
    const client = new DocDigitizer({ apiKey: 'key' });
    expect(await client.document('00000000-0000-4000-8000-000000000000')).toBeNull();
  });
});

describe('over HTTP', () => {
  providerTest('a busy provider is given the time that it asks for', async ({ provider }) => {
    const waits: number[] = [];
    const client = new DocDigitizer({
      baseUrl: provider.urls.docdigitizer,
      apiKey: 'key',
      wait: async (ms) => void waits.push(ms),
    });
    await provider.injectFaults('docdigitizer', [
      { operation: 'submitDocument', times: 2, status: 503, headers: { 'Retry-After': '7' } },
    ]);
    const id = await client.submit(pdf);
    expect(waits).toEqual([7_000, 7_000]);
    expect(await client.document(id)).toMatchObject({ document_id: id });
  });

  providerTest('callback headers and URL arrive as they were given', async ({ provider }) => {
    const client = new DocDigitizer({ baseUrl: provider.urls.docdigitizer, apiKey: 'key' });
    await client.submit(pdf, {
      callbackUrl: `${provider.inbox().url}?tenant=7`,
      callback_method: 'POST',
      callback_headers: { 'X-Api-Key': 's3cret' },
    });
    await provider.settle();
    const [first] = await provider.inbox().requests();
    expect(first).toMatchObject({
      method: 'POST',
      query: { tenant: '7' },
      headers: { 'x-api-key': 's3cret' },
    });
    expect(first).toBeCallback('documentState');
  });
});

test('answers have the types of the contract', () => {
  expectTypeOf<DocDigitizer['document']>()
    .returns.resolves.exclude<null>()
    .toHaveProperty('state')
    .toBeNumber();
  // @ts-expect-error the provider knows GET and POST
  void (() => new DocDigitizer({ apiKey: 'key' }).submit(pdf, { callback_method: 'PUT' }));
});
