import { expect, test } from 'vitest';
import { explain } from '../../src/core/explain/explain.ts';
import { loadCatalogue, loadScenarios } from '../../src/loading/catalogue.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { fileWith } from '../providers/contract/support.ts';

const contract = new URL('../record/print-shop.yaml', import.meta.url).pathname;

/** The callbacks that a timeline sends, as requests. */
async function sent(steps: string, faults = '') {
  const catalogue = await loadCatalogue(contract);
  const script = `name: written\ntimeline:\n${steps}${faults}`;
  const scenarios = await loadScenarios(catalogue, [fileWith(script, 'written.yaml')]);
  const { deliveries } = await explain({
    ...catalogue,
    scenarios,
    scenario: 'written',
    createStore: createMemoryStore,
    callbackUrl: 'http://consumer.example/hook?tenant=7',
  });
  return deliveries.map(({ payload, violations, attempts }) => ({
    payload,
    violations,
    ...attempts[0]?.request,
  }));
}

test('a written object keeps its order and its nulls, and nothing made up is added', async () => {
  const [callback] = await sent(
    '  - { after: 1s, callback: printed, content: { type: printed, pages: null, orderId: "{{response.body.id}}", eventId: e, at: "{{now}}" } }\n',
  );
  expect(callback?.body).toMatch(
    /^\{"type":"printed","pages":null,"orderId":"ord_[^"]+","eventId":"e","at":"2030-01-01T00:00:01.000Z"\}$/,
  );
  expect(callback?.violations).toEqual([]);
});

test('a written string is sent as it is written, and checked as what it says', async () => {
  const [callback] = await sent(
    '  - after: 1s\n    callback: printed\n    content: \'{ "type" : "printed", "eventId":"e","orderId":"o", "at":7.0 }\'\n',
  );
  expect(callback?.body).toBe('{ "type" : "printed", "eventId":"e","orderId":"o", "at":7.0 }');
  expect(callback?.violations).toEqual([expect.objectContaining({ location: '/at' })]);
});

test('a written form is sent as it is written', async () => {
  const [callback] = await sent(
    '  - { after: 1s, callback: invoiced, content: "Total=1%2e5&InvoiceId=a+b" }\n',
  );
  expect(callback?.body).toBe('Total=1%2e5&InvoiceId=a+b');
  expect(callback?.payload).toEqual({ Total: '1.5', InvoiceId: 'a b' });
  expect(callback?.violations).toEqual([]);
});

test('a written query follows the query of the consumer', async () => {
  const [callback, object] = await sent(
    '  - { after: 1s, callback: scanned, content: "gate=7&order=a+b" }\n' +
      '  - { after: 1s, callback: scanned, content: { gate: 8, order: a b } }\n',
  );
  expect(callback?.url).toBe('http://consumer.example/hook?tenant=7&gate=7&order=a+b');
  expect(callback?.payload).toEqual({ gate: 7, order: 'a b' });
  expect(callback?.violations).toEqual([]);
  expect(object?.url).toBe('http://consumer.example/hook?tenant=7&gate=8&order=a%20b');
});

test('a fault that changes the payload changes what was written', async () => {
  const [callback] = await sent(
    '  - { after: 1s, callback: scanned, content: "gate=7&order=a+b" }\n',
    'faults: [{ corrupt: { missingQuery: gate } }]\n',
  );
  expect(callback?.url).toBe('http://consumer.example/hook?tenant=7&order=a%20b');
});

test.each([
  ['{ after: 1s, set: { a: 1 }, content: {} }', 'expected `callback` along with'],
  ['{ after: 1s, callback: printed, content: {}, payload: { a: 1 } }', '`payload` or `content`, not both'],
  ['{ after: 1s, callback: printed, content: { a: "{{nwo}}" } }', '/timeline/0/content/a'],
])('%s is refused', async (step, why) => {
  await expect(sent(`  - ${step}\n`)).rejects.toThrow(why);
});
