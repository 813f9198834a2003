import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createAddressPolicy } from '../../src/sender/address-policy.ts';
import { senderOnDemand } from '../../src/server/sender-on-demand.ts';

const open = () => senderOnDemand({ allow: createAddressPolicy([]), now: () => performance.now() });
const to = (url: string) => ({ method: 'GET', url, headers: {}, body: null, timeoutMs: 5_000 });

test('the sender on demand sends the first request and the ones after it', async () => {
  const server = createServer((_, response) => response.end('ok'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const sender = open();
  const first = await Promise.all([sender.send(to(url)), sender.send(to(url))]);
  const next = await sender.send(to(url));
  expect([...first, next].map(({ kind }) => kind)).toEqual(['answered', 'answered', 'answered']);
  await sender.close();
  server.close();
});

test('the sender on demand closes without having been used, and sends nothing afterward', async () => {
  const sender = open();
  await sender.close();
  expect(await sender.send(to('http://127.0.0.1:9/'))).toMatchObject({
    kind: 'unanswered',
    reason: 'closed',
  });
});

test('the sender on demand reports a failed attempt and stays usable when no more files can be opened', () => {
  const script = fileURLToPath(new URL('support/exhausted-process.ts', import.meta.url));
  const output = execFileSync('bash', ['-c', `ulimit -n 64; exec "${process.execPath}" "${script}"`]);
  const { loading, connecting, loaded, again } = JSON.parse(output.toString());
  for (const failed of [loading, connecting]) {
    // A retry policy calls this `network`.
    expect(failed).toMatchObject({ kind: 'unanswered', reason: 'connection', code: 'connect.failed' });
    expect(failed.message).toContain('EMFILE');
  }
  for (const sent of [loaded, again]) expect(sent).toMatchObject({ kind: 'answered', statusCode: 200 });
});
