import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks, read } from '../docs/markdown.ts';
import { expectPrinted, type PageProject, pageProject } from '../docs/page-project.ts';
import { projectPage } from '../docs/runnable.ts';
import { runInForeground } from '../readme/shell.ts';

const blocks = codeBlocks(projectPage);

/** The path in the first line of a block of code, and what is below it. */
function fileOf(code: string): { readonly path: string; readonly text: string } | null {
  const [, path, text] = /^(?:#|\/\/) (\S+\.(?:ts|yaml))\n([\s\S]*)$/.exec(code) ?? [];
  return path === undefined || text === undefined ? null : { path, text: `${text}\n` };
}

const files = blocks.flatMap(({ code }) => fileOf(code) ?? []);

let project: PageProject;
beforeAll(async () => {
  project = await pageProject();
}, 240_000);
afterAll(() => project?.remove());

test('the page "From your OpenAPI to a failing test" runs as written', { timeout: 180_000 }, async () => {
  let compared = 0;
  for (const [index, { language, code, place }] of blocks.entries()) {
    const file = fileOf(code);
    if (file !== null) {
      mkdirSync(dirname(join(project.directory, file.path)), { recursive: true });
      await project.write(file.path, file.text);
    }
    if (language !== 'bash') continue;
    // The package is installed already, as it was built from these sources.
    const commands = code.split('\n').filter((line) => !line.startsWith('npm install'));
    const output =
      commands[0] === 'npx ringback serve'
        ? await served(`cd ${project.directory}; RINGBACK_PORT=0 exec ${commands[0]}`)
        : await project.terminal.paste(commands.join('\n'));
    const next = blocks[index + 1];
    expect(next?.language, `${place} has no output`).toBe('');
    if (next !== undefined) compared += expectPrinted(output, next);
  }
  expect(compared).toBeGreaterThan(30);
});

async function served(command: string): Promise<string> {
  const running = await runInForeground(command, 'calls back');
  await running.interrupt();
  return running.output.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:4020');
}

test('the example has the files of the page', () => {
  const last = new Map(files.map(({ path, text }) => [path, text]));
  expect([...last.keys()].sort()).toEqual([
    'openapi.yaml',
    'src/shop.ts',
    'test/play.ts',
    'test/shop.test.ts',
  ]);
  for (const [path, text] of last) expect(read(`examples/payments/${path}`), path).toBe(text);
});

test('the example has what init writes for its contract', () => {
  const written = [
    'ringback.yaml',
    ...['failed', 'refunded', 'succeeded'].map((end) => `scenarios/payment-${end}.yaml`),
  ];
  for (const path of written)
    expect(read(`examples/payments/${path}`), path).toBe(readFileSync(join(project.directory, path), 'utf8'));
});
