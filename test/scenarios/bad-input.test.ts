import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { call, submitDocument, useTestServer } from '../support/test-server.ts';

const script = (...lines: string[]): string => ['name: bad', 'provider: docdigitizer', ...lines].join('\n');
const outcome = 'outcome: { final: annotated }';

/** Five levels of ten references each: a hundred thousand copies of twenty values. */
function explodingAnchors(): string {
  const levels = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index, all) => {
    const inner = index === 0 ? Array(20).fill('x') : Array(10).fill(`*${all[index - 1]}`);
    return `  ${name}: &${name} [${inner.join(', ')}]`;
  });
  return script('timeline:', '- after: 1s', '  set:', ...levels.map((line) => `  ${line}`));
}

/** The number of cases that run in a separate process: they cover what only the start of a server does. */
const atStart = 9;

/** What is wrong, the script, the reported place (line:column and pointer), and the message. */
const cases: readonly [string, string, string, RegExp][] = [
  [
    'an unknown key',
    script(outcome, 'fualts: []'),
    '4:1 /fualts',
    /unknown key "fualts"\. Did you mean "faults"\?/,
  ],
  [
    'an unknown fault',
    script(outcome, 'faults:', '- { on: { state: 91 }, dropp: true }'),
    '5:24 /faults/0/dropp',
    /unknown key "dropp"\. Did you mean "drop"\?/,
  ],
  [
    'a negative duration',
    script(outcome, 'timings: { final: -5s }'),
    '4:19 /timings/final',
    /got "-5s", expected a duration such as 250ms, 2s/,
  ],
  [
    'a callback that the contract lacks',
    script('timeline:', '- after: 1s', '  callback: documentStat'),
    '5:13 /timeline/0/callback',
    /your contract has no callback "documentStat" of docdigitizer, expected one of .+ Did you mean "documentState"\?/,
  ],
  [
    'a loop',
    script('timeline: &all', '- after: 1s', '  set: { again: *all }'),
    '5:17',
    /the alias \*all refers to a node that contains it: a loop/,
  ],
  ['an empty script', '', '1:1', /the script is empty, expected a scenario with at least name and provider/],
  [
    'a script of 5 MB',
    `${script(outcome)}\n# ${'x'.repeat(5 * 1024 * 1024)}`,
    '',
    /(bytes|characters|too large), expected at most 1048576 characters/,
  ],
  ['anchors that explode', explodingAnchors(), '', /more than 200000 values with its aliases/],
  [
    'a name that is there twice',
    `${script(outcome)}\n---\n${script(outcome)}`,
    '5:7 /name',
    /the name "docdigitizer\/bad" is already used at .+:1\. Choose another name/,
  ],
  [
    'an unknown kind of fault',
    script(outcome, 'faults:', '- corrupt: truncated'),
    '5:12 /faults/0/corrupt',
    /got "truncated", expected one of truncate, invalid-json.+ Did you mean "truncate"\?/,
  ],
  [
    'an operation that the contract lacks',
    script(outcome, 'respond:', '- { operation: submit, latency: 1s }'),
    '5:16 /respond/0/operation',
    /your contract has no operation "submit" of docdigitizer, expected one of .*submitDocument/,
  ],
  [
    'an operation that chooses no scenario',
    script(outcome, 'match: { operation: getDocument }'),
    '4:21 /match/operation',
    /getDocument chooses no scenario; expected one of submitDocument/,
  ],
  ['an empty timeline', script('timeline: []'), '3:11 /timeline', /expected at least 1 entry/],
  ['what is no YAML', script(outcome, 'faults: ['), '4:', /./],
  [
    'an unknown provider',
    'name: bad\nprovider: docdigitzer\noutcome: {}',
    '2:11 /provider',
    /Did you mean "docdigitizer"\?/,
  ],
  [
    'a final state that is not the last one',
    script(outcome, 'timings:', '  machineLearning: 10s', '  final: 2s'),
    '5:20 /timings/machineLearning',
    /got 10s, expected at most the 2s of `final`/,
  ],
  [
    'a retry without waits',
    script(outcome, 'retry: { on: [503] }'),
    '4:8 /retry',
    /there are no waits: add `retry\.schedule`/,
  ],
  [
    'a state that no callback speaks of',
    script(outcome, 'faults:', '- { on: { state: 19 }, drop: true }'),
    '5:18 /faults/0/on/state',
    /no callback has the state 19, expected one of .*91/,
  ],
  [
    'a retry preset that there is not',
    script(outcome, 'retry: stripes'),
    '4:8 /retry',
    /Did you mean "stripe"\?/,
  ],
];

describe('ringback serve --scenarios refuses', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringback-bad-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(cases.slice(0, atStart))(
    '%s, with its place and the remedy, and exits 3',
    async (what, text, place, message) => {
      const file = join(folder, `${what.replaceAll(' ', '-')}.yaml`);
      await writeFile(file, text);
      const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--scenarios', file]);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(place === '' ? file : `${file}:${place}`);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/defect|\n\s+at /);
    },
  );

  test('a missing file, and exits 3', async () => {
    const { code, stderr } = await runCli([
      'serve',
      '--port',
      '0',
      '--scenarios',
      join(folder, 'nowhere.yaml'),
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain(`${join(folder, 'nowhere.yaml')}: there is no such file or directory`);
  });
});

describe('PUT /_ringback/scenarios/{name} refuses', () => {
  const server = useTestServer();
  const url = (): string => `http://127.0.0.1:${server().port}`;
  const put = async (name: string, text: string) => {
    const answer = await fetch(`${url()}/_ringback/scenarios/${name}`, { method: 'PUT', body: text });
    return { status: answer.status, body: (await answer.json()) as Problem };
  };
  interface Problem {
    readonly detail: string;
    readonly remedy: string;
    readonly violations: readonly { location: string; message: string }[];
  }

  test.each(cases)('%s with 422, and the server goes on', async (_, text, place, message) => {
    const before = (await call('GET', `${url()}/_ringback/scenarios`)).body;
    const { status, body } = await put('bad', text);
    expect(status).toBe(422);
    expect(body.remedy).toContain('at the place given');
    const found = body.violations.map(({ location, message: said }) => `${location} ${said}`);
    expect(found.some((said) => said.startsWith(`body:${place}`) && message.test(said))).toBe(true);
    expect((await call('GET', `${url()}/_ringback/scenarios`)).body).toEqual(before);
    expect((await submitDocument(url(), {})).status).toBe(202);
  });

  test('no valid script, which then plays', async () => {
    expect(await put('bad', script(outcome, 'timings: { final: 3s }'))).toMatchObject({ status: 201 });
    const submitted = await submitDocument(url(), {}, { 'x-ringback-scenario': 'bad' });
    expect(submitted.status).toBe(202);
    const run = await call('GET', `${url()}/_ringback/runs/${submitted.headers.get('x-ringback-run')}`);
    expect(run.body.scenario).toBe('docdigitizer/bad');
  });
});
