import { describe, expect, test } from 'vitest';
import { withSettings } from '../../../src/core/settings.ts';
import { loadBundledContract } from '../../../src/loading/contract-files.ts';
import { bundledProviders } from '../../../src/providers/bundled.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { parseScenarios } from '../../support/parse-scenarios.ts';
import { errorOf } from './world.ts';

const contract = await loadBundledContract();
const providers = bundledProviders;
const good = 'name: good\nprovider: docdigitizer\noutcome: { final: annotated }\n---\n';
const of = (provider: string, outcome: string, rest: string): string =>
  `name: x\nprovider: ${provider}\noutcome: ${outcome}\n${rest}`;

function read(text: string, settings = defaultSettings) {
  return parseScenarios(text, {
    contract,
    providers,
    settings,
    file: 'my scenarios.yaml',
  });
}

describe('a scenario that cannot be played is refused at its place', () => {
  test.each([
    [
      'a final state that is not the last one',
      of('docdigitizer', '{ final: error }', 'timings: { final: 2s, machineLearning: 3s }'),
      '8:40 /timings/machineLearning',
    ],
    ['a retry without waits', of('docdigitizer', '{ final: error }', 'retry: { on: [503] }'), '8:8 /retry'],
    [
      'a fault on the retry of a provider without retries',
      of('docdigitizer', '{ final: error }', 'faults: [{ on: { attempt: 2 }, drop: true }]'),
      '8:27 /faults/0/on/attempt',
    ],
    [
      'a fault on an attempt after the last one',
      of('informed', '{}', 'faults: [{ drop: true }, { on: { attempt: 7 }, drop: true }]'),
      '8:43 /faults/1/on/attempt',
    ],
  ])('%s', (_, text, place) => {
    expect(errorOf(() => read(`${good}${text}`)).violations).toMatchObject([
      { location: `my scenarios.yaml:${place}` },
    ]);
  });
});

test('whether a scenario can be played depends on the settings', () => {
  const second = of('docdigitizer', '{ final: error }', 'faults: [{ on: { attempt: 2 }, drop: true }]');
  const patient = withSettings(defaultSettings, {
    'docdigitizer.retryDelays': ['1s'],
    'docdigitizer.retryOn': ['network'],
  });
  expect(read(second, patient)).toHaveLength(1);
});

test('a fault may select any attempt that is made', () => {
  expect(read(of('informed', '{}', 'faults: [{ on: { attempt: 6 }, drop: true }]'))).toHaveLength(1);
});
