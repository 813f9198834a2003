import { expect, test } from 'vitest';
import { callbacksAbout, meet } from '../../src/testing/met-callbacks.ts';

const about = (...deliveries: readonly (readonly [provider: string, callback: string])[]) => {
  const records = deliveries.map(([provider, callback]) => ({ provider, callback }));
  const { callbacks, isComplete } = callbacksAbout(records as never);
  return { names: [...callbacks.keys()], isComplete };
};

test('deliveries of a provider that was never met name only their own callbacks', () => {
  expect(about(['strangers', 'told'])).toEqual({ names: ['told'], isComplete: false });
  expect(about(['strangers', 'told'], ['informed', 'informed.error']).isComplete).toBe(false);
  expect(about(['informed', 'informed.error'], ['strangers', 'told']).isComplete).toBe(false);
});

test('deliveries of a provider that was met name all its callbacks', () => {
  const named = { type: 'order.paid', name: 'paid', event: 'paid' };
  meet({ providers: ['shop'], callbacks: new Map([['order.paid', named]]) } as never);
  expect(about(['shop', 'order.lost'])).toEqual({ names: ['order.lost', 'order.paid'], isComplete: true });
  expect(about(['docdigitizer', 'x'])).toMatchObject({ isComplete: true });
  expect(about(['docdigitizer', 'x']).names).toContain('informed.error');
});
