import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../../src/core/engine/space.ts';
import { makeRequest } from '../../providers/docdigitizer/support.ts';
import { makeStage } from './stage.ts';

const open = (): Exchange => makeStage().space.openExchange('submitDocument');
const perform = (exchange: Exchange) =>
  exchange.perform(async () => ({ status: 200 }), makeRequest('submitDocument'));

describe('an exchange', () => {
  it('runs from its operation to its response', async () => {
    const exchange = open();
    expect(await perform(exchange)).toEqual({ status: 200 });
    await exchange.playEarly();
    exchange.answering();
    await expect(exchange.answered()).resolves.toBeUndefined();
  });

  it('may be answered without a beginning when the client has disconnected', async () => {
    await expect(open().answered()).resolves.toBeUndefined();
  });

  const ends: readonly [string, (exchange: Exchange) => unknown][] = [
    ['answering', (exchange) => exchange.answering()],
    ['answered', (exchange) => exchange.answered()],
    ['abandoned', (exchange) => exchange.abandon()],
  ];
  const late: readonly [string, (exchange: Exchange) => unknown][] = [
    ['carry out its operation', perform],
    ['start a branch', (exchange) => exchange.startBranches('run', [])],
    ['play steps before its answer', (exchange) => exchange.playEarly()],
    ['begin its answer', (exchange) => exchange.answering()],
    ['abandon it', (exchange) => exchange.abandon()],
  ];
  it.each(ends.flatMap(([state, end]) => late.map(([what, act]) => [state, what, end, act] as const)))(
    'that is %s refuses to %s, and names the request',
    async (state, what, end, act) => {
      const exchange = open();
      await end(exchange);
      await expect(async () => act(exchange)).rejects.toThrow(
        `Could not ${what}: the request to submitDocument is ${state} already.`,
      );
    },
  );

  it.each(ends.slice(1))('that is %s does not start its runs a second time', async (_, end) => {
    const exchange = open();
    await end(exchange);
    await expect(exchange.answered()).rejects.toThrow('Could not start what it began');
  });
});
