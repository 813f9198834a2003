import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './client.ts';
import { cpuMs, machineCpuMs, now } from './process.ts';

export interface ClosedLoopOptions {
  readonly port: number;
  /** The process whose CPU time counts. */
  readonly pid: number;
  /** One operation from its first to its last byte; each slot repeats it, one at a time. */
  readonly operation: (connection: Connection, slot: number) => Promise<void>;
  /** Operations in progress. Default 64. */
  readonly slots?: number;
  /** At least one. */
  readonly warmSeconds: number;
  readonly seconds: number;
}

export interface ClosedLoopResult extends Record<string, number> {
  /** Operations a second. */
  readonly rate: number;
  /** CPU microseconds of the process per operation. */
  readonly cpuUs: number;
  /** The same at the start, while the code is still being compiled. */
  readonly coldCpuUs: number;
  /** Cores that the rest of the machine used meanwhile. */
  readonly otherCpu: number;
}

/** The warm-up of a measured server: by then V8 has compiled what the load uses, and its cost no longer falls. */
export const warmUpSeconds = 3;

const windowMs = 500;
/** The length of the start. */
const coldMs = 1_000;
/** Cores that the rest of the machine may use in a window that counts. */
const calmCores = 0.35;

/** Keeps the given number of operations in progress, and counts them in windows of half a second, without busy windows. */
export async function closedLoop(options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  const { port, pid, operation, slots = 64, warmSeconds, seconds } = options;
  let done = 0;
  let running = true;
  let failure: unknown;
  const connections = Array.from({ length: slots }, () => new Connection(port));
  const loops = connections.map(async (connection, slot) => {
    while (running) {
      await operation(connection, slot);
      done++;
    }
  });
  const failed = Promise.all(loops).catch((error: unknown) => {
    failure = error;
  });
  const cold = await readWindow(pid, () => done, coldMs);
  await sleep(warmSeconds * 1_000 - coldMs);
  const windows: Window[] = [];
  for (let at = 0; at < seconds * 1_000 && failure === undefined; at += windowMs) {
    windows.push(await readWindow(pid, () => done, windowMs));
  }
  running = false;
  const ended = await Promise.race([failed.then(() => true), sleep(5_000, false, { ref: false })]);
  for (const connection of connections) connection.close();
  if (failure !== undefined) throw failure;
  if (!ended) throw new Error('Some operations have not ended 5 s after the last was begun.');
  const calm = windows.filter(({ other }) => other < calmCores);
  const counted = calm.length >= 2 ? calm : windows;
  const sum = (key: keyof Window): number => counted.reduce((total, window) => total + window[key], 0);
  return {
    rate: (sum('count') / sum('ms')) * 1_000,
    cpuUs: (sum('cpu') * 1_000) / sum('count'),
    coldCpuUs: (cold.cpu * 1_000) / cold.count,
    otherCpu: sum('other') / counted.length,
  };
}

interface Window {
  readonly count: number;
  readonly ms: number;
  readonly cpu: number;
  readonly other: number;
}

async function readWindow(pid: number, done: () => number, lengthMs: number): Promise<Window> {
  const start = now();
  const doneBefore = done();
  const cpuBefore = cpuMs(pid);
  const ownBefore = process.cpuUsage();
  const machineBefore = machineCpuMs();
  await sleep(lengthMs);
  const ms = now() - start;
  const cpu = cpuMs(pid) - cpuBefore;
  const own = process.cpuUsage(ownBefore);
  const other = (machineCpuMs() - machineBefore - cpu - (own.user + own.system) / 1_000) / ms;
  return { count: done() - doneBefore, ms, cpu, other };
}
