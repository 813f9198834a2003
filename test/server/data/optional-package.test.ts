import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { loadQueryRouter } from '../../../src/server/data/json-server.ts';
import { call, submitDocument } from '../../support/test-server.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** Starts `ringback serve` without json-server, or with `source` in its place. Returns its address. */
async function serve(hook: string): Promise<string> {
  const code = `import { registerHooks } from 'node:module'; registerHooks({ ${hook} });`;
  const preload = `data:text/javascript,${encodeURIComponent(code)}`;
  const child = spawn(
    process.execPath,
    ['--import', preload, main, 'serve', '--port', '0', '--log', 'quiet'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  onTestFinished(() => void child.kill());
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/[\d.:]+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('ringback serve ended before it was ready');
}

/** Makes Node look for the package where it is missing, so that the import fails by itself. */
const absent = `resolve(name, context, next) {
  const parentURL = /^json-server(\\/|$)/.test(name) ? 'file:///nowhere/index.js' : context.parentURL;
  return next(name, { ...context, parentURL });
}`;

it('queries succeed when json-server is not installed, and the server still runs', async () => {
  const url = await serve(absent);
  for (const scenario of ['rejected', 'annotated', 'rejected'])
    await submitDocument(url, {}, { 'x-ringback-scenario': scenario });
  const query = 'scenario=docdigitizer/rejected&_sort=createdAt&_order=desc&_page=1&_limit=1';
  const answer = await call('GET', `${url}/_ringback/data/runs?${query}`);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject([{ scenario: 'docdigitizer/rejected' }]);
  expect(answer.headers.get('x-total-count')).toBe('2');
  expect(answer.headers.get('link')).toContain('&_page=2&_limit=1>; rel="next"');
  const item = await call('GET', `${url}/_ringback/data/runs/${answer.body[0].id}`);
  expect(item.body).toEqual(answer.body[0]);
  expect((await call('GET', `${url}/_ringback/runs`)).status).toBe(200);
  // An invalid request is reported all the same.
  expect((await call('GET', `${url}/_ringback/data/runz`)).status).toBe(404);
});

it.each(['1.0.0-beta.3', '1.2.0', '0.16.3'])(
  'names the version it needs when it finds %s',
  async (version) => {
    await expect(loadQueryRouter([], version)).rejects.toMatchObject({
      code: 'package.unusable',
      message: `Could not query data: json-server ${version} is installed, which has another query language. Got ${version}, expected 0.17. Install it where Ringback is installed: npm install --save-dev json-server@0.17.4.`,
    });
  },
);
