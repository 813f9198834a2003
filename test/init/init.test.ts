import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { orders } from '../config/support.ts';
import { root } from '../docs/markdown.ts';
import { fileWith, payments } from '../providers/contract/support.ts';
import { emptyFolder } from './support.ts';

async function init(...args: readonly string[]) {
  const folder = emptyFolder();
  const again = (...more: readonly string[]) => runCli(['init', ...more, '--dir', folder]);
  return { folder, again, ...(await again(...args)) };
}

const contract = fileWith(payments);

test('init writes files that lint, and names the next commands', async () => {
  const { folder, code, stdout, stderr } = await init(contract);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`wrote ${join(folder, 'ringback.yaml')}\n`);
  expect(stdout).toContain('Payment Service 1: ');
  expect(stdout).toContain('--only "payout.sent"');
  expect(stdout).toMatch(
    /Next, in .*:\n {2}npx ringback scenario lint scenarios\n {2}npx ringback scenario explain \S+\n {2}npx ringback serve\n$/,
  );
  const lint = await runCli(['scenario', 'lint', join(folder, 'scenarios'), '--contract', contract]);
  expect(lint).toMatchObject({ code: 0, stdout: expect.stringContaining('2 files') });
});

test('init refuses to replace files, and lists them, unless it is forced', async () => {
  const { folder, again } = await init(contract);
  const file = join(folder, 'scenarios/succeeded.yaml');
  writeFileSync(file, 'mine');
  const { code, stderr } = await again(contract);
  expect(code).toBe(2);
  expect(stderr).toContain('ringback.yaml, scenarios/failed.yaml, scenarios/succeeded.yaml exist already');
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect(await again(contract, '--force')).toMatchObject({ code: 0 });
  expect(readFileSync(file, 'utf8')).toContain('name: succeeded');
});

test('init --only adds scenarios, and leaves the configuration', async () => {
  const { folder, again } = await init(contract);
  const config = join(folder, 'ringback.yaml');
  writeFileSync(config, 'name: mine');
  const only = await again(contract, '--only', 'payout.sent');
  expect(only).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, 'scenarios/payout-sent.yaml'))).toBe(true);
  expect(readFileSync(config, 'utf8')).toBe('name: mine');
  expect(only.stdout).toContain('add scenarios: [./scenarios] to it');
  const { code, stderr } = await again(contract, '--only', 'succeeded,payout.sent');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('payout-sent.yaml exist already'),
  });
});

test('init --only knows the callback URLs of an existing configuration', async () => {
  const file = fileWith(orders);
  const { folder, again, stderr } = await init(file, '--only', 'canceled');
  expect(stderr).toContain('no scenario can send createOrder.canceled');
  const config = join(folder, 'ringback.yaml');
  writeFileSync(config, 'operations: { createOrder: { callbackUrl: $request.body#/notify } }');
  expect(await again(file, '--only', 'canceled')).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(join(folder, 'scenarios/canceled.yaml'))).toBe(true);
  writeFileSync(config, 'contract: of-another-provider.yaml');
  expect(await again(file, '--only', 'canceled')).toMatchObject({ code: 2 });
  writeFileSync(config, 'operatons: {}');
  const broken = await again(file, '--only', 'shipped');
  expect(broken).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('ringback.yaml:1:1: unknown key'),
  });
});

test('init of a configuration says what it is', async () => {
  const { code, stderr } = await init(join(emptyFolder(), 'ringback.yaml'));
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('it is a configuration of Ringback. Expected the contract that it names'),
  });
});

test('init of webhooks alone says how to get scenarios, or that there can be none', async () => {
  const { webhooks, paths, ...rest } = payments;
  const operations = { '/payments/{paymentId}': paths['/payments/{paymentId}'] };
  const some = await init(fileWith({ ...rest, webhooks, paths: operations }));
  expect(some.stdout).toMatch(/Next, in .*:\n {2}npx ringback init \S+ --only "payout\.sent"\n/);
  const none = await init(fileWith({ ...rest, webhooks, paths: {} }));
  expect(none.stdout).toContain('not written: payout.sent. The contract has no operations');
});

test.each([
  [[], 'no contract given'],
  [['https://api.example/openapi.yaml'], 'curl -o openapi.yaml "https://api.example/openapi.yaml"'],
  [['no-such-file.yaml'], 'no-such-file.yaml'],
  [[join(root, 'package.json')], 'expected an OpenAPI document'],
  [[join(root, 'openapi.yaml')], 'the contract of the bundled providers'],
  [[contract, '--name', 'My Provider'], 'lower-case letters'],
  [[contract, '--only', 'nothing'], 'Could not find the callback "nothing"'],
  [[contract, '--to', 'x'], 'no option --to'],
])('init %j is refused', async (args, why) => {
  const { folder, code, stderr } = await init(...args);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(why);
  expect(existsSync(join(folder, 'ringback.yaml'))).toBe(false);
});

test('init says which folder it cannot write to', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'taken'), '');
  const inFile = await runCli(['init', contract, '--dir', join(folder, 'taken/mock')]);
  expect(inFile).toMatchObject({ code: 3, stderr: expect.stringContaining('a part of its path is a file') });
  if (process.getuid?.() === 0) return;
  chmodSync(folder, 0o500);
  const readOnly = await runCli(['init', contract, '--dir', folder]);
  expect(readOnly).toMatchObject({ code: 3, stderr: expect.stringContaining('may not write there') });
});
