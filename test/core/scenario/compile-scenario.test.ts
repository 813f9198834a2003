import { describe, expect, test } from 'vitest';
import { RingbackError } from '../../../src/core/errors.ts';
import { compileScenario } from '../../../src/core/scenario/compile-scenario.ts';
import { knownPresets } from '../../../src/core/scenario/retry-presets.ts';
import type { Scenario } from '../../../src/core/scenario/scenario.ts';
import { withSettings } from '../../../src/core/settings.ts';
import { defaultSettings, retryPresets } from '../../support/bundled.ts';
import { parseScenarioObject } from '../../support/parse-scenarios.ts';
import { errorOf, providers, world } from './world.ts';

const compile = (value: object, settings = defaultSettings) => {
  const scenario = parseScenarioObject(
    { name: 'x', provider: 'docdigitizer', ...value },
    { ...world, source: 'test' },
  );
  return compileRead(scenario, settings);
};
const compileRead = (scenario: Scenario, settings = defaultSettings) => {
  const provider = providers.get(scenario.provider);
  if (provider === undefined) throw new Error(`no provider ${scenario.provider}`);
  return compileScenario(scenario, { provider, settings, presets: retryPresets });
};
const outcome = { final: 'annotated' };

describe('compileScenario', () => {
  test('adds up the waits of each trigger separately', () => {
    const plan = compile({
      provider: 'informed',
      timeline: [
        { after: '1s', set: { a: 1 } },
        { on: 'upload', after: '5s', callback: 'extractions' },
        { after: '2s', set: { a: 2 } },
        { on: 'upload', after: '0s', callback: 'error', payload: { error_message: 'x' } },
      ],
    });
    expect(plan.triggers).toEqual({
      submission: [
        { atMs: 1000, set: { a: 1 } },
        { atMs: 3000, set: { a: 2 } },
      ],
      upload: [
        { atMs: 5000, callback: 'extractions' },
        { atMs: 5000, callback: 'error', payload: { error_message: 'x' } },
      ],
    });
    expect(plan.outcome).toBeNull();
  });

  test('expands an outcome under the settings of the space and of the scenario', () => {
    const at = (value: object, settings = defaultSettings) =>
      compile(value, settings).triggers.submission?.[0]?.atMs;
    expect(at({ outcome })).toBe(10_000);
    expect(at({ outcome }, withSettings(defaultSettings, { 'docdigitizer.finalTime': '7s' }))).toBe(7000);
    expect(at({ outcome, settings: { 'docdigitizer.finalTime': '0s' } })).toBe(0);
    expect(at({ outcome, timings: { final: '0s' } })).toBe(0);
    expect(compile({ outcome }).outcome).toEqual(outcome);
  });

  test('copies name, faults, settings and seed', () => {
    const settings = { 'docdigitizer.finalTime': '1s' };
    const plan = compile({ outcome, settings, seed: 0, faults: [{ drop: true }] });
    expect(plan).toMatchObject({
      scenario: 'docdigitizer/x',
      provider: 'docdigitizer',
      settings,
      seed: 0,
      faults: [{ on: {}, fault: 'drop', value: true, probability: 1 }],
    });
  });

  test('orders the steps when the provider does not', () => {
    const scenario = parseScenarioObject(
      { name: 'x', provider: 'plain', outcome: {} },
      { ...world, source: 'test' },
    );
    const expand = () => ({
      submission: [{ atMs: 5 }, { atMs: 1, callback: 'first' }, { atMs: 1, callback: 'second' }],
    });
    const plan = compileScenario(scenario, {
      provider: { expandOutcome: expand },
      settings: defaultSettings,
      presets: retryPresets,
    });
    expect(plan.triggers.submission?.map((step) => step.callback ?? step.atMs)).toEqual([
      'first',
      'second',
      5,
    ]);
  });

  test('names the source of the scenario when its provider refuses the outcome', () => {
    const scenario = parseScenarioObject(
      { name: 'x', provider: 'plain', outcome: {} },
      { ...world, source: 'a.yaml' },
    );
    const expand = () => {
      throw new RingbackError('scenario.invalid', { detail: 'no such outcome' });
    };
    const error = errorOf(() =>
      compileScenario(scenario, {
        provider: { expandOutcome: expand },
        settings: defaultSettings,
        presets: retryPresets,
      }),
    );
    expect(error.message).toBe('a.yaml:1: no such outcome');
  });
});

describe('the retry policy of a plan', () => {
  test('is that of the provider by its settings', () => {
    expect(compile({ provider: 'informed', outcome: {} }).retry).toEqual(retryPresets.informed);
    expect(compile({ outcome }).retry).toEqual(retryPresets.docdigitizer);
    expect(compile({ provider: 'plain', outcome: {} }).retry).toEqual(retryPresets.none);
    const settings = withSettings(defaultSettings, {
      'docdigitizer.retryDelays': ['1s'],
      'docdigitizer.retryOn': ['5xx'],
    });
    expect(compile({ outcome }, settings).retry).toMatchObject({ delaysMs: [1000], on: ['5xx'] });
    expect(compile({ outcome, settings: { 'docdigitizer.attemptTimeout': '1s' } }).retry.timeoutMs).toBe(
      1000,
    );
  });

  test.each(Object.entries(retryPresets))('is that of the preset %s', (name, policy) => {
    expect(compile({ outcome, retry: name }).retry).toEqual(policy);
  });

  test('is that of the scenario, completed by the settings of the provider', () => {
    expect(compile({ provider: 'informed', outcome: {}, retry: { schedule: ['1m'] } }).retry).toEqual({
      ...retryPresets.informed,
      delaysMs: [60_000],
    });
    expect(
      compile({ provider: 'informed', outcome: {}, retry: { schedule: [], on: [] } }).retry,
    ).toMatchObject({
      delaysMs: [],
      on: [],
    });
    expect(
      compile({ provider: 'informed', outcome: {}, retry: { retryAfter: '0s', timeout: '1ms' } }).retry,
    ).toMatchObject({
      retryAfterMaxMs: 0,
      timeoutMs: 1,
    });
  });

  test('retries every failure on its own schedule for a provider that retries nothing', () => {
    expect(compile({ outcome, retry: { schedule: ['1s'] } }).retry).toMatchObject({
      delaysMs: [1000],
      on: ['non-2xx', 'timeout', 'network'],
    });
  });

  test('is refused when it says what to retry but never when', () => {
    const script = { name: 'x', provider: 'docdigitizer', outcome };
    const read = parseScenarioObject(script, { ...world, source: 'test' });
    const scenario = { ...read, retry: { on: ['503'] } };
    expect(errorOf(() => compileRead(scenario)).message).toMatch(/test:1: .*add `retry\.schedule`/);
  });

  test('adds up to the documented hours in the approximated presets', () => {
    const hours = (name: 'shopify' | 'stripe') =>
      knownPresets[name].delaysMs.reduce((a, b) => a + b, 0) / 3_600_000;
    expect(hours('shopify')).toBe(4);
    expect(knownPresets.shopify.delaysMs).toHaveLength(8);
    expect(hours('stripe')).toBe(72);
  });
});
