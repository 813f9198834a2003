import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { read } from '../docs/markdown.ts';
import { runInForeground } from '../readme/shell.ts';
import { closeAfterwards } from '../support/closing.ts';
import { freePort } from '../support/tcp-server.ts';

const require = createRequire(import.meta.url);
const manifest = require.resolve('@stoplight/prism-cli/package.json');
const { version } = require(manifest) as { readonly version: string };

test('the comparison names the version of Prism that is measured', () => {
  expect(read('docs/comparison.md')).toContain(`| Prism ${version} |`);
  expect(read('README.md')).toContain(`| Prism ${version.replace(/\.\d+$/, '')} |`);
});

test('Prism sends every callback of an operation once with the response, also to an endpoint that fails', {
  timeout: 120_000,
}, async () => {
  const received: string[] = [];
  const endpoint = createServer(async (request, response) => {
    received.push(((await json(request)) as { readonly type: string }).type);
    response.writeHead(503).end();
    endpoint.emit('received');
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  closeAfterwards(async () => void endpoint.close());
  const callbackUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
  const port = await freePort();
  const contract = join(import.meta.dirname, 'samples/callbacks.yaml');
  const prism = await runInForeground(
    `exec node ${join(dirname(manifest), 'dist/index.js')} mock ${contract} -p ${port}`,
    'Prism is listening',
  );
  for (const sum of [2, 4]) {
    const response = await fetch(`http://127.0.0.1:${port}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ callback_url: callbackUrl }),
    });
    expect(response.status).toBe(201);
    while (received.length < sum) await once(endpoint, 'received');
  }
  await prism.interrupt();
  expect(received.toSorted()).toEqual([
    'payment.failed',
    'payment.failed',
    'payment.succeeded',
    'payment.succeeded',
  ]);
  // One line for each operation: the webhook is not among them.
  expect(prism.output.match(/http:\/\/127\.0\.0\.1:\d+\/\S*/g)).toEqual([
    `http://127.0.0.1:${port}/payments`,
  ]);
});
