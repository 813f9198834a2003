import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { checkConsumer } from '../../../src/check/check-consumer.ts';
import type { CheckOptions } from '../../../src/check/check-options.ts';
import type { CheckReport } from '../../../src/check/report.ts';
import { packageRoot } from '../../../src/loading/contract-files.ts';
import { freePort } from '../../support/tcp-server.ts';
import { type Base, bases, type Places } from './bases.ts';

/** A replacement in a copy of a consumer. `find` occurs there exactly once. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Copies a correct consumer, patches it, starts it as a process of its own and checks it. */
export async function judgeConsumer(
  check: typeof checkConsumer,
  name: string,
  patches: readonly Patch[],
  options: CheckOptions,
): Promise<CheckReport> {
  const base = bases[name];
  if (base === undefined) throw new Error(`There is no base "${name}".`);
  const folder = mkdtempSync(join(tmpdir(), 'gallery-'));
  const places: Places = { folder, port: await freePort(), doors: await freePort(), mock: await freePort() };
  let child: ChildProcess | null = null;
  const stop = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  try {
    cpSync(join(packageRoot, base.source), folder, { recursive: true });
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
    for (const patch of patches) apply(folder, patch);
    child = await start(base, places);
    return await check(`http://127.0.0.1:${places.port}${base.endpoint}`, {
      port: places.mock,
      within: '2s',
      ...(base.polls !== false && { overdue: '1s' }),
      later: '300ms',
      ...(base.survives
        ? {
            restart: async () => {
              await stop();
              child = await start(base, places);
            },
          }
        : { memory: String(child.pid) }),
      ...base.options(places),
      ...options,
    });
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function apply(folder: string, { file, find, replace }: Patch): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`Expected once in ${file}, got ${count} times: ${find}`);
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
}

/** Starts a consumer, and waits until it accepts connections. */
async function start(base: Base, places: Places): Promise<ChildProcess> {
  const [program, ...args] = base.command;
  const env = base.env(places);
  const hasDoors = env.DOORS_PORT !== undefined;
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: places.folder,
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2_000);
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The consumer ended with ${child.exitCode}: ${errors}`);
    if ((await accepts(places.port)) && (!hasDoors || (await accepts(places.doors)))) return child;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
