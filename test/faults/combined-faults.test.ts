import { describe, expect, test } from 'vitest';
import { faultsOf } from '../../src/core/engine/deliveries/delivery.ts';
import { makeStage, type Stage, type StageOptions, world } from '../scenarios/stage.ts';
import { parseScenarioObject } from '../support/parse-scenarios.ts';

async function play(
  script: Readonly<Record<string, unknown>>,
  options: Omit<StageOptions, 'scenarios'> = {},
  fields: Record<string, string> = {},
): Promise<Stage> {
  const provider = String(script.provider ?? 'docdigitizer');
  const scenario = parseScenarioObject({ name: 'x', provider, ...script }, { ...world, source: 'test' });
  const stage = makeStage({ scenarios: [scenario], ...options });
  await stage.submit(provider, { scenario: 'x', files: ['a.pdf'], fields });
  await stage.settle();
  expect(stage.defects).toEqual([]);
  return stage;
}

/** A timeline of the given number of callbacks, a second apart, with the states 1, 2, 3 … */
function states(count: number): object[] {
  return Array.from({ length: count }, (_, i) => ({
    after: '1s',
    set: { state: i + 1, stateText: `S${i + 1}` },
    callback: 'documentState',
  }));
}

/** The states in order of arrival, each with its second. */
function arrivals({ sent }: Stage): string[] {
  return sent.map(({ url, afterMs }) => `${new URL(url).searchParams.get('state')} at ${afterMs / 1000}s`);
}

describe('reorder', () => {
  test('reorder of every callback sends each pair out of order, and a last one without a partner alone', async () => {
    const stage = await play({ timeline: states(5), faults: [{ reorder: true }] });
    expect(arrivals(stage)).toEqual(['2 at 2s', '1 at 2s', '4 at 4s', '3 at 4s', '5 at 5s']);
  });

  test('reorder waits for the next callback that is sent, not for a dropped one', async () => {
    const faults = [
      { on: { state: 1 }, reorder: true },
      { on: { state: 2 }, drop: true },
    ];
    expect(arrivals(await play({ timeline: states(3), faults }))).toEqual(['3 at 3s', '1 at 3s']);
  });

  test('reorder does not delay a callback when no other follows', async () => {
    const faults = [
      { on: { state: 1 }, reorder: true },
      { on: { state: 2 }, delay: '1m' },
    ];
    expect(arrivals(await play({ timeline: states(2), faults }))).toEqual(['2 at 62s', '1 at 62s']);
  });
});

describe('early', () => {
  test('an early callback takes the callbacks before it along, and the rest keep their time', async () => {
    const stage = await play({ timeline: states(3), faults: [{ on: { state: 2 }, early: true }] });
    expect(arrivals(stage)).toEqual(['1 at 0s', '2 at 0s', '3 at 3s']);
    const deliveries = await stage.deliveries();
    expect(deliveries.map(faultsOf)).toEqual([[], ['early'], []]);
  });

  test('an early callback contradicts the state that an earlier step has set', async () => {
    const timeline = [
      { after: '1s', set: { state: 7 } },
      { after: '1s', callback: 'documentState' },
    ];
    const stage = await play({ timeline, faults: [{ on: { state: 7 }, early: true }] });
    expect(arrivals(stage)).toEqual(['7 at 0s']);
  });

  test('early says that it does not apply to a callback that no request triggers', async () => {
    const faults = [{ on: { callback: 'verifications' }, early: true }];
    const deliveries = await (await play({ provider: 'informed', outcome: {}, faults })).deliveries();
    expect(deliveries.map(faultsOf)).toEqual([[], ['early (does not apply)']]);
  });
});

describe('attempts', () => {
  const retry = { schedule: ['10s', '10s'], on: ['5xx', 'network'] };
  const timeline = states(1);

  test('a delay of one attempt adds to the wait before it, and its log names it', async () => {
    const faults = [
      { on: { attempt: 1 }, delay: '5s' },
      { on: { attempt: 3 }, delay: '1h' },
    ];
    const stage = await play({ timeline, retry, faults }, { answer: () => 503 });
    expect(arrivals(stage)).toEqual(['1 at 6s', '1 at 16s', '1 at 3626s']);
    const [delivery] = await stage.deliveries();
    expect(delivery?.callback.faults).toEqual(['delay 5s']);
    expect(delivery?.attempts.map(({ faults: words }) => words)).toEqual([[], [], ['delay 1h']]);
  });

  test('the provider treats a dropped attempt as lost, and retries', async () => {
    const stage = await play({ timeline, retry, faults: [{ on: { attempt: 1 }, drop: true }] });
    expect(arrivals(stage)).toEqual(['1 at 11s']);
    const [delivery] = await stage.deliveries();
    expect(delivery?.attempts.map(({ faults: words, error }) => [words, error])).toEqual([
      [['drop'], 'not sent: the script drops this attempt'],
      [[], null],
    ]);
  });

  test('corrupting one attempt leaves the others intact', async () => {
    const stage = await play(
      { timeline, retry, faults: [{ on: { attempt: 2 }, corrupt: { missingQuery: 'state' } }] },
      { answer: (n) => (n < 3 ? 503 : 200) },
    );
    expect(arrivals(stage)).toEqual(['1 at 1s', 'null at 11s', '1 at 21s']);
  });
});

test('a body that repeats the parameters equals the query, drift and contradiction included', async () => {
  const stage = await play(
    {
      timeline: states(1),
      faults: [{ contradict: { state: 92 } }, { drift: 'unknown-property' }],
      settings: { 'docdigitizer.postBody': 'json' },
    },
    {},
    { callback_method: 'POST' },
  );
  expect(stage.sent).toHaveLength(2);
  for (const { url, body } of stage.sent) {
    const query = Object.fromEntries(new URL(url).searchParams);
    const said = JSON.parse(String(body));
    expect({ ...said, state: String(said.state) }).toEqual(query);
  }
  expect(stage.sent.map(({ body }) => JSON.parse(String(body)).state)).toEqual([1, 92]);
});
