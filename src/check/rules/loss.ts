import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome, Script } from '../outcomes/outcome.ts';
import type { Rule } from '../rule.ts';
import { lastStep, type Play } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, apiDown, eachOutcome, finalOf, finishingAfter, inOneGo, struckCall } from './common.ts';

const hasSeveral = ({ steps }: PlayedOutcome): boolean => steps.length > 1;

/** Whether the API shows how it ended. With a contract that is not bundled, it does if the script sets it. */
function isShown({ known }: Facts, { script, isOnlyInCallback = false }: PlayedOutcome): boolean {
  return !isOnlyInCallback && (known !== null || JSON.stringify(script).includes('"set"'));
}

export const lost: Rule = {
  id: 'lost',
  area: 'loss',
  title: 'A callback that never comes is made up for by polling',
  why: 'Callbacks get lost: the provider has an outage, your endpoint is down longer than the retries last, a certificate expires. What waits for a callback then waits without end.',
  source: {
    title: 'Svix: webhooks are not enough, reconcile with the API',
    url: 'https://docs.svix.com/receiving/introduction',
  },
  provoked:
    'Plays an outcome whose final callback is not sent, and with a driver one without any callback. Waits as long as --overdue says that the consumer waits.',
  passes: 'The state tells the outcome as that of the undisturbed sequence does.',
  remedy:
    'Look for documents and applications whose final state is overdue, regularly, and read each from the API.',
  applies: ({ reads }) => (reads.length > 0 ? null : 'the contract has no operation to read the result with'),
  disturbances: (facts) => {
    const drop =
      (faults: (outcome: PlayedOutcome) => readonly object[], what: string) =>
      async (stage: Stage, outcome: PlayedOutcome): Promise<Finding> => {
        const play = await stage.play(outcome, {
          ...finishingAfter(outcome.script, stage.gapMs),
          faults: faults(outcome),
        } as Script);
        return stage.unlessOverdue(
          stage.compared(play, await stage.settleLenient(play, outcome, stage.overduePatienceMs), what),
        );
      };
    return [
      ...eachOutcome(
        facts,
        'final-lost',
        drop(
          (outcome) => [{ on: { ...lastStep(outcome).on }, drop: true }],
          'after the final callback was lost',
        ),
        {
          needs: ['observer'],
          isLong: true,
          only: (outcome) => hasSeveral(outcome) && isShown(facts, outcome),
        },
      ),
      ...eachOutcome(
        facts,
        'all-lost',
        drop(() => [{ drop: true }], 'after every callback was lost'),
        {
          needs: ['observer', 'driver'],
          isLong: true,
          only: (outcome) => isShown(facts, outcome),
        },
      ),
    ];
  },
};

export const early: Rule = {
  id: 'early',
  area: 'order',
  title: 'A callback that comes before the response to the submission counts',
  why: 'The provider starts to work when it has the request. Its first callback can overtake the response, which is when many consumers store the id.',
  source: {
    title: 'OpenAPI 3.1: a callback may be sent before the response of its operation',
    url: 'https://spec.openapis.org/oas/v3.1.1.html#callback-object',
  },
  provoked: 'Makes the consumer submit, and sends the first callback, or all of them, before the response.',
  passes: 'The state is the one that the undisturbed sequence leaves.',
  remedy:
    'Insert the record with what is known when the callback comes, and let the submission only add what is missing. Never overwrite a state with that of a new submission.',
  applies: ({ contract }) =>
    contract.operations.length > 0 ? null : 'the contract has no operation to submit with',
  disturbances: (facts) => {
    const play =
      (step: (outcome: PlayedOutcome) => object, what: string) =>
      async (stage: Stage, outcome: PlayedOutcome): Promise<Finding> => {
        const played = await stage.play(outcome, {
          faults: [{ on: step(outcome), early: true }],
          ...stage.usualRetries(),
        } as Script);
        return stage.compared(
          played,
          await stage.settleLenient(played, outcome, stage.overduePatienceMs),
          what,
        );
      };
    return [
      ...eachOutcome(
        facts,
        'first',
        play(({ steps }) => ({ ...steps[0].on }), 'after the first callback came before the response'),
        { needs: ['observer', 'driver'] },
      ),
      ...eachOutcome(
        facts,
        'final',
        play((outcome) => ({ ...lastStep(outcome).on }), 'after every callback came before the response'),
        { needs: ['observer', 'driver'], only: hasSeveral },
      ),
    ];
  },
};

/** Plays with an API that is down for the first reads about the play. */
async function playWithApiDown(stage: Stage, outcome: PlayedOutcome): Promise<Play> {
  return stage.play(outcome, apiDown(stage.facts.reads, { times: 2 }));
}

export const ackThenLost: Rule = {
  id: 'ack-then-lost',
  area: 'loss',
  title: 'Work that was acknowledged is done, even after a failure',
  why: 'After a 2xx the provider never sends the callback again. Work that waits in memory is gone with the process, and work that fails once is gone too if nothing repeats it.',
  source: {
    title: 'Hookdeck: process webhooks asynchronously, with a durable queue',
    url: 'https://hookdeck.com/webhooks/guides/why-implement-asynchronous-processing-webhooks',
  },
  provoked:
    'Restarts the consumer right after it acknowledged the final callback. In another play, the API of the provider is down when the consumer works.',
  passes:
    'The state tells the outcome as that of the undisturbed sequence does, after the restart or within --overdue.',
  remedy:
    'Write the callback down before you acknowledge it: a row in a table, a durable queue. Work it off from there, again after a failure.',
  explainedBy: ['sequential-duplicate'],
  applies: () => null,
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'api-down',
      async (stage, outcome) => {
        const play = await playWithApiDown(stage, outcome);
        const struck = struckCall(play);
        if (struck === null)
          return stage.said(
            play,
            'not-applicable',
            'the consumer does not call the API for this outcome',
            'a call',
            'none',
          );
        if (struck.beforeAck)
          return stage.said(
            play,
            'not-applicable',
            'the consumer calls the API before it acknowledges',
            'work after the acknowledgement',
            'work before it',
          );
        const comparison = await stage.settleLenient(play, outcome, stage.overduePatienceMs);
        return stage.unlessOverdue(
          stage.compared(play, comparison, 'after the API was down while the consumer worked'),
        );
      },
      { needs: ['observer'] },
    ),
    {
      id: 'restarted',
      needs: ['observer', 'restart'],
      plays: 'alone',
      judge: (stage) =>
        inOneGo(
          stage,
          facts.outcomes.filter((outcome) => isShown(facts, outcome)),
          {
            // The restart comes while the work that follows the acknowledgement waits for the API.
            prepare: (_, outcome) =>
              stage.begin(
                outcome,
                facts.consumerReads
                  ? { respond: facts.reads.map((operation) => ({ operation, latency: '800ms' })) }
                  : {},
              ),
            between: async (plays) => {
              const isDone = (): boolean =>
                plays.every((play) => {
                  const outcome = facts.outcomes.find(({ id }) => id === play.outcome.id);
                  const final = outcome === undefined ? undefined : finalOf(play, outcome);
                  return final?.attempts.some(({ acknowledged }) => acknowledged) ?? false;
                });
              await stage.mock.until(isDone, 20_000);
              await stage.restart();
            },
            what: 'after a restart right after the acknowledgement',
            patienceMs: Math.max(stage.overduePatienceMs, 5_000),
          },
        ),
    },
  ],
};

/** The work of the final callback fails once, that of the earlier ones does not. Then it comes again. */
async function playWithApiDownAtTheEnd(stage: Stage, outcome: PlayedOutcome): Promise<Finding> {
  const play = await stage.play(outcome, {
    ...finishingAfter(outcome.script, stage.gapMs),
    faults: [{ on: { ...lastStep(outcome).on }, drop: true }],
  });
  const final = finalOf(play, outcome);
  if (final === undefined) return absent(stage, play, 'the final callback');
  await stage.look(play);
  await stage.mock.respondTo(stage.provider, play.runId, apiDown(stage.facts.reads, { times: 1 }));
  const isTaken = async (): Promise<boolean> =>
    (await stage.redeliver(final)).attempts.at(-1)?.acknowledged ?? false;
  if (await isTaken())
    return stage.said(
      play,
      'not-applicable',
      'the final callback did not fail when the API was down',
      'a failure',
      'none',
    );
  for (let again = 0; again < 3 && !(await isTaken()); again++) await stage.wait(100);
  return stage.compared(
    play,
    await stage.settle(play, outcome, stage.overduePatienceMs),
    'after a retry of a final callback that failed',
  );
}

export const failedThenRetried: Rule = {
  id: 'failed-then-retried',
  area: 'loss',
  title: 'When the first attempt fails, the retry takes effect once',
  why: 'The first attempt can fail half-way: a dependency is down, the connection breaks. A consumer that remembers the event before its work is done drops the retry; one that does not undo its half does it twice.',
  source: {
    title: 'Stripe: Handle duplicate events; Idempotent requests',
    url: 'https://docs.stripe.com/webhooks#handle-duplicate-events',
  },
  provoked:
    'Makes the first attempt fail: the API of the provider is down, the request breaks off, or the connection ends before the response. Then retries.',
  passes: 'The state is the one that the undisturbed sequence leaves.',
  remedy:
    'Remember the event and do its work in one transaction. Respond 5xx when that fails, so that nothing of it stays and the provider sends it again.',
  explainedBy: ['sequential-duplicate', 'concurrent-duplicate'],
  applies: () => null,
  disturbances: (facts) => {
    const retry = { schedule: ['120ms', '240ms', '480ms'], on: ['5xx', '429', 'timeout', 'network'] };
    const cut = (outcome: PlayedOutcome): Script => ({
      retry,
      faults: [
        facts.hasBody
          ? { on: { ...lastStep(outcome).on, attempt: 1 }, corrupt: 'truncate' }
          : { on: { ...lastStep(outcome).on, attempt: 1 }, reset_peer: { after: 40 } },
      ],
    });
    return [
      ...eachOutcome(
        facts,
        'api-down-once',
        async (stage, outcome) => {
          const play = await stage.play(outcome, { ...apiDown(facts.reads, { times: 1 }), retry });
          const isRetried = play.deliveries().some(({ attempts }) => attempts.length > 1);
          if (!isRetried)
            return stage.said(
              play,
              'not-applicable',
              'no attempt failed when the API was down',
              'a failure',
              'none',
            );
          return stage.compared(
            play,
            await stage.settle(play, outcome, stage.overduePatienceMs),
            'after a retry of a callback that failed',
          );
        },
        { needs: ['observer'], only: () => facts.reads.length > 0 },
      ),
      ...eachOutcome(facts, 'api-down-at-the-end', playWithApiDownAtTheEnd, {
        needs: ['observer'],
        only: (outcome) => facts.reads.length > 0 && hasSeveral(outcome),
      }),
      ...eachOutcome(
        facts,
        'cut-off',
        async (stage, outcome) => {
          const play = await stage.play(outcome, cut(outcome));
          return stage.compared(
            play,
            await stage.settle(play, outcome, stage.overduePatienceMs),
            'after a retry of a callback that broke off',
          );
        },
        { needs: ['observer'] },
      ),
      ...eachOutcome(
        facts,
        'response-lost',
        async (stage, outcome) => {
          const play = await stage.play(outcome, {
            faults: [{ on: { ...lastStep(outcome).on }, drop: true }],
          });
          const final = finalOf(play, outcome);
          if (final === undefined) return absent(stage, play, 'the final callback');
          await stage.sendRaw(play, final, { end: 'before-response' });
          // A provider waits before it tries again.
          await stage.settle(play, outcome);
          await stage.redeliver(final);
          return stage.compared(
            play,
            await stage.settle(play, outcome, stage.overduePatienceMs),
            'after the connection ended before the response, and a retry',
          );
        },
        { needs: ['observer'] },
      ),
    ];
  },
};
