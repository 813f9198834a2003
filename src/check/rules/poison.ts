import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import type { Rule } from '../rule.ts';
import { lastStep, type Play } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, apiDown, eachOutcome, finalOf } from './common.ts';

export const poison: Rule = {
  id: 'poison',
  area: 'input',
  title: 'One callback that cannot be processed does not block the others',
  why: 'A queue that works off one after the other, and repeats the first until it succeeds, stands still when that one never does. One bad message then stops all customers.',
  source: {
    title: 'AWS: dead-letter queues isolate messages that cannot be processed',
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
  },
  provoked:
    'Sends a callback whose work cannot succeed: the API fails for this id, the id is unknown, or a part has another shape. Then plays a good sequence.',
  passes: 'The good sequence leaves the state that it should.',
  remedy:
    'Limit how often one message is tried, wait between tries, and work on others meanwhile. Put aside what never succeeds, and raise an alarm.',
  explainedBy: ['bad-body'],
  applies: () => null,
  disturbances: (facts) => {
    const good = async (stage: Stage, bad: Play, outcome: PlayedOutcome, what: string): Promise<Finding> => {
      const play = await stage.play(outcome);
      const refusal = play.attempts().find(({ attempt }) => !attempt.acknowledged)?.attempt;
      if (refusal !== undefined) {
        const got = refusal.error ?? `status ${refusal.statusCode}`;
        return stage.said(play, 'failed', `after ${what}, a good callback got ${got}`, 'a 2xx', got);
      }
      if (!stage.canObserve)
        return stage.said(bad, 'passed', `after ${what}, a good callback is acknowledged`, 'a 2xx', 'a 2xx');
      return stage.compared(play, await stage.settle(play, outcome), `after ${what}`);
    };
    return [
      ...eachOutcome(
        facts,
        'api-fails-for-one',
        async (stage, outcome) => {
          const bad = await stage.play(outcome, apiDown(facts.reads, { status: 500 }));
          return good(stage, bad, outcome, 'a callback for which the API always fails');
        },
        {
          plays: 'alone',
          only: (outcome) => outcome === facts.outcomes[0] && facts.reads.length > 0 && facts.consumerReads,
        },
      ),
      ...eachOutcome(
        facts,
        'unknown-id',
        async (stage, outcome) => {
          const bad = await stage.play(outcome, {
            faults: [{ on: { ...lastStep(outcome).on }, contradict: 'unknown-id' }],
          });
          return good(stage, bad, outcome, 'a callback for an unknown id');
        },
        // Before what sends made-up ids for other reasons.
        { plays: 'alone', only: (outcome) => outcome === facts.outcomes[0] },
      ),
      ...eachOutcome(
        facts,
        'wrong-shape',
        async (stage, outcome) => {
          const pointer = facts.hasBody ? facts.known?.cores[outcome.steps[0].id] : '/state';
          if (pointer === undefined)
            return stage.said(null, 'not-applicable', 'the callback has no such part', '', '');
          const bad = await stage.play(outcome, {
            faults: [{ on: { ...outcome.steps[0].on }, corrupt: { schema: pointer } }],
          });
          return good(stage, bad, outcome, 'a callback of another shape');
        },
        {
          plays: 'breaking',
          only: (outcome) => outcome === facts.outcomes[0] && facts.known !== null,
        },
      ),
      ...eachOutcome(
        facts,
        'empty-parts',
        async (stage, outcome) => {
          const bad = await stage.play(outcome, {
            faults: [{ on: { ...lastStep(outcome).on }, drop: true }],
          });
          const final = finalOf(bad, outcome);
          const payload = final?.callback.payload;
          if (final === undefined || !isJsonObject(payload)) return absent(stage, bad, 'the final callback');
          await stage.refire(bad, final, hollow(payload));
          return good(stage, bad, outcome, 'a callback whose parts are null');
        },
        { plays: 'breaking', only: (outcome) => outcome === facts.outcomes[0] && facts.hasBody },
      ),
    ];
  },
};

/** The payload with everything null but what identifies it. */
function hollow(payload: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [name, typeof value === 'object' ? null : value]),
  );
}
