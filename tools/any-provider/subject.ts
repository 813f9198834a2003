import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `RINGBACK_MAIN`: the program of another checkout. */
const main = process.env.RINGBACK_MAIN ?? join(import.meta.dirname, '../../src/cli/main.ts');

/** A mock that plays one contract. */
export interface Subject {
  /** URL without a trailing slash. */
  readonly url: string;
  /** From the start of the process until it listens. */
  readonly startMs: number;
  /** Peak of the resident memory so far, in MiB. */
  memoryMiB(): number;
  /** What it printed before it listened and after. */
  output(): string;
  stop(): Promise<void>;
}

const startLimitMs = 60_000;

/**
 * Starts `ringback serve` for a contract, on a virtual clock.
 * @throws {Error} with what it printed, if it does not listen
 */
export async function startSubject(contract: string, webhooksTo: string): Promise<Subject> {
  const before = performance.now();
  const args = [main, 'serve', contract, '--port', '0', '--clock', 'virtual', '--seed', '7'];
  const child = spawn(process.execPath, [...args, '--webhooks-to', webhooksTo], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  const keep = (chunk: string): void => {
    output = output.length > 200_000 ? chunk : output + chunk;
  };
  child.stderr.setEncoding('utf8').on('data', keep);
  child.stdout.setEncoding('utf8');
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`it does not listen after ${startLimitMs} ms`)),
      startLimitMs,
    );
    child.stdout.on('data', (chunk: string) => {
      keep(chunk);
      const found = /listening on (\S+)/.exec(output)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`exit ${code}: ${output.trim().slice(0, 1500)}`));
    });
  }).catch((error: unknown) => {
    kill();
    throw error;
  });
  const startMs = Math.round(performance.now() - before);
  return {
    url: url.replace(/\/$/, ''),
    startMs,
    memoryMiB() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    },
    output: () => output,
    stop() {
      process.removeListener('exit', kill);
      return new Promise((resolve) => {
        child.once('exit', () => resolve());
        if (child.exitCode !== null) resolve();
        else child.kill('SIGKILL');
      });
    },
  };
}
