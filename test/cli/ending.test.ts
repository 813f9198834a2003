import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { informedClient } from '../support/clients.ts';
import { call, submitDocument } from '../support/test-server.ts';
import { type CliProcess, startCli } from './run-cli.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function serve(args: readonly string[], folder: string): Promise<{ cli: CliProcess; url: string }> {
  const cli = startCli(['serve', '--port', '0', ...args], { TMPDIR: folder });
  cleanUp.push(() => cli.child.kill('SIGKILL'));
  const ready = await cli.until('stdout', /listening on \S+:\d+\n/);
  return { cli, url: /listening on (\S+)/.exec(ready)?.[1] ?? '' };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-test-'));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A consumer that never responds. */
async function silentConsumer(): Promise<{ url: string; called(count: number): Promise<void> }> {
  let calls = 0;
  const server = createServer(() => void calls++).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async called(count) {
      while (calls < count) await once(server, 'request');
    },
  };
}

/** Leaves an upload on disk. */
async function upload(url: string): Promise<void> {
  const informed = informedClient(url);
  await informed.add(
    await informed.register(`${url}/_ringback/inbox/x`),
    'large.pdf',
    Buffer.alloc(1024 * 1024),
  );
}

describe('ringback serve', () => {
  it.each(['SIGHUP', 'SIGQUIT'] as const)(
    'ends on %s as on SIGTERM, and leaves no upload behind',
    async (signal) => {
      const folder = newFolder();
      const { cli, url } = await serve(['--clock', 'virtual'], folder);
      await upload(url);
      expect(readdirSync(folder)).toHaveLength(1);
      cli.child.kill(signal);
      expect(await cli.exit).toEqual({ code: 0, signal: null });
      expect(cli.stderr).toContain(`${signal}: finishing work in flight`);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('serve removes temporary files of a killed server, and none of a running one', async () => {
    const folder = newFolder();
    const killed = await serve(['--clock', 'virtual'], folder);
    await upload(killed.url);
    const [left = ''] = readdirSync(folder);
    const living = await serve(['--clock', 'virtual'], folder);
    await upload(living.url);
    expect(readdirSync(folder)).toHaveLength(2);
    killed.cli.child.kill('SIGKILL');
    await killed.cli.exit;
    const next = await serve([], folder);
    await next.cli.until(
      'stderr',
      new RegExp(`removed uploads left behind by ended processes: ${join(folder, left)}\\n`),
    );
    expect(readdirSync(folder)).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain(left);
  });

  it('serve warns when the folder for temporary files does not exist', async () => {
    const folder = join(newFolder(), 'missing');
    const { cli } = await serve([], folder);
    await cli.until(
      'stderr',
      /warning: large uploads are refused until this is fixed\. .*missing cannot be used \(ENOENT\)/,
    );
  });

  it('serve reports on exit what is scheduled, on the wire and without a connection', async () => {
    const consumer = await silentConsumer();
    const { cli, url } = await serve(
      ['--set', 'docdigitizer.machineLearningTime=0s', '--max-attempts-per-origin', '2'],
      newFolder(),
    );
    for (let i = 0; i < 5; i++) await submitDocument(url, { callbackUrl: consumer.url });
    await consumer.called(2);
    let due = 0;
    while (due < 5) due = (await call('GET', `${url}/_ringback/deliveries`)).body.total;
    const signalledAt = performance.now();
    cli.child.kill('SIGTERM');
    expect(await cli.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - signalledAt).toBeLessThan(8_000);
    expect(cli.stderr).toContain(
      'not finished: 5 scheduled jobs (steps or attempts that were not due yet), 2 callbacks in flight, 3 callbacks waiting for a connection',
    );
  });
});
