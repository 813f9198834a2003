import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration } from '../../../src/core/duration.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { checkReferences } from '../../../src/core/scenario/check-references.ts';
import { compileScenario } from '../../../src/core/scenario/compile-scenario.ts';
import { makeStage, providers, type Stage, type StageOptions, world } from '../../scenarios/stage.ts';
import { defaultSettings, retryPresets } from '../../support/bundled.ts';
import { parseScenarioObject } from '../../support/parse-scenarios.ts';

// The same cases every time, in CI and locally.
const fixed = { seed: 20_300_101 } as const;

const shortMs = fc.integer({ min: 0, max: 6 * 3_600_000 });
const short = shortMs.map(formatDuration);
/** The final state is the last one. */
const documentTimings = fc.tuple(shortMs, shortMs).map((times) => ({
  machineLearning: formatDuration(Math.min(...times)),
  final: formatDuration(Math.max(...times)),
}));
const chance = fc.option(fc.constantFrom(0, 0.3, 0.5, 1), { nil: undefined });

/** Every fault of the callback side that the engine plays by itself, each with values of every kind. */
const faultValue = fc.oneof(
  fc.constantFrom<object>({ drop: true }, { reorder: true }, { early: true }),
  fc.record({ delay: short }),
  fc.record({ duplicate: fc.record({ times: fc.integer({ min: 2, max: 4 }), gap: short }) }),
  fc.record({
    duplicate: fc.record({ times: fc.integer({ min: 2, max: 4 }), concurrent: fc.constant(true as const) }),
  }),
  fc.record({
    corrupt: fc.constantFrom('truncate', 'invalid-json', 'empty', 'content-type', 'charset', {
      schema: '/documents',
    }),
  }),
  fc.record({
    drift: fc.constantFrom(
      'unknown-property',
      'omit-null',
      'null',
      'reorder-properties',
      'new-enum-value',
      'new-event-type',
    ),
  }),
  fc.record({ contradict: fc.constantFrom('unknown-id', 'stale', { state: 92 }, { final: 'fail' }) }),
  fc.record({ auth: fc.constantFrom('missing', 'wrong') }),
  fc.record({ slow: fc.record({ bytesPerSecond: fc.integer({ min: 1, max: 1000 }) }) }),
  fc.record({ reset_peer: fc.record({ after: fc.integer({ min: 0, max: 500 }) }) }),
  fc.record({ timeout: short }),
);

const faultsOn = (callbacks: readonly string[]) =>
  fc.array(
    fc
      .tuple(
        faultValue,
        chance,
        fc.option(
          fc.oneof(
            fc.record({ nth: fc.integer({ min: 1, max: 3 }) }),
            fc.record({ attempt: fc.integer({ min: 1, max: 3 }) }),
            fc.record({ callback: fc.constantFrom(...callbacks) }),
          ),
          { nil: undefined },
        ),
      )
      .map(([value, probability, on]) => ({ ...value, probability, on })),
    { maxLength: 4 },
  );

const retry = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(...Object.keys(retryPresets)),
  fc.record({
    schedule: fc.array(short, { minLength: 1, maxLength: 4 }),
    on: fc.constantFrom(['5xx', 'timeout', 'network'], ['non-2xx'], [503]),
  }),
);

const respond = fc.option(
  fc.array(
    fc.oneof(
      fc.record({ status: fc.constantFrom(429, 500, 503), times: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ latency: short, probability: chance }),
      fc.constant({ malformed: true }),
    ),
    { maxLength: 2 },
  ),
  { nil: undefined },
);

const common = (callbacks: readonly string[]) => ({
  name: fc.constant('any'),
  faults: faultsOn(callbacks),
  retry,
  respond,
  seed: fc.option(fc.nat(), { nil: undefined }),
});

const states = fc.constantFrom<JsonObject>(
  { state: 30, stateText: 'RECEIVEDMACHINELEARN' },
  { state: 91, stateText: 'ANNOTATED' },
  { state: 92, stateText: 'REJECTED' },
);
const timeline = (triggers: readonly string[], callbacks: readonly string[]) =>
  fc.array(
    fc.oneof(
      fc.record({ on: fc.constantFrom(...triggers), after: short, set: states }),
      fc.record({ on: fc.constantFrom(...triggers), after: short, callback: fc.constantFrom(...callbacks) }),
    ),
    { minLength: 1, maxLength: 6 },
  );

const status = fc.constantFrom('pass', 'fail', 'missing', 'review');
const end = fc.constantFrom('ok', 'unreadable', 'password-protected', 'too-large');
const docdigitizerCallbacks = ['documentState', 'documentStateV1', 'documentStateOverview'];
const informedCallbacks = ['extractions', 'verifications', 'error'];
const informedTriggers = ['submission', 'upload', 'quiet', 'update'];

/** Whole scenarios of both providers, by outcome and by timeline. */
const scenario = fc.oneof(
  fc.record({
    ...common(docdigitizerCallbacks),
    provider: fc.constant('docdigitizer'),
    outcome: fc.constantFrom<object>({ final: 'annotated' }, { final: 'rejected' }, { final: 'error' }),
    timings: fc.option(documentTimings, { nil: undefined }),
  }),
  fc.record({
    ...common(docdigitizerCallbacks),
    provider: fc.constant('docdigitizer'),
    timeline: timeline(['submission'], docdigitizerCallbacks),
  }),
  fc.record({
    ...common(informedCallbacks),
    provider: fc.constant('informed'),
    outcome: fc.record(
      {
        extraction: fc.oneof(end, fc.array(end, { minLength: 1, maxLength: 3 })),
        verifications: fc.oneof(fc.constantFrom('delayed', 'none'), fc.record({ income: status })),
      },
      { requiredKeys: [] },
    ),
    timings: fc.option(fc.record({ extraction: short, quiet: short }), { nil: undefined }),
  }),
  fc.record({
    ...common(informedCallbacks),
    provider: fc.constant('informed'),
    timeline: timeline(informedTriggers, informedCallbacks),
  }),
);

/** Scenarios that ask for nothing impossible, such as a second state of a provider without states. */
const validScenario = scenario.filter(
  (script) =>
    makesAttempts(script) && checkReferences(JSON.parse(JSON.stringify(script)), world).length === 0,
);

/** Whether every attempt that a fault names is made. */
function makesAttempts({ provider, retry: given, faults }: ScriptOf<typeof scenario>): boolean {
  const policy = given ?? provider;
  const retries =
    typeof policy === 'string' ? (retryPresets[policy]?.delaysMs.length ?? 0) : policy.schedule.length;
  return faults.every(({ on }) => on === undefined || !('attempt' in on) || on.attempt <= retries + 1);
}

type ScriptOf<T> = T extends fc.Arbitrary<infer S> ? S : never;

function read(value: object) {
  return parseScenarioObject(value, { ...world, source: 'property' });
}

function compile(value: object) {
  const one = read(value);
  const provider = providers.get(one.provider);
  if (provider === undefined) throw new Error(`no provider ${one.provider}`);
  return compileScenario(one, { provider, settings: defaultSettings, presets: retryPresets });
}

/** A consumer that sometimes fails. The same request under the same seed always fails alike, whenever it arrives. */
function consumer(seed: number): NonNullable<StageOptions['answer']> {
  const random = seededRandom(seed);
  return (n) => {
    const drawn = random.stream(`answer/${n}`).float();
    if (drawn < 0.25) return 503;
    if (drawn < 0.3) return 'timeout';
    return drawn < 0.35 ? 'connection' : 200;
  };
}

async function stageFor(
  value: object,
  seed: number,
): Promise<{ stage: Stage; id: string; provider: string }> {
  const own = read(value);
  const stage = makeStage({ seed, scenarios: [own], answer: consumer(seed) });
  const { id } = await stage.submit(own.provider, {
    scenario: 'any',
    files: own.provider === 'docdigitizer' ? ['a.pdf'] : ['a.pdf', 'b.pdf'],
  });
  return { stage, id, provider: own.provider };
}

/** All that the consumer and the user can see: requests and times, deliveries with ids and attempts, the API. */
async function seen({ stage, id, provider }: Awaited<ReturnType<typeof stageFor>>) {
  return {
    sent: stage.sent.map(({ body, ...rest }) => ({ ...rest, body: body === null ? null : bodyText(body) })),
    deliveries: await stage.deliveries(),
    runs: await stage.space.store.runs.list(),
    shown: await stage.show(provider, id),
  };
}

function bodyText(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString('base64');
}

describe('any valid scenario', () => {
  test('expands to a timeline that is ordered, finite and the same every time', () => {
    let steps = 0;
    fc.assert(
      fc.property(validScenario, (value) => {
        const plan = compile(value);
        for (const list of Object.values(plan.triggers)) {
          let before = 0;
          for (const { atMs } of list) {
            expect(Number.isSafeInteger(atMs)).toBe(true);
            expect(atMs).toBeGreaterThanOrEqual(before);
            before = atMs;
            steps++;
          }
        }
        expect(compile(structuredClone(value))).toEqual(plan);
      }),
      { ...fixed, numRuns: 300, interruptAfterTimeLimit: 5_000, markInterruptAsFailure: false },
    );
    expect(steps).toBeGreaterThan(300);
  });

  test('plays to its end: nothing pending, each delivery ended, no defect', async () => {
    let deliveries = 0;
    await fc.assert(
      fc.asyncProperty(validScenario, fc.nat(1000), async (value, seed) => {
        const { stage } = await stageFor(value, seed);
        await stage.settle();
        expect(stage.defects).toEqual([]);
        const made = await stage.deliveries();
        expect(made.filter(({ state }) => state === 'pending')).toEqual([]);
        expect(made.filter(({ endedAt }) => endedAt === null)).toEqual([]);
        const [run] = await stage.space.store.runs.list();
        expect([run?.openDeliveries, run?.heldDeliveries]).toEqual([0, []]);
        deliveries += made.length;
      }),
      { ...fixed, numRuns: 150, interruptAfterTimeLimit: 5_000, markInterruptAsFailure: false },
    );
    expect(deliveries).toBeGreaterThan(150);
  });

  test('sends the same in one settle as in any steps of the clock', async () => {
    let retries = 0;
    const steps = fc.array(fc.integer({ min: 0, max: 12 * 3_600_000 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(validScenario, fc.nat(1000), steps, async (value, seed, moves) => {
        const whole = await stageFor(value, seed);
        await whole.stage.settle();
        const inSteps = await stageFor(value, seed);
        for (const ms of moves) await inSteps.stage.space.advance(ms);
        await inSteps.stage.settle();
        const expected = await seen(whole);
        expect(await seen(inSteps)).toEqual(expected);
        retries += expected.deliveries.filter(({ attempts }) => attempts.length > 1).length;
      }),
      { ...fixed, numRuns: 150, interruptAfterTimeLimit: 8_000, markInterruptAsFailure: false },
    );
    expect(retries).toBeGreaterThan(20);
  });

  test('sends something else under another seed', async () => {
    const value = { name: 'any', provider: 'informed', outcome: {} };
    const [one, same, other] = await Promise.all([1, 1, 2].map((seed) => stageFor(value, seed)));
    if (one === undefined || same === undefined || other === undefined) throw new Error('three stages');
    for (const { stage } of [one, same, other]) await stage.settle();
    const [first, second, third] = await Promise.all([seen(one), seen(same), seen(other)]);
    expect(second).toEqual(first);
    expect(third.sent[0]?.body).not.toEqual(first.sent[0]?.body);
  });
});
