import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration } from '../../../src/core/duration.ts';
import type { Provider } from '../../../src/core/provider/provider.ts';
import { checkReferences } from '../../../src/core/scenario/check-references.ts';
import { compileScenario } from '../../../src/core/scenario/compile-scenario.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { informed } from '../../../src/providers/informed/informed.ts';
import { defaultSettings, retryPresets } from '../../support/bundled.ts';
import { parseScenarioObject, parseScenarios } from '../../support/parse-scenarios.ts';
import { world } from './world.ts';

const providers = new Map<string, Provider>([
  ['docdigitizer', docdigitizer],
  ['informed', informed],
]);

const durationMs = fc.integer({ min: 0, max: 90 * 86_400_000 });
const duration = durationMs.map(formatDuration);
/** The final state is the last one. */
const documentTimings = fc.tuple(durationMs, durationMs).map((times) => ({
  machineLearning: formatDuration(Math.min(...times)),
  final: formatDuration(Math.max(...times)),
}));
const text = fc.string({ minLength: 1, maxLength: 20 });
const json = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), {
  minKeys: 1,
  maxKeys: 3,
  noNullPrototype: true,
});
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/);
const probability = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });

const fault = fc
  .tuple(
    fc.oneof(
      fc.constantFrom<object>({ drop: true }, { reorder: true }, { early: true }, { auth: 'wrong' }),
      fc.record({ delay: duration }),
      fc.record({ timeout: duration }),
      fc.record({ duplicate: fc.record({ times: fc.integer({ min: 2, max: 9 }), gap: duration }) }),
      fc.record({ corrupt: fc.constantFrom('truncate', 'empty', { schema: '/a/b' }) }),
      fc.record({ contradict: fc.constantFrom('stale', { state: 91 }) }),
      fc.record({ reset_peer: fc.record({ after: fc.nat() }) }),
    ),
    probability,
    fc.option(fc.record({ nth: fc.integer({ min: 1, max: 5 }) }), { nil: undefined }),
  )
  .map(([value, chance, on]) => ({ ...value, probability: chance, on }));

const common = {
  name,
  description: fc.option(text, { nil: undefined }),
  faults: fc.option(fc.array(fault, { maxLength: 4 }), { nil: undefined }),
  retry: fc.oneof(
    fc.constant(undefined),
    fc.constantFrom(...Object.keys(retryPresets)),
    fc.record({ schedule: fc.array(duration, { minLength: 1, maxLength: 5 }) }),
  ),
  seed: fc.option(fc.nat(), { nil: undefined }),
};

const step = (triggers: readonly string[], callbacks: readonly string[]) =>
  fc.oneof(
    fc.record({ on: fc.constantFrom(...triggers), after: duration, set: json }),
    fc.record({ after: duration, callback: fc.constantFrom(...callbacks) }),
  );
const timeline = (triggers: readonly string[], callbacks: readonly string[]) =>
  fc.array(step(triggers, callbacks), { minLength: 1, maxLength: 12 });

const status = fc.constantFrom('pass', 'fail', 'missing', 'review');
const types = fc.array(fc.constantFrom('paystub', 'bank_statement', 'w2'), { minLength: 1, maxLength: 3 });
const informedOutcome = fc.record(
  {
    extraction: fc.constantFrom('ok', 'unreadable', 'corrupted', 'too-large'),
    documents: fc.oneof(types, fc.array(types, { minLength: 1, maxLength: 3 })),
    verifications: fc.oneof(
      fc.constantFrom('delayed', 'none'),
      fc.record({ income: status, identity: status, bookout_sheet: status }),
    ),
  },
  { requiredKeys: [] },
);

const scenarios = fc.oneof(
  fc.record({
    ...common,
    provider: fc.constant('docdigitizer'),
    outcome: fc.constantFrom({ final: 'annotated' }, { final: 'rejected', reason: 'r' }, { final: 'error' }),
    timings: fc.option(documentTimings, { nil: undefined }),
  }),
  fc.record({
    ...common,
    provider: fc.constant('docdigitizer'),
    timeline: timeline(['submission'], ['documentState']),
  }),
  fc.record({
    ...common,
    provider: fc.constant('informed'),
    outcome: informedOutcome,
    timings: fc.option(fc.record({ extraction: duration, quiet: duration }), { nil: undefined }),
  }),
  fc.record({
    ...common,
    provider: fc.constant('informed'),
    timeline: timeline(['submission', 'upload', 'quiet', 'update'], ['extractions', 'error']),
  }),
);

/** Scenarios that ask for nothing impossible, such as a second state of a provider without states. */
const validScenarios = scenarios.filter(
  (script) => checkReferences(JSON.parse(JSON.stringify(script)), world).length === 0,
);

function compile(value: object) {
  const scenario = parseScenarioObject(value, { ...world, source: 'test' });
  const provider = providers.get(scenario.provider);
  if (provider === undefined) throw new Error(`no provider ${scenario.provider}`);
  return compileScenario(scenario, { provider, settings: defaultSettings, presets: retryPresets });
}

test('any valid scenario compiles to steps that are ordered and finite', () => {
  fc.assert(
    fc.property(validScenarios, (value) => {
      const plan = compile(value);
      const lists = Object.values(plan.triggers);
      for (const steps of lists) {
        let before = 0;
        for (const { atMs } of steps) {
          expect(Number.isSafeInteger(atMs)).toBe(true);
          expect(atMs).toBeGreaterThanOrEqual(before);
          before = atMs;
        }
      }
      if ('timeline' in value) expect(lists.flat()).toHaveLength(value.timeline.length);
      else expect(lists.flat().length).toBeGreaterThan(0);
      expect(plan.faults).toHaveLength(value.faults?.length ?? 0);
    }),
    { numRuns: 300, seed: 2 },
  );
});

test('any valid scenario compiles to the same plan every time, as an object and as a file', () => {
  fc.assert(
    fc.property(validScenarios, (value) => {
      const plan = compile(value);
      expect(compile(value)).toEqual(plan);
      const [read] = parseScenarios(JSON.stringify(value), { ...world, file: 'a.yaml' });
      expect(compile({ ...value })).toEqual(plan);
      expect(read).toEqual({
        ...parseScenarioObject(value, { ...world, source: 'a.yaml' }),
        source: { file: 'a.yaml', line: 1 },
      });
    }),
    { numRuns: 200, seed: 3 },
  );
});
