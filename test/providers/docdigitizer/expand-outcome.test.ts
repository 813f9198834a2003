import { describe, expect, it } from 'vitest';
import { defaultSettings, withSettings } from '../../../src/core/settings.ts';
import { expandOutcome } from '../../../src/providers/docdigitizer/expand-outcome.ts';

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

  it('takes its times from the settings, and from the timings before them', () => {
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

  it('is ordered by time when the final state comes before machine learning', () => {
    const steps = expandOutcome(
      { final: 'rejected' },
      { machineLearning: 5_000, final: 1_000 },
      defaultSettings,
    ).submission;
    expect(steps?.map((step) => [step.atMs, step.set?.state])).toEqual([
      [1_000, 92],
      [5_000, 30],
    ]);
  });

  it('keeps phase 1 before the final state when both have the same time', () => {
    const steps = expandOutcome(
      { final: 'annotated' },
      { machineLearning: 7, final: 7 },
      defaultSettings,
    ).submission;
    expect(steps?.map((step) => step.set?.state)).toEqual([30, 91]);
  });

  it('names the nearest timing for an unknown one', () => {
    expect(() => expandOutcome({ final: 'annotated' }, { machineLerning: 1 }, defaultSettings)).toThrow(
      expect.objectContaining({
        code: 'scenario.invalid',
        message: expect.stringContaining('Did you mean "machineLearning"?'),
        violations: [expect.objectContaining({ location: 'timings/machineLerning' })],
      }),
    );
  });

  it.each([
    ['rejectd', 'got "rejectd"', 'Did you mean "rejected"?'],
    [undefined, 'got nothing', 'annotated, rejected, error'],
    [91, 'got 91', 'annotated, rejected, error'],
  ])('refuses the final state %j', (final, found, expected) => {
    const outcome = final === undefined ? {} : { final };
    expect(() => expandOutcome(outcome, {}, defaultSettings)).toThrow(found);
    expect(() => expandOutcome(outcome, {}, defaultSettings)).toThrow(expected);
  });
});
