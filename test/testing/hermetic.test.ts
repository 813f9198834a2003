import { execFile } from 'node:child_process';
import { mock } from 'node:test';
import { promisify } from 'node:util';
import { install } from '@sinonjs/fake-timers';
import { setupServer } from 'msw/node';
import nock from 'nock';
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { packageRoot } from '../../src/loading/contract-files.ts';
import { playsAll } from './support/hermetic.ts';

const timers = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'Date',
  'performance',
  'hrtime',
  'queueMicrotask',
] as const;

describe('the kit plays every callback', () => {
  it('with a stubbed fetch', async () => {
    await playsAll(() => {
      vi.stubGlobal('fetch', () => Promise.reject(new Error('stubbed')));
      onTestFinished(() => void vi.unstubAllGlobals());
    });
  });

  it('with nock blocking every request', async () => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
    onTestFinished(() => {
      nock.enableNetConnect();
      nock.restore();
    });
    await expect(fetch('http://127.0.0.1:9/')).rejects.toThrow();
    await playsAll();
  });

  it('with msw refusing every unhandled request', async () => {
    // nock is active once imported, and shares the interceptors of msw.
    nock.restore();
    const server = setupServer();
    server.listen({ onUnhandledFrame: 'error' });
    onTestFinished(() => server.close());
    await playsAll();
  });

  it('with a MockAgent of undici without connections', async () => {
    const before = getGlobalDispatcher();
    const agent = new MockAgent();
    agent.disableNetConnect();
    setGlobalDispatcher(agent);
    onTestFinished(() => setGlobalDispatcher(before));
    await playsAll();
  });

  it('with the timers of sinon', async () => {
    await playsAll(() => {
      const clock = install({ toFake: [...timers] });
      onTestFinished(() => clock.uninstall());
    });
  });

  it('with the timers of node:test', async () => {
    await playsAll(() => {
      mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
      onTestFinished(() => mock.timers.reset());
    });
  });

  it('with proxies that do not exist', async () => {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']) {
      vi.stubEnv(name, 'http://127.0.0.1:9');
    }
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    await playsAll();
  });
});

/** In a separate process: ticks lost while it is faked may belong to the test runner. */
const fakedTick = `
  import { install } from '@sinonjs/fake-timers';
  import { startProvider } from './src/testing/start-provider.ts';
  const provider = await startProvider();
  const clock = install({ toFake: ['nextTick'] });
  const failures = await Promise.all([provider.settle(), startProvider()].map((each) => each.catch((error) => error)));
  clock.uninstall();
  console.log(failures.map(({ code, message }) => code + ': ' + message).join('\\n'));
  process.exit();
`;

it('a faked process.nextTick gives an error that names it instead of a hang', async () => {
  const args = ['--input-type=module', '--eval', fakedTick];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: packageRoot, timeout: 50_000 });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toMatch(/^timers\.faked: .*process\.nextTick is faked/);
});
