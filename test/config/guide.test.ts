import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from '../docs/markdown.ts';
import { buildPackage, type SampleProject, sampleProject } from '../testing/support/packed.ts';

const page = 'docs/define-provider.md';
let built: Awaited<ReturnType<typeof buildPackage>> | undefined;
let project: SampleProject;

beforeAll(async () => {
  built = await buildPackage();
  project = await sampleProject(built);
  for (const { code } of codeBlocks(page)) {
    const name = /^(?:#|\/\/) (\S+)$/.exec(code.split('\n', 1)[0] ?? '')?.[1];
    if (name !== undefined) await project.write(name, code);
  }
}, 120_000);
afterAll(async () => {
  await project?.remove();
  await built?.remove();
});

test('the provider of the guide does what its test says', async () => {
  const { output, code } = await project.node(['--test', 'payments.test.mjs']);
  expect(code, output).toBe(0);
  expect(output).toMatch(/pass 1/);
});

test('CommonJS code starts the provider of the guide', async () => {
  await project.write(
    'start.cjs',
    `const { startProvider } = require('ringback');
startProvider({ config: 'ringback.yaml' }).then(async (provider) => {
  const body = JSON.stringify({ amount: 5000, notifyUrl: 'http://127.0.0.1:9/' });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(provider.urls.api + '/payments', { method: 'POST', headers, body });
  console.log('status', status);
  await provider.close();
});`,
  );
  const { output } = await project.node(['start.cjs']);
  expect(output).toBe('status 402\n');
});

test('the provider of the guide has about fifty lines', () => {
  const lines = codeBlocks(page)
    .find(({ code }) => code.startsWith('// provider.mjs'))
    ?.code.split('\n');
  expect(lines?.length).toBeLessThan(55);
});
