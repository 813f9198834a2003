import { expect, test } from 'vitest';
import { type ConsumerAnswer, startConsumer } from '../support/consumer.ts';
import { draftOf, essence, playBack, recordFrom } from './play-back.ts';
import { PrintShop, type Sending } from './print-shop.ts';

const printed = (shop: PrintShop, more: object = {}): string =>
  JSON.stringify({ type: 'printed', eventId: 'evt_11', orderId: 'ord_ab12cd34', at: shop.at(), ...more });
const shipped = (shop: PrintShop, more: object = {}): string =>
  JSON.stringify({ type: 'shipped', eventId: 'evt_12', orderId: 'ord_ab12cd34', at: shop.at(), ...more });
const scanned = (target: string): Sending => ({ method: 'GET', target, after: 2_000, signed: false });
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const down: ConsumerAnswer = { status: 503 };

interface Sequence {
  readonly what: string;
  sendings(shop: PrintShop): readonly Sending[];
  readonly answers?: readonly ConsumerAnswer[];
  /** When each request came, in seconds after the first. */
  readonly times: readonly number[];
}

const sequences: readonly Sequence[] = [
  {
    what: 'two callbacks',
    sendings: (shop) => [
      {
        body: printed(shop, {
          pages: null,
          note: 'Caf\u00e9 {{now}}',
          links: { self: '/orders/ord_ab12cd34' },
        }),
      },
      {
        after: 61_000,
        body: shipped(shop, { parcels: ['yes', '0x1', '2026-01-01'] }),
        headers: { 'X-Kind': 'final' },
      },
    ],
    times: [0, 61],
  },
  {
    what: 'a retry after 503, while the next one arrives',
    sendings: (shop) => [{ body: printed(shop) }, { after: 500, body: shipped(shop) }],
    answers: [down, down, {}],
    times: [0, 5, 35, 35.5],
  },
  {
    what: 'a callback that is never taken',
    sendings: (shop) => [{ body: printed(shop) }, { after: 1_000, body: shipped(shop) }],
    answers: [down, down, down],
    times: [0, 5, 35, 36],
  },
  {
    what: 'a duplicate',
    sendings: (shop) => [
      { body: printed(shop), again: 3_000 },
      { after: 4_000, body: shipped(shop) },
    ],
    times: [0, 3, 7],
  },
  {
    what: 'a duplicate after a retry',
    sendings: (shop) => [{ body: printed(shop), again: 3_000 }],
    answers: [down, {}],
    times: [0, 5, 8],
  },
  {
    what: 'the wrong order',
    sendings: (shop) => [{ body: shipped(shop) }, { after: 9_000, body: printed(shop, { at: shop.at(60) }) }],
    times: [0, 9],
  },
  {
    what: 'JSON with spaces, escapes and exact numbers',
    sendings: (shop) => [
      {
        body: `{\n  "type" : "printed",  "pages": 2.0,\n  "eventId": "evt_11", "orderId": "ord_ab12cd34",\n  "note": "\\u00e9",\n  "at": "${shop.at()}"\n}\n`,
      },
    ],
    times: [0],
  },
  {
    what: 'a form',
    sendings: () => [
      { headers: form, signed: false, body: 'Total=12%2e50&InvoiceId=in-77&Memo=a+b%20c&Memo=' },
      { after: 1_500, headers: form, signed: false, body: 'Total=13&InvoiceId=in-77' },
    ],
    times: [0, 1.5],
  },
  {
    what: 'a query',
    sendings: () => [
      scanned('/hook?order=ord_ab12cd34&gate=7&place=a+b%2Fc'),
      scanned('/hook?gate=8&order=ord_ab12cd34'),
    ],
    times: [0, 2],
  },
  {
    what: 'a callback without its signature',
    sendings: (shop) => [
      { body: printed(shop), signed: false, headers: { 'X-Print-Timestamp': '1' } },
      { after: 1_000, body: printed(shop, { eventId: 'evt_13' }) },
    ],
    times: [0, 1],
  },
  {
    what: 'broken JSON',
    sendings: (shop) => [{ body: `${printed(shop).slice(0, -10)}` }],
    times: [0],
  },
  {
    what: 'another media type',
    sendings: (shop) => [{ body: printed(shop), headers: { 'Content-Type': 'text/plain' } }],
    times: [0],
  },
];

test.each(sequences)('plays back $what as it was recorded', async ({ sendings, answers = [], times }) => {
  const shop = new PrintShop();
  const consumer = await startConsumer();
  consumer.answer(...answers);
  const requests = await recordFrom(shop, consumer, sendings(shop));
  const recorded = essence(consumer.requests);
  expect(recorded).toHaveLength(times.length);
  consumer.forget();
  consumer.answer(...answers);
  const { text } = await draftOf(requests);
  const deliveries = await playBack(text, consumer);
  expect(essence(consumer.requests), text).toEqual(recorded);
  const attempts = deliveries
    .flatMap((delivery) => delivery.attempts.map(({ at }) => at))
    .toSorted((a, b) => a - b);
  expect(
    attempts.map((at) => (at - (attempts[0] ?? 0)) / 1_000),
    text,
  ).toEqual(times);
});
