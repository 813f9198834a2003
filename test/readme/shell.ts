import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from '../docs/markdown.ts';
import { closeAfterwards } from '../support/closing.ts';

/** A terminal that blocks are pasted into: what one sets, the next one finds. */
export interface Terminal {
  /** Runs a block to its end. Returns what it printed, on stdout and stderr. */
  paste(block: string): Promise<string>;
}

/** Opens bash in the root of the checkout. */
export function openTerminal(): Terminal {
  const bash = start('bash', ['--norc', '--noprofile']);
  const lines = createInterface({ input: bash.stdout })[Symbol.asyncIterator]();
  bash.stdin.write('exec 2>&1\n');
  let blocks = 0;
  return {
    async paste(block) {
      const end = `-- end of block ${++blocks} --`;
      bash.stdin.write(`${block}\nprintf '\\n%s\\n' '${end}'\n`);
      const printed: string[] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`bash ended in the block:\n${block}\n${printed.join('\n')}`);
        if (value === end) return printed.join('\n').trimEnd();
        printed.push(value);
      }
    },
  };
}

/** A command in the foreground of a terminal of its own. */
export interface Foreground {
  /** What it had printed on stdout when it was ready. */
  readonly output: string;
  /** Presses Ctrl-C, and waits for its end. */
  interrupt(): Promise<void>;
}

/** Runs a command until it has printed what says that it is ready. */
export async function runInForeground(command: string, ready: string): Promise<Foreground> {
  const child = start('bash', ['-c', command]);
  const exit = once(child, 'exit');
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes(ready)) resolve();
    });
    child.once('exit', () =>
      reject(new Error(`"${command}" ended before it was ready:\n${output}${errors}`)),
    );
  });
  return {
    output,
    async interrupt() {
      signal(child, 'SIGINT');
      await exit;
    },
  };
}

/** Each in a process group of its own, so that a signal reaches all that it has started. */
function start(command: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { cwd: root, detached: true });
  closeAfterwards(async () => {
    signal(child, 'SIGKILL');
  });
  return child;
}

function signal(child: ChildProcessWithoutNullStreams, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, name);
}
