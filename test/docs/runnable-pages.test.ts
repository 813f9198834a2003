import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateTypes } from '../../src/types-generator/generate-types.ts';
import { loadGeneratorPeers } from '../../src/types-generator/load-peers.ts';
import { readDocument } from '../../src/types-generator/read-document.ts';
import { buildPackage, type SampleProject, sampleProject } from '../testing/support/packed.ts';
import { generatorFolder } from '../types-generator/documents.ts';
import { type CodeBlock, codeBlocks } from './markdown.ts';
import { runnablePages } from './runnable.ts';

const tsconfig = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    rewriteRelativeImportExtensions: true,
    skipLibCheck: true,
    outDir: 'out',
  },
  include: ['*.ts'],
};

/** How a block is run: by the test runner that it imports, as a module for other blocks, or as a script. */
type Kind = 'module' | 'vitest' | 'jest' | 'playwright' | 'node-test' | 'script';

interface Example {
  readonly block: CodeBlock;
  readonly kind: Kind;
  /** Without its suffix. */
  readonly name: string;
  /** The output according to the page. */
  readonly prints: string | null;
}

function examplesOf(page: string): readonly Example[] {
  const blocks = codeBlocks(page);
  return blocks.flatMap((block, index) => {
    if (block.language !== 'ts') return [];
    const next = blocks[index + 1];
    const prints = next?.language === 'text' ? next.code : null;
    const file = /^\/\/ (\S+)\.ts$/.exec(block.code.split('\n', 1)[0] ?? '')?.[1];
    if (file !== undefined) return [{ block, kind: 'module', name: file, prints }];
    const runner = /from 'ringback\/(vitest|jest|playwright|node-test)'/.exec(block.code)?.[1] as
      | Kind
      | undefined;
    const kind = runner ?? 'script';
    return [{ block, kind, name: `line-${block.line}${runner === undefined ? '' : `.${runner}`}`, prints }];
  });
}

/** The contracts of a page, whose first line is a comment with a name. */
function contractsOf(page: string): readonly { readonly name: string; readonly code: string }[] {
  return codeBlocks(page).flatMap(({ code, language }) => {
    const name = language === 'yaml' ? /^# (\S+)\.yaml\n/.exec(code)?.[1] : undefined;
    return name === undefined ? [] : [{ name, code }];
  });
}

/** Writes a contract, and the types that `ringback types` makes of it. */
async function writeWithTypes(
  project: SampleProject,
  { name, code }: ReturnType<typeof contractsOf>[number],
): Promise<void> {
  await project.write(`${name}.yaml`, code);
  const source = await readDocument(join(project.directory, `${name}.yaml`));
  const types = await generateTypes(source, loadGeneratorPeers(generatorFolder), `${name}.yaml`);
  await project.write(`${name}.ts`, types);
}

let built: Awaited<ReturnType<typeof buildPackage>> | undefined;
beforeAll(async () => {
  built = await buildPackage();
});
afterAll(() => built?.remove());

describe.each(runnablePages)('%s', (page) => {
  const examples = examplesOf(page);
  const named = (kind: Kind): readonly string[] =>
    examples.filter((example) => example.kind === kind).map(({ name }) => name);
  let project: SampleProject;

  beforeAll(async () => {
    if (built === undefined) throw new Error('The package was not built.');
    project = await sampleProject(built);
    await mkdir(join(project.directory, 'out'));
    for (const { name, block } of examples) await project.write(`${name}.ts`, `${block.code}\n`);
    for (const contract of contractsOf(page)) await writeWithTypes(project, contract);
    await project.write('tsconfig.json', JSON.stringify(tsconfig));
    // A busy machine is no failure.
    const jest = { testMatch: ['<rootDir>/out/*.jest.js'], transform: {}, testTimeout: 90_000 };
    await project.write('jest.config.json', JSON.stringify(jest));
    await project.write(
      'vitest.config.js',
      'export default { test: { include: ["out/*.vitest.js"], isolate: false, testTimeout: 90_000 } };',
    );
    await project.write(
      'playwright.config.js',
      'export default { testDir: "out", testMatch: "*.playwright.js", timeout: 90_000 };',
    );
    // Jest does not read TypeScript: this does what a consumer's transformer does.
    const { output } = await project.node(['node_modules/typescript/bin/tsc', '-p', '.']);
    expect(located(output, examples)).toBe('');
  });
  afterAll(() => project.remove());

  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  if (named('vitest').length > 0)
    test('the vitest tests pass', { timeout: 180_000 }, async () => {
      const { code, output } = await project.node(['node_modules/vitest/vitest.mjs', 'run']);
      expect({ code, output: located(output, examples) }).toMatchObject({ code: 0 });
      expect(output).toContain(`Test Files  ${named('vitest').length} passed`);
    });

  if (named('jest').length > 0)
    test('the jest tests pass', { timeout: 180_000 }, async () => {
      const { code, output } = await project.node([
        '--experimental-vm-modules',
        'node_modules/jest/bin/jest.js',
      ]);
      expect({ code, output: located(output, examples) }).toMatchObject({ code: 0 });
      expect(output).toContain(`Test Suites: ${named('jest').length} passed`);
    });

  if (named('playwright').length > 0)
    test('the Playwright tests pass', { timeout: 180_000 }, async () => {
      const { code, output } = await project.node(['node_modules/@playwright/test/cli.js', 'test']);
      expect({ code, output: located(output, examples) }).toMatchObject({ code: 0 });
      expect(output).toContain(`${named('playwright').length} passed`);
    });

  if (named('node-test').length > 0)
    test('the node:test tests pass', { timeout: 180_000 }, async () => {
      const files = named('node-test').map((name) => `out/${name}.js`);
      const { code, output } = await project.node(['--test', '--test-reporter=spec', ...files]);
      expect({ code, output: located(output, examples) }).toMatchObject({ code: 0 });
      expect(output).toMatch(/^ℹ pass [1-9]/m);
    });

  const scripts = examples.filter(({ kind }) => kind === 'script');
  test.for(scripts)('$block.place prints what the page says', async (example) => {
    const { code, output } = await project.node([`out/${example.name}.js`]);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output.trimEnd()).toBe(example.prints ?? '');
  });
});

/** A tool's output, with places in the page instead of places in the files made from it. */
function located(output: string, examples: readonly Example[]): string {
  return examples.reduce(
    (text, { name, block }) => text.replaceAll(`${name}.`, `${block.place}: ${name}.`),
    output,
  );
}
