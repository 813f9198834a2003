// Runs in vitest and in jest: `runner.ts` holds the differences.
import { startProvider } from 'ringback';
import { playMany, startConsumer, submitTo } from './consumer.ts';
import { afterEach, expect, fakes, realTimers, test } from './runner.ts';

afterEach(() => realTimers());

for (const scheme of ['http', 'https']) {
  for (const [what, fake] of Object.entries(fakes)) {
    test(`${what}: faked after the start, over ${scheme}`, async () => {
      const provider = await startProvider({ insecureCallbacks: true });
      fake();
      expect(await playMany(provider, scheme)).toBe('16 of 16 delivered, 16 calls');
      await provider.close();
    });

    test(`${what}: faked before the start, over ${scheme}`, async () => {
      fake();
      const provider = await startProvider({ insecureCallbacks: true });
      expect(await playMany(provider, scheme)).toBe('16 of 16 delivered, 16 calls');
      await provider.waitForDelivery({ callback: 'docdigitizer.documentState' });
      await provider.close();
    });
  }
}

test('faked, with a real clock', async () => {
  fakes.default();
  const provider = await startProvider({ clock: 'real', speed: 1_000 });
  const consumer = await startConsumer('http');
  await submitTo(provider, consumer.url);
  const run = await provider.waitForRun({ state: 'finished' });
  expect(run.state).toBe('finished');
  await provider.close();
  consumer.close();
});
