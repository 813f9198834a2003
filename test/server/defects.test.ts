import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { docdigitizerClient } from '../support/clients.ts';
import { startConsumer } from '../support/consumer.ts';
import { takeDefects } from '../support/defects.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';

const folders: string[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** A mock whose contract allows no state above 91, so that 999 is a violation of the mock itself. */
async function startWithNarrowContract(): Promise<TestRingback> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
  folders.push(folder);
  const root = join(import.meta.dirname, '../..');
  await cp(join(root, 'openapi.yaml'), join(folder, 'openapi.yaml'));
  await cp(join(root, 'schemas'), join(folder, 'schemas'), { recursive: true });
  const path = join(folder, 'schemas/callbacks/document-state.schema.json');
  const schema = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(
    path,
    JSON.stringify({
      ...schema,
      examples: [],
      properties: { ...schema.properties, state: { type: 'integer', maximum: 91 } },
    }),
  );
  return startRingback({ contract: join(folder, 'openapi.yaml') });
}

it('a payload of the mock that violates the contract is a defect, published and reported on stderr', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const ringback = await startWithNarrowContract();
  const consumer = await startConsumer();
  await docdigitizerClient(ringback.url).submit({ callbackUrl: consumer.url }, { scenario: 'error' });
  await ringback.settle();
  const said =
    /^The callback docdigitizer\.documentState \(GET .*state=999.*\) violates the contract, and no script asked for it: .*91/;
  expect(takeDefects().map(({ message }) => message)).toEqual([expect.stringMatching(said)]);
  expect(stderr.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(/^space default: The callback /),
  ]);
  const [first, second] = await ringback.deliveries();
  expect(first.violations).toEqual([]);
  expect(second).toMatchObject({
    state: 'delivered',
    faults: [],
    violations: [{ location: expect.stringContaining('state') }],
  });
});

it('a payload that a user broke on purpose is not a defect', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const ringback = await startWithNarrowContract();
  const consumer = await startConsumer();
  const payload = { documentId: 'd', state: 999, stateText: 'ERROR' };
  const fired = { callback: 'docdigitizer.documentState', to: consumer.url, payload };
  expect((await ringback.control('POST', 'callbacks', fired)).body.violations).not.toEqual([]);
  expect([takeDefects(), stderr.mock.calls]).toEqual([[], []]);
});

it('a response of the mock that violates the contract is a defect', async () => {
  const ringback = await startRingback({ settings: { 'docdigitizer.acceptedStatus': 207 } });
  await docdigitizerClient(ringback.url).submit({});
  expect(takeDefects().map(({ message }) => message)).toEqual([
    expect.stringMatching(/^The response 207 of submitDocument violates the contract: /),
  ]);
});
