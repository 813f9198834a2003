import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJunit } from '../reports/junit-shape.ts';
import { type Consumer, startConsumer } from '../support/consumer.ts';
import { runCli } from './run-cli.ts';

let folder = '';
let consumer: Consumer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-reports-'));
  consumer = await startConsumer();
});
afterAll(() => rm(folder, { recursive: true }));

const read = (name: string) => readFile(join(folder, name), 'utf8');

describe('ringback trigger --report', () => {
  function trigger(scenario: string, ...args: readonly string[]) {
    const to = consumer.url.replace('http://', 'http://team:s3cret-word@');
    return runCli(['trigger', scenario, '--to', to, '--instant', '--seed', '7', ...args], {
      env: { GITHUB_STEP_SUMMARY: join(folder, 'job.md') },
    });
  }

  it('writes a test case for each callback: passed, failed with its lines, or skipped if the script drops it', async () => {
    consumer.forget();
    consumer.answer({ status: 200 }, { status: 500 });
    const files = `junit=${join(folder, 'red.xml')},json=${join(folder, 'red.json')}`;
    const { code, stdout } = await trigger('rejected', '--report', files, '--report', 'github');
    expect(code).toBe(1);
    const { name, properties, cases } = readJunit(await read('red.xml'));
    expect(name).toBe('ringback trigger rejected');
    expect(properties).toEqual({ consumer: consumer.url.replace('http://', 'http://***@'), seed: '7' });
    expect(cases).toMatchObject([
      {
        classname: 'ringback.docdigitizer.documentState',
        name: '#1 docdigitizer.documentState',
        result: 'passed',
      },
      {
        name: '#2 docdigitizer.documentState',
        result: 'failed',
        type: 'acknowledged',
        message: 'got status 500; a good consumer acknowledges it with a 2xx, on a retry at the latest',
      },
    ]);
    const [, line = ''] = stdout.split('\n');
    expect(cases[1]?.text).toBe(line);
    expect(JSON.parse(await read('red.json'))).toMatchObject({
      scenario: 'docdigitizer/rejected',
      deliveries: [{ departure: null }, { state: 'failed', departure: expect.stringContaining('500') }],
    });
    const summary = await read('job.md');
    expect(summary).toContain('<h2>rejected: 2 callbacks: 1 delivered, 1 failed</h2>');
    expect(summary).toContain('❌ <code>#2 docdigitizer.documentState</code> got status 500;');
    expect(summary).toContain('<summary>1 as expected</summary>');
    expect(summary.trimEnd()).not.toContain('\n\n');
    expect([summary, await read('red.xml'), await read('red.json')].join()).not.toContain('s3cret-word');
  });

  it('skips what the scenario drops', async () => {
    consumer.forget();
    const { code } = await trigger('lost-final', '--report', `junit=${join(folder, 'lost.xml')}`);
    expect(code).toBe(0);
    expect(readJunit(await read('lost.xml')).cases.map(({ result }) => result)).toEqual([
      'passed',
      'skipped',
    ]);
  });

  it.each([
    [
      'a folder that does not exist',
      () => `junit=${join(folder, 'no/such.xml')}`,
      3,
      'in a folder that exists',
    ],
    ['a kind of another command', () => 'html=a.html', 2, 'expected a kind of report: json, junit, github'],
    ['a kind without a file', () => 'junit', 2, 'expected a file, e.g. junit=report.xml'],
    ['one file twice', () => `junit=${folder}/x,json=${folder}/x`, 2, 'a file for each report'],
  ])('refuses %s before it sends anything', async (_, report, code, message) => {
    consumer.forget();
    const ended = await trigger('rejected', '--report', report());
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(consumer.requests).toEqual([]);
    await expect(access(join(folder, 'x'))).rejects.toThrow('ENOENT');
  });
});

describe('ringback scenario lint --report', () => {
  it('writes a test case for each file, with its findings, and shows what the files contain as text', async () => {
    const [good, bad, absent] = ['good.yaml', 'bad.yaml', 'absent.yaml'].map((name) => join(folder, name));
    await writeFile(`${good}`, 'name: mine\nprovider: docdigitizer\noutcome: { final: rejected }\n');
    await writeFile(
      `${bad}`,
      'name: two\nprovider: docdigitizer\n"<b>@team\\e[2J</b>": 1\noutcome: { final: rejectd }\n',
    );
    const reports = [`junit=${join(folder, 'lint.xml')}`, `json=${join(folder, 'lint.json')}`];
    const summary = `github=${join(folder, 'lint.md')}`;
    const { code, stdout } = await runCli([
      ...['scenario', 'lint', `${good}`, `${bad}`, `${absent}`, '--json'],
      ...['--report', reports.join(','), '--report', summary],
    ]);
    expect(code).toBe(1);
    expect(await read('lint.json')).toBe(stdout);
    const xml = await read('lint.xml');
    const { name, cases } = readJunit(xml);
    expect(name).toBe('ringback scenario lint');
    expect(cases).toMatchObject([
      { classname: 'ringback.scenario', name: good, result: 'passed' },
      { name: bad, result: 'failed', message: expect.stringMatching(/\(and 1 more\)$/) },
      { name: absent, result: 'failed', type: 'file.unreadable' },
    ]);
    expect(cases[1]?.text).toContain(`${bad}:4:19 /outcome/final  `);
    expect(cases[1]?.text).toContain('<b>@team');
    const html = await read('lint.md');
    expect(html).toContain('<h2>Scenarios: 2 files, 1 scenario: 3 findings</h2>');
    expect(html).toContain('<summary>1 file without findings</summary>');
    expect(html).toContain('&lt;b&gt;&#64;team');
    for (const text of [xml, html]) {
      expect(text).not.toContain('\u001b');
      expect(text).not.toContain('<b>');
    }
  });

  it('writes the report of files without findings', async () => {
    const file = join(folder, 'fine.yaml');
    await writeFile(file, 'name: fine\nprovider: docdigitizer\noutcome: { final: rejected }\n');
    const report = join(folder, 'fine.xml');
    const { code, stdout } = await runCli(['scenario', 'lint', file, '--report', `junit=${report}`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 file, 1 scenario: 0 findings\n' });
    expect(readJunit(await read('fine.xml')).cases).toMatchObject([{ name: file, result: 'passed' }]);
  });
});
