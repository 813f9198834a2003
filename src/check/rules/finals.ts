import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { finalState, firstState, otherFinal, sources } from '../bundled/provider-facts.ts';
import { isVerified, otherStatus, withStatus } from '../bundled/verification-payloads.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome, Script } from '../outcomes/outcome.ts';
import type { Rule } from '../rule.ts';
import { lastStep } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, eachOutcome, finalOf, playToRest } from './common.ts';

/** A script in which a document passes through these final states. */
function through(outcome: PlayedOutcome, names: readonly string[], gapMs: number): Script {
  const { callback } = lastStep(outcome).on;
  const first = { after: '10ms', set: { ...firstState }, callback };
  const rest = names.map((name) => ({ after: `${gapMs}ms`, set: { ...finalState(name) }, callback }));
  return { timeline: [first, ...rest] };
}

/** Plays a timeline in place of the outcome's script, and compares what tells outcomes apart. */
async function playEssence(
  stage: Stage,
  outcome: PlayedOutcome,
  script: Script,
  what: string,
  patienceMs?: number,
): Promise<Finding> {
  const play = await stage.play({ ...outcome, script }, {});
  return stage.compared(play, await stage.settleEssence(play, outcome, patienceMs), what);
}

export const equalBodies: Rule = {
  id: 'equal-bodies',
  area: 'duplicates',
  title: 'Two different events with equal bodies both count',
  why: 'The bodies of callbacks can be equal although the events differ: callbacks that only announce a state have none, and a document can return to a state that it had. A consumer that recognizes duplicates by the body alone drops the second event.',
  source: {
    title: 'Standard Webhooks: the id of the event identifies it, not its body',
    url: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  },
  provoked:
    'Plays the same outcome for two documents. Then plays a document that reaches a final state, is corrected to another one, and returns to the first: the last callback is written like an earlier one.',
  passes:
    'Both documents have the state of the outcome, and the returning document has the state that the API shows.',
  remedy:
    'Recognize an event by its id where it has one. Where it has none, compare it with the present state of that document instead of with everything that ever came.',
  explainedBy: ['contradicting-finals', 'payload-vs-api'],
  judgesClean: true,
  applies: ({ isNotice }) => (isNotice ? null : 'the bodies of two different events always differ'),
  disturbances: (facts) => [
    {
      id: 'same-for-another-id',
      plays: 'last',
      judge: async (stage) => {
        const gone = stage.vanished;
        if (gone === null && !stage.canObserve)
          return stage.said(null, 'not-observed', 'the states could not be compared', '', '');
        if (gone === null)
          return stage.said(
            null,
            'passed',
            'the second document has the state of the first',
            'a state for both',
            'a state for both',
          );
        return stage.said(
          gone,
          'failed',
          'the first document has a state after its callbacks, and a second one with equal bodies has none',
          'a state for both',
          'a state for the first only',
        );
      },
    },
    ...eachOutcome(
      facts,
      'returns-to-a-state',
      (stage, outcome) =>
        playEssence(
          stage,
          outcome,
          through(outcome, [outcome.id, otherFinal(outcome.id), outcome.id], stage.gapMs),
          'after the document returned to a final state that it had',
        ),
      { needs: ['observer'] },
    ),
  ],
};

export const contradictingFinals: Rule = {
  id: 'contradicting-finals',
  area: 'order',
  title: 'Of contradicting final states, the one that the API shows counts',
  why: 'Providers correct themselves after a final state, and a defect can send two that contradict each other. Neither the first nor the last is always right.',
  source: {
    title: 'Stripe: fetch the object from the API when events are ambiguous',
    url: 'https://docs.stripe.com/webhooks#event-ordering',
  },
  provoked:
    'Sends a second, contradicting final callback while the API keeps showing the first. In another play the provider corrects itself, in a callback and in the API.',
  passes: 'The state agrees with what the API shows at the end.',
  remedy:
    'On a final state that differs from the one that you know, read the document or application from the API, and store what that says.',
  explainedBy: ['out-of-order'],
  applies: ({ isNotice, hasFinals, outcomes }) =>
    outcomes.length > 1 && (isNotice || hasFinals)
      ? null
      : 'the contract does not say which states are final',
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'contradicted',
      async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const final = finalOf(play, outcome);
        const payload = final?.callback.payload;
        if (final === undefined || !isJsonObject(payload)) return absent(stage, play, 'the final callback');
        const other = facts.isNotice
          ? { ...payload, ...shownAs(payload, otherFinal(outcome.id)) }
          : (withStatus(payload, otherStatus(payload)) as JsonObject);
        await stage.refire(play, final, other);
        return stage.compared(
          play,
          await stage.settle(play, outcome),
          'after a contradicting final callback',
        );
      },
      { needs: ['observer'], only: (outcome) => facts.isNotice || isVerified(outcome) },
    ),
    ...(facts.isNotice
      ? eachOutcome(
          facts,
          'corrected',
          (stage, outcome) =>
            playEssence(
              stage,
              outcome,
              through(outcome, [otherFinal(outcome.id), outcome.id], stage.gapMs),
              'after the provider corrected the final state',
            ),
          { needs: ['observer'] },
        )
      : []),
  ],
};

/** Another final state, written as the payload writes its own. */
function shownAs(payload: JsonObject, final: string): JsonObject {
  const { state, stateText } = finalState(final);
  if ('state' in payload) return { state, stateText };
  return {
    status: payload.status === String(payload.status).toUpperCase() ? stateText : stateText.toLowerCase(),
  };
}

export const payloadVsApi: Rule = {
  id: 'payload-vs-api',
  area: 'order',
  title: 'When a callback contradicts the API, the API wins',
  why: 'A callback says what was true when it was made, and anyone with the URL can make one. The API says what is true.',
  source: sources.results,
  provoked:
    'Sends a final callback with another final state than the API shows. In another play, the API shows the final state a moment after the callback.',
  passes: 'The state agrees with what the API shows at the end.',
  remedy:
    'Take the callback as news that something happened. Read the document from the API, and store what that says.',
  explainedBy: ['out-of-order'],
  applies: ({ isNotice, outcomes }) =>
    isNotice && outcomes.length > 1 ? null : 'the callbacks carry the results themselves',
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'contradicts',
      (stage, outcome) => {
        const { callback } = lastStep(outcome).on;
        const { state, stateText } = finalState(otherFinal(outcome.id));
        const timeline = [
          { after: '10ms', set: { ...firstState }, callback },
          {
            after: '50ms',
            set: { ...finalState(outcome.id) },
            callback,
            query: { state: String(state), stateText },
          },
        ];
        return playEssence(
          stage,
          outcome,
          { timeline },
          'after a final callback with another state than the API shows',
        );
      },
      { needs: ['observer'] },
    ),
    ...eachOutcome(
      facts,
      'api-lags',
      async (stage, outcome) => {
        const { callback } = lastStep(outcome).on;
        const { state, stateText } = finalState(outcome.id);
        const timeline = [
          { after: '10ms', set: { ...firstState }, callback },
          { after: '50ms', callback, query: { state: String(state), stateText } },
          { after: '200ms', set: { state, stateText } },
        ];
        return stage.unlessOverdue(
          await playEssence(
            stage,
            outcome,
            { timeline },
            'after the API showed the final state later than the callback',
            stage.overduePatienceMs,
          ),
        );
      },
      { needs: ['observer'], isLong: true, explainedBy: ['lost'] },
    ),
  ],
};
