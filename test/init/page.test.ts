import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks, read, root } from '../docs/markdown.ts';
import { projectPage } from '../docs/runnable.ts';
import { openTerminal, runInForeground } from '../readme/shell.ts';
import { buildPackage, type SampleProject, sampleProject } from '../testing/support/packed.ts';

const blocks = codeBlocks(projectPage);

/** The path in the first line of a block of code, and what is below it. */
function fileOf(code: string): { readonly path: string; readonly text: string } | null {
  const [, path, text] = /^(?:#|\/\/) (\S+\.(?:ts|yaml))\n([\s\S]*)$/.exec(code) ?? [];
  return path === undefined || text === undefined ? null : { path, text: `${text}\n` };
}

const files = blocks.flatMap(({ code }) => fileOf(code) ?? []);

let built: Awaited<ReturnType<typeof buildPackage>>;
let project: SampleProject;
beforeAll(async () => {
  built = await buildPackage();
  project = await sampleProject(built);
  const modules = join(project.directory, 'node_modules');
  cpSync(join(root, 'bin'), join(modules, 'ringback/bin'), { recursive: true });
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../ringback/bin/ringback.mjs', join(modules, '.bin/ringback'));
  symlinkSync('../vitest/vitest.mjs', join(modules, '.bin/vitest'));
  // A busy machine is no failure.
  await project.write('vitest.config.js', 'export default { test: { testTimeout: 60_000 } };\n');
}, 120_000);
afterAll(async () => {
  await project?.remove();
  await built?.remove();
});

test('the page "From your OpenAPI to a failing test" runs as written', { timeout: 180_000 }, async () => {
  const terminal = openTerminal();
  // A test runner behaves differently inside another one.
  await terminal.paste(`cd ${project.directory}; unset VITEST TEST CI NODE_OPTIONS; export NO_COLOR=1`);
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
        : await terminal.paste(commands.join('\n'));
    const next = blocks[index + 1];
    expect(next?.language, `${place} has no output`).toBe('');
    const lines = plain(output).split('\n');
    for (const line of plain(next?.code ?? '').split('\n')) {
      const at = lines.indexOf(line);
      expect(at, `${next?.place}: ${JSON.stringify(line)} is not printed in that order:\n${output}`).not.toBe(
        -1,
      );
      lines.splice(0, at + 1);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(30);
});

async function served(command: string): Promise<string> {
  const running = await runInForeground(command, 'calls back');
  await running.interrupt();
  return running.output.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:4020');
}

/** Without blank lines, and with one blank for several. */
function plain(text: string): string {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/\s+\d+ms$/, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return lines.filter((line) => line !== '').join('\n');
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
