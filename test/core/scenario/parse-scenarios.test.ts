import { describe, expect, test } from 'vitest';
import { parseScenarioFiles } from '../../../src/core/scenario/parse-scenarios.ts';
import { parseScenarioObject, parseScenarios } from '../../support/parse-scenarios.ts';
import { errorOf, world } from './world.ts';

const parse = (text: string, file = 'a.yaml') => parseScenarios(text, { ...world, file });
const violationsOf = (text: string, file = 'a.yaml') => {
  const error = errorOf(() => parse(text, file));
  expect(error.code).toBe('scenario.invalid');
  return error.violations.map(({ location, message }) => `${location} — ${message}`);
};

/** A script that is valid up to the lines that are added to it. */
const script = (...lines: string[]) =>
  ['name: x', 'provider: docdigitizer', 'outcome: { final: annotated }', ...lines].join('\n');
const timeline = (...lines: string[]) =>
  ['name: x', 'provider: docdigitizer', 'timeline:', ...lines].join('\n');

describe('parseScenarios', () => {
  test('reads every key of the format, durations as milliseconds', () => {
    const [scenario] = parse(`
name: rejected-twice-announced
description: Says it twice.
provider: docdigitizer
match: { operation: submitDocument, fileName: "*.pdf", body: { document_class: invoice } }
outcome: { final: rejected, reason: not included in the license }
timings: { machineLearning: 1.5s, final: 10s }
faults:
  - on: { callback: documentState, state: 92 }
    duplicate: { times: 2, gap: 250ms }
  - { delay: 1h, probability: 0.5 }
  - { on: { attempt: 1 }, corrupt: { missingQuery: stateText } }
retry: { schedule: [1s, 2m], on: [429, 5xx, timeout], timeout: 30s, retryAfter: 0s }
respond:
  - { operation: submitDocument, times: 2, status: 503, headers: { Retry-After: "1" }, body: { a: 1 } }
  - { latency: 2s }
  - { rate_limit: { limit: 0, per: 1m } }
settings: { docdigitizer.finalTime: 3s, docdigitizer.callbackVariant: documentStateV1 }
seed: 0
`);
    expect(scenario).toEqual({
      name: 'rejected-twice-announced',
      provider: 'docdigitizer',
      description: 'Says it twice.',
      match: { operation: 'submitDocument', fileName: '*.pdf', body: { document_class: 'invoice' } },
      outcome: { final: 'rejected', reason: 'not included in the license' },
      timingsMs: { machineLearning: 1500, final: 10_000 },
      timeline: null,
      faults: [
        {
          on: { callback: 'documentState', state: 92 },
          fault: 'duplicate',
          value: { times: 2, gapMs: 250, concurrent: false },
          probability: 1,
        },
        { on: {}, fault: 'delay', value: 3_600_000, probability: 0.5 },
        { on: { attempt: 1 }, fault: 'corrupt', value: { missingQuery: 'stateText' }, probability: 1 },
      ],
      retry: {
        delaysMs: [1000, 120_000],
        on: ['429', '5xx', 'timeout'],
        timeoutMs: 30_000,
        retryAfterMaxMs: 0,
      },
      respond: [
        {
          operation: 'submitDocument',
          times: 2,
          kind: 'status',
          value: 503,
          probability: 1,
          headers: { 'Retry-After': '1' },
          body: { a: 1 },
        },
        { kind: 'latency', value: 2000, probability: 1 },
        { kind: 'rate_limit', value: { limit: 0, perMs: 60_000 }, probability: 1 },
      ],
      settings: { 'docdigitizer.finalTime': '3s', 'docdigitizer.callbackVariant': 'documentStateV1' },
      seed: 0,
      source: { file: 'a.yaml', line: 2 },
    });
  });

  test('accepts a number of milliseconds wherever it accepts a duration', () => {
    const [scenario] = parse(`
name: n
provider: docdigitizer
timings: { machineLearning: 1500, final: 2000.4 }
faults: [{ delay: 1 }, { duplicate: { times: 2, gap: 250 } }, { timeout: 30000 }]
retry: { schedule: [1000, 2m], timeout: 5000, retryAfter: 0 }
respond: [{ latency: 10 }, { rate_limit: { limit: 1, per: 60000 } }]
settings: { docdigitizer.finalTime: 3000 }
`);
    expect(scenario).toMatchObject({
      timingsMs: { machineLearning: 1500, final: 2000 },
      faults: [{ value: 1 }, { value: { gapMs: 250 } }, { value: 30_000 }],
      retry: { delaysMs: [1000, 120_000], timeoutMs: 5000, retryAfterMaxMs: 0 },
      respond: [{ value: 10 }, { value: { perMs: 60_000 } }],
      settings: { 'docdigitizer.finalTime': 3000 },
    });
  });

  test('reads a timeline whose steps start at the submission unless they say otherwise', () => {
    const [scenario] = parse(`
name: t
provider: informed
timeline:
  - { on: upload, after: 5s, callback: extractions, payload: { documents: {} } }
  - { after: 0s, set: { a: null } }
`);
    expect(scenario?.timeline).toEqual([
      { on: 'upload', afterMs: 5000, callback: 'extractions', payload: { documents: {} } },
      { on: 'submission', afterMs: 0, set: { a: null } },
    ]);
    expect(scenario?.outcome).toBeNull();
  });

  test('reads several documents of a file, each with its own line', () => {
    const scenarios = parse(`${script()}\n---\nname: y\nprovider: informed\noutcome: {}\n`);
    expect(scenarios.map(({ name, source }) => [name, source.line])).toEqual([
      ['x', 1],
      ['y', 5],
    ]);
  });

  test('accepts the same name for two providers', () => {
    expect(parse(`${script()}\n---\nname: x\nprovider: informed\noutcome: {}`)).toHaveLength(2);
  });

  test('reads JSON', () => {
    const text = JSON.stringify({ name: 'j', provider: 'informed', outcome: { extraction: 'ok' } });
    expect(parse(text, 'a.json')[0]?.outcome).toEqual({ extraction: 'ok' });
    expect(parse(`\uFEFF${text}`, 'a.json')[0]?.name).toBe('j');
  });

  test('resolves aliases that are used within reason', () => {
    const [scenario] = parse(
      script('faults:', '  - on: &first { nth: 1 }', '    drop: true', '  - { on: *first, delay: 1s }'),
    );
    expect(scenario?.faults.map((rule) => rule.on)).toEqual([{ nth: 1 }, { nth: 1 }]);
  });

  test.each([
    ['docdigitizer', { final: 'annotated' }],
    ['informed', { extraction: 'ok' }],
    ['plain', {}],
  ])('gives a scenario of %s without outcome and timeline the default outcome', (provider, outcome) => {
    const faults = [{ drop: true }];
    for (const given of [
      parse(`name: d\nprovider: ${provider}\nfaults: [{ drop: true }]`)[0],
      parse(JSON.stringify({ name: 'd', provider, faults }), 'a.json')[0],
      parseScenarioObject({ name: 'd', provider, faults }, { ...world, source: 'code' }),
    ])
      expect(given).toMatchObject({ outcome, timeline: null, faults: [{ fault: 'drop' }] });
  });

  test('accepts timings without an outcome', () => {
    const [scenario] = parse('{ name: d, provider: docdigitizer, timings: { final: 1h } }');
    expect(scenario).toMatchObject({ outcome: { final: 'annotated' }, timingsMs: { final: 3_600_000 } });
  });

  test('leaves outcome, timings and triggers unchecked for a provider without a language of its own', () => {
    const [scenario] = parse('{ name: p, provider: plain, outcome: { any: 1 }, timings: { soon: 1s } }');
    expect(scenario?.timingsMs).toEqual({ soon: 1000 });
  });

  test('keeps a key called __proto__ as a key', () => {
    const [scenario] = parse(timeline('  - { after: 0s, set: { __proto__: { polluted: true } } }'));
    const patch = scenario?.timeline?.[0]?.set ?? {};
    expect(Object.keys(patch)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

test.each([204, 205, 304])('a scripted response with status %i and a body is refused', (status) => {
  expect(violationsOf(script(`respond: [{ status: ${status}, body: {} }]`))).toEqual([
    expect.stringContaining(`/respond/0/body — an answer with status ${status} has no body; leave it out.`),
  ]);
  expect(parse(script(`respond: [{ status: ${status} }]`))).toHaveLength(1);
  expect(parse(script('respond: [{ status: 203, body: {} }]'))).toHaveLength(1);
});

describe('a bad script is refused at its place', () => {
  test.each<[string, string, RegExp]>([
    [
      'unknown key',
      script('fualts: []'),
      /^a\.yaml:4:1 \/fualts — unknown key "fualts"\. Did you mean "faults"\?/,
    ],
    [
      'unknown fault',
      script('faults:', '  - dely: 1h'),
      /^a\.yaml:5:5 \/faults\/0\/dely — unknown key "dely"\. Did you mean "delay"\?/,
    ],
    [
      'fault without a fault',
      script('faults:', '  - on: { nth: 1 }'),
      /^a\.yaml:5:5 \/faults\/0 — got an object with on, expected exactly one fault: drop, delay/,
    ],
    [
      'two faults in one entry',
      script('faults:', '  - { drop: true, delay: 1s }'),
      /\/faults\/0 — got an object with drop, delay, expected exactly one fault/,
    ],
    [
      'fault value of the wrong type',
      script('faults: [{ drop: yes please }]'),
      /^a\.yaml:4:18 \/faults\/0\/drop — got "yes please", expected true/,
    ],
    [
      'unknown corruption',
      script('faults: [{ corrupt: truncated }]'),
      /\/faults\/0\/corrupt — got "truncated", expected one of truncate, .*Did you mean "truncate"\?/,
    ],
    [
      'corruption without a value',
      script('faults: [{ corrupt: {} }]'),
      /\/faults\/0\/corrupt — got an empty object, expected at least 1 key/,
    ],
    [
      'corruption at an invalid pointer',
      script('faults: [{ corrupt: { schema: documents } }]'),
      /corrupt\/schema — got "documents", expected a JSON pointer/,
    ],
    [
      'unknown query parameter',
      script('faults: [{ corrupt: { missingQuery: stateTxt } }]'),
      /missingQuery — .*Did you mean "stateText"\?/,
    ],
    [
      'a duplicate sent once',
      script('faults: [{ duplicate: { times: 1 } }]'),
      /duplicate\/times — got 1, expected at least 2/,
    ],
    [
      'concurrent duplicates with a gap',
      script('faults: [{ duplicate: { times: 2, gap: 1s, concurrent: true } }]'),
      /either `gap` or `concurrent`/,
    ],
    ['probability over 1', script('faults: [{ drop: true, probability: 1.5 }]'), /expected at most 1/],
    [
      'empty selector',
      script('faults: [{ drop: true, on: {} }]'),
      /on — got an empty object, expected at least 1 key/,
    ],
    [
      'unknown selector',
      script('faults: [{ drop: true, on: { evnt_type: error } }]'),
      /unknown key "evnt_type"\. Did you mean "event_type"\?/,
    ],
    [
      'fault on an unknown callback',
      script('faults: [{ drop: true, on: { callback: documentStat } }]'),
      /^a\.yaml:4:40 \/faults\/0\/on\/callback — your contract has no callback "documentStat" of docdigitizer/,
    ],
    [
      'negative duration',
      script('timings: { final: -2s }'),
      /^a\.yaml:4:19 \/timings\/final — got "-2s", expected a duration such as 250ms/,
    ],
    [
      'duration without a unit',
      script('timings: { final: "2" }'),
      /\/timings\/final — got "2", expected a duration/,
    ],
    [
      'duration of centuries',
      script('timings: { final: 99999d }'),
      /\/timings\/final — .*longer than 100 years/,
    ],
    ['unknown timing', script('timings: { finale: 2s }'), /unknown key "finale"\. Did you mean "final"\?/],
    [
      'timings with a timeline',
      timeline('  - { after: 1s, callback: documentState }', 'timings: { final: 2s }'),
      /expected no `timings` along with `timeline`/,
    ],
    [
      'unknown callback',
      timeline('  - { after: 1s, callback: documentStates }'),
      /^a\.yaml:4:28 \/timeline\/0\/callback — your contract has no callback .* Did you mean "documentState"\?/,
    ],
    [
      'callback of another provider',
      timeline('  - { after: 1s, callback: extractions }'),
      /your contract has no callback "extractions" of docdigitizer/,
    ],
    [
      'unknown trigger',
      timeline('  - { on: uplod, after: 1s, callback: documentState }'),
      /\/timeline\/0\/on — got "uplod", expected one of submission/,
    ],
    [
      'trigger that is not a name',
      '{ name: p, provider: plain, timeline: [{ on: __proto__, after: 1s, set: { a: 1 } }] }',
      /\/timeline\/0\/on — got "__proto__", expected a name such as submission/,
    ],
    [
      'step without a time',
      timeline('  - { callback: documentState }'),
      /^a\.yaml:4:5 \/timeline\/0 — "after" is missing/,
    ],
    ['step that does nothing', timeline('  - { after: 1s }'), /expected `set`, `callback` or both/],
    [
      'query without parameters',
      timeline('  - { after: 1s, set: { a: 1 }, query: { state: 1 } }'),
      /expected `callback` along with `query`/,
    ],
    [
      'payload of a callback without a body',
      timeline('  - { after: 1s, callback: documentState, payload: { a: 1 } }'),
      /\/timeline\/0\/payload — the callback documentState has its data in the query string/,
    ],
    [
      'query of a callback with a body',
      '{ name: x, provider: informed, timeline: [{ after: 1s, callback: error, query: { a: 1 } }] }',
      /\/timeline\/0\/query — the callback error has a JSON body/,
    ],
    ['empty timeline', 'name: x\nprovider: plain\ntimeline: []', /expected at least 1 entry/],
    [
      'endless timeline',
      timeline(
        '  - { after: 20000d, set: { a: 1 } }',
        '  - { after: 10000d, set: { a: 2 } }',
        '  - { after: 6525d, set: { a: 3 } }',
        '  - { after: 1ms, set: { a: 4 } }',
      ),
      /^a\.yaml:7:14 \/timeline\/3\/after — .*longer than 100 years/,
    ],
    [
      'both outcome and timeline',
      script('timeline: [{ after: 1s, set: { a: 1 } }]'),
      /expected `outcome` or `timeline`, not both/,
    ],
    ['no name', 'provider: plain\noutcome: {}', /^a\.yaml:1:1 — "name" is missing/],
    [
      'name with a slash',
      'name: a/b\nprovider: plain\noutcome: {}',
      /\/name — got "a\/b", expected a name of letters/,
    ],
    ['no provider', 'name: x\noutcome: {}', /"provider" is missing/],
    [
      'unknown provider',
      'name: x\nprovider: docdigitzer\noutcome: {}',
      /^a\.yaml:2:11 \/provider — there is no provider "docdigitzer".*Did you mean "docdigitizer"\?/,
    ],
    [
      'unknown operation in match',
      script('match: { operation: submit }'),
      /\/match\/operation — your contract has no operation "submit" of docdigitizer/,
    ],
    [
      'unknown operation in respond',
      script('respond: [{ operation: getDocumnt, status: 500 }]'),
      /\/respond\/0\/operation — .*Did you mean "getDocument"\?/,
    ],
    [
      'invalid status',
      script('respond: [{ status: 99 }]'),
      /respond\/0\/status — got 99, expected at least 200/,
    ],
    [
      'headers without a status',
      script('respond: [{ latency: 1s, headers: { A: b } }]'),
      /expected `status` along with/,
    ],
    ['empty match', script('match: {}'), /\/match — got an empty object, expected at least 1 key/],
    [
      'unknown outcome',
      'name: x\nprovider: docdigitizer\noutcome: { final: rejectd }',
      /^a\.yaml:3:19 \/outcome\/final — got "rejectd", expected one of annotated, rejected, error\. Did you mean "rejected"\?/,
    ],
    [
      'outcome without a final state',
      'name: x\nprovider: docdigitizer\noutcome: {}',
      /\/outcome — "final" is missing/,
    ],
    [
      'reason without a rejection',
      'name: x\nprovider: docdigitizer\noutcome: { final: annotated, reason: r }',
      /expected no reason with `final: annotated`/,
    ],
    [
      'unknown verification',
      'name: x\nprovider: informed\noutcome: { verifications: { incme: fail } }',
      /unknown key "incme"\. Did you mean "income"\?/,
    ],
    [
      'unknown verification status',
      'name: x\nprovider: informed\noutcome: { verifications: { income: failed } }',
      /income — got "failed", expected one of pass, fail, missing, review/,
    ],
    [
      'documents in both forms',
      'name: x\nprovider: informed\noutcome: { documents: [paystub, [w2]] }',
      /\/outcome\/documents\/1 — got an array of 1, expected one of paystub/,
    ],
    ['unknown preset', script('retry: infomed'), /\/retry — got "infomed", .*Did you mean "informed"\?/],
    [
      'a retry of something that is not a failure',
      script('retry: { on: [204] }'),
      /\/retry\/on\/0 — got 204, expected a status that is not a success/,
    ],
    [
      'unknown retry pattern',
      script('retry: { on: [6xx] }'),
      /\/retry\/on\/0 — got "6xx", expected a status such as 503/,
    ],
    [
      'an attempt timeout of zero',
      script('retry: { timeout: 0s }'),
      /\/retry\/timeout — got "0s", expected a time above 0/,
    ],
    [
      'unknown setting',
      script('settings: { docdigitizer.finalTme: 1s }'),
      /unknown key "docdigitizer\.finalTme"\. Did you mean "docdigitizer\.finalTime"\?/,
    ],
    [
      'setting of another provider',
      script('settings: { informed.strict: true }'),
      /unknown key "informed\.strict"/,
    ],
    [
      'setting with a wrong value',
      script('settings: { docdigitizer.acceptedStatus: soon }'),
      /got "soon", expected an integer/,
    ],
    [
      'setting of a provider without a language',
      '{ name: p, provider: plain, outcome: {}, settings: { docdigitizer.finalTme: 1s } }',
      /\/settings\/docdigitizer\.finalTme — .*Did you mean "docdigitizer\.finalTime"\?/,
    ],
    ['negative seed', script('seed: -1'), /\/seed — got -1, expected at least 0/],
    ['value that is not an object', '- name: x', /^a\.yaml:1:1 — got an array of 1, expected an object/],
    ['duplicate key', script('name: y'), /^a\.yaml:4:1 — the key "name" occurs twice/],
    ['bad syntax', 'name: [x\nprovider: y', /^a\.yaml:\d+:\d+ — /],
    ['foreign tag', script('seed: !!binary aGk='), /^a\.yaml:4:7 — Unresolved tag/],
    ['number that JSON lacks', script('seed: .inf'), /^a\.yaml:4:7 — got Infinity, expected a JSON value/],
    ['alias without an anchor', script('match: *nothing'), /^a\.yaml:4:8 — .*nothing/],
    [
      'loop of aliases',
      script('match: &m { body: { again: *m } }'),
      /^a\.yaml:4:28 — the alias \*m refers to a node that contains it: a loop/,
    ],
    ['empty script', '', /^a\.yaml:1:1 — the script is empty/],
    ['script with only comments', '# nothing\n', /^a\.yaml:\d+:1 — the (script|document) is empty/],
    ['empty document', `${script()}\n---\n`, /^a\.yaml:\d+:\d+ — the document is empty/],
  ])('%s', (_what, text, expected) => {
    expect(violationsOf(text)).toContainEqual(expect.stringMatching(expected));
  });

  test.each<[string, string, RegExp]>([
    [
      'a comment in JSON',
      '{ "name": "x" } # no',
      /^a\.json:1:17 — .*not valid JSON: got "# no", expected the end/,
    ],
    ['a truncated script', '{\n "name": "x"', /^a\.json:2:13 — .*got the end of the text/],
    ['an error in the middle', '{\n  "name": "x",,\n}', /^a\.json:2:15 — /],
    ['an empty file', ' ', /^a\.json:1:1 — the script is empty/],
    [
      'an unknown key',
      '{\n "name": "x",\n "provider": "plain",\n "outcom": {}\n}',
      /^a\.json:4:2 \/outcom — /,
    ],
  ])('refuses %s', (_what, text, expected) => {
    expect(violationsOf(text, 'a.json')).toContainEqual(expect.stringMatching(expected));
  });

  test('reports all violations of all documents together', () => {
    const found = violationsOf(
      `${script('fualts: []', 'match: { operation: nope }')}\n---\nname: y\nprovider: plain\noutcome: 7\n`,
    );
    expect(found).toHaveLength(3);
    expect(found.map((line) => line.split(' ')[0])).toEqual(['a.yaml:4:1', 'a.yaml:5:21', 'a.yaml:9:10']);
  });

  test('counts the violations beyond a hundred', () => {
    const steps = Array.from({ length: 150 }, () => '  - { after: soon, set: { a: 1 } }');
    const found = violationsOf(timeline(...steps));
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toMatch(/there are at least 50 more violations/);
  });

  test('reports a name that is used twice, in one file and between files', () => {
    expect(violationsOf(`${script()}\n---\n${script()}`)).toEqual([
      'a.yaml:5:7 /name — the name "docdigitizer/x" is already used at a.yaml:1. Choose another name.',
    ]);
    const files = [
      { file: 'a.yaml', text: script() },
      { file: 'b.yaml', text: script() },
    ];
    const error = errorOf(() => parseScenarioFiles(files, world));
    expect(error.violations[0]?.location).toBe('b.yaml:1:7 /name');
    expect(error.message).toContain('2 files');
  });

  test('refuses a script over 1 MiB, and YAML over 256 KiB, without parsing it', () => {
    expect(violationsOf(`# ${'x'.repeat(5 * 1024 * 1024)}\n${script()}`)).toEqual([
      expect.stringMatching(/expected at most 1048576\. Split it/),
    ]);
    expect(violationsOf(`# ${'x'.repeat(256 * 1024)}\n${script()}`)).toEqual([
      expect.stringMatching(/expected at most 262144 of YAML\. Split it/),
    ]);
  });

  test.each([
    ['brackets', '['],
    ['closing brackets', ']'],
    ['pairs of brackets', '[]'],
    ['commas', ','],
    ['items', '\n- 1'],
    ['keys', '\na: 1'],
    ['keys without a value', ': '],
    ['complex keys', '? '],
    ['lines', '\n'],
    ['Windows line ends', '\r\n'],
    ['comments', '#\n'],
    ['quotes', '"'],
    ['anchors', '\n- &a 1'],
    ['aliases', '\n- *a'],
    ['tags', '!'],
    ['directives', '\n%A'],
    ['block scalars', '\n|'],
    ['folded scalars', '\n>'],
    ['dashes', '\n-'],
  ])('refuses more %s than the YAML parser may get', (_what, mark) => {
    const text = `a: ${mark.repeat(250_000 / mark.length)}`;
    expect(violationsOf(text)).toEqual([expect.stringMatching(/more than 20000 brackets, .* as JSON/)]);
  });

  test('refuses more than 1,000 documents', () => {
    expect(violationsOf('---\n'.repeat(2_000))).toEqual([expect.stringMatching(/more than 1000 documents/)]);
  });

  test('accepts a script with as many commas as people write', () => {
    expect(parse(`name: x\nprovider: plain\noutcome: { text: "${'well, '.repeat(10_000)}" }`)).toHaveLength(
      1,
    );
  });

  test('refuses a timeline of more than 10,000 steps, and accepts one of 10,000', () => {
    const steps = (length: number) => Array.from({ length }, () => ({ after: '1s', set: { a: 1 } }));
    const json = (length: number) =>
      JSON.stringify({ name: 'x', provider: 'docdigitizer', timeline: steps(length) });
    expect(parse(json(10_000))[0]?.timeline).toHaveLength(10_000);
    expect(violationsOf(json(10_001))).toEqual([
      expect.stringMatching(/\/timeline — got an array of 10001, expected at most 10000 entries/),
    ]);
  });

  test('reads and refuses long scripts without quadratic comparisons', () => {
    const started = performance.now();
    const keys = Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join();
    expect(parse(`{"name":"x","provider":"plain","outcome":{${keys}}}`)).toHaveLength(1);
    expect(violationsOf(`{"name":"x",${keys}}`)).toEqual([
      expect.stringMatching(/^a\.yaml:1:1 — got an object with name, k0, .*, expected at most 250 keys\.$/),
    ]);
    const bad = Array.from({ length: 9_999 }, () => '{"aftr":"1s","st":{}}').join();
    const found = violationsOf(`{"name":"x","provider":"plain","timeline":[${bad}]}`);
    expect(found).toHaveLength(101);
    expect(found[0]).toMatch(/^a\.yaml:1:44 \/timeline\/0 /);
    const late = Array.from({ length: 600 }, () => '{"after":"1s","set":{"a":1}}').join();
    expect(violationsOf(`{"name":"x","provider":"plain","timeline":[${late},{"aftr":"1s"}]}`)).toContainEqual(
      expect.stringMatching(/\/timeline\/600\/aftr — unknown key "aftr"/),
    );
    expect(
      violationsOf(`{"name":"x","provider":"plain","faults":[${'{"drop":1},'.repeat(20_000)}{}]}`),
    ).toEqual(['a.yaml:1:41 /faults — got an array of 20001, expected at most 10000 entries.']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('refuses exploding anchors in well under a second', () => {
    const levels = Array.from({ length: 25 }, (_, n) => {
      const alias = n === 0 ? 'x' : `*a${n - 1}`;
      return `    a${n}: &a${n} [${Array.from({ length: 9 }, () => alias).join(', ')}]`;
    });
    const started = performance.now();
    expect(violationsOf(script('match:', '  body:', ...levels))).toEqual([
      expect.stringMatching(/more than 200000 values/),
    ]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('refuses deep nesting, however deep it is', () => {
    for (const depth of [70, 500, 5000, 100_000]) {
      const text = `name: x\nprovider: plain\noutcome: { a: ${'['.repeat(depth)}${']'.repeat(depth)} }`;
      expect(violationsOf(text).join()).toMatch(
        /nested (too deeply|deeper than 64)|more than 20000 brackets/,
      );
    }
  });
});

describe('parseScenarioObject', () => {
  const read = (value: unknown) => parseScenarioObject(value, { ...world, source: 'PUT x' });

  test('checks an object like a file, with pointers as places', () => {
    expect(read({ name: 'o', provider: 'plain', outcome: {}, seed: undefined })).toMatchObject({
      name: 'o',
      seed: null,
      source: { file: 'PUT x', line: 1 },
    });
    const error = errorOf(() =>
      read({ name: 'o', provider: 'docdigitizer', outcome: { fin: 1 }, seed: 'a' }),
    );
    expect(error.violations.map(({ location }) => location)).toEqual(['/outcome', '/outcome/fin', '/seed']);
    expect(error.message).toMatch(/^Could not read the scenarios of PUT x: /);
  });

  test.each<[string, () => unknown, string]>([
    [
      'that contains itself',
      () => {
        const loop: Record<string, unknown> = {};
        loop.self = loop;
        return { name: 'o', provider: 'plain', outcome: loop };
      },
      '/outcome/self',
    ],
    ['with a function', () => ({ name: 'o', provider: 'plain', outcome: { f: () => 1 } }), '/outcome/f'],
    ['with NaN', () => ({ name: 'o', provider: 'plain', outcome: { n: Number.NaN } }), '/outcome/n'],
    ['with a Date', () => ({ name: 'o', provider: 'plain', outcome: { d: new Date(0) } }), '/outcome/d'],
    ['that is undefined', () => undefined, ''],
    ['that is a string', () => 'name: x', ''],
  ])('refuses a value %s', (_what, make, pointer) => {
    const error = errorOf(() => read(make()));
    expect(error.code).toBe('scenario.invalid');
    expect(error.violations[0]?.location).toBe(pointer);
  });

  test('never modifies its argument', () => {
    const value = Object.freeze({ name: 'o', provider: 'plain', outcome: Object.freeze({ a: 1 }) });
    expect(read(value).outcome).toEqual({ a: 1 });
  });
});
