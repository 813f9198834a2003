import { deepStrictEqual, match, rejects, strictEqual } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { nockProvider } from 'ringback/nock';

const cli = 'node_modules/ringback/bin/ringback.mjs';

test('nock 13 is refused with the reason', () =>
  rejects(nockProvider(), (error) => {
    strictEqual(error.code, 'package.unusable');
    match(
      error.message,
      /^Could not call nockProvider: nock 13\.\S+ is installed, which does not intercept fetch.*nock@15\.$/,
    );
    return true;
  }));

test('openapi-typescript 6 is refused in one line', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'types'], { encoding: 'utf8' });
  strictEqual(status, 3);
  strictEqual(stdout, '');
  match(stderr, /openapi-typescript 6\.\S+ .*expected version 7/i);
  strictEqual(stderr.trimEnd().split('\n').length, 1, stderr);
});

test('json-server 1 is refused in one line', async (t) => {
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--log', 'quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  let url;
  for await (const line of createInterface(child.stdout)) {
    url = /http:\/\/[\d.:]+/.exec(line)?.[0];
    if (url !== undefined) break;
  }
  const answer = await fetch(`${url}/_ringback/data/runs`);
  strictEqual(answer.status, 501);
  match(
    (await answer.json()).detail,
    /json-server 1\.0\.0\S* is installed, which has another query language/,
  );
  deepStrictEqual((await fetch(`${url}/_ringback/runs`)).status, 200);
});
