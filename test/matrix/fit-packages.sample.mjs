import { match, strictEqual } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import test from 'node:test';

const cli = 'node_modules/ringback/bin/ringback.mjs';

test('openapi-typescript 7 writes types', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'types'], { encoding: 'utf8' });
  strictEqual(status, 0, stderr);
  match(stdout, /export interface paths/);
});

test('json-server 0.17 responds to queries', async (t) => {
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--log', 'quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  let url;
  for await (const line of createInterface(child.stdout)) {
    url = /http:\/\/[\d.:]+/.exec(line)?.[0];
    if (url !== undefined) break;
  }
  const answer = await fetch(`${url}/_ringback/data/runs?_page=1`);
  strictEqual(answer.status, 200);
  strictEqual(answer.headers.get('x-total-count'), '0');
});
