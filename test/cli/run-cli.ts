import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** A `ringback` in its own process, and its output so far. */
export interface CliProcess {
  readonly child: ChildProcessWithoutNullStreams;
  stdout: string;
  stderr: string;
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  /** Resolves with stdout or stderr once it matches; rejects if the process ends first. */
  until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string>;
}

/**
 * Starts `ringback` with no RINGBACK_ environment variables except the given ones.
 * @param entry the file to run; default: the one of the sources
 * @param cwd default: that of the tests
 */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  entry = main,
  cwd?: string,
): CliProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('RINGBACK_'));
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: 'pipe',
    ...(cwd !== undefined && { cwd }),
  });
  const cli: CliProcess = {
    child,
    stdout: '',
    stderr: '',
    exit: once(child, 'close').then(([code, signal]) => {
      // Only the test of the last net may trigger it: anywhere else, it would hide a defect.
      if (code === 70 && entry === main && env.RINGBACK_TEST_CRASH === undefined)
        throw new Error(`ringback ended by its last net:\n${cli.stderr}`);
      return { code, signal };
    }),
    async until(stream, pattern) {
      while (!pattern.test(cli[stream])) {
        const more = once(child[stream], 'data').then(() => 'more');
        if ((await Promise.race([more, cli.exit])) !== 'more' && !pattern.test(cli[stream])) {
          throw new Error(
            `ringback ended without ${pattern} on ${stream}. It wrote:\n${cli.stdout}${cli.stderr}`,
          );
        }
      }
      return cli[stream];
    },
  };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      cli[stream] += text;
    });
  }
  return cli;
}

/** Runs `ringback` to its end. */
export async function runCli(
  args: readonly string[],
  options: { readonly stdin?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const cli = startCli(args, options.env);
  cli.child.stdin.end(options.stdin ?? '');
  const { code } = await cli.exit;
  return { code, stdout: cli.stdout, stderr: cli.stderr };
}
