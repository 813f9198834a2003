import { expect, test } from 'vitest';
import { makeStage, type Stage, world } from '../scenarios/stage.ts';
import { parseScenarioObject } from '../support/parse-scenarios.ts';

const steps = 500;
const runs = 20;
const chances = { drop: 0.3, 'drift unknown-property': 0.05, 'auth wrong': 0.8 } as const;

const scenario = parseScenarioObject(
  {
    name: 'by-chance',
    provider: 'docdigitizer',
    timeline: Array.from({ length: steps }, () => ({ after: '1s', callback: 'documentState' })),
    faults: [
      { drop: true, probability: chances.drop },
      { drift: 'unknown-property', probability: chances['drift unknown-property'] },
      { auth: 'wrong', probability: chances['auth wrong'] },
    ],
  },
  { ...world, source: 'test' },
);

async function play(seed: number, times: number): Promise<Stage> {
  const stage = makeStage({ seed, scenarios: [scenario] });
  for (let i = 0; i < times; i++) await stage.submit('docdigitizer', { scenario: 'by-chance' });
  await stage.settle();
  return stage;
}

async function draws(seed: number) {
  const deliveries = await (await play(seed, 1)).deliveries();
  return deliveries.map(({ id, state, callback: { draws: drawn, faults } }) => ({
    id,
    state,
    drawn,
    faults,
  }));
}

test('one seed draws the same faults, another seed different ones', async () => {
  const first = await draws(7);
  expect(first).toHaveLength(steps);
  expect(await draws(7)).toEqual(first);
  const drawn = (all: typeof first) => all.map(({ drawn: each }) => each.map(({ drawn: value }) => value));
  expect(drawn(await draws(8))).not.toEqual(drawn(first));
});

test('two runs of one seed draw independently', async () => {
  const deliveries = await (await play(7, 2)).deliveries();
  const drawn = new Set(deliveries.flatMap((each) => each.callback.draws.map(({ drawn: value }) => value)));
  expect(drawn.size).toBe(2 * steps * 3);
});

test('over 10,000 deliveries each fault strikes at its probability, and the log says what was drawn', async () => {
  const stage = await play(42, runs);
  const deliveries = await stage.deliveries();
  const n = steps * runs;
  expect(deliveries).toHaveLength(n);
  for (const [index, [fault, probability]] of Object.entries(chances).entries()) {
    const drawn = deliveries.map(({ callback }) => callback.draws[index]);
    for (const draw of drawn) {
      expect(draw).toMatchObject({ fault, probability });
      expect(draw?.struck).toBe((draw?.drawn ?? 1) < probability);
    }
    const struck = drawn.filter((draw) => draw?.struck === true).length;
    // Five standard deviations of the binomial distribution.
    const bound = 5 * Math.sqrt(n * probability * (1 - probability));
    expect(Math.abs(struck - n * probability)).toBeLessThan(bound);
  }
  // What was drawn is what happened.
  const dropped = deliveries.filter(({ state }) => state === 'dropped');
  expect(dropped.every(({ callback }) => callback.draws[0]?.struck === true)).toBe(true);
  expect(stage.sent).toHaveLength(n - dropped.length);
  const drifted = stage.sent.filter(({ url }) => url.includes('added_by_the_provider'));
  const wrong = stage.sent.filter(({ headers }) => headers.authorization !== undefined);
  const sent = deliveries.filter(({ state }) => state === 'delivered');
  expect(drifted).toHaveLength(sent.filter(({ callback }) => callback.draws[1]?.struck === true).length);
  expect(wrong).toHaveLength(sent.filter(({ callback }) => callback.draws[2]?.struck === true).length);
});
