import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { aged, isVerified, otherStatus, withStatus } from '../bundled/verification-payloads.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import type { Rule } from '../rule.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, eachOutcome, finalOf, manyOthers, playAndCompare, playToRest } from './common.ts';

/** Several callbacks, of which the last can be understood without the others: by what the API shows, if need be. */
const hasSeveral = ({ steps, isOnlyInCallback = false }: PlayedOutcome): boolean =>
  steps.length > 1 && !isOnlyInCallback;

/** The last callback comes without those before it, which follow when the consumer is at rest. */
function earlierAfterFinal(
  between: (stage: Stage, outcome: PlayedOutcome) => Promise<void>,
  what: string,
): (stage: Stage, outcome: PlayedOutcome) => Promise<Finding> {
  return async (stage, outcome) => {
    const earlier = outcome.steps.slice(0, -1);
    const play = await stage.play(outcome, {
      faults: earlier.map(({ on }) => ({ on: { ...on }, drop: true })),
    });
    // Until the last callback has had its effect, if it has one alone.
    if (stage.canObserve) await stage.settle(play, outcome);
    await between(stage, outcome);
    for (const step of earlier) {
      const delivery = play.deliveryOf(step);
      if (delivery === undefined) return absent(stage, play, `the callback ${step.id}`);
      await stage.redeliver(delivery);
    }
    return stage.compared(play, await stage.settle(play, outcome), what);
  };
}

export const outOfOrder: Rule = {
  id: 'out-of-order',
  area: 'order',
  title: 'An earlier state that comes after the final one changes nothing',
  why: 'Callbacks are separate requests, and retries come when they come. No provider promises an order. A consumer that takes the last callback for the present state opens finished work again.',
  source: {
    title: 'Stripe: Event ordering',
    url: 'https://docs.stripe.com/webhooks#event-ordering',
  },
  provoked:
    'Plays an outcome whose last callback comes first; the earlier ones follow when the consumer is at rest. Also swaps neighbours, and sends older verifications after newer ones.',
  passes: 'The state is the one that the undisturbed sequence leaves.',
  remedy:
    'Give states a rank, and let a lower one never replace a higher one. Where the callback has a time of its own, let an older one never replace a newer one. Or read the present state from the API.',
  applies: ({ outcomes }) => (outcomes.some(hasSeveral) ? null : 'each sequence has one callback only'),
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'earlier-after-final',
      earlierAfterFinal(async () => undefined, 'after the earlier callbacks came last'),
      { needs: ['observer'], only: hasSeveral },
    ),
    ...eachOutcome(
      facts,
      'swapped',
      (stage, outcome) =>
        playAndCompare(
          stage,
          outcome,
          { faults: [{ on: { ...outcome.steps[0].on }, reorder: true }] },
          'after neighbours were swapped',
        ),
      { needs: ['observer'], only: hasSeveral },
    ),
    ...eachOutcome(
      facts,
      'earlier-again',
      async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const first = play.deliveryOf(outcome.steps[0]);
        if (first === undefined) return absent(stage, play, 'the first callback');
        await stage.redeliver(first);
        return stage.compared(
          play,
          await stage.settle(play, outcome),
          'after the first callback came again last',
        );
      },
      { needs: ['observer'], only: hasSeveral },
    ),
    ...eachOutcome(
      facts,
      'older-after-newer',
      async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const final = finalOf(play, outcome);
        const payload = final?.callback.payload;
        if (final === undefined || !isJsonObject(payload)) return absent(stage, play, 'the final callback');
        await stage.refire(play, final, aged(withStatus(payload, otherStatus(payload))) as JsonObject);
        return stage.compared(play, await stage.settle(play, outcome), 'after older verifications came last');
      },
      { needs: ['observer'], only: isVerified },
    ),
  ],
};

export const veryLate: Rule = {
  id: 'very-late',
  area: 'order',
  title: 'An earlier state that comes hours after the final one changes nothing',
  why: 'The first attempt of an early callback can fail, and its retry come when the work is long finished, and when the consumer has forgotten it.',
  source: {
    title: 'Stripe: events are retried for up to three days',
    url: 'https://docs.stripe.com/webhooks#retries',
  },
  provoked: `As out-of-order, but the earlier callbacks come after ${manyOthers} sequences of other ids, after the wait of --later, or after a restart.`,
  passes: 'The state is the one that the undisturbed sequence leaves.',
  remedy: 'Decide by what is stored about the document or application, not by a cache of recent ones.',
  explainedBy: ['out-of-order'],
  applies: ({ outcomes }) => (outcomes.some(hasSeveral) ? null : 'each sequence has one callback only'),
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'after-others',
      earlierAfterFinal(
        (stage, outcome) => stage.playOthers(manyOthers, outcome),
        `after the earlier callbacks followed ${manyOthers} other sequences`,
      ),
      {
        needs: ['observer'],
        plays: 'alone',
        joins: 'others',
        only: (outcome) => outcome === facts.outcomes.find(hasSeveral),
      },
    ),
    ...eachOutcome(
      facts,
      'after-a-while',
      earlierAfterFinal((stage) => stage.wait(stage.times.laterMs), 'after the earlier callbacks came later'),
      { needs: ['observer'], isLong: true, only: hasSeveral },
    ),
    ...eachOutcome(
      facts,
      'after-restart',
      earlierAfterFinal((stage) => stage.restart(), 'after the earlier callbacks followed a restart'),
      {
        needs: ['observer', 'restart'],
        plays: 'alone',
        joins: 'restart',
        only: (outcome) => outcome === facts.outcomes.find(hasSeveral),
      },
    ),
  ],
};
