import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, encode } from './client.ts';
import type { MeasureContext } from './job.ts';
import { freePort, now, startNode } from './process.ts';

/** A server under measurement, ours or a floor, that has responded to its first request. */
export type RunningSubject = SpawnedSubject;

/** Arguments of `ringback serve` in addition to the port and `--log json`. */
export interface ServeOptions {
  /** Contents of scenario files (YAML). */
  readonly scenarios?: string;
  readonly args?: readonly string[];
  /** Options of Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** A started server that may not respond yet. */
export interface SpawnedSubject {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts Ringback as published, with validation and log on: the log is JSON and goes to /dev/null, so that the
 * measurement includes writing it but not the disk.
 */
export async function startRingback(
  context: MeasureContext,
  options: ServeOptions = {},
): Promise<RunningSubject> {
  return whenReady(await spawnRingback(context, options));
}

/** The same without waiting until it answers. */
export async function spawnRingback(
  { dist }: MeasureContext,
  { scenarios, args = [], nodeArgs = [] }: ServeOptions = {},
): Promise<SpawnedSubject> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'ringback-bench-'));
  const file = join(folder, 'scenarios.yaml');
  if (scenarios !== undefined) writeFileSync(file, scenarios);
  const loaded = scenarios === undefined ? [] : ['--scenarios', file];
  const main = join(dist, 'cli', 'main.js');
  const started = startNode([
    ...nodeArgs,
    main,
    'serve',
    ...['--port', String(port), '--log', 'json', ...loaded, ...args],
  ]);
  return {
    port,
    pid: started.pid,
    async stop() {
      await started.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a hand-written server of `bench/floors`. */
export async function startFloor(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningSubject> {
  return whenReady(await spawnFloor(file, env));
}

/** The same without waiting until it answers. */
export async function spawnFloor(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<SpawnedSubject> {
  const port = await freePort();
  const program = join(import.meta.dirname, '..', 'floors', file);
  return { port, ...startNode([program], { PORT: String(port), ...env }) };
}

async function whenReady(spawned: SpawnedSubject): Promise<RunningSubject> {
  try {
    await firstAnswer(spawned.port, encode({ method: 'GET', path: '/_ringback/health' }), 10);
    return spawned;
  } catch (error) {
    await spawned.stop();
    throw error;
  }
}

/** Repeats a request until it gets a response. */
export async function firstAnswer(port: number, request: Buffer, pauseMs: number): Promise<void> {
  const end = now() + 60_000;
  while (now() < end) {
    const connection = new Connection(port);
    try {
      await connection.send(request);
      return;
    } catch {
      await sleep(pauseMs);
    } finally {
      connection.close();
    }
  }
  throw new Error(`Could not start: nothing answered on port ${port} within 60 s.`);
}
