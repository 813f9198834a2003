import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CommandName } from '../../src/cli/options.ts';
import { readOptions, unreadVariables } from '../../src/cli/read-options.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { parseScenarioFiles } from '../../src/core/scenario/parse-scenarios.ts';
import { loadCatalogue } from '../../src/loading/catalogue.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';
import { type CodeBlock, codeBlocks, pages, read, root } from './markdown.ts';
import { pagesWithTests, runnablePages } from './runnable.ts';

const blocks = pages()
  .filter((page) => !pagesWithTests.includes(page))
  .flatMap(codeBlocks);
const { scripts, peerDependencies } = JSON.parse(read('package.json')) as Record<
  'scripts' | 'peerDependencies',
  Record<string, string>
>;

/** How each language's blocks are checked. */
const checks: Readonly<Record<string, (block: CodeBlock) => void | Promise<void>>> = {
  json: (block) => void JSON.parse(block.code),
  yaml: isYaml,
  yml: isComposition,
  // The others are compiled below, or run by runnable-pages.test.ts.
  ts: (block) => (block.file === 'docs/containers.md' ? startsContainer(block) : undefined),
  // Run by test/config/guide.test.ts.
  js: ({ file }) => expect(file).toBe('docs/define-provider.md'),
  bash: isKnownCommand,
  http: namesCallback,
  // Those of docs/other-languages.md are run by test/other-tools.
  python: (block) => (block.file === 'docs/other-languages.md' ? undefined : startsContainer(block)),
  java: (block) => (block.file === 'docs/containers.md' ? startsContainer(block) : notRun(block)),
  go: notRun,
  // Diagrams and usage lines.
  text: () => undefined,
  // Output, compared where the command that prints it is run.
  '': (block) => expect(isRun(block), 'only pages whose commands are run show output').toBe(true),
};

const counts = Object.keys(checks).map((language) => {
  const count = blocks.filter((block) => block.language === language).length;
  return `${count} ${language === '' ? 'output' : language}`;
});

test(`the ${blocks.length} code blocks of ${pages().length} pages hold (${counts.join(', ')})`, {
  timeout: 300_000,
}, async () => {
  for (const block of blocks) {
    const check = checks[block.language];
    if (check === undefined)
      throw new Error(`${block.place}: nothing checks a block of "${block.language}".`);
    try {
      await check(block);
    } catch (error) {
      throw new Error(`${block.place}: ${(error as Error).message}`, { cause: error });
    }
  }
  expect(blocks.length).toBeGreaterThan(20);
});

/** A contract is used by the other blocks of its page. */
async function isScenario({ place, code, file }: CodeBlock): Promise<void> {
  if (/^openapi: /m.test(code)) return expect(runnablePages).toContain(file);
  const contract = await loadBundledContract();
  const providers = bundledProviders;
  parseScenarioFiles([{ file: place, text: code }], { contract, providers });
}

/** A contract, a configuration, a workflow or a scenario. */
async function isYaml(block: CodeBlock): Promise<void> {
  if (/^openapi: /m.test(block.code)) return isContract(block);
  // Run by test/action.
  if (/^jobs:/m.test(block.code)) return expect(block.file).toBe('docs/github-action.md');
  return /^contract: /m.test(block.code) ? isConfiguration(block) : isScenario(block);
}

async function isContract({ code }: CodeBlock): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-docs-'));
  try {
    writeFileSync(join(folder, 'openapi.yaml'), code);
    const { contract, check } = await loadCatalogue(join(folder, 'openapi.yaml'));
    for (const _ of check?.() ?? []);
    expect(contract.notes).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A `ringback.yaml` whose variables are set. */
async function isConfiguration({ code }: CodeBlock): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-docs-'));
  try {
    writeFileSync(join(folder, 'ringback.yaml'), code);
    const names = [...code.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, 'set']);
    const { findings } = await readConfig(join(folder, 'ringback.yaml'), Object.fromEntries(names));
    expect(findings).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file for Docker Compose or Kubernetes, whose mock service reads its variables. */
function isComposition(block: CodeBlock): void {
  const file = parse(block.code);
  if (file.kind === 'Deployment') {
    const [container] = file.spec.template.spec.containers;
    const variables = container.env.map(({ name, value = 'secret' }: { name: string; value?: string }) => [
      name,
      value,
    ]);
    const { httpGet } = container.readinessProbe;
    expect(httpGet).toEqual({ path: '/_ringback/health', port: container.ports[0].containerPort });
    servesInContainer(Object.fromEntries(variables));
    return;
  }
  servesInContainer(file.services.ringback.environment);
}

/** A test that starts the image. Not run, which the page must say. */
function startsContainer(block: CodeBlock): void {
  const named = [...block.code.matchAll(/\b(RINGBACK_\w+)\W+([\w-]+)/g)].map(([, name = '', value]) => [
    name,
    value,
  ]);
  servesInContainer(Object.fromEntries(named));
  expect(block.code).toContain('4020');
  const before = read(block.file).split('\n').slice(0, block.line).join('\n');
  expect(before.slice(before.lastIndexOf('\n## '))).toMatch(/CI does not run th(is|ese) examples?\./);
}

/** As the image does, with these variables of the container. */
function servesInContainer(variables: Readonly<Record<string, string>>, args: readonly string[] = []): void {
  const given = { RINGBACK_CONTAINER: 'true', ...variables };
  const { options } = readOptions('serve', args, given);
  expect(options.container).toBe(true);
  expect(options['control-token']).not.toBeNull();
  expect(unreadVariables(given)).toEqual([]);
}

/** Runs the image, builds it, or starts the compose.yaml of the checkout. */
function isDockerCommand(line: string): void {
  const [, command, ...words] = line.split(/\s+/);
  const fixed: Readonly<Record<string, string>> = { build: '-t ringback .', compose: 'up --build' };
  if (command !== 'run') {
    expect(words.join(' '), line).toBe(fixed[command ?? '']);
    return;
  }
  const [before = '', after = ''] = words.join(' ').split(/(?<=^|\s)ringback(?=\s|$)/);
  const variables = [...before.matchAll(/-e (\w+)=(\S+)/g)].map(([, name = '', value]) => [name, value]);
  const [serve = 'serve', ...args] = after.trim().split(/\s+/).filter(Boolean);
  expect(serve).toBe('serve');
  servesInContainer(Object.fromEntries(variables), args);
}

/** Compiled together, since a compiler takes seconds to start. */
const compiled = blocks.filter(
  ({ language, file }) => language === 'ts' && !runnablePages.includes(file) && file !== 'docs/containers.md',
);

test(`the ${compiled.length} TypeScript blocks that are not run compile`, { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-docs-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    // A module each, so that their names do not meet.
    for (const [index, { code }] of compiled.entries())
      writeFileSync(join(folder, `block-${index}.ts`), `${code}\nexport {};\n`);
    const paths = {
      ringback: [join(root, 'src/index.ts')],
      'ringback/types': [join(root, 'src/types/index.ts')],
      'ringback/vitest': [join(root, 'src/testing/vitest.ts')],
    };
    const compilerOptions = { paths, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions,
        include: ['*.ts', join(root, 'src/**/*.d.ts')],
      }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '-p', folder]);
  } catch (error) {
    const output = (error as { stdout?: string }).stdout ?? String(error);
    throw new Error(output.replace(/block-(\d+)\.ts/g, (_, index) => compiled[index]?.place ?? ''));
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(compiled.length).toBeGreaterThan(3);
});

/** Whether another test runs a page's commands as written: test/scenarios those of the guide. */
function isRun({ file }: CodeBlock): boolean {
  return file === 'docs/scenarios.md';
}

/** The page must say so. */
function notRun({ file, line }: CodeBlock): void {
  const before = read(file).split('\n').slice(0, line).join('\n');
  expect(before.slice(before.lastIndexOf('\n## '))).toContain('CI does not run this example.');
}

/** Commands that are not run: npm's own commands and our scripts. */
async function isKnownCommand(block: CodeBlock): Promise<void> {
  if (isRun(block)) return;
  for (const line of block.code.split('\n')) {
    if (line.startsWith('curl ')) {
      await isControlRequest(line);
      continue;
    }
    if (line.startsWith('docker ')) {
      isDockerCommand(line);
      continue;
    }
    if (line.startsWith('curl -s http://localhost:4020/_ringback/')) {
      const { pathname } = new URL(line.slice('curl -s '.length));
      expect(read('openapi.control.yaml'), line).toContain(`\n  ${pathname}:\n`);
      continue;
    }
    const [npm, command = '', script = '', ...args] = line.replace(/\s*#.*$/, '').split(/\s+/);
    if (npm === 'npx' && command === 'ringback') {
      const [name, given] = script === 'scenario' ? [`scenario ${args[0]}`, args.slice(1)] : [script, args];
      readOptions(name as CommandName, given, {});
      continue;
    }
    expect(npm, line).toMatch(/^npm$/);
    if (command === 'run') expect(Object.keys(scripts), line).toContain(script);
    else if (command === 'install') expect(strangers(line), line).toEqual([]);
    else expect(['ci', 'test', 'start'], line).toContain(command);
  }
}

/** GET of the control API, by `curl -s`. */
async function isControlRequest(line: string): Promise<void> {
  const [, path] = /^curl -s http:\/\/localhost:4020(\/_ringback\/[\w/]+)$/.exec(line) ?? [];
  const { operations } = await loadBundledContract('openapi.control.yaml');
  const gets = operations.filter(({ method }) => method === 'GET').map((operation) => operation.path);
  expect(gets, line).toContain(path);
}

/** The packages of an install command that are neither this one nor an optional peer. */
function strangers(line: string): readonly string[] {
  const names = line
    .split(/\s+/)
    .filter((word) => !['npm', 'install', '.'].includes(word) && !word.startsWith('-'));
  return names.filter((name) => name !== 'ringback' && !Object.hasOwn(peerDependencies, name));
}

async function namesCallback({ code }: CodeBlock): Promise<void> {
  const [method, url] = code.split(' ');
  const query = [...new URL(url ?? '').searchParams.keys()];
  const { callbacks } = await loadBundledContract();
  const fitting = [...callbacks.values()].filter(
    (type) =>
      type.methods.some((known) => known === method) && type.query.every((name) => query.includes(name)),
  );
  expect(fitting.filter((type) => type.query.length > 0)).not.toEqual([]);
}
