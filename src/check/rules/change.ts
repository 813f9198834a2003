import { isJsonObject } from '../../core/json.ts';
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
  readonly bodyOnly?: boolean;
}[] = [
  { id: 'unknown-property', what: 'a property that it does not have yet', compares: 'whole' },
  { id: 'reorder-properties', what: 'another order of properties', compares: 'whole' },
  { id: 'omit-null', what: 'without properties that are null', compares: 'acknowledged', bodyOnly: true },
  { id: 'null', what: 'null in place of a value', compares: 'acknowledged', bodyOnly: true },
  { id: 'new-enum-value', what: 'a value that it does not have yet', compares: 'acknowledged' },
  {
    id: 'new-event-type',
    what: 'an event type that it does not have yet',
    compares: 'acknowledged',
    bodyOnly: true,
  },
];

export const drift: Rule = {
  id: 'drift',
  area: 'change',
  title: 'What the provider may change without notice is tolerated',
  why: 'Providers add properties, values and event types, leave out what is null, and reorder what they send. A strict schema on the side of the consumer turns that into an outage.',
  source: {
    title: 'Informed: changes without notice; Stripe: backwards-compatible changes',
    url: 'https://docs.stripe.com/upgrades#what-changes-does-stripe-consider-to-be-backwards-compatible',
  },
  provoked:
    'Plays each outcome with callbacks that have unknown, missing, null or reordered properties, new values and event types, and another legal spelling of the content type.',
  passes:
    'Each callback is acknowledged. Where nothing that counts has changed, the state is the one that the undisturbed sequence leaves.',
  remedy:
    'Read by name, read only what you use, and ignore the rest. Have a default for each value and event type that you do not know.',
  applies: () => null,
  disturbances: (facts) => [
    ...changes
      .filter(({ bodyOnly = false }) => facts.hasBody || !bodyOnly)
      .flatMap(({ id, what, compares }): Disturbance[] =>
        eachOutcome(facts, id, (stage, outcome) => playDrift(stage, outcome, id, what, compares), {
          plays: compares === 'whole' ? 'together' : 'breaking',
        }),
      ),
    ...(facts.hasBody
      ? eachOutcome(
          facts,
          'content-type',
          async (stage, outcome) => {
            const play = await stage.play(outcome, { faults: [{ drop: true }] });
            for (const delivery of play.deliveries()) {
              const { type, target, method, payload } = delivery.callback;
              if (!isJsonObject(payload)) return absent(stage, play, 'a JSON body');
              const headers = { ...target.headers, 'content-type': 'application/json; charset=utf-8' };
              await stage.fire(play, { callback: type, to: target.url, method, headers, payload });
            }
            return acknowledgedThen(stage, play, outcome, 'another spelling of the content type', 'whole');
          },
          { only: (outcome) => outcome === facts.outcomes[0] },
        )
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
