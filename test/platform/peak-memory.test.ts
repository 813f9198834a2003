import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const megabyte = 1024 * 1024;

it('the peak of a child process is its own, and not that of the process that started it', () => {
  const large = Buffer.alloc(400 * megabyte, 1);
  const file = new URL('../support/peak-memory.ts', import.meta.url).href;
  const script = `import { peakMemory } from ${JSON.stringify(file)}; process.stdout.write(String(peakMemory()));`;
  const peak = Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script]));
  expect(peak).toBeGreaterThan(10 * megabyte);
  expect(peak).toBeLessThan(300 * megabyte);
  expect(large[1]).toBe(1);
});
