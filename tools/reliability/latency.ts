import { parseArgs } from 'node:util';
import { type Attack, latencyAttacks, longestWait } from './latency-attacks.ts';
import { startMock } from './mock-process.ts';

/*
 * Makes a server do much work in one turn, one kind after the other, requests its health every 50 ms meanwhile, and prints
 * the longest wait: `figure: …`, a line for each kind. Exits 1 when one is longer than a second.
 *
 *   node tools/reliability/latency.ts [--only yaml,settle]
 */
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only?.split(',');
const limitMs = 1_000;

async function measure(attack: Attack): Promise<number> {
  const mock = await startMock({
    args: ['--clock', 'virtual', ...(attack.args ?? [])],
    log: 'json',
    checks: false,
    nodeArgs: ['--max-old-space-size=1024'],
    expected: /./,
  });
  try {
    return await longestWait(mock.url, attack);
  } finally {
    await mock.stop();
  }
}

for (const attack of latencyAttacks) {
  if (only !== undefined && !only.includes(attack.name)) continue;
  const waitMs = await measure(attack);
  console.log(`figure: ${attack.what}: health after ${Math.round(waitMs)} ms at most`);
  if (waitMs > limitMs) process.exitCode = 1;
}
