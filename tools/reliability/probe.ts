import { subscribe } from 'node:diagnostics_channel';
import { openSync, readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into the server's process first (`--import`): measures from inside, and reports defects. With `PROBE_LEAK` it
 * leaks on purpose, to show that a soak can fail.
 */
export interface Measurement {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly descriptors: number;
  /** Timers, sockets and the like, by Node's names for them. */
  readonly resources: Readonly<Record<string, number>>;
  /** The longest turn of the event loop since the last measurement, in milliseconds. */
  readonly longestTurnMs: number;
  /** The most CPU time of turns of 10 ms or more, which other processes of the machine do not lengthen. */
  readonly longestTurnCpuMs: number;
}

export type ProbeMessage =
  | { readonly kind: 'measurement'; readonly measurement: Measurement }
  | { readonly kind: 'defect'; readonly message: string };

const send = (message: ProbeMessage): void => void process.send?.(message);
const loop = monitorEventLoopDelay({ resolution: 10 });
loop.enable();
let cpuMs = usedCpuMs();
let longestTurnCpuMs = 0;
setInterval(measureTurn, 10).unref();

process.on('message', (ask) => {
  if (ask === 'measure') send({ kind: 'measurement', measurement: measure() });
});
process.channel?.unref();

subscribe('ringback:defect', (defect) => {
  const { message, error } = defect as { message: string; error: unknown };
  send({ kind: 'defect', message: error instanceof Error ? `${message} ${error.stack}` : message });
});
// With a listener, the server also compares its own responses with the contract.
if (process.env.PROBE_CHECKS === 'yes') subscribe('ringback:answer', () => {});

const leaked: unknown[] = [];
let requests = 0;
const leak = process.env.PROBE_LEAK;
if (leak !== undefined) {
  subscribe('http.server.request.start', () => {
    requests++;
    if (leak === 'heap') leaked.push(Array.from({ length: 64 }, () => ({ requests })));
    if (leak === 'buffer') leaked.push(Buffer.alloc(4096, 1));
    if (leak === 'timer') leaked.push(setInterval(() => {}, 3_600_000).unref());
    if (leak === 'descriptor' && requests % 50 === 0) leaked.push(openSync('/dev/null', 'r'));
  });
}

function usedCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function measureTurn(): void {
  const now = usedCpuMs();
  longestTurnCpuMs = Math.max(longestTurnCpuMs, now - cpuMs);
  cpuMs = now;
}

function measure(): Measurement {
  measureTurn();
  const turnCpuMs = Math.round(longestTurnCpuMs);
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // The second collection frees what the finalizers of the first released.
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const longestTurnMs = Math.round(loop.max / 1e6);
  loop.reset();
  // The collections above are not a turn of the server.
  measureTurn();
  longestTurnCpuMs = 0;
  return {
    heapUsed,
    external,
    rss,
    descriptors: readdirSync('/proc/self/fd').length,
    resources,
    longestTurnMs,
    longestTurnCpuMs: turnCpuMs,
  };
}
