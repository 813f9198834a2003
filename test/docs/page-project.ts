import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openTerminal, type Terminal } from '../readme/shell.ts';
import { buildPackage, type SampleProject, sampleProject } from '../testing/support/packed.ts';
import { type CodeBlock, root } from './markdown.ts';

/** A consumer's project with the package and its commands, in which the blocks of a page are pasted. */
export interface PageProject extends SampleProject {
  readonly terminal: Terminal;
}

export async function pageProject(): Promise<PageProject> {
  const built = await buildPackage();
  const project = await sampleProject(built);
  const modules = join(project.directory, 'node_modules');
  cpSync(join(root, 'bin'), join(modules, 'ringback/bin'), { recursive: true });
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../ringback/bin/ringback.mjs', join(modules, '.bin/ringback'));
  symlinkSync('../vitest/vitest.mjs', join(modules, '.bin/vitest'));
  // A busy machine is no failure.
  await project.write('vitest.config.js', 'export default { test: { testTimeout: 60_000 } };\n');
  const terminal = openTerminal();
  // A test runner behaves differently inside another one.
  await terminal.paste(`cd ${project.directory}; unset VITEST TEST CI NODE_OPTIONS; export NO_COLOR=1`);
  return {
    ...project,
    terminal,
    async remove() {
      await project.remove();
      await built.remove();
    },
  };
}

/** The lines of a page that its commands print, in that order; others may come between. Returns how many there are. */
export function expectPrinted(output: string, page: Pick<CodeBlock, 'code' | 'place'>): number {
  const lines = plainLines(output);
  const expected = plainLines(page.code);
  for (const line of expected) {
    const at = lines.indexOf(line);
    expect(at, `${page.place}: ${JSON.stringify(line)} is not printed in that order:\n${output}`).not.toBe(
      -1,
    );
    lines.splice(0, at + 1);
  }
  return expected.length;
}

/** Without blank lines and durations, and with one blank for several. */
function plainLines(text: string): string[] {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/\s+\d+ms$/, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return lines.filter((line) => line !== '');
}
