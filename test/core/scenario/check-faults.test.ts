import { describe, expect, test } from 'vitest';
import { loadBundledContract } from '../../../src/loading/contract-files.ts';
import { bundledProviders } from '../../../src/providers/bundled.ts';
import { parseScenarios } from '../../support/parse-scenarios.ts';
import { errorOf } from './world.ts';

const world = {
  contract: await loadBundledContract(),
  providers: bundledProviders,
};

function read(provider: 'docdigitizer' | 'informed', fault: object) {
  const outcome = provider === 'informed' ? {} : { final: 'annotated' };
  const text = JSON.stringify({ name: 'x', provider, outcome, faults: [fault] }, null, 1);
  return parseScenarios(text, { ...world, file: 'x.yaml' });
}

describe('a condition or fault that can never apply is refused', () => {
  test.each([
    ['docdigitizer', { on: { attempt: 1 }, duplicate: { times: 2 } }, 'on/attempt', 'fault.attempt'],
    ['docdigitizer', { on: { attempt: 1 }, reorder: true }, 'on/attempt', 'fault.attempt'],
    ['docdigitizer', { on: { attempt: 2 }, early: true }, 'on/attempt', 'fault.attempt'],
    ['informed', { on: { attempt: 2 }, drift: 'null' }, 'on/attempt', 'fault.attempt'],
    ['informed', { on: { attempt: 2 }, contradict: 'stale' }, 'on/attempt', 'fault.attempt'],
    ['informed', { on: { state: 92 }, drop: true }, 'on/state', 'fault.state'],
    ['docdigitizer', { on: { state: 19 }, drop: true }, 'on/state', 'state.unknown'],
    ['docdigitizer', { on: { state: 'ANOTATED' }, drop: true }, 'on/state', 'state.unknown'],
    [
      'docdigitizer',
      { on: { event_type: 'documentState' }, drop: true },
      'on/event_type',
      'fault.event_type',
    ],
    ['informed', { on: { event_type: 'verfications' }, drop: true }, 'on/event_type', 'event_type.unknown'],
    ['informed', { corrupt: { missingQuery: 'state' } }, 'corrupt/missingQuery', 'query.unknown'],
    [
      'docdigitizer',
      { on: { callback: 'documentStateV1' }, corrupt: { missingQuery: 'state' } },
      'corrupt/missingQuery',
      'query.unknown',
    ],
    ['docdigitizer', { drift: 'new-event-type' }, 'drift', 'fault.drift'],
    ['docdigitizer', { on: { callback: 'documentState' }, drift: 'new-event-type' }, 'drift', 'fault.drift'],
    ['informed', { contradict: { state: 92 } }, 'contradict', 'fault.contradict'],
    ['informed', { contradict: { final: 'rejected' } }, 'contradict', 'fault.contradict'],
    ['docdigitizer', { on: { state: 91 }, contradict: { state: 91 } }, 'contradict', 'fault.contradict'],
    ['docdigitizer', { contradict: { final: 'pass' } }, 'contradict', 'fault.contradict'],
    [
      'informed',
      { on: { callback: 'extractions' }, contradict: { final: 'pass' } },
      'contradict',
      'fault.contradict',
    ],
  ] as const)('%s %j', (provider, fault, place, code) => {
    const { violations } = errorOf(() => read(provider, fault));
    expect(violations).toEqual([
      {
        location: expect.stringMatching(new RegExp(`^x\\.yaml:\\d+:\\d+ /faults/0/${place}$`)),
        code,
        message: expect.stringMatching(/expected|Omit `attempt`|no callback that this applies to/),
      },
    ]);
  });

  test('a fault on a missing callback is refused for that alone', () => {
    const fault = { on: { callback: 'documentSate' }, drift: 'new-event-type' };
    const { violations } = errorOf(() => read('docdigitizer', fault));
    expect(violations.map(({ code }) => code)).toEqual(['callback.unknown']);
  });
});

test('a fault may select a state or event type that a timeline sends', () => {
  const documents = (state: string | number) => ({
    name: 'x',
    provider: 'docdigitizer',
    timeline: [
      { after: '1s', set: { state: 40, stateText: 'HALFWAY' }, callback: 'documentState' },
      { after: '1s', callback: 'documentState', query: { state: '41' } },
    ],
    faults: [{ on: { state }, drop: true }],
  });
  const announced = {
    name: 'x',
    provider: 'informed',
    timeline: [{ on: 'upload', after: '1s', callback: 'error', payload: { event_type: 'notice' } }],
    faults: [{ on: { event_type: 'notice' }, drop: true }],
  };
  const parse = (script: object) => parseScenarios(JSON.stringify(script), { ...world, file: 'x.yaml' });
  for (const script of [documents(40), documents('HALFWAY'), documents(41), announced])
    expect(parse(script)[0]?.faults).toHaveLength(1);
  expect(errorOf(() => parse(documents('HALFWAI'))).message).toContain('Did you mean "HALFWAY"?');
});

test.each([
  ['informed', { on: { attempt: 2 }, delay: '1s' }],
  ['docdigitizer', { on: { attempt: 1 }, drop: true }],
  ['docdigitizer', { on: { attempt: 1 }, corrupt: 'truncate' }],
  ['docdigitizer', { corrupt: { missingQuery: 'status' } }],
  ['docdigitizer', { on: { state: 'REJECTED' }, contradict: { final: 'annotated' } }],
  ['docdigitizer', { on: { state: '91' }, drop: true }],
  ['docdigitizer', { on: { state: 'classified' }, drop: true }],
  ['docdigitizer', { drift: 'omit-null' }],
  ['informed', { drift: 'new-event-type' }],
  ['informed', { contradict: { final: 'fail' } }],
  ['informed', { on: { callback: 'extractions' }, contradict: 'stale' }],
] as const)('%s %j is accepted', (provider, fault) => {
  expect(read(provider, fault)[0]?.faults).toHaveLength(1);
});
