import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { version } from '../../src/loading/version.ts';
import { informedClient } from '../support/clients.ts';
import { call, submitDocument } from '../support/test-server.ts';
import { type CliProcess, runCli, startCli } from './run-cli.ts';

const ready = /listening on (\S+)\n/;

describe('ringback serve', () => {
  const running: CliProcess[] = [];
  afterEach(async () => {
    for (const cli of running.splice(0)) {
      cli.child.kill('SIGKILL');
      await cli.exit;
    }
  });

  async function serve(
    args: string[],
    env: Record<string, string> = {},
  ): Promise<{ cli: CliProcess; url: string }> {
    const cli = startCli(['serve', '--port', '0', ...args], env);
    running.push(cli);
    const url = ready.exec(await cli.until('stdout', ready))?.[1];
    if (url === undefined) throw new Error('no address');
    return { cli, url };
  }

  it.each([
    ['pretty', 6],
    ['json', 6],
    ['quiet', 1],
  ])(
    'prints where it listens on stdout with --log %s, then the URLs that a consumer needs',
    async (style, count) => {
      const { cli, url } = await serve(['--clock', 'virtual', '--log', style]);
      expect((await call('GET', `${url}/_ringback/health`)).body).toEqual({ status: 'ok', version });
      await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/a` });
      await call('POST', `${url}/_ringback/clock`, { settle: true });
      cli.child.kill('SIGTERM');
      await cli.exit;
      const lines = cli.stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
      expect(lines).toEqual(
        [
          [`ringback ${version} listening on ${url}`],
          ['docdigitizer', `${url}/docdigitizer`, 'in place of https://api.docdigitizer.com'],
          ['informed', `${url}/informed`, 'in place of https://api.informediq.com'],
          ['inbox', `${url}/_ringback/inbox/mine`, 'a callback URL to try it with'],
          ['control', `${url}/_ringback`],
          ['dashboard', `${url}/_ringback/ui`, 'what happens, in a browser'],
        ]
          .slice(0, count)
          .concat([['']]),
      );
    },
  );

  it('serve logs requests, responses and callbacks on stderr, each with the time of the space', async () => {
    const { cli, url } = await serve(['--clock', 'virtual']);
    await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/a` });
    await call('POST', `${url}/_ringback/clock`, { settle: true });
    await cli.until('stderr', /POST \/_ringback\/clock ←/);
    const run = /run ([0-9a-f]{8})/.exec(cli.stderr)?.[1];
    const lines = cli.stderr.split('\n').map((line) => line.replace(/\d+ ms/, 'n ms'));
    expect(lines.slice(1)).toEqual([
      `2030-01-01 00:00:00.000   run ${run} plays docdigitizer/annotated (default scenario)`,
      `00:00:00.000 → POST /docdigitizer/api/v2/documents ← 202 in n ms, run ${run}`,
      `00:00:02.000 ⇒ documentState 30 GET ${url}/_ringback/inbox/a ← 200 in n ms, run ${run}`,
      `00:00:10.000 ⇒ documentState 91 GET ${url}/_ringback/inbox/a ← 200 in n ms, run ${run}`,
      `00:00:10.000   run ${run} is finished`,
      '00:00:10.000 → POST /_ringback/clock ← 200 in n ms',
      '',
    ]);
  });

  it('serve logs its own callbacks to inboxes only with --log debug, and requests of others always', async () => {
    for (const style of ['pretty', 'debug']) {
      const { cli, url } = await serve(['--clock', 'virtual', '--log', style]);
      await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/a` });
      await call('POST', `${url}/_ringback/clock`, { settle: true });
      await call('GET', `${url}/_ringback/inbox/by-hand`);
      await cli.until('stderr', /by-hand ←/);
      expect(cli.stderr.match(/→ GET \/_ringback\/inbox\/a/g)?.length ?? 0).toBe(style === 'debug' ? 2 : 0);
    }
  });

  it('serve logs that an application waits for uploads, and omits a callback that is not sent', async () => {
    const { cli, url } = await serve(['--clock', 'virtual']);
    await informedClient(url).register(`${url}/_ringback/inbox/a`);
    expect(await cli.until('stderr', /waits for uploads\n/)).not.toMatch(/is finished|verifications/);
    await call('POST', `${url}/_ringback/clock`, { settle: true });
    await cli.until('stderr', /clock ←/);
    expect(cli.stderr).not.toMatch(/is finished|verifications/);
  });

  it('serve logs one JSON object per line on request, and next to nothing when quiet', async () => {
    const json = await serve(['--log', 'json']);
    await call('GET', `${json.url}/_ringback/health`);
    await json.cli.until('stderr', /getHealth.*\n/);
    const lines = json.cli.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ event: 'request', operation: 'getHealth', status: 200 });
    for (const line of lines)
      expect(line).toMatchObject({ level: 'info', time: expect.any(String), msg: expect.any(String) });
    const quiet = await serve(['--log', 'quiet']);
    await call('GET', `${quiet.url}/_ringback/health`);
    quiet.cli.child.kill('SIGTERM');
    await quiet.cli.exit;
    expect(quiet.cli.stderr).toBe('');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'exits 0 on %s and says how many jobs were not played',
    async (signal) => {
      const { cli, url } = await serve(['--clock', 'virtual']);
      await submitDocument(url, {});
      cli.child.kill(signal);
      expect(await cli.exit).toEqual({ code: 0, signal: null });
      expect(cli.stderr).toMatch(/not finished: 1 scheduled job \(steps or attempts that were not due yet\)/);
    },
  );

  it('serve prints where it listens, and the URLs for consumers', async () => {
    const { cli, url } = await serve(['--public-url', 'https://mock.example.test/base/']);
    expect(cli.stdout).toMatch(/^ringback \S+ listening on http:\/\/127\.0\.0\.1:\d+\n/);
    expect(cli.stdout).toMatch(
      / https:\/\/mock\.example\.test\/base\/docdigitizer .* https:\/\/mock\.example\.test\/base\/informed /s,
    );
    expect((await call('GET', `${url}/_ringback/health`)).status).toBe(200);
  });

  it('serve does not mention jobs when none are left', async () => {
    const { cli } = await serve([]);
    cli.child.kill('SIGTERM');
    expect(await cli.exit).toEqual({ code: 0, signal: null });
    expect(cli.stderr).not.toContain('not finished');
  });

  describe('with a consumer that takes its time', () => {
    async function slowConsumer() {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      return { server, url, called: once(server, 'request') };
    }

    it('serve finishes the attempt in flight before it exits', async () => {
      const consumer = await slowConsumer();
      const { cli, url } = await serve(['--set', 'docdigitizer.machineLearningTime=0s']);
      await submitDocument(url, { callbackUrl: consumer.url });
      const [, response] = await consumer.called;
      cli.child.kill('SIGTERM');
      await cli.until('stderr', /finishing work in flight/);
      response.end('{}');
      expect(await cli.exit).toEqual({ code: 0, signal: null });
      expect(cli.stderr).toMatch(/⇒ documentState 30 .* ← 200/);
      consumer.server.close();
    });

    it('serve exits immediately on a second signal, and leaves no upload', async () => {
      const consumer = await slowConsumer();
      const folder = await mkdtemp(join(tmpdir(), 'serve-test-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const { cli, url } = await serve(['--set', 'docdigitizer.machineLearningTime=0s'], { TMPDIR: folder });
      const informed = informedClient(url);
      await informed.add(await informed.register(consumer.url), 'large.pdf', Buffer.alloc(1024 * 1024));
      expect(await readdir(folder)).toHaveLength(1);
      await submitDocument(url, { callbackUrl: consumer.url });
      await consumer.called;
      cli.child.kill('SIGTERM');
      await cli.until('stderr', /finishing work in flight/);
      const again = setInterval(() => cli.child.kill('SIGTERM'), 50);
      expect(await cli.exit).toEqual({ code: 143, signal: null });
      expect(await readdir(folder)).toEqual([]);
      clearInterval(again);
      consumer.server.closeAllConnections();
      consumer.server.close();
    });
  });

  it('serve says that the port is in use, and exits 3', async () => {
    const { url } = await serve([]);
    const { port } = new URL(url);
    const { code, stdout, stderr } = await runCli(['serve', '--port', port]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^ringback: Could not listen on 127.0.0.1 port ${port}: another process .*--port`),
    );
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('serve refuses to bind beyond loopback without a token, and exits 2', async () => {
    const { code, stderr } = await runCli(['serve', '--port', '0', '--host', '0.0.0.0']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no token protects it\. Set one with --control-token/);
  });

  it('serve binds beyond loopback with a token, which the control API then requires', async () => {
    const { url } = await serve(['--host', '0.0.0.0'], { RINGBACK_CONTROL_TOKEN: 's3cret' });
    expect((await call('GET', `${url}/_ringback/runs`)).status).toBe(401);
    expect(
      (await call('GET', `${url}/_ringback/runs`, undefined, { 'x-ringback-token': 's3cret' })).status,
    ).toBe(200);
  });

  it('serve takes settings, a seed and custom scenarios', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
    try {
      const file = join(folder, 'mine.yaml');
      await writeFile(
        file,
        'name: mine\nprovider: docdigitizer\ndescription: Mine.\noutcome: { final: error }\n',
      );
      const documents: string[] = [];
      for (let i = 0; i < 2; i++) {
        const { url } = await serve([
          '--seed',
          '7',
          '--set',
          'docdigitizer.acceptedStatus=200',
          '--scenarios',
          file,
        ]);
        const submitted = await submitDocument(url, {}, { 'x-ringback-scenario': 'mine' });
        expect(submitted.status).toBe(200);
        documents.push(submitted.body.document_id);
      }
      expect(documents[1]).toBe(documents[0]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('serve starts the virtual clock of every space at --now', async () => {
    const { url } = await serve(['--clock', 'virtual', '--now', '2031-03-01T08:00:00+01:00']);
    for (const space of ['', '/@other'])
      expect((await call('GET', `${url}${space}/_ringback/clock`)).body).toEqual({
        kind: 'virtual',
        now: '2031-03-01T07:00:00.000Z',
        pending: 0,
      });
  });

  it('serve prints the seed that it drew', async () => {
    const { cli } = await serve([]);
    expect(await cli.until('stderr', /the seed is \d+/)).toMatch(/the seed is (\d+); --seed \1 replays it/);
  });

  it('serve warns of an environment variable that it does not read', async () => {
    const { cli } = await serve(['--log', 'quiet'], { RINGBACK_PROT: '0' });
    expect(await cli.until('stderr', /\n/)).toMatch(
      /warning: the environment variable RINGBACK_PROT is ignored.* Did you mean "RINGBACK_PORT"\?/,
    );
  });

  it('serve plays faster than real time with --speed', async () => {
    const { url } = await serve(['--speed', '1000']);
    await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/a` });
    await expect
      .poll(async () => (await call('GET', `${url}/_ringback/inboxes/a`)).body.total, {
        timeout: 5_000,
        interval: 10,
      })
      .toBe(2);
  });

  it.each([
    [['--prot', '1'], 2, /no option --prot\. Did you mean "--port"\?/],
    [['--set', 'informed.quietperod=1s'], 2, /Did you mean "informed\.quietPeriod"\?/],
    [['--now', '2031-03-01T08:00:00Z'], 2, /the clock is real\. Add --clock virtual, or omit --now/],
    [['no-such-file.yaml'], 3, /no-such-file\.yaml/],
  ])('serve refuses %j with one clear message and exit code %i', async (args, expected, message) => {
    const { code, stdout, stderr } = await runCli(['serve', '--port', '0', ...args]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
