import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/start-server.ts';
import { type CliProcess, startCli } from '../cli/run-cli.ts';
import { closeAfterwards } from '../support/closing.ts';
import { call, submitDocument } from '../support/test-server.ts';

const script = (name: string, final: string) =>
  `name: ${name}\nprovider: docdigitizer\ndescription: Mine.\noutcome: { final: ${final} }\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-reload-'));
});
afterEach(() => rm(folder, { recursive: true }));
const write = (file: string, text: string) => writeFile(join(folder, file), text);

const finalOf = async (base: string, name: string): Promise<string | number> => {
  const { status, body } = await call('GET', `${base}/_ringback/scenarios/docdigitizer/${name}`);
  return status === 200 ? body.outcome.final : status;
};

describe('scenario files that are read again', () => {
  async function server() {
    const running = await startServer({ port: 0, clock: 'virtual', seed: 1, scenarios: [folder] });
    closeAfterwards(async () => void (await running.close({ graceMs: 1_000 })));
    return running;
  }

  it('reach existing and new spaces, and report the differences', async () => {
    await write('a.yaml', `${script('one', 'rejected')}---\n${script('two', 'rejected')}`);
    const running = await server();
    const old = `${running.url}/@old`;
    expect(await finalOf(old, 'one')).toBe('rejected');
    await write('a.yaml', script('one', 'error'));
    await write('b.yaml', script('three', 'annotated'));
    expect(await running.reloadScenarios()).toEqual({
      total: running.spaces.get('default').scenarios.list().length,
      added: ['docdigitizer/three'],
      changed: ['docdigitizer/one'],
      removed: ['docdigitizer/two'],
    });
    for (const base of [old, `${running.url}/@new`, running.url]) {
      expect(await finalOf(base, 'one')).toBe('error');
      expect(await finalOf(base, 'two')).toBe(404);
      expect(await finalOf(base, 'three')).toBe('annotated');
    }
  });

  it('leave the custom scripts of a space alone until its reset', async () => {
    await write('a.yaml', `${script('one', 'rejected')}---\n${script('two', 'rejected')}`);
    const running = await server();
    const base = `${running.url}/@own`;
    await fetch(`${base}/_ringback/scenarios/one`, { method: 'PUT', body: script('one', 'annotated') });
    await call('DELETE', `${base}/_ringback/scenarios/two`);
    await write('a.yaml', `${script('one', 'error')}---\n${script('two', 'error')}`);
    expect((await running.reloadScenarios()).changed).toEqual(['docdigitizer/one', 'docdigitizer/two']);
    expect(await finalOf(base, 'one')).toBe('annotated');
    expect(await finalOf(base, 'two')).toBe(404);
    await call('POST', `${base}/_ringback/reset`);
    expect(await finalOf(base, 'one')).toBe('error');
    expect(await finalOf(base, 'two')).toBe('error');
  });

  it('restore a shipped scenario when its replacement is deleted', async () => {
    await write('a.yaml', script('rejected', 'error'));
    await write('b.yaml', script('one', 'error'));
    const running = await server();
    expect(await finalOf(running.url, 'rejected')).toBe('error');
    await rm(join(folder, 'a.yaml'));
    expect(await running.reloadScenarios()).toMatchObject({
      changed: ['docdigitizer/rejected'],
      removed: [],
    });
    expect(await finalOf(running.url, 'rejected')).toBe('rejected');
  });

  it('do not change runs that are playing, and remove queued orders with their scenario', async () => {
    await write('a.yaml', `${script('one', 'rejected')}---\n${script('two', 'rejected')}`);
    const running = await server();
    const base = running.url;
    const { headers } = await submitDocument(base, {}, { 'x-ringback-scenario': 'one' });
    for (const scenario of ['one', 'two']) await call('POST', `${base}/_ringback/next`, { scenario });
    await write('a.yaml', script('one', 'error'));
    await running.reloadScenarios();
    await call('POST', `${base}/_ringback/clock`, { settle: true });
    const run = (await call('GET', `${base}/_ringback/runs/${headers.get('x-ringback-run')}`)).body;
    expect(run.timeline[0].steps.at(-1)).toMatchObject({ state: 'done', set: { state: 92 } });
    expect((await call('GET', `${base}/_ringback/next`)).body.queue).toMatchObject([
      { scenario: 'docdigitizer/one' },
    ]);
  });

  it.each([
    ['a broken script', 'name: one\nprovider: docdigitizer\noutcme: 1\n', /a\.yaml:3:1 \/outcme/],
    [
      'a policy that cannot be played',
      `${script('one', 'error')}retry: { on: [5xx] }\n`,
      /a\.yaml:\d+.*retry/,
    ],
    ['a name that two files share', script('two', 'error'), /b\.yaml:1:7 \/name/],
  ])('change nothing when there is %s', async (_, text, place) => {
    await write('a.yaml', script('one', 'rejected'));
    await write('b.yaml', script('two', 'rejected'));
    const running = await server();
    await write('a.yaml', text);
    const error = await running.reloadScenarios().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'scenario.invalid' });
    expect(JSON.stringify(error)).toMatch(place);
    expect(await finalOf(running.url, 'one')).toBe('rejected');
    expect(await finalOf(running.url, 'two')).toBe('rejected');
  });

  it('prevent the start when one of them cannot be played', async () => {
    await write('a.yaml', `${script('one', 'error')}retry: { on: [5xx] }\n`);
    await expect(startServer({ port: 0, scenarios: [folder] })).rejects.toMatchObject({
      code: 'scenario.invalid',
      message: expect.stringMatching(/a\.yaml:\d+:8 \/retry: .*retry\.schedule/),
    });
  });
});

describe('ringback serve --scenarios', () => {
  async function serve(path: string): Promise<{ cli: CliProcess; url: string }> {
    const cli = startCli(['serve', '--port', '0', '--clock', 'virtual', '--scenarios', path]);
    closeAfterwards(async () => {
      cli.child.kill('SIGKILL');
      await cli.exit;
    });
    const ready = /listening on (\S+)\n/;
    const url = ready.exec(await cli.until('stdout', ready))?.[1] ?? '';
    return { cli, url };
  }
  /** Resolves with stderr once that number of its lines match. */
  const lines = (cli: CliProcess, pattern: RegExp, count: number) =>
    cli.until('stderr', new RegExp(`(?:${pattern.source}[\\s\\S]*?){${count}}`));
  const again = /reloaded scenario files: /;

  it('follows files that are changed, added, deleted and replaced, and logs a line for each', async () => {
    await write('a.yaml', script('one', 'rejected'));
    const { cli, url } = await serve(folder);
    expect(await finalOf(url, 'one')).toBe('rejected');

    await write('a.yaml', script('one', 'error'));
    expect(await lines(cli, again, 1)).toMatch(
      /reloaded scenario files: \d+ scenarios; changed docdigitizer\/one\n/,
    );
    expect(await finalOf(url, 'one')).toBe('error');

    await mkdir(join(folder, 'more'));
    await write('more/b.yml', script('two', 'error'));
    expect(await lines(cli, again, 2)).toMatch(/scenarios; added docdigitizer\/two\n/);
    expect(await finalOf(url, 'two')).toBe('error');

    await write('.draft', script('one', 'annotated'));
    await rename(join(folder, '.draft'), join(folder, 'a.yaml'));
    await lines(cli, again, 3);
    expect(await finalOf(url, 'one')).toBe('annotated');

    await rm(join(folder, 'more'), { recursive: true });
    expect(await lines(cli, again, 4)).toMatch(/scenarios; removed docdigitizer\/two\n/);
    expect(await finalOf(url, 'two')).toBe(404);
  });

  it('reports a fault with its place, keeps the last good version, and continues once the fault is fixed', async () => {
    const file = join(folder, 'mine.yaml');
    await writeFile(file, script('one', 'rejected'));
    const { cli, url } = await serve(file);
    await writeFile(file, script('one', 'rejcted').replace('description', 'descripton'));
    const told = await cli.until(
      'stderr',
      /warning: the scenario files have changed, but are invalid[\s\S]*outcome\/final.*\n/,
    );
    expect(told).toContain(
      `\n  ${file}:3:1 /descripton: unknown key "descripton". Did you mean "description"?`,
    );
    expect(told).toMatch(/mine\.yaml:4:19 \/outcome\/final: .*"rejected"/);
    expect(await finalOf(url, 'one')).toBe('rejected');

    await rm(file);
    expect(await lines(cli, /are invalid; the previous version stays in use/, 2)).toMatch(
      /mine\.yaml: there is no such file/,
    );
    expect(await finalOf(url, 'one')).toBe('rejected');

    await writeFile(file, script('one', 'error'));
    await lines(cli, again, 1);
    expect(await finalOf(url, 'one')).toBe('error');
    cli.child.kill('SIGTERM');
    expect(await cli.exit).toEqual({ code: 0, signal: null });
  });
});
