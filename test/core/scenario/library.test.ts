import { describe, expect, test } from 'vitest';
import type { SubmissionFacts } from '../../../src/core/provider/provider.ts';
import { createScenarioLibrary } from '../../../src/core/scenario/library.ts';
import { type Settings, withSettings } from '../../../src/core/settings.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { parseScenarioObject } from '../../support/parse-scenarios.ts';
import { errorOf, providers, world } from './world.ts';

const scenario = (name: string, more: object = {}) =>
  parseScenarioObject(
    { name, provider: 'docdigitizer', outcome: { final: 'annotated' }, ...more },
    { ...world, source: 'test' },
  );
const informed = (name: string) => scenario(name, { provider: 'informed', outcome: {} });

const shipped = [
  scenario('rejected'),
  scenario('error'),
  scenario('annotated'),
  informed('complete'),
  informed('error'),
  informed('corrupted'),
];

function library(more: ReturnType<typeof scenario>[] = [], settings: () => Settings = () => defaultSettings) {
  return createScenarioLibrary({ scenarios: [...shipped, ...more], providers, settings });
}

const facts = (more: Partial<SubmissionFacts> = {}): SubmissionFacts => ({
  provider: 'docdigitizer',
  operation: 'submitDocument',
  header: undefined,
  fileName: 'contract.pdf',
  content: null,
  body: undefined,
  byContent: null,
  ...more,
});
const choice = (scripts: ReturnType<typeof library>, more: Partial<SubmissionFacts> = {}) => {
  const { plan, choice } = scripts.choose(facts(more));
  return `${choice.rule} ${plan.scenario}`;
};

describe('a library finds a scenario', () => {
  test('by its full name, by its name with a known provider, and by a unique name', () => {
    const scripts = library();
    expect(scripts.get('docdigitizer/error').plan.scenario).toBe('docdigitizer/error');
    expect(scripts.get('error', 'informed').plan.scenario).toBe('informed/error');
    expect(scripts.get('complete').scenario.provider).toBe('informed');
  });

  test.each<[string, string | undefined, RegExp]>([
    [
      'rejcted',
      'docdigitizer',
      /"rejcted" for docdigitizer: there is none of that name\. Did you mean "rejected"\?/,
    ],
    ['informed/complet', undefined, /Did you mean "informed\/complete"\?/],
    ['error', undefined, /Use a full name: docdigitizer\/error or informed\/error/],
    ['complete', 'docdigitizer', /only informed has one of that name/],
    ['informed/complete', 'docdigitizer', /it belongs to informed/],
    ['', 'docdigitizer', /there is none of that name/],
  ])('or says what to do: %s for %s', (name, provider, message) => {
    const error = errorOf(() => library().get(name, provider));
    expect(error.code).toBe('scenario.unknown');
    expect(error.message).toMatch(message);
  });

  test('lists all scenarios in alphabetical order', () => {
    expect(
      library()
        .list()
        .map(({ provider, name }) => `${provider}/${name}`),
    ).toEqual([
      'docdigitizer/annotated',
      'docdigitizer/error',
      'docdigitizer/rejected',
      'informed/complete',
      'informed/corrupted',
      'informed/error',
    ]);
  });
});

describe('a library chooses', () => {
  const matching = scenario('matching', { match: { fileName: '*.PDF' } });
  const everything = {
    header: 'error',
    fileName: 'contract.rejected.pdf',
    byContent: 'docdigitizer/error',
  };

  test('by the first rule that applies: header, next, file name, match, content, fallback, default', () => {
    const scripts = library([matching]);
    scripts.queueNext({ scenario: 'docdigitizer/annotated', match: null, times: 9 });
    const fallback = {
      plan: scripts.get('rejected').plan,
      choice: { rule: 'match', because: 'earlier' },
    } as const;
    expect(choice(scripts, { ...everything, fallback })).toBe('header docdigitizer/error');
    expect(choice(scripts, { ...everything, fallback, header: undefined })).toBe(
      'next docdigitizer/annotated',
    );
    scripts.clearQueue();
    expect(choice(scripts, { ...everything, fallback, header: undefined })).toBe(
      'file-name docdigitizer/rejected',
    );
    const plain = { ...everything, fallback, header: undefined, fileName: 'contract.pdf' };
    expect(choice(scripts, plain)).toBe('match docdigitizer/matching');
    scripts.delete('matching');
    expect(choice(scripts, plain)).toBe('content docdigitizer/error');
    expect(scripts.choose(facts({ ...plain, byContent: null }))).toEqual(fallback);
    expect(choice(scripts, { header: undefined, fileName: null })).toBe('default docdigitizer/annotated');
  });

  test('by the header regardless of surrounding whitespace, and never by a file extension', () => {
    const scripts = library([scenario('pdf')]);
    expect(choice(scripts, { header: ' error ' })).toBe('header docdigitizer/error');
    expect(choice(scripts, { fileName: 'contract.final.pdf' })).toBe('default docdigitizer/annotated');
    expect(choice(scripts, { fileName: 'contract.pdf.zip' })).toBe('file-name docdigitizer/pdf');
  });

  test('and gives the reason in a sentence', () => {
    const scripts = library();
    const content = { type: 'pdf', width: null, height: null, problem: 'password' } as const;
    const because = (more: Partial<SubmissionFacts>) => scripts.choose(facts(more)).choice.because;
    expect(because({ header: 'error' })).toBe('The header X-Ringback-Scenario names docdigitizer/error.');
    expect(because({ fileName: 'a.rejected.pdf' })).toBe(
      'The file name "a.rejected.pdf" has the part "rejected".',
    );
    expect(because({ byContent: 'docdigitizer/error', content })).toBe(
      'The bytes of the file show: password. With the setting files.inspect=false, any bytes count as a valid file.',
    );
    expect(because({})).toBe('It is the default scenario of docdigitizer.');
  });

  test('an unknown name that another provider has is an error that names that provider', () => {
    const message = (name: string) => errorOf(() => library().get(name)).message;
    expect(message('informed/rejected')).toBe(
      'Could not find the scenario "informed/rejected": informed has none of that name, there is docdigitizer/rejected.',
    );
    expect(message('infromed/error')).toMatch(/there is docdigitizer\/error and informed\/error\.$/);
    expect(errorOf(() => choice(library(), { header: 'docdigitizer/complete' })).message).toMatch(
      /docdigitizer has none of that name, there is informed\/complete\.$/,
    );
  });

  test('an unknown scenario in the header is an error that names the nearest', () => {
    expect(errorOf(() => choice(library(), { header: 'rejectd' })).message).toMatch(
      /Did you mean "rejected"\?/,
    );
    expect(errorOf(() => choice(library(), { header: 'informed/complete' })).message).toMatch(
      /it belongs to informed/,
    );
  });

  test.each([
    ['contract.rejected.pdf', 'file-name docdigitizer/rejected'],
    ['a.v2.rejected.final.pdf', 'file-name docdigitizer/rejected'],
    ['a.error.rejected.pdf', 'file-name docdigitizer/error'],
    ['dir.rejected.x/contract.pdf', 'default docdigitizer/annotated'],
    ['rejected.pdf', 'default docdigitizer/annotated'],
    ['contract.rejected', 'default docdigitizer/annotated'],
    ['contract.complete.pdf', 'default docdigitizer/annotated'],
    ['contract.Rejected.pdf', 'default docdigitizer/annotated'],
    ['', 'default docdigitizer/annotated'],
  ])('by a part of the file name: %s', (fileName, expected) => {
    expect(choice(library(), { fileName })).toBe(expected);
  });

  test('the most specific match, and the first by name among equally specific ones', () => {
    const scripts = library([
      scenario('z-any', { match: { operation: 'submitDocument' } }),
      scenario('y-any', { match: { operation: 'submitDocument' } }),
      scenario('pdf-invoice', { match: { fileName: '*.pdf', body: { document_class: 'invoice' } } }),
      scenario('deep', { match: { body: { a: { b: [1, { c: 2 }] }, d: null } } }),
    ]);
    expect(choice(scripts)).toBe('match docdigitizer/y-any');
    expect(choice(scripts, { body: { document_class: 'invoice', x: 1 } })).toBe(
      'match docdigitizer/pdf-invoice',
    );
    expect(choice(scripts, { body: { a: { b: [1, { c: 2, more: 1 }] }, d: null } })).toBe(
      'match docdigitizer/deep',
    );
    expect(choice(scripts, { body: { a: { b: [1] }, d: null } })).toBe('match docdigitizer/y-any');
    expect(choice(scripts, { operation: 'annotateDocument' })).toBe('default docdigitizer/annotated');
  });

  test('never a scenario of another provider by its match', () => {
    const scripts = library([scenario('all', { match: { fileName: '*' } })]);
    expect(choice(scripts, { provider: 'informed' })).toBe('default informed/complete');
  });

  test('the configured default', () => {
    const scripts = createScenarioLibrary({
      scenarios: shipped,
      providers,
      settings: () => defaultSettings,
      defaults: { docdigitizer: 'docdigitizer/error' },
    });
    expect(choice(scripts)).toBe('default docdigitizer/error');
    expect(choice(scripts, { provider: 'informed' })).toBe('default informed/complete');
  });
});

describe('the queue of next', () => {
  test('is played in order, as often as each order says', () => {
    const scripts = library();
    scripts.queueNext({ scenario: 'rejected', match: null, times: 2 });
    scripts.queueNext({ scenario: 'docdigitizer/error', match: null, times: 1 });
    const played = Array.from({ length: 4 }, () => choice(scripts));
    expect(played).toEqual([
      'next docdigitizer/rejected',
      'next docdigitizer/rejected',
      'next docdigitizer/error',
      'default docdigitizer/annotated',
    ]);
    expect(scripts.queue()).toEqual([]);
  });

  test('waits for a matching submission', () => {
    const scripts = library();
    scripts.queueNext({ scenario: 'informed/corrupted', match: null, times: 1 });
    scripts.queueNext({ scenario: 'docdigitizer/error', match: { fileName: 'b.*' }, times: 1 });
    scripts.queueNext({ scenario: 'docdigitizer/rejected', match: null, times: 1 });
    expect(choice(scripts, { fileName: 'a.pdf' })).toBe('next docdigitizer/rejected');
    expect(choice(scripts, { fileName: 'a.pdf' })).toBe('default docdigitizer/annotated');
    expect(choice(scripts, { fileName: 'b.pdf' })).toBe('next docdigitizer/error');
    expect(scripts.queue().map((order) => order.scenario)).toEqual(['informed/corrupted']);
  });

  test('is untouched by a submission whose header names a scenario', () => {
    const scripts = library();
    scripts.queueNext({ scenario: 'rejected', match: null, times: 1 });
    expect(choice(scripts, { header: 'error' })).toBe('header docdigitizer/error');
    expect(scripts.queue()).toHaveLength(1);
  });

  test('refuses an unknown scenario, and a count below one', () => {
    const scripts = library();
    expect(errorOf(() => scripts.queueNext({ scenario: 'nope', match: null, times: 1 })).code).toBe(
      'scenario.unknown',
    );
    expect(errorOf(() => scripts.queueNext({ scenario: 'rejected', match: null, times: 0 })).message).toMatch(
      /from 1/,
    );
    expect(scripts.queue()).toEqual([]);
  });

  test('loses the orders for a scenario that is deleted', () => {
    const scripts = library();
    scripts.queueNext({ scenario: 'rejected', match: null, times: 1 });
    expect(scripts.delete('docdigitizer/rejected')).toBe(true);
    expect(scripts.queue()).toEqual([]);
    expect(scripts.delete('docdigitizer/rejected')).toBe(false);
  });
});

describe('a library changes', () => {
  test('put replaces a scenario of the same name, and runs that play the old plan keep it', () => {
    const scripts = library();
    const before = scripts.get('rejected').plan;
    scripts.put([scenario('rejected', { seed: 7 })]);
    expect(scripts.get('rejected').plan.seed).toBe(7);
    expect(scripts.list()).toHaveLength(shipped.length);
    expect(before.seed).toBeNull();
  });

  test('put changes nothing when one of the scenarios cannot be played', () => {
    const scripts = library();
    const unplayable = { ...scenario('bad'), retry: { on: ['503'] } };
    expect(errorOf(() => scripts.put([scenario('good'), unplayable])).code).toBe('scenario.invalid');
    expect(scripts.list()).toHaveLength(shipped.length);
  });

  test('a custom script replaces the shipped one', () => {
    expect(library([scenario('annotated', { seed: 3 })]).choose(facts()).plan.seed).toBe(3);
  });

  test('a plan is compiled once, and again when the settings have changed', () => {
    let settings = defaultSettings;
    const scripts = library([], () => settings);
    const first = scripts.choose(facts()).plan;
    expect(scripts.choose(facts()).plan).toBe(first);
    settings = withSettings(settings, { 'docdigitizer.finalTime': '1s' });
    expect(scripts.choose(facts()).plan.triggers.submission?.[0]?.atMs).toBe(1000);
    expect(first.triggers.submission?.[0]?.atMs).toBe(10_000);
  });
});

test('libraries made from one array share only their initial scenarios', () => {
  const scenarios = [...shipped, scenario('tiff', { match: { fileName: '*.tif' } })];
  const create = () => createScenarioLibrary({ scenarios, providers, settings: () => defaultSettings });
  const [one, other] = [create(), create()];
  one.put([scenario('scan', { match: { fileName: 'scan.*' } })]);
  one.delete('tiff');
  expect(choice(one, { fileName: 'scan.tif' })).toBe('match docdigitizer/scan');
  expect(choice(other, { fileName: 'scan.tif' })).toBe('match docdigitizer/tiff');
  const later = create();
  expect(later.list()).toEqual(other.list());
  expect(choice(later, { fileName: 'scan.tif' })).toBe('match docdigitizer/tiff');
});

test('a `match` without an operation matches every operation of its provider, beside those that name one', () => {
  const scripts = library([
    scenario('any', { match: { fileName: 'a*' } }),
    scenario('one', { match: { operation: 'submitDocument', fileName: 'a*' } }),
  ]);
  expect(choice(scripts, { fileName: 'a.pdf' })).toBe('match docdigitizer/one');
  expect(choice(scripts, { fileName: 'a.pdf', operation: 'anotherOne' })).toBe('match docdigitizer/any');
  expect(choice(scripts, { fileName: 'a.pdf', provider: 'informed' })).toBe('default informed/complete');
});

describe('the memory count of a library', () => {
  const counting = (settings: () => Settings) => {
    let bytes = 0;
    const memory = {
      add(more: number) {
        bytes += more;
      },
    };
    const scripts = createScenarioLibrary({ scenarios: shipped, providers, settings, memory });
    return { scripts, bytes: () => bytes };
  };

  test('includes the plans of shipped scenarios for changed settings once each, however often they change', () => {
    let settings = defaultSettings;
    const { scripts, bytes } = counting(() => settings);
    const playAll = () => {
      for (const { provider, name } of scripts.list()) scripts.get(`${provider}/${name}`);
      return bytes();
    };
    expect(playAll()).toBe(0);
    settings = withSettings(settings, { 'limits.jsonDepth': 19 });
    const all = playAll();
    expect(all).toBeGreaterThan(shipped.length * 100);
    expect(playAll()).toBe(all);
    for (const jsonDepth of [20, 21, 22]) {
      settings = withSettings(settings, { 'limits.jsonDepth': jsonDepth });
      expect(playAll()).toBe(all);
    }
    settings = withSettings(settings, { 'limits.jsonDepth': 23 });
    scripts.get('docdigitizer/error');
    expect(bytes()).toBeLessThan(all);
  });
});
