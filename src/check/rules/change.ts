import type { Callback } from '../../core/engine/deliveries/delivery.ts';
import { driftEverywhere } from '../../core/engine/faults/drift.ts';
import type { FireOrder } from '../../core/engine/space.ts';
import { isJsonObject } from '../../core/json.ts';
import { sources } from '../bundled/provider-facts.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import type { Disturbance, Rule } from '../rule.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, eachOutcome, finalOf } from './common.ts';

/** Changes that a provider may make, and how far the state must stay the same. */
const changes: readonly {
  readonly id: string;
  readonly what: string;
  /** `whole`: nothing that the consumer uses has changed. `acknowledged`: something may have. */
  readonly compares: 'whole' | 'acknowledged';
  /** What callbacks must have. Default: either */
  readonly carriedBy?: 'body' | 'query';
}[] = [
  { id: 'unknown-property', what: 'a property that it does not have yet', compares: 'whole' },
  { id: 'reorder-properties', what: 'another order of properties', compares: 'whole' },
  {
    id: 'new-enum-value',
    what: 'a value that it does not have yet',
    compares: 'acknowledged',
    carriedBy: 'query',
  },
  {
    id: 'new-event-type',
    what: 'an event type that it does not have yet',
    compares: 'acknowledged',
    carriedBy: 'body',
  },
];

/** Changes of a body that are made wherever the contract allows them, since a consumer is strict in some place only. */
const everywhere: readonly {
  readonly id: string;
  readonly kind: Parameters<typeof driftEverywhere>[0];
  readonly what: string;
  /** The depth that it begins at. Behind a new event type, no consumer looks further. Default: 1 */
  readonly depth?: number;
}[] = [
  { id: 'omit-null', kind: 'omit-null', what: 'without the properties that may be null' },
  { id: 'null', kind: 'null', what: 'null in place of the values that may be null' },
  {
    id: 'unknown-inner-property',
    kind: 'unknown-property',
    what: 'inner properties that it does not have yet',
    depth: 2,
  },
  { id: 'new-enum-values', kind: 'new-enum-value', what: 'values that it does not have yet' },
  {
    id: 'new-inner-values',
    kind: 'new-enum-value',
    what: 'inner values that it does not have yet',
    depth: 2,
  },
];

export const drift: Rule = {
  id: 'drift',
  area: 'change',
  title: 'What the provider may change without notice is tolerated',
  why: 'Providers add properties, values and event types, leave out what is null, and reorder what they send. A strict schema on the side of the consumer turns that into an outage.',
  source: sources.changes,
  provoked:
    'Plays each outcome with callbacks that have unknown, missing, null or reordered properties, new values and event types, each wherever the contract allows it, and another legal spelling of the content type.',
  passes:
    'Each callback is acknowledged. Where nothing that counts has changed, the state is the one that the undisturbed sequence leaves.',
  remedy:
    'Read by name, read only what you use, and ignore the rest. Have a default for each value and event type that you do not know.',
  applies: () => null,
  disturbances: (facts) => [
    ...changes
      .filter(({ carriedBy }) => carriedBy === undefined || facts.hasBody === (carriedBy === 'body'))
      .flatMap(({ id, what, compares }): Disturbance[] =>
        eachOutcome(facts, id, (stage, outcome) => playDrift(stage, outcome, id, what, compares), {
          plays: compares === 'whole' ? 'together' : 'breaking',
        }),
      ),
    ...(facts.hasBody
      ? [
          ...everywhere.flatMap(({ id, kind, what, depth }) =>
            eachOutcome(
              facts,
              id,
              (stage, outcome) =>
                sendChanged(stage, outcome, what, 'acknowledged', ({ type, payload }) => {
                  const known = facts.contract.callbacks.get(type);
                  const changed =
                    known && payload !== undefined && driftEverywhere(kind, payload, known, depth);
                  return isJsonObject(changed) ? { payload: changed } : null;
                }),
              { plays: 'breaking' },
            ),
          ),
          ...eachOutcome(
            facts,
            'content-type',
            (stage, outcome) =>
              sendChanged(stage, outcome, 'another spelling of the content type', 'whole', ({ target }) => ({
                headers: { ...target.headers, 'content-type': 'application/json; charset=utf-8' },
              })),
            { only: (outcome) => outcome === facts.outcomes[0] },
          ),
        ]
      : []),
  ],
};

async function playDrift(
  stage: Stage,
  outcome: PlayedOutcome,
  change: string,
  what: string,
  compares: 'whole' | 'acknowledged',
): Promise<Finding> {
  const play = await stage.play(outcome, { faults: [{ drift: change }] });
  const final = finalOf(play, outcome);
  if (final?.callback.faults.some((words) => words.includes('does not apply')) === true)
    return stage.said(play, 'not-applicable', `callbacks cannot have ${what}`, '', '');
  return acknowledgedThen(stage, play, outcome, what, compares);
}

/** Sends the callbacks of a sequence with a change, each after the other. Null: one cannot change so, and comes as it is. */
async function sendChanged(
  stage: Stage,
  outcome: PlayedOutcome,
  what: string,
  compares: 'whole' | 'acknowledged',
  change: (callback: Callback) => Partial<Pick<FireOrder, 'payload' | 'headers'>> | null,
): Promise<Finding> {
  const play = await stage.play(outcome, { faults: [{ drop: true }] });
  let isChanged = false;
  for (const { callback } of play.deliveries()) {
    const { type, target, method, payload } = callback;
    if (!isJsonObject(payload)) return absent(stage, play, 'a JSON body');
    const changed = change(callback);
    isChanged ||= changed !== null;
    const order = { callback: type, to: target.url, method, headers: target.headers, payload };
    await stage.fire(play, { ...order, ...changed });
  }
  return isChanged
    ? acknowledgedThen(stage, play, outcome, what, compares)
    : stage.said(play, 'not-applicable', `callbacks cannot have ${what}`, '', '');
}

async function acknowledgedThen(
  stage: Stage,
  play: Awaited<ReturnType<Stage['play']>>,
  outcome: PlayedOutcome,
  what: string,
  compares: 'whole' | 'acknowledged',
): Promise<Finding> {
  const refused = play.attempts().find(({ attempt }) => !attempt.acknowledged)?.attempt;
  if (refused !== undefined) {
    const got =
      refused.statusCode === null ? (refused.error ?? 'no response') : `status ${refused.statusCode}`;
    return stage.said(play, 'failed', `a callback with ${what} got ${got}`, 'a 2xx', got);
  }
  if (!stage.canObserve || compares === 'acknowledged')
    return stage.said(play, 'passed', 'each callback was acknowledged', 'a 2xx', 'a 2xx');
  return stage.compared(play, await stage.settle(play, outcome), `after callbacks with ${what}`);
}
