import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { scenarioTable } from '../../src/cli/scenario-list.ts';
import { explain } from '../../src/core/explain/explain.ts';
import { loadCatalogue, loadScenarios } from '../../src/loading/catalogue.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { closeAfterwards } from '../support/closing.ts';
import { runCli } from './run-cli.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
  await writeFile(
    join(folder, 'good.yaml'),
    'name: mine\nprovider: docdigitizer\noutcome: { final: rejected }\n',
  );
  await writeFile(
    join(folder, 'bad.yaml'),
    [
      'name: typo',
      'provider: docdigitizer',
      'outcom: { final: rejected }',
      '---',
      'name: late',
      'provider: docdigitizer',
      'outcome: { final: rejectd }',
      '',
    ].join('\n'),
  );
  await writeFile(
    join(folder, 'unplayable.yaml'),
    'name: unplayable\nprovider: docdigitizer\noutcome: { final: error }\nretry: { on: [503] }\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('ringback scenario list', () => {
  it('scenario list prints shipped and given scenarios by provider, one per line, with the defaults marked', async () => {
    const { code, stdout, stderr } = await runCli([
      'scenario',
      'list',
      '--scenarios',
      join(folder, 'good.yaml'),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^docdigitizer\n {2}annotated \(default\) {2,}The document is classified/);
    expect(stdout).toMatch(/^ {2}mine$/m);
    const groups = stdout
      .trimEnd()
      .split('\n\n')
      .map((group) => group.split('\n'));
    expect(groups.map(([provider]) => provider)).toEqual(['docdigitizer', 'informed']);
    for (const [, ...names] of groups) expect(names).toEqual(names.toSorted());
  });

  it('scenario list selects by provider and by text', async () => {
    const { stdout } = await runCli(['scenario', 'list', '--provider', 'informed', '--search', 'DUPLICATE']);
    expect(stdout).toMatch(/^informed\n( {2}[a-z-]+ {2,}.*\n)+$/);
    expect(stdout).toContain('duplicate');
    expect((await runCli(['scenario', 'list', '--search', 'no such thing'])).stdout).toBe('no scenarios\n');
    const wrong = await runCli(['scenario', 'list', '--provider', 'informd']);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      'ringback: Could not read --provider. Got "informd", expected docdigitizer or informed. Did you mean "informed"?\n',
    ]);
  });

  it('scenario list is no wider than the terminal', async () => {
    const catalogue = await loadCatalogue(null);
    const lines = scenarioTable(await loadScenarios(catalogue, []), catalogue, 60).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(60);
    expect(lines.some((line) => line.endsWith('…'))).toBe(true);
  });

  it('scenario list prints JSON with the place of each script', async () => {
    const { stdout } = await runCli(['scenario', 'list', '--json', '--scenarios', join(folder, 'good.yaml')]);
    const mine = JSON.parse(stdout).scenarios.find(
      ({ name }: { name: string }) => name === 'docdigitizer/mine',
    );
    expect(mine).toMatchObject({ default: false, source: { file: join(folder, 'good.yaml'), line: 1 } });
  });
});

describe('ringback scenario lint', () => {
  it('scenario lint accepts a valid file, says what it checked, and exits 0', async () => {
    expect(await runCli(['scenario', 'lint', join(folder, 'good.yaml')])).toEqual({
      code: 0,
      stdout: '1 file, 1 scenario: 0 findings\n',
      stderr: '',
    });
  });

  it('scenario lint accepts a scenario that has faults only', async () => {
    // A separate folder, since other tests count the files of the shared one.
    const own = await mkdtemp(join(tmpdir(), 'ringback-test-'));
    closeAfterwards(() => rm(own, { recursive: true }));
    const file = join(own, 'faults-alone.yaml');
    await writeFile(file, 'name: faults-alone\nprovider: informed\nfaults: [{ drop: true }]\n');
    expect(await runCli(['scenario', 'lint', file])).toMatchObject({ code: 0 });
    const { stdout } = await runCli(['scenario', 'explain', 'faults-alone', '--scenarios', file]);
    expect(stdout).toContain('never leaves [drop]');
  });

  it('scenario lint lists every finding of every file with line and column, and exits 1', async () => {
    const { code, stdout, stderr } = await runCli(['scenario', 'lint', folder]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(`${join(folder, 'bad.yaml')}:3:1 /outcom  `);
    expect(stdout).toMatch(/Did you mean "outcome"\?/);
    expect(stdout).toContain(`${join(folder, 'bad.yaml')}:7:19 /outcome/final  `);
    expect(stdout).toContain(`${join(folder, 'unplayable.yaml')}:4:8 /retry  `);
    const findings = stdout.trimEnd().split('\n').length - 1;
    expect(findings).toBeGreaterThanOrEqual(3);
    expect(stdout).toMatch(new RegExp(`\\n3 files, 1 scenario: ${findings} findings\\n$`));
  });

  it('prints JSON when asked to', async () => {
    const { code, stdout } = await runCli(['scenario', 'lint', '--json', join(folder, 'unplayable.yaml')]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ files: 1, scenarios: 0, findings: [{ code: 'retry' }] });
  });

  it('scenario lint reports an unreadable file as a finding, and checks the rest', async () => {
    const mixed = await mkdtemp(join(tmpdir(), 'ringback-test-'));
    onTestFinished(() => rm(mixed, { recursive: true }));
    await writeFile(join(mixed, 'a.yaml'), Buffer.from([0x6e, 0xff, 0xfe, 0x00]));
    await writeFile(join(mixed, 'b.json'), Buffer.from('\uFEFF{}', 'utf16le'));
    await writeFile(
      join(mixed, 'c.yaml'),
      'name: typo\nprovider: docdigitizer\noutcom: { final: rejected }\n',
    );
    await writeFile(join(mixed, 'd.yaml'), 'name: fine\nprovider: docdigitizer\noutcome: { final: error }\n');
    await mkdir(join(mixed, 'empty'));
    const given = [mixed, join(mixed, 'empty'), join(mixed, 'none.yaml'), join(mixed, 'notes.txt')];
    await writeFile(join(mixed, 'notes.txt'), 'no script');
    const { code, stdout, stderr } = await runCli(['scenario', 'lint', ...given]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const findings = stdout.replaceAll(`${mixed}/`, '').split('\n');
    expect(findings).toEqual(
      expect.arrayContaining([
        'a.yaml  the file is not UTF-8.  [file.unreadable]',
        'b.json  the file is UTF-16, expected UTF-8.  [file.unreadable]',
        expect.stringMatching(/^c\.yaml:3:1 \/outcom {2}.*Did you mean "outcome"\?/),
        'empty  the directory has no .yaml, .yml, .json file.  [file.none]',
        'none.yaml  there is no such file or directory.  [file.unreadable]',
        'notes.txt  got ".txt", expected one of .yaml, .yml, .json.  [file.extension]',
      ]),
    );
    expect(stdout).toMatch(/\n2 files, 1 scenario: \d+ findings\n$/);
  });

  it('scenario lint without a file says so, and exits 2', async () => {
    const { code, stdout, stderr } = await runCli(['scenario', 'lint']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/no file given/);
  });
});

describe('ringback scenario explain', () => {
  it('scenario explain explains the only scenario of a file', async () => {
    const { code, stdout } = await runCli(['scenario', 'explain', join(folder, 'good.yaml')]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^docdigitizer\/mine\n/)]);
    const several = join(folder, 'several.yaml');
    await writeFile(several, 'name: one\nprovider: docdigitizer\n---\nname: two\nprovider: docdigitizer\n');
    const refused = await runCli(['scenario', 'explain', several]);
    await rm(several);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `ringback: Could not explain ${several}: it must have one scenario. Got docdigitizer/one, docdigitizer/two. Give the path with --scenarios, and name one.\n`,
    ]);
  });

  it('scenario explain says that a file does not exist', async () => {
    const { code, stderr } = await runCli(['scenario', 'explain', './nope.yaml']);
    expect([code, stderr]).toEqual([
      3,
      'ringback: Could not read scenario files: ./nope.yaml: there is no such file or directory.\n',
    ]);
  });

  it('scenario explain prints the explanation as JSON, by default for seed 1 and a consumer that responds 200', async () => {
    const catalogue = await loadCatalogue(null);
    const scenarios = await loadScenarios(catalogue, []);
    const expected = await explain({
      ...catalogue,
      scenarios,
      scenario: 'rejected',
      createStore: createMemoryStore,
    });
    const { code, stdout } = await runCli(['scenario', 'explain', 'rejected', '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('scenario explain takes scripts, settings, responses, files and a seed', async () => {
    const { stdout } = await runCli([
      ...['scenario', 'explain', 'mine', '--scenarios', join(folder, 'good.yaml'), '--format', 'json'],
      ...['--set', 'docdigitizer.finalTime=3s', '--answer', '500,200', '--files', '2', '--seed', '7'],
    ]);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      scenario: 'docdigitizer/mine',
      seed: 7,
      answers: [500, 200],
      endsAtMs: 3_000,
    });
    expect(told.deliveries).toHaveLength(4);
  });

  it('scenario explain starts its clock at --now', async () => {
    const payloads = async (...now: string[]): Promise<string> => {
      const { stdout } = await runCli(['scenario', 'explain', 'complete', '--format', 'json', ...now]);
      return JSON.stringify(JSON.parse(stdout).deliveries);
    };
    expect(await payloads()).toContain('2030-01-01T00:00:');
    expect(await payloads('--now', '2031-03-01T08:00:00Z')).toContain('2031-03-01T08:00:');
  });

  it('scenario explain draws a diagram', async () => {
    const { stdout } = await runCli(['scenario', 'explain', 'rejected', '--format', 'mermaid']);
    expect(stdout).toMatch(/^sequenceDiagram\n {2}participant C as consumer\n/);
  });

  it.each([
    [['rejectd'], /Did you mean "rejected"\?/],
    [[], /no scenario given/],
    [['rejected', '--answer', 'maybe'], /Got "maybe", expected a status/],
    [['rejected', '--format', 'xml'], /--format\. Got "xml"/],
    [['complete', '--method', 'GET'], /by POST only/],
    [['informed/rejected'], /informed has none of that name, there is docdigitizer\/rejected\.$/m],
    [['documentState'], /that is a callback, not a scenario/],
  ])('refuses %j with advice, and exits 2', async (args, message) => {
    const { code, stdout, stderr } = await runCli(['scenario', 'explain', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('the commands of ringback scenario', () => {
  it('the help lists the commands of ringback scenario', async () => {
    const help = await runCli(['scenario', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(
      /scenario list\n.*scenario lint <file\|dir>…\n.*scenario explain <scenario\|file>\n/s,
    );
    expect(await runCli(['help', 'scenario'])).toEqual(help);
    expect((await runCli(['scenario', 'explain', '--help'])).stdout).toContain('--answer <status,…>');
  });

  it.each([
    [['scenario'], /no command "scenario"/],
    [['scenario', 'lst'], /Did you mean "scenario list"\?/],
  ])('%j lists the commands of ringback scenario, and exits 2', async (args, message) => {
    const { code, stderr } = await runCli(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('scenario list, scenario lint, scenario explain');
  });
});
