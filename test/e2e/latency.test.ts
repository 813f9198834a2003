import { expect, test } from 'vitest';
import { latencyAttacks, longestWait } from '../../tools/reliability/latency-attacks.ts';
import { startMock } from '../../tools/reliability/mock-process.ts';

const goalMs = 250;
/** The only time limit that decides a test: a server that does not respond for a second is blocked. */
const limitMs = 1_000;

test.each(latencyAttacks.map((attack) => [attack.what, attack] as const))(
  'a server answers others during %s',
  { timeout: 120_000 },
  async (what, attack) => {
    const mock = await startMock({ args: ['--clock', 'virtual'], checks: false, expected: /./ });
    const waitMs = await longestWait(mock.url, attack).finally(() => mock.stop());
    if (waitMs > goalMs) console.warn(`${what}: health took ${Math.round(waitMs)} ms, goal ${goalMs} ms.`);
    expect(waitMs).toBeLessThan(limitMs);
  },
);
