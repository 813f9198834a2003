import { describe, expect, it } from 'vitest';
import { withSettings } from '../../../src/core/settings.ts';
import { loadBundledContract } from '../../../src/loading/contract-files.ts';
import { bundledProviders } from '../../../src/providers/bundled.ts';
import { expandOutcome } from '../../../src/providers/docdigitizer/expand-outcome.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { parseScenarioObject } from '../../support/parse-scenarios.ts';

const contract = await loadBundledContract();
const read = (script: object) => () =>
  parseScenarioObject(
    { name: 'x', provider: 'docdigitizer', ...script },
    { contract, providers: bundledProviders, source: 'test' },
  );

describe('expandOutcome', () => {
  it.each([
    ['annotated', 91, 'ANNOTATED'],
    ['rejected', 92, 'REJECTED'],
    ['error', 999, 'ERROR'],
  ])('plays machine learning, then %s', (final, state, stateText) => {
    expect(expandOutcome({ final }, {}, defaultSettings)).toEqual({
      submission: [
        { atMs: 2_000, set: { state: 30, stateText: 'RECEIVEDMACHINELEARN' }, callback: 'documentState' },
        { atMs: 10_000, set: { state, stateText }, callback: 'documentState' },
      ],
    });
  });

  it('expandOutcome takes its times from the timings, then from the settings', () => {
    const settings = withSettings(defaultSettings, {
      'docdigitizer.machineLearningTime': '3s',
      'docdigitizer.finalTime': '4s',
    });
    const times = (timings: Record<string, number>) =>
      expandOutcome({ final: 'annotated' }, timings, settings).submission?.map((step) => step.atMs);
    expect(times({})).toEqual([3_000, 4_000]);
    expect(times({ final: 9_000 })).toEqual([3_000, 9_000]);
    expect(times({ machineLearning: 0, final: 0 })).toEqual([0, 0]);
  });

  it.each([
    ['a short final time', { final: 1_000 }, {}, [1_000, 1_000]],
    ['no final time at all', { final: 0 }, {}, [0, 0]],
    ['long machine learning', { machineLearning: 60_000 }, {}, [60_000, 60_000]],
    ['a short setting of the final time', {}, { 'docdigitizer.finalTime': '500ms' }, [500, 500]],
  ])(
    'has %s end with the final state: the default of the other one gives way',
    (_, timings, set, expected) => {
      const settings = withSettings(defaultSettings, set);
      const steps = expandOutcome({ final: 'rejected' }, timings, settings).submission;
      expect(steps?.map(({ atMs }) => atMs)).toEqual(expected);
      expect(steps?.map((step) => step.set?.state)).toEqual([30, 92]);
    },
  );

  it('expandOutcome refuses machine learning after the final state, and says what to do instead', () => {
    const timings = { machineLearning: 5_000, final: 1_000 };
    expect(() => expandOutcome({ final: 'rejected' }, timings, defaultSettings)).toThrow(
      expect.objectContaining({
        code: 'scenario.invalid',
        message: expect.stringContaining('got 5s, expected at most the 1s of `final`'),
        violations: [expect.objectContaining({ location: '/timings/machineLearning' })],
      }),
    );
  });

  it('expandOutcome keeps phase 1 before the final state when both have the same time', () => {
    const steps = expandOutcome(
      { final: 'annotated' },
      { machineLearning: 7, final: 7 },
      defaultSettings,
    ).submission;
    expect(steps?.map((step) => step.set?.state)).toEqual([30, 91]);
  });

  it('an unknown timing is refused when the scenario is read, with the nearest name', () => {
    expect(read({ outcome: { final: 'annotated' }, timings: { machineLerning: '1ms' } })).toThrow(
      expect.objectContaining({
        code: 'scenario.invalid',
        message: expect.stringContaining('Did you mean "machineLearning"?'),
        violations: [expect.objectContaining({ location: '/timings/machineLerning' })],
      }),
    );
  });

  it.each([
    ['rejectd', 'got "rejectd"', 'Did you mean "rejected"?'],
    [undefined, '"final" is missing', ''],
    [91, 'got 91', 'annotated, rejected, error'],
  ])('the final state %j is refused when the scenario is read', (final, found, expected) => {
    const outcome = final === undefined ? {} : { final };
    expect(read({ outcome })).toThrow(found);
    expect(read({ outcome })).toThrow(expected);
  });
});
