import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from './client.ts';
import { freePort } from './process.ts';
import { firstAnswer } from './subject.ts';

/** The heap cost of an operation in the server, in bytes. */
export interface HeapCost {
  /** All allocations of one operation, kept or not. */
  readonly allocated: number;
  /** What remains after garbage collection. */
  readonly kept: number;
}

/** A server with a readable heap. */
export interface HeapServer {
  readonly port: number;
  /**
   * The cost of one operation, averaged over the given number. They run one at a time, so that timing does not affect
   * allocations and the cost is the same on any machine.
   */
  cost(operation: () => Promise<void>, count: number): Promise<HeapCost>;
  stop(): Promise<void>;
}

/** The room for young objects before a collection, so large that none happens while costs are counted. */
const youngMiB = 256;

/** Starts `ringback serve` from the sources, with its log on (to nowhere). */
export async function startHeapServer(scenarios: string): Promise<HeapServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-heap-'));
  const file = join(folder, 'scenarios.yaml');
  writeFileSync(file, scenarios);
  const port = await freePort();
  const flags = ['--expose-gc', `--min-semi-space-size=${youngMiB}`, `--max-semi-space-size=${youngMiB}`];
  const probe = join(import.meta.dirname, 'heap-probe.mjs');
  const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
  const serve = ['serve', '--port', String(port), '--log', 'json', '--seed', '1', '--scenarios', file];
  const child = spawn(process.execPath, [...flags, '--import', probe, main, ...serve], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exited = once(child, 'exit');
  const read = async (collect: boolean): Promise<{ usedBytes: number; collections: number }> => {
    const told = once(child, 'message');
    child.send({ collect });
    const [usage] = (await told) as [{ usedBytes: number; collections: number }];
    return usage;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await firstAnswer(port, encode({ method: 'GET', path: '/_ringback/health' }), 10);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    async cost(operation, count) {
      await read(true);
      // Node reports collections some turns later: they must not count as new ones.
      const before = await read(false);
      for (let done = 0; done < count; done++) await operation();
      const after = await read(false);
      if (after.collections !== before.collections) {
        throw new Error(`Could not count: garbage was collected within ${count} operations. Count fewer.`);
      }
      const rest = await read(true);
      return {
        allocated: (after.usedBytes - before.usedBytes) / count,
        kept: (rest.usedBytes - before.usedBytes) / count,
      };
    },
    stop,
  };
}
