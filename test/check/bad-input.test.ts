import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { checkConsumer } from '../../src/check/check-consumer.ts';
import type { CheckOptions } from '../../src/check/check-options.ts';
import type { CheckReport } from '../../src/check/report.ts';
import { freePort } from '../support/tcp-server.ts';

/** A consumer that keeps the last state of each document, and shows it unless the test says what to show. */
async function checked(
  options: CheckOptions,
  { show, take }: { show?: (response: ServerResponse) => void; take?: RequestListener } = {},
): Promise<CheckReport> {
  const states = new Map<string, string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/state/')) {
      if (show !== undefined) return show(response);
      const state = states.get(pathname.slice('/state/'.length));
      response.writeHead(state === undefined ? 404 : 200).end(JSON.stringify({ state }));
      return;
    }
    if (take !== undefined) return take(request, response);
    states.set(searchParams.get('documentId') ?? '', searchParams.get('state') ?? '');
    response.writeHead(200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const given = { ...options, ...(options.drive === '' && { drive: `${own}/submit` }) };
    return await checkConsumer(`${own}/callback`, {
      provider: 'docdigitizer',
      port: await freePort(),
      observe: `${own}/state/{id}`,
      only: ['sequential-duplicate'],
      ...given,
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** A response that does not end. */
function endless(response: ServerResponse): void {
  response.writeHead(200);
  const write = (): void => {
    while (response.write(Buffer.alloc(1 << 20, 32)));
    response.once('drain', write);
  };
  response.on('error', () => undefined);
  write();
}

test.for<[string, (response: ServerResponse) => void, RegExp]>([
  [
    'HTML',
    (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    /returned HTML/,
  ],
  ['an error', (response) => response.writeHead(500).end(), /returned 500/],
  [
    'another value each time',
    (response) => response.end(String(Math.random())),
    /another state with each look/,
  ],
  ['more than can be read', endless, /more than 8388608 bytes/],
])('an observer that returns %s is named, and nothing that needs it is judged', async ([, show, message]) => {
  const { rules } = await checked({}, { show });
  expect(rules.map(({ id, result }) => [id, result])).toEqual([
    ['clean', 'passed'],
    ['sequential-duplicate', 'not-observed'],
  ]);
  expect(rules[1]?.because).toMatch(message);
});

test('a value that changes with each look does not hide the others', async () => {
  const { rules } = await checked({ observe: ({ id }) => ({ id, uptime: process.uptime() }) });
  expect(rules[0]?.disturbances[0]?.observed).toMatch(/leave the same state/);
});

test('a consumer whose responses do not end is read up to a bound', async () => {
  const { rules } = await checked({}, { take: (_, response) => endless(response) });
  expect(rules[0]?.result).toBe('failed');
});

test.for<[string, CheckOptions['drive'], RegExp]>([
  ['exits with an error', 'exit 3', /"exit 3" exited with 3/],
  ['does not exist', 'no-such-command', /exited with 127/],
  ['does not submit', () => undefined, /no submission to .* followed within 5 s/],
])('a driver that %s ends the check with the reason', async ([, drive, message]) => {
  await expect(checked({ ...(drive !== undefined && { drive }) })).rejects.toThrow(message);
});

test('a consumer that is down ends the check with the reason', async () => {
  const port = await freePort();
  await expect(
    checkConsumer(`http://127.0.0.1:${port}/`, { provider: 'informed', port: await freePort() }),
  ).rejects.toThrow(/nothing accepts connections there/);
});

test('a check of one of several providers asks for its name', async () => {
  await expect(checkConsumer('http://127.0.0.1:9/', { port: await freePort() })).rejects.toThrow(
    'the contract has several providers. Got no --provider, expected one of docdigitizer, informed',
  );
});

test.for<[CheckOptions, RegExp]>([
  [{ provider: 'informd' }, /one of docdigitizer, informed/],
  [{ only: ['sequential' as 'clean'] }, /expected the id of a rule/],
  [{ observe: 'http://localhost/state' }, /a URL with \{id\} or \{reference\}/],
])('refuses %o', async ([options, message]) => {
  await expect(checked(options)).rejects.toThrow(message);
});
