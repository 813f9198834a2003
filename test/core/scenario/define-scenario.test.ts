import { expect, test } from 'vitest';
import { defineScenario } from '../../../src/types/define-scenario.ts';
import { parseScenarioObject } from '../../support/parse-scenarios.ts';
import { errorOf, world } from './world.ts';

const read = (value: unknown) => parseScenarioObject(value, { ...world, source: 'code' });

test('defineScenario returns the scenario, and what tsc accepts is valid', () => {
  const stated = defineScenario({
    name: 'late',
    provider: 'docdigitizer',
    match: { operation: 'submitDocument' },
    outcome: { final: 'rejected', reason: 'r' },
    timings: { final: '1h' },
    faults: [
      { on: { callback: 'documentState', state: 92 }, duplicate: { times: 2, concurrent: true } },
      { corrupt: { schema: '/state' }, probability: 0.5 },
    ],
    retry: { schedule: ['1s'], on: [503, '5xx'] },
    respond: [{ status: 503, times: 1, headers: { 'Retry-After': '1' } }, { latency: '1s' }],
    settings: {
      'docdigitizer.callbackVariant': 'documentStateV1',
      'docdigitizer.finalTime': '1s',
      'docdigitizer.retryDelays': ['1s', '2m'],
      'docdigitizer.retryOn': ['5xx'],
      'docdigitizer.maxFileBytes': 1_000,
    },
  });
  expect(read(stated).faults).toHaveLength(2);
  const scripted = defineScenario({
    name: 'scripted',
    provider: 'informed',
    timeline: [
      { on: 'upload', after: '5s', callback: 'extractions', payload: { documents: {} } },
      { after: '0s', set: { a: 1 } },
    ],
    retry: 'informed',
  });
  expect(read(scripted).timeline).toHaveLength(2);
  const usual = defineScenario({ name: 'usual', provider: 'informed', timings: { quiet: '1h' } });
  expect(read(usual).outcome).toEqual({ extraction: 'ok' });
});

test('what tsc refuses is also refused at runtime', () => {
  const base = { name: 'x', provider: 'docdigitizer', outcome: { final: 'error' } } as const;
  const wrong = [
    // @ts-expect-error an unknown final state
    defineScenario({ ...base, outcome: { final: 'rejectd' } }),
    // @ts-expect-error an outcome of the other provider
    defineScenario({ ...base, outcome: { extraction: 'ok' } }),
    // @ts-expect-error outcome and timeline
    defineScenario({ ...base, timeline: [{ after: '1s', callback: 'documentState' }] }),
    // @ts-expect-error timings of a timeline
    defineScenario({
      name: 'x',
      provider: 'docdigitizer',
      timings: { final: '2s' },
      timeline: [{ after: '1s', callback: 'documentState' }],
    }),
    defineScenario({
      name: 'x',
      provider: 'docdigitizer',
      // @ts-expect-error a callback of the other provider
      timeline: [{ after: '1s', callback: 'extractions' }],
    }),
    // @ts-expect-error a step that does nothing
    defineScenario({ name: 'x', provider: 'docdigitizer', timeline: [{ after: '1s' }] }),
    // @ts-expect-error two faults in one entry
    defineScenario({ ...base, faults: [{ drop: true, early: true }] }),
    // @ts-expect-error an unknown fault
    defineScenario({ ...base, faults: [{ dorp: true }] }),
    // @ts-expect-error an unknown value of the fault
    defineScenario({ ...base, faults: [{ auth: 'none' }] }),
    // @ts-expect-error a duration without a unit
    defineScenario({ ...base, timings: { final: '2' } }),
    // @ts-expect-error a timing of the other provider
    defineScenario({ ...base, timings: { extraction: '2s' } }),
    // @ts-expect-error an unknown preset
    defineScenario({ ...base, retry: 'paypal' }),
    // @ts-expect-error a setting of the other provider
    defineScenario({ ...base, settings: { 'informed.strict': true } }),
    // @ts-expect-error a setting that is a duration, without a unit
    defineScenario({ ...base, settings: { 'docdigitizer.finalTime': '5000' } }),
    // @ts-expect-error a setting that is a number, with a unit
    defineScenario({ ...base, settings: { 'docdigitizer.maxFileBytes': '1s' } }),
    // @ts-expect-error a setting with several known values, set to another one
    defineScenario({ ...base, settings: { 'docdigitizer.postBody': 'xml' } }),
    // @ts-expect-error an unknown operation
    defineScenario({ ...base, match: { operation: 'submit' } }),
  ];
  for (const value of wrong) expect(errorOf(() => read(value)).code).toBe('scenario.invalid');
  expect(wrong).toHaveLength(17);
});
