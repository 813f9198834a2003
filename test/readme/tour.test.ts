import { expect, test } from 'vitest';
import { type CodeBlock, codeBlocks } from '../docs/markdown.ts';
import { tourPage } from '../docs/runnable.ts';
import { freePort } from '../support/tcp-server.ts';
import { type Foreground, openTerminal, runInForeground } from './shell.ts';

/** A block to paste, and what it prints: the block without a language that follows it at once, or nothing. */
interface Step {
  readonly block: CodeBlock;
  readonly output: string;
}

const steps = stepsOf(codeBlocks(tourPage));

test(`the ${steps.length} blocks of docs/tour.md print what the page says`, {
  timeout: 300_000,
}, async () => {
  const terminal = openTerminal();
  // Port 4020 of this machine may be in use.
  const port = await freePort();
  const moved = (text: string): string => text.replaceAll(':4020', `:${port}`);
  await terminal.paste(`export RINGBACK_URL=http://127.0.0.1:${port}`);
  // In a checkout, npx reads a thousand packages before it finds this one. readme.test.ts runs the real one.
  await terminal.paste(`npx() { shift; ${process.execPath} bin/ringback.mjs "$@"; }`);
  let server: { readonly running: Foreground; readonly virtual: boolean } | null = null;
  for (const { block, output } of steps) {
    const commands = moved(block.code)
      .split('\n')
      // This test runs in what `npm ci` has installed; CI runs it in a fresh clone before.
      .filter((line) => line !== 'npm ci')
      .join('\n');
    let printed: string;
    if (commands.startsWith('npm start')) {
      await server?.running.interrupt();
      const running = await runInForeground(`export RINGBACK_PORT=${port}; ${commands}`, '/_ringback\n');
      server = { running, virtual: commands.includes('--clock virtual') };
      printed = withoutBanner(running.output);
    } else {
      printed = await terminal.paste(commands);
    }
    // On a virtual clock and with a seed, everything is the same each time; else ids and times differ.
    const plain = server?.virtual === true ? (text: string) => text : normalized;
    expect(plain(printed), block.place).toBe(plain(moved(output)));
  }
  await server?.running.interrupt();
  expect(steps.filter(({ output }) => output !== '').length).toBeGreaterThan(5);
});

function stepsOf(blocks: readonly CodeBlock[]): readonly Step[] {
  return blocks.flatMap((block, index): Step[] => {
    if (block.language !== 'bash') return [];
    const next = blocks[index + 1];
    return [{ block, output: next?.language === '' ? next.code : '' }];
  });
}

/** What `npm start` prints before the command itself does. */
function withoutBanner(output: string): string {
  return output.replace(/^\n?(> .*\n)+\n?/, '').trimEnd();
}

/** Times as `<time>`, with or without their day; ids numbered as they occur, so that one that has to occur twice still has to. */
function normalized(text: string): string {
  const ids: string[] = [];
  return text
    .replace(/(\d{4}-\d\d-\d\dT)?\d\d:\d\d:\d\d\.\d{3}Z?/g, '<time>')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      if (!ids.includes(id)) ids.push(id);
      return `<id ${ids.indexOf(id) + 1}>`;
    });
}
