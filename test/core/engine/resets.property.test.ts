import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SendResult } from '../../../src/core/engine/deliveries/sender.ts';
import { ScriptedAnswer } from '../../../src/core/engine/faults/api-faults.ts';
import { isRingbackError } from '../../../src/core/errors.ts';
import type { OperationHandler } from '../../../src/core/provider/provider.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { makeFile, makeRequest } from '../../providers/docdigitizer/support.ts';
import { answered, consumer, makeStage } from './stage.ts';

/** An action of a client, the consumer or a test, and how many promise turns pass after it. */
interface Action {
  readonly kind: (typeof kinds)[number];
  readonly pick: number;
  readonly turns: number;
}

const kinds = [
  'begin a request',
  'go on with a request',
  'go on with a request',
  'go on with a request',
  'answer a callback',
  'answer a callback',
  'pass time',
  'pass time',
  'fire',
  'redeliver',
  'queue a scenario',
  'change a setting',
  'receive',
] as const;

const scenarios = [
  'annotated',
  'rejected',
  'early-state',
  'unavailable-provider',
  'swapped-states',
  'concurrent-duplicates',
];
const settings = {
  'docdigitizer.retryOn': ['5xx'],
  'docdigitizer.retryDelays': ['1s', '1s'],
  'limits.runs': 2,
};

const submit = docdigitizer.operations.submitDocument as OperationHandler;

type Callbacks = ((result: SendResult) => void)[];
type Stage = ReturnType<typeof makeStage>;

/** The users of a space. They end what they have begun. */
class Actors {
  readonly #stage: Stage;
  /** What each request does next. */
  readonly #requests: (() => void)[] = [];
  /** The attempts that the consumer has not responded to yet. */
  callbacks: Callbacks;
  readonly failures: unknown[] = [];

  constructor(stage: Stage, callbacks: Callbacks) {
    this.#stage = stage;
    this.callbacks = callbacks;
  }

  act({ kind, pick }: Action): void {
    const { space } = this.#stage;
    switch (kind) {
      case 'begin a request':
        this.#begin(pick);
        break;
      case 'go on with a request':
        this.#requests.splice(pick % Math.max(1, this.#requests.length), 1)[0]?.();
        break;
      case 'answer a callback':
        this.callbacks.splice(pick % Math.max(1, this.callbacks.length), 1)[0]?.(
          answered(pick % 3 ? 200 : 503),
        );
        break;
      case 'pass time':
        this.#ignoring(this.#stage.pass(pick % 2 === 0 ? 2_500 : 20_000));
        break;
      case 'fire':
        this.#ignoring(space.fire({ callback: 'documentState', to: consumer }));
        break;
      case 'redeliver':
        this.#ignoring(
          space.store.deliveries
            .list()
            .then((all) => space.redeliver(all[pick % Math.max(1, all.length)]?.id ?? '')),
        );
        break;
      case 'queue a scenario':
        space.scenarios.queueNext({
          scenario: `docdigitizer/${scenarios[pick % scenarios.length]}`,
          times: 1 + (pick % 2),
          match: null,
        });
        break;
      case 'change a setting':
        space.configure({ 'docdigitizer.finalTime': `${1 + pick}s`, 'limits.runs': pick % 4 });
        break;
      case 'receive':
        this.#ignoring(
          space.store.inbox.put({ id: `a-${pick}`, inbox: 'a', url: '/', headers: {}, body: 'x' } as never),
        );
        break;
    }
  }

  #ignoring(promise: Promise<unknown>): void {
    promise.catch((error: unknown) => this.failures.push(error));
  }

  /** A request in stages: its body arrives, its operation waits, its response is written. */
  #begin(pick: number): void {
    const exchange = this.#stage.space.openExchange('submitDocument');
    const request = makeRequest('submitDocument', { files: [makeFile()], body: { callbackUrl: consumer } });
    const read = Promise.withResolvers<void>();
    const operation: OperationHandler = async (asked, context) => {
      if (pick % 3 === 1) await read.promise;
      if (pick % 3 === 2) await context.wait(1_500);
      return submit(asked, context);
    };
    const perform = async (): Promise<void> => {
      try {
        await exchange.perform(operation, request);
        await exchange.playEarly();
      } catch (error) {
        this.failures.push(error);
        await exchange.abandon();
        return;
      }
      exchange.answering();
      this.#requests.push(() => this.#ignoring(exchange.answered()));
    };
    this.#requests.push(() => {
      void perform();
      this.#requests.push(() => read.resolve());
    });
  }

  /** Ends everything that was begun, however many responses that takes. */
  async end(): Promise<void> {
    do {
      for (const go of this.#requests.splice(0)) go();
      for (const answer of this.callbacks.splice(0)) answer(answered(200));
      await new Promise(setImmediate);
    } while (this.#requests.length + this.callbacks.length > 0);
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

function open(isReal: boolean, now: number) {
  const callbacks: Callbacks = [];
  const machine = { now };
  const stage = makeStage({
    settings,
    answer: () => new Promise((resolve) => callbacks.push(resolve)),
    ...(isReal ? { real: machine } : { start: now }),
  });
  return { stage, callbacks };
}

/** All visible state of a space, and what it did since a given event and callback. */
async function seen({ space, events, sent }: Stage, firstEvent: number, firstSent: number) {
  const { resources, runs, deliveries, inbox } = space.store;
  return {
    records: await Promise.all([resources, runs, deliveries, inbox].map((collection) => collection.list())),
    events: events.slice(firstEvent),
    sent: sent.slice(firstSent),
    queue: space.scenarios.queue(),
    settings: space.settings,
    evicted: [space.evictedRuns, space.evictedDeliveries],
    bytes: space.memory.bytes,
    pending: await space.pending(),
    now: space.clock.now(),
  };
}

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom(...kinds),
  pick: fc.nat(11),
  turns: fc.nat(8),
});
const actions = fc.array(action, { maxLength: 25, size: 'max' });

test.each([
  ['virtual', false],
  ['real', true],
])('on the %s clock, a space after resets is like a new one, whatever was under way', async (_, isReal) => {
  const start = isReal ? 0 : Date.UTC(2030, 0, 1);
  await fc.assert(
    fc.asyncProperty(
      fc.array(actions, { minLength: 1, maxLength: 3 }),
      fc.array(fc.record({ fresh: action, old: action, who: fc.nat(2) }), { maxLength: 25, size: 'max' }),
      async (lives, last) => {
        const { stage, callbacks } = open(isReal, start);
        const before: Actors[] = [];
        for (const life of lives) {
          const actors = new Actors(stage, callbacks);
          for (const next of life) {
            actors.act(next);
            await turns(next.turns);
          }
          await stage.space.reset();
          actors.callbacks = callbacks.splice(0);
          before.push(actors);
        }
        const [firstEvent, firstSent] = [stage.events.length, stage.sent.length];
        const other = open(isReal, stage.space.clock.now());
        const fresh = new Actors(stage, callbacks);
        const model = new Actors(other.stage, other.callbacks);
        for (const { fresh: next, old, who } of last) {
          fresh.act(next);
          model.act(next);
          const leftOver = before[who % before.length];
          if (/go on|answer/.test(old.kind)) leftOver?.act(old);
          await turns(next.turns);
        }
        for (const actors of before) await actors.end();
        await fresh.end();
        await model.end();
        expect(await seen(stage, firstEvent, firstSent)).toEqual(await seen(other.stage, 0, 0));
        for (const { failures } of before)
          for (const error of failures)
            expect(isRingbackError(error) || error instanceof ScriptedAnswer, String(error)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
