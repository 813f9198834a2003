import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../src/check/report.ts';
import { runCli } from '../../cli/run-cli.ts';
import { freePort } from '../../support/tcp-server.ts';

const secret = 'Bearer s3cret-of-the-team';

/** Counts callbacks without a look at duplicates, and responds with what it should keep to itself. */
const states = new Map<string, { state: string | null; bookings: number }>();
let isCareful = false;
let callbacks = 0;
const consumer = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname !== '/callback') {
    const state = states.get(url.pathname.slice(1));
    response.writeHead(state === undefined ? 404 : 200).end(JSON.stringify(state));
    return;
  }
  callbacks++;
  const id = url.searchParams.get('documentId') ?? '';
  const state = url.searchParams.get('state');
  const before = states.get(id);
  if (!isCareful || before?.state !== state) states.set(id, { state, bookings: (before?.bookings ?? 0) + 1 });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ youSent: request.headers.authorization ?? null }));
});

let folder = '';
let base = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-reports-'));
  consumer.listen(0, '127.0.0.1');
  await once(consumer, 'listening');
  base = `http://127.0.0.1:${(consumer.address() as AddressInfo).port}`;
});
afterAll(async () => {
  consumer.close();
  await rm(folder, { recursive: true, force: true });
});

async function check(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const port = String(await freePort());
  const own = ['--provider', 'docdigitizer', '--port', port, '--only', 'sequential-duplicate'];
  const all = ['check', `${base}/callback`, ...own, '--observe', `${base}/{id}`, '--auth', secret, ...args];
  return runCli(all, { env: { GITHUB_STEP_SUMMARY: '', ...env } });
}

describe('ringback check', () => {
  it('writes every report, and no credentials into any of them', async () => {
    const files = ['json', 'junit', 'html', 'sarif'].map((kind) => `${kind}=${join(folder, `all.${kind}`)}`);
    const summary = join(folder, 'summary.md');
    await writeFile(summary, 'An earlier step.\n');
    const { code, stdout, stderr } = await check(
      ['--report', files.slice(0, 2).join(','), '--report', files.slice(2).join(','), '--report', 'github'],
      { GITHUB_STEP_SUMMARY: summary },
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^the seed is \d+\n$/) });
    expect(stdout).toMatch(/^FAILED {2}sequential-duplicate: /);
    const report: CheckReport = JSON.parse(await readFile(join(folder, 'all.json'), 'utf8'));
    expect(Object.keys(report)).toEqual(['consumer', 'provider', 'rules', 'counts', 'seconds']);
    for (const rule of report.rules) {
      expect(Object.keys(rule)).toEqual(['id', 'title', 'result', 'because', 'disturbances']);
      for (const disturbance of rule.disturbances)
        expect(Object.keys(disturbance)).toEqual(['id', 'result', 'expected', 'observed', 'exchange']);
    }
    expect(await readFile(summary, 'utf8')).toMatch(
      /^An earlier step\.\n<h2>docdigitizer callbacks: 1 failed/,
    );
    expect((await readdir(folder)).sort()).toEqual([
      'all.html',
      'all.json',
      'all.junit',
      'all.sarif',
      'summary.md',
    ]);
    const texts = [stdout, ...(await Promise.all((await readdir(folder)).map((name) => read(name))))];
    expect(texts.filter((text) => text.includes('***'))).not.toEqual([]);
    expect(texts.filter((text) => text.includes('s3cret'))).toEqual([]);
  });

  it('fails only on what is new since a baseline, and says what is fixed', async () => {
    const known = await check(['--baseline', join(folder, 'all.json')]);
    expect(known).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('failed in the baseline, too: sequential-duplicate\n'),
    });
    const report = JSON.parse(await read('all.json'));
    const none = { ...report, rules: report.rules.map((rule: object) => ({ ...rule, result: 'passed' })) };
    await writeFile(join(folder, 'none.json'), JSON.stringify(none));
    const fresh = await check(['--baseline', join(folder, 'none.json')]);
    expect(fresh).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('new failures: sequential-duplicate\n'),
    });
    isCareful = true;
    const fixed = await check(['--baseline', join(folder, 'all.json')]);
    expect(fixed).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('fixed since the baseline: sequential-duplicate\n'),
    });
  });

  it.each([
    ['a folder that does not exist', () => ['--report', `html=${join(folder, 'no/such.html')}`], 3, 'ENOENT'],
    ['an unknown kind', () => ['--report', 'jnuit=a.xml'], 2, 'Did you mean "junit"?'],
    ['a kind without a file', () => ['--report', 'html'], 2, 'expected a file, e.g. html=report.html'],
    ['a summary outside of a job', () => ['--report', 'github'], 2, 'GITHUB_STEP_SUMMARY is not set'],
    ['one file twice', () => ['--report', `html=${folder}/x,json=${folder}/x`], 2, 'a file for each report'],
    ['a baseline that is no report', () => ['--baseline', join(folder, 'summary.md')], 2, 'a JSON report of'],
  ])('refuses %s before it sends anything', async (_, args, code, message) => {
    const before = callbacks;
    const ended = await check(args());
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(callbacks).toBe(before);
    await expect(access(join(folder, 'x'))).rejects.toThrow('ENOENT');
  });

  it('exits 3 if the consumer cannot be reached, and 1 with --strict for what was not observed', async () => {
    const port = await freePort();
    const { code, stderr } = await runCli([
      'check',
      `http://127.0.0.1:${port}/callback`,
      ...['--provider', 'docdigitizer', '--port', String(await freePort())],
    ]);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('nothing accepts connections'),
    });
    const args = [
      'check',
      `${base}/callback`,
      '--provider',
      'docdigitizer',
      '--only',
      'sequential-duplicate',
    ];
    const blind = await runCli([...args, '--port', String(await freePort())]);
    expect(blind).toMatchObject({ code: 0, stdout: expect.stringContaining('Not observed\n  sequential') });
    const strict = await runCli([...args, '--port', String(await freePort()), '--strict']);
    expect(strict.code).toBe(1);
  });
});

function read(name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}
