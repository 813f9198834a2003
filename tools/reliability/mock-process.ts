import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/loading/contract-files.ts';
import type { Measurement, ProbeMessage } from './probe.ts';

/** The real program in a separate process, with its log, defects, memory and exit observed. */
export interface MockProcess {
  readonly port: number;
  readonly url: string;
  /** Its warnings and errors on stderr, and its defects. Empty if all is well. */
  readonly complaints: readonly string[];
  /** Null while it runs. */
  readonly ended: string | null;
  measure(): Promise<Measurement>;
  /** Ends it with SIGTERM; an unclean exit is added to the complaints. */
  stop(): Promise<void>;
}

export interface MockOptions {
  /** More options of `ringback serve`. */
  readonly args?: readonly string[];
  /** Options of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** Its log style. Every line is checked: JSON must parse, and no line may have a control character. */
  readonly log?: 'json' | 'pretty';
  /** Whether it compares its responses with the contract, as in our tests. Default: true. */
  readonly checks?: boolean;
  /** What the probe leaks on purpose. */
  readonly leak?: string | undefined;
  /** Warnings that do not count as complaints. */
  readonly expected?: RegExp;
}

const main = join(packageRoot, 'src/cli/main.ts');
const probe = join(packageRoot, 'tools/reliability/probe.ts');
const stopMs = 15_000;

// A signal ends this process without the event `exit`, which ends the servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export async function startMock(options: MockOptions = {}): Promise<MockProcess> {
  const { args = [], nodeArgs = [], log = 'json', checks = true, leak, expected } = options;
  const child = spawn(
    process.execPath,
    [...nodeArgs, '--import', probe, main, 'serve', '--port', '0', '--seed', '42', '--log', log, ...args],
    {
      cwd: packageRoot,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        ...(checks && { PROBE_CHECKS: 'yes' }),
        ...(leak !== undefined && { PROBE_LEAK: leak }),
      },
    },
  );
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The server has no output.');
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));

  const complaints: string[] = [];
  let ended: string | null = null;
  let stopping = false;
  const exit = once(child, 'exit').then(([code, signal]) => {
    ended = `exit ${code ?? signal}`;
    if (!stopping || code !== 0) complaints.push(`the process ended: ${ended}`);
  });
  let rest = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const complaint = complaintOf(line, log);
      // A stopped server reports what it had not played yet.
      if (complaint === null || (stopping && /^warn: |warning: /.test(complaint))) continue;
      if (expected?.test(complaint) !== true) complaints.push(complaint);
    }
  });
  const waiting: ((measurement: Measurement) => void)[] = [];
  child.on('message', (message: ProbeMessage) => {
    if (message.kind === 'measurement') waiting.shift()?.(message.measurement);
    else complaints.push(`defect: ${message.message}`);
  });

  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const found = /listening on \S+:(\d+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void exit.then(() => reject(new Error(`The server did not start: ${complaints.join('\n')}`)));
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    complaints,
    get ended() {
      return ended;
    },
    measure() {
      const measured = new Promise<Measurement>((resolve, reject) => {
        waiting.push(resolve);
        void exit.then(() => reject(new Error(`The server has ended: ${complaints.slice(-3).join('\n')}`)));
      });
      child.send('measure');
      return measured;
    },
    async stop() {
      stopping = true;
      if (ended !== null) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => {
        complaints.push(`it did not end within ${stopMs} ms of SIGTERM`);
        kill();
      }, stopMs);
      await exit;
      clearTimeout(late);
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what no line of a log may contain
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/;

/** The error in a line of the log, or the error that it reports; null: none. */
function complaintOf(line: string, style: 'json' | 'pretty'): string | null {
  if (control.test(line)) return `a line of the log has a control character: ${JSON.stringify(line)}`;
  if (style === 'pretty')
    return /^[\d:. -]*(@\S+ )?(error|warning): |and no script asked for it/.test(line) ? line : null;
  let entry: { level?: string; event?: string; msg?: string; status?: number | null };
  try {
    entry = JSON.parse(line);
  } catch {
    return `a line of the log is not JSON: ${line}`;
  }
  // Some versions log a disconnected client as an error; a 5xx status is judged where the request was made.
  if (entry.event === 'request') return null;
  return entry.level === 'error' || entry.level === 'warn' ? `${entry.level}: ${entry.msg}` : null;
}
