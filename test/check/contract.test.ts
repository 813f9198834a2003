import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { checkConsumer } from '../../src/check/check-consumer.ts';
import { freePort } from '../support/tcp-server.ts';

const contract = join(import.meta.dirname, 'fixtures/jobs.yaml');
const ranks: Readonly<Record<string, number>> = { queued: 0, running: 1, succeeded: 2, failed: 2 };
const rankOf = (status: string | null): number => ranks[status ?? ''] ?? -1;

/** Checks a consumer of jobs that counts the mails that it sends about finished ones. */
async function failures(takesAnyOrder: boolean): Promise<string[]> {
  const port = await freePort();
  const jobs = new Map<string, { status: string | null; mails: number }>();
  const take = (id: string, status: string): void => {
    const job = jobs.get(id) ?? { status: null, mails: 0 };
    jobs.set(id, job);
    if (takesAnyOrder && rankOf(status) <= rankOf(job.status)) return;
    if (rankOf(status) === 2 && job.status !== status) job.mails++;
    job.status = status;
  };
  const server = createServer(async (request, response) => {
    try {
      const { id, status } = JSON.parse(await text(request)) as { id?: string; status?: string };
      if (typeof id === 'string' && typeof status === 'string') take(id, status);
      response.writeHead(200).end();
    } catch {
      response.writeHead(400).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const polling = setInterval(async () => {
    for (const [id, { status }] of jobs) {
      if (rankOf(status) === 2) continue;
      const shown = await fetch(`http://127.0.0.1:${port}/jobs/${id}`).catch(() => null);
      if (shown?.ok === true) take(id, ((await shown.json()) as { status: string }).status);
    }
  }, 200);
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const observe = ({ id }: { readonly id: string }) => jobs.get(id);
    const times = { within: '1s', overdue: '500ms', later: '100ms' } as const;
    const { rules } = await checkConsumer(url, { contract, port, observe, ...times });
    return rules.filter(({ result }) => result === 'failed').map(({ id }) => id);
  } finally {
    clearInterval(polling);
    server.close();
    server.closeAllConnections();
  }
}

test('a consumer that refuses every callback fails clean with its status', async () => {
  const port = await freePort();
  const server = createServer((_, response) => response.writeHead(401).end());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const { rules } = await checkConsumer(url, { contract, port, only: ['clean'] });
    const [clean] = rules;
    expect(clean).toMatchObject({ id: 'clean', result: 'failed' });
    expect(clean?.because).toMatch(/got status 401 for \w+$/);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('a correct consumer of any contract fails no rule', async () => {
  expect(await failures(true)).toEqual([]);
});

test('a consumer of any contract that takes the last callback for the present fails out-of-order', async () => {
  expect(await failures(false)).toEqual(['out-of-order']);
});
