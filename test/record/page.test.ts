import { expect, test } from 'vitest';
import { codeBlocks } from '../docs/markdown.ts';
import { startConsumer } from '../support/consumer.ts';
import { draftOf, recordFrom } from './play-back.ts';
import { PrintShop } from './print-shop.ts';

test('the scenario of the page is what a recording gives', async () => {
  const shop = new PrintShop();
  const consumer = await startConsumer();
  consumer.answer({ status: 503 });
  const printed = {
    eventId: 'evt_11',
    orderId: 'ord_ab12cd34',
    at: shop.at(),
    pages: null,
    accessToken: 'tok-12345',
  };
  const requests = await recordFrom(shop, consumer, [
    { body: JSON.stringify({ type: 'printed', ...printed }) },
    { after: 7_000, method: 'GET', target: '/hook?order=ord_ab12cd34&gate=7&place=a+b', signed: false },
  ]);
  const { text } = await draftOf(requests);
  const shown = codeBlocks('docs/record.md').find(({ code }) => code.includes('timeline:'))?.code ?? '';
  const fromNotes = (script: string): string => script.slice(script.indexOf('# Retries')).trim();
  expect(fromNotes(shown)).toBe(fromNotes(text));
});
