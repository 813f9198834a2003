import { match, ok, strictEqual } from 'node:assert';
import https from 'node:https';
import test, { after, afterEach, before } from 'node:test';
import { setupServer } from 'msw/node';
import { mswProvider } from 'ringback/msw';

const documents = 'https://api.docdigitizer.com/api/v2/documents';
const applications = 'https://api.informediq.com/v1/consumer/applications';
const bearer = { authorization: 'Bearer token' };
const basic = { authorization: `Basic ${btoa('user:password')}`, 'content-type': 'application/json' };

const server = setupServer();
before(() => server.listen({ onUnhandledRequest: 'error', onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
after(() => server.close());

async function open(t) {
  const provider = await mswProvider();
  t.after(() => provider.close());
  server.use(...provider.handlers);
  return provider;
}

test('msw accepts a form with bytes that are not UTF-8, by fetch', async (t) => {
  const provider = await open(t);
  const form = new FormData();
  form.append('document_class', 'Überweisung');
  form.append('callbackUrl', 'https://consumer.example/hook');
  form.append('files', new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0x00, 0x80])]), 'a.annotated.jpg');
  const answer = await fetch(documents, { method: 'POST', headers: bearer, body: form });
  strictEqual(answer.status, 202);
  const { document_id: id } = await answer.json();
  await provider.settle();
  const shown = await (await fetch(`${documents}/${id}`, { headers: bearer })).json();
  strictEqual(shown.state, 91);
  strictEqual(shown.document_class, 'Überweisung');
  strictEqual(provider.requests().length, 2);
});

test('msw accepts JSON by node:https', async (t) => {
  await open(t);
  const text = await new Promise((resolve, reject) => {
    const message = https.request(applications, { method: 'POST', headers: basic }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve(`${response.statusCode} ${body}`);
    });
    message.on('error', reject);
    message.end(JSON.stringify({ application_reference_id: 'é', dealer_id: 7 }));
  });
  // The contract refuses it, so the body arrived as JSON.
  match(text, /^(201|400) /);
  ok(!text.includes('JSON syntax'), text);
});

test('msw plays what comes next', async (t) => {
  const provider = await open(t);
  provider.playNext('docdigitizer/unavailable-provider');
  const form = new FormData();
  form.append('files', new Blob(['%PDF-1.4']), 'a.pdf');
  const answer = await fetch(documents, { method: 'POST', headers: bearer, body: form });
  strictEqual(answer.status, 503);
  strictEqual(answer.headers.get('retry-after'), '1');
});
