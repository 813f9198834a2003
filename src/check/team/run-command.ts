import { spawn } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';

export interface CommandOptions {
  /** Variables in addition to those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** How long it may run, in milliseconds. */
  readonly timeoutMs: number;
  /** How many bytes of its stdout are read. With more, it is stopped. */
  readonly maxBytes: number;
  /** Whether what it started may go on when it ends by itself, as a server that it restarts. Default: false. */
  readonly leavesRunning?: boolean;
  readonly signal: AbortSignal;
}

/** How a command ended. */
export interface CommandEnd {
  /** Null: it was stopped, or could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  /** The last 2,000 characters of its stderr. */
  readonly stderr: string;
  /** Why it was stopped or not started, in a clause. Null: it ended by itself. */
  readonly problem: string | null;
}

/** How long the output of a command that has ended is read, in milliseconds. */
const drainMs = 200;

/**
 * Runs a command of the shell in a process group of its own. When it ends or is stopped, everything that it started in
 * that group is stopped too. Never throws.
 */
export function runCommand(
  command: string,
  { env, timeoutMs, maxBytes, leavesRunning = false, signal }: CommandOptions,
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      // A group of its own, so that one signal reaches all of it. Windows has no such groups.
      detached: process.platform !== 'win32',
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const stdout: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    let problem: string | null = null;
    const stop = (why: string): void => {
      problem ??= why;
      killGroup(child.pid);
    };
    const timer = setTimeout(() => stop(`it did not end within ${timeoutMs / 1_000} s`), timeoutMs);
    const abort = (): void => stop('the check ended');
    signal.addEventListener('abort', abort);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) stop(`it printed more than ${maxBytes} bytes`);
      else stdout.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-2_000);
    });
    let ended = false;
    const end = (exitCode: number | null): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      clearTimeout(draining);
      signal.removeEventListener('abort', abort);
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      child.unref();
      const text = Buffer.concat(stdout).toString('utf8');
      resolve({ exitCode: problem === null ? exitCode : null, stdout: text, stderr, problem });
    };
    let draining: NodeJS.Timeout | undefined;
    child.on('error', (error) => {
      problem ??= `it could not be started: ${error.message}`;
      end(null);
    });
    child.on('close', (code) => end(code));
    child.on('exit', (code, signalName) => {
      if (code === null) problem ??= `it was stopped by ${signalName}`;
      if (!leavesRunning || problem !== null) killGroup(child.pid);
      // A process that it left running may keep the pipes open, and then there is no `close`.
      draining = setTimeout(() => end(code), drainMs);
    });
    if (signal.aborted) abort();
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
