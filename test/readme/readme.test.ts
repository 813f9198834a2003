import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ruleIds } from '../../src/check/rule-ids.ts';
import { type CodeBlock, codeBlocks, read, root } from '../docs/markdown.ts';
import { expectPrinted, type PageProject, pageProject } from '../docs/page-project.ts';
import { projectPage } from '../docs/runnable.ts';
import { freePort } from '../support/tcp-server.ts';
import { runInForeground } from './shell.ts';

const blocks = codeBlocks('README.md');

function blockOf(language: string, start: string): CodeBlock {
  const [block, ...others] = blocks.filter(
    (each) => each.language === language && each.code.startsWith(start),
  );
  if (block === undefined || others.length > 0) throw new Error(`README.md has not one block "${start}".`);
  return block;
}

/** The block after another one, which shows what that prints. */
function outputOf(block: CodeBlock): CodeBlock {
  const next = blocks[blocks.indexOf(block) + 1];
  if (next?.language !== '') throw new Error(`${block.place} has no output.`);
  return next;
}

const testBlock = blockOf('ts', "import { createTest, expect } from 'ringback/vitest';");
const installBlock = blockOf('bash', 'npm ci\nnpm pack');
const initBlock = blockOf('bash', 'npx ringback init');
const checkBlock = blockOf('bash', 'npx ringback check');

let project: PageProject;
beforeAll(async () => {
  project = await pageProject();
  cpSync(join(root, 'examples/payments/openapi.yaml'), join(project.directory, 'openapi.yaml'));
}, 240_000);
afterAll(() => project?.remove());

test('every block of the README is run here', () => {
  const run = [testBlock, initBlock, checkBlock].flatMap((block) => [block, outputOf(block)]);
  expect(blocks.filter((block) => ![...run, installBlock].includes(block))).toEqual([]);
});

test('init writes what the README says', { timeout: 60_000 }, async () => {
  expectPrinted(await project.terminal.paste(initBlock.code), outputOf(initBlock));
});

test('the test of the README fails as the README says', { timeout: 120_000 }, async () => {
  await project.write('shop.ts', readFileSync(join(root, 'test/readme/shop.sample.ts'), 'utf8'));
  await project.write('shop.test.ts', `${testBlock.code}\n`);
  const output = await project.terminal.paste('npx vitest run; rm shop.test.ts');
  expect(expectPrinted(output, outputOf(testBlock))).toBe(6);
});

test('the check finds what the README says', { timeout: 120_000 }, async () => {
  const shop = /^\/\/ src\/shop\.ts\n([\s\S]*)$/;
  const [faulty] = codeBlocks(projectPage).flatMap(({ code }) => shop.exec(code)?.[1] ?? []);
  for (const folder of ['src', 'check']) mkdirSync(join(project.directory, folder));
  await project.write('src/shop.ts', `${faulty}\n`);
  cpSync(join(root, 'examples/payments/check/serve.ts'), join(project.directory, 'check/serve.ts'));
  const [mock, port, doors] = [await freePort(), await freePort(), await freePort()];
  // The secret with which the mock signs by default.
  const secret = /whsec_\S+=/.exec(read(projectPage))?.[0];
  const consumer = await runInForeground(
    `cd ${project.directory}; PORT=${port} DOORS_PORT=${doors} PAYMENTS_URL=http://127.0.0.1:${mock} WEBHOOK_SECRET=${secret} node -e "
      await import('./check/serve.ts'); console.log('ready')" --input-type=module`,
    'ready',
  );
  const command = checkBlock.code.replace(':3000', `:${port}`).replaceAll(':3001', `:${doors}`);
  const output = await project.terminal.paste(`${command} --port ${mock}`);
  await consumer.interrupt();
  expect(expectPrinted(output, outputOf(checkBlock))).toBe(3);
});

test('the README names the package file that npm pack writes, and counts rules and scenarios right', () => {
  const { name, version } = JSON.parse(read('package.json')) as Record<string, string>;
  expect(installBlock.code.split('\n')).toEqual([
    'npm ci',
    'npm pack',
    `npm install --save-dev ../ringback/${name}-${version}.tgz`,
  ]);
  const scenarios = /^(\d+) bundled scenarios/m.exec(read('docs/scenario-catalogue.md'))?.[1];
  expect(read('README.md')).toContain(`by [${ruleIds.length} rules]`);
  expect(read('README.md')).toContain(`[${scenarios} scenarios]`);
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(151);
});
