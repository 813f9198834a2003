import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome, Script } from '../outcomes/outcome.ts';
import type { Rule } from '../rule.ts';
import { lastStep, type Play } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import {
  absent,
  eachOutcome,
  finalOf,
  finishingAfter,
  inOneGo,
  manyOthers,
  playAndCompare,
  playToRest,
} from './common.ts';

/** The final callback again, after something happened in between. */
function finalAgainAfter(
  between: (stage: Stage, outcome: PlayedOutcome) => Promise<void>,
  what: string,
): (stage: Stage, outcome: PlayedOutcome) => Promise<Finding> {
  return async (stage, outcome) => {
    const play = await playToRest(stage, outcome);
    const final = finalOf(play, outcome);
    if (final === undefined) return absent(stage, play, 'the final callback');
    await between(stage, outcome);
    await stage.redeliver(final);
    return stage.compared(play, await stage.settle(play, outcome), what);
  };
}

export const sequentialDuplicate: Rule = {
  id: 'sequential-duplicate',
  area: 'duplicates',
  title: 'A callback that comes twice takes effect once',
  why: 'Every provider delivers at least once: when your acknowledgement is lost, or comes late, the same callback is sent again. A consumer that books it again books an invoice twice, or sends a second letter.',
  source: {
    title: 'Stripe: Handle duplicate events',
    url: 'https://docs.stripe.com/webhooks#handle-duplicate-events',
  },
  provoked:
    'Plays each outcome. When the consumer is at rest, sends its final callback twice more, byte by byte. In another play, each callback comes twice, a moment apart.',
  passes:
    'The state is the one that the undisturbed sequence leaves. The status of the response to a duplicate does not count here.',
  remedy:
    'Store the identity of what happened (the document and its state, or the id of the event) under a unique key, in the same transaction as its effect. Skip the effect when the key exists, and respond 2xx.',
  applies: () => null,
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'final-again',
      async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const final = finalOf(play, outcome);
        if (final === undefined) return absent(stage, play, 'the final callback');
        await stage.repeat(play, final);
        await stage.repeat(play, final);
        return stage.compared(
          play,
          await stage.settle(play, outcome),
          'after the final callback came twice more',
        );
      },
      { needs: ['observer'] },
    ),
    ...eachOutcome(
      facts,
      'each-twice',
      (stage, outcome) => {
        // The first is worked off when the second comes, and both are when the final callback comes.
        const { gapMs } = stage;
        const { script } = outcome;
        return playAndCompare(
          stage,
          outcome,
          {
            ...finishingAfter(script, 2 * gapMs),
            faults: [{ duplicate: { times: 2, gap: `${gapMs}ms` } }],
          },
          'after each callback came twice',
        );
      },
      { needs: ['observer'], isLong: true },
    ),
  ],
};

/** Plays copies that come together. Where nothing had an effect since one was refused, the refusal is the mistake. */
async function playAtOnce(
  stage: Stage,
  outcome: PlayedOutcome,
  change: Script,
  what: string,
): Promise<Finding> {
  const play = await stage.play(outcome, change);
  const finding = stage.compared(play, await stage.settle(play, outcome), what);
  const refused = play.attempts().find(({ attempt: { statusCode } }) => (statusCode ?? 0) >= 400)?.attempt;
  if (finding.result !== 'failed' || finding.isExcess === true || refused === undefined) return finding;
  const because = `a copy got ${refused.statusCode}, and what differs is that something had no effect`;
  return { ...finding, result: 'not-observed', because };
}

/** How many ids are tried at most to provoke a race. */
const rounds = 4;

export const concurrentDuplicate: Rule = {
  id: 'concurrent-duplicate',
  area: 'duplicates',
  title: 'A callback that comes twice at the same moment takes effect once',
  why: 'A provider that gives up waiting sends the callback again while your first handler still works on it, and two of its workers can send the same one together. A check followed by an insert lets both through.',
  source: {
    title: 'Hookdeck: How to implement webhook idempotency',
    url: 'https://hookdeck.com/webhooks/guides/implement-webhook-idempotency',
  },
  provoked: `Plays each outcome with its final callback sent eight times at the same moment, for ${rounds} ids one after the other. In another play, every callback is sent so.`,
  passes: 'The state is the one that the undisturbed sequence leaves.',
  remedy:
    'Let the database decide who is first: a unique key and an insert that fails or does nothing on conflict, or a lock on the row. A check before the insert, or a set in memory that is filled after an await, does not help.',
  explainedBy: ['sequential-duplicate'],
  applies: () => null,
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'final-at-once',
      async (stage, outcome) => {
        let finding: Finding;
        let round = 0;
        // A race does not show each time.
        do
          finding = await playAtOnce(
            stage,
            outcome,
            { faults: [{ on: { ...lastStep(outcome).on }, duplicate: { times: 8, concurrent: true } }] },
            'after the final callback came eight times at the same moment',
          );
        while (finding.result === 'passed' && ++round < rounds);
        return finding;
      },
      { needs: ['observer'] },
    ),
    ...eachOutcome(
      facts,
      'each-at-once',
      (stage, outcome) =>
        playAtOnce(
          stage,
          outcome,
          { faults: [{ duplicate: { times: 4, concurrent: true } }] },
          'after each callback came four times at the same moment',
        ),
      { needs: ['observer'], only: ({ steps }) => steps.length > 1 },
    ),
  ],
};

export const duplicateAfterHours: Rule = {
  id: 'duplicate-after-hours',
  area: 'duplicates',
  title: 'A duplicate that comes hours later takes effect no second time',
  why: 'Providers retry for hours or days, and support can replay a callback after weeks. A list of the last ids, a cache with a lifetime and a set in memory have forgotten it by then.',
  source: {
    title: 'Stripe: events are retried for up to three days',
    url: 'https://docs.stripe.com/webhooks#retries',
  },
  provoked: `Plays an outcome, then sends its final callback again: after ${manyOthers} sequences of other ids, after the wait of --later, and after a restart.`,
  passes: 'The state is the one that the undisturbed sequence leaves.',
  remedy:
    'Keep what you have processed as long as the record itself: a unique key in the database, not a cache.',
  explainedBy: ['sequential-duplicate', 'new-attempt-time'],
  applies: () => null,
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'after-others',
      finalAgainAfter(
        (stage, outcome) => stage.playOthers(manyOthers, outcome),
        `after a duplicate that followed ${manyOthers} other sequences`,
      ),
      {
        needs: ['observer'],
        plays: 'alone',
        joins: 'others',
        only: (outcome) => outcome === facts.outcomes[0],
      },
    ),
    ...eachOutcome(
      facts,
      'after-a-while',
      finalAgainAfter((stage) => stage.wait(stage.times.laterMs), 'after a duplicate that came later'),
      { needs: ['observer'] },
    ),
    {
      id: 'after-restart',
      needs: ['observer', 'restart'],
      plays: 'alone',
      joins: 'restart',
      judge: (stage) =>
        inOneGo(stage, facts.outcomes, {
          prepare: playToRest,
          between: () => stage.restart(),
          finish: async (play, outcome) => {
            const final = finalOf(play, outcome);
            if (final !== undefined) await stage.redeliver(final);
          },
          what: 'after a duplicate that followed a restart',
        }),
    },
  ],
};

/** The same value written in another way: properties in reverse order, at every level. */
function rewritten(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(rewritten);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, rewritten(member as JsonValue)]),
  );
}

/** Signatures carry their time in seconds. */
const signatureStepMs = 1_100;

export const newAttemptTime: Rule = {
  id: 'new-attempt-time',
  area: 'duplicates',
  title: 'The same event with a new attempt time, or written in another order, takes effect once',
  why: 'Each attempt may carry its own time, attempt number and signature, and the provider may serialize the event again. Its bytes differ, and it is the same event. A consumer that recognizes duplicates by a hash of the request takes it for a new one.',
  source: {
    title: 'Standard Webhooks: webhook-timestamp is the time of the attempt, webhook-id identifies the event',
    url: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  },
  provoked:
    'Plays an outcome, then sends its final callback again with the properties in another order, and again with the time of the attempt as one more property. A signed one also comes again unchanged, signed at another time.',
  passes: 'The state is the one that the undisturbed sequence leaves.',
  remedy:
    'Recognize an event by its own identity: the document and its state, or its id. Never by a hash of the body, the URL or the headers.',
  explainedBy: ['sequential-duplicate'],
  applies: () => null,
  disturbances: (facts) => {
    const again = async (
      stage: Stage,
      outcome: PlayedOutcome,
      change: (payload: JsonObject, play: Play) => JsonObject,
      what: string,
    ): Promise<Finding> => {
      const play = await playToRest(stage, outcome);
      const final = finalOf(play, outcome);
      const payload = final?.callback.payload;
      if (final === undefined || !isJsonObject(payload)) return absent(stage, play, 'the final callback');
      const { messageId } = final.callback;
      await stage.refire(play, final, change(payload, play), { messageId });
      return stage.compared(play, await stage.settle(play, outcome), what);
    };
    return [
      ...eachOutcome(
        facts,
        'new-time',
        (stage, outcome) =>
          again(
            stage,
            outcome,
            (payload) => ({ ...payload, attempted_at: new Date(stage.mock.space.clock.now()).toISOString() }),
            'after the final callback came again with the time of the attempt',
          ),
        { needs: ['observer'] },
      ),
      ...eachOutcome(
        facts,
        'new-signature',
        async (stage, outcome) => {
          const play = await playToRest(stage, outcome);
          const final = finalOf(play, outcome);
          if (final === undefined) return absent(stage, play, 'the final callback');
          await stage.wait(signatureStepMs);
          await stage.redeliver(final);
          return stage.compared(
            play,
            await stage.settle(play, outcome),
            'after the final callback came again, signed at another time',
          );
        },
        { needs: ['observer'], only: () => facts.isSigned },
      ),
      ...eachOutcome(
        facts,
        'rewritten',
        (stage, outcome) =>
          again(
            stage,
            outcome,
            (payload) => rewritten(payload) as JsonObject,
            'after the final callback came again, written in another order',
          ),
        { needs: ['observer'] },
      ),
    ];
  },
};
