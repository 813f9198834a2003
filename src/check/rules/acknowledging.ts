import type { Attempt } from '../../core/engine/deliveries/delivery.ts';
import { isJsonObject } from '../../core/json.ts';
import { sources } from '../bundled/provider-facts.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import type { Rule } from '../rule.ts';
import { lastStep, type Play } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, acknowledgedOr, apiDown, eachOutcome, finalOf, playToRest, struckCall } from './common.ts';
import { bodyOf, search } from './search.ts';
import { unusable, wrongShape } from './unusable.ts';

export const slowAck: Rule = {
  id: 'slow-ack',
  area: 'acknowledging',
  title: 'A callback is acknowledged in time, however long the work takes',
  why: 'Providers wait some seconds, then count the attempt as failed and send it again, while the first one is still at work. After enough timeouts some disable the endpoint.',
  source: {
    title: 'GitHub: respond within 10 seconds',
    url: 'https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds',
  },
  provoked:
    'Measures the acknowledgements of undisturbed callbacks. Then plays outcomes while the API of the provider takes longer than --within.',
  passes: 'Each acknowledgement comes within --within.',
  remedy:
    'Store the callback, respond, and do the work afterwards: calls to the provider, to other services, e-mails.',
  judgesClean: true,
  applies: () => null,
  disturbances: (facts) => [
    { id: 'undisturbed', plays: 'last', judge: slowUndisturbed },
    ...eachOutcome(
      facts,
      'provider-is-slow',
      async (stage, outcome) => {
        const { withinMs } = stage.times;
        const play = await stage.play(outcome, {
          // Twice, since a consumer that polls may ask first.
          respond: facts.reads.map((operation) => ({ operation, latency: `${withinMs + 300}ms`, times: 2 })),
        });
        // The consumer may wait for the API, and let others wait, although it has responded.
        const isStruck = (): boolean => stage.mock.run(play.runId)?.isFaulted === true;
        if (await stage.mock.until(isStruck, 100 * stage.allowance))
          await stage.mock.until(
            () => play.apiCalls().some(({ durationMs }) => durationMs > withinMs),
            withinMs + 1_000 * stage.allowance,
          );
        const late = play
          .attempts()
          .find(({ attempt }) => attempt.durationMs > withinMs && waited(play, attempt) > withinMs / 2);
        if (late === undefined)
          return stage.said(
            play,
            'passed',
            'acknowledged in time while the API was slow',
            `within ${withinMs} ms`,
            'in time',
          );
        const ms = Math.round(late.attempt.durationMs);
        return stage.said(
          play,
          'failed',
          `while the API of the provider was slow, a callback took ${ms} ms, expected at most ${withinMs} ms`,
          `an acknowledgement within ${withinMs} ms`,
          `after ${ms} ms`,
        );
      },
      // A consumer that works one after the other is late with everything meanwhile.
      { plays: 'alone', isHeavy: true, only: () => facts.reads.length > 0 && facts.consumerReads },
    ).slice(0, 1),
  ],
};

/** How long requests to the API took that ended while an attempt waited for its response, in milliseconds. */
function waited(play: Play, { at, durationMs }: Attempt): number {
  return play
    .apiCalls()
    .filter(({ endedAt }) => endedAt <= at + durationMs + clockMs)
    .reduce((sum, call) => sum + call.durationMs, 0);
}

/** By how much the times of requests and of responses may differ, in milliseconds. */
const clockMs = 20;

/** Finds an outcome whose undisturbed plays all have a late acknowledgement. Once, a busy machine can be the reason. */
async function slowUndisturbed(stage: Stage): Promise<Finding> {
  const { withinMs } = stage.times;
  const expected = `each acknowledgement within ${withinMs} ms`;
  const latestOf = (play: Play): number =>
    Math.max(0, ...play.attempts().map(({ attempt }) => Math.round(attempt.durationMs)));
  const byOutcome = Map.groupBy(stage.cleanPlays(), ({ outcome }) => outcome.id);
  const mostMs = withinMs * stage.cleanAllowance;
  const late = [...byOutcome.values()].find((plays) => plays.every((play) => latestOf(play) > mostMs));
  const [play] = late ?? [];
  if (play === undefined) return stage.said(null, 'passed', expected, expected, 'in time');
  const ms = latestOf(play);
  const because = `a callback took ${ms} ms, expected at most ${withinMs} ms`;
  return stage.said(play, 'failed', because, expected, `after ${ms} ms`);
}

const errorWord = /^(?:error|fail(?:ed|ure)?|ko|nok|exception)$/i;
const errorText = /^\s*(?:error|exception|traceback|internal server error|\w*(?:error|exception):)/i;

/** What in the body of a response says that something went wrong. Null: nothing. */
function errorIn(body: string): string | null {
  if (errorText.test(body)) return body.trim().slice(0, 80);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  if (!isJsonObject(value)) return null;
  for (const [name, member] of Object.entries(value)) {
    const shown = JSON.stringify({ [name]: member });
    if (/^(?:error|errors|exception|err|traceback)$/i.test(name) && !isEmpty(member)) return shown;
    if (/^(?:ok|success|succeeded)$/i.test(name) && member === false) return shown;
    if (/^(?:status|result|outcome)$/i.test(name) && typeof member === 'string' && errorWord.test(member))
      return shown;
    if (
      /^(?:status|statusCode|status_code|code)$/i.test(name) &&
      typeof member === 'number' &&
      member >= 400 &&
      member < 600
    )
      return shown;
  }
  return null;
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    value === '' ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0)
  );
}

export const swallowedError: Rule = {
  id: 'swallowed-error',
  area: 'acknowledging',
  title: 'What could not be taken is not acknowledged',
  why: 'A handler that catches every error and responds 200 tells the provider that all is well. It never sends the callback again, and the event is lost without a trace.',
  source: sources.retries,
  provoked:
    'Makes the work of a handler fail before its response: the API of the provider is down, or the callback cannot be used. Also searches every 2xx for a body that tells of an error.',
  passes:
    'A callback whose work failed gets another status than 2xx, or its work is done later. No 2xx tells of an error.',
  remedy: 'Let errors through to the response: 4xx for what can never be used, 5xx for what may work later.',
  judgesClean: true,
  applies: () => null,
  disturbances: (facts) => [
    search('error-in-body', 'no error behind a 2xx', (sent) => {
      const found = sent.attempt.acknowledged ? errorIn(bodyOf(sent)) : null;
      return found === null
        ? null
        : `a callback got ${sent.attempt.statusCode} with an error in the body: ${found}`;
    }),
    ...eachOutcome(
      facts,
      'api-down',
      async (stage, outcome) => {
        const play = await stage.play(outcome, apiDown(facts.reads, { times: 2 }));
        const struck = struckCall(play);
        if (struck === null || !struck.beforeAck)
          return stage.said(
            play,
            'not-applicable',
            'the consumer does not call the API before it acknowledges',
            'a call',
            'none',
          );
        if (!struck.acknowledged)
          return stage.said(play, 'passed', 'not acknowledged while the API was down', 'no 2xx', 'no 2xx');
        const comparison = await stage.settleLenient(play, outcome, stage.overduePatienceMs);
        const finding = stage.compared(
          play,
          comparison,
          'after a 2xx although the call of the API had failed',
        );
        return facts.hasRetries ? finding : stage.unlessOverdue(finding);
      },
      { needs: ['observer'], only: () => facts.reads.length > 0 && facts.consumerReads },
    ),
    ...unusable(facts, 'unusable', (stage, { play, attempt }) =>
      attempt.acknowledged
        ? stage.said(
            play,
            'failed',
            `a callback that cannot be used got ${attempt.statusCode}`,
            'a 4xx',
            `${attempt.statusCode}`,
          )
        : stage.said(play, 'passed', 'not acknowledged', 'a 4xx', `${attempt.statusCode ?? attempt.error}`),
    ),
    ...wrongShape(facts, 'unusable', async (stage, { play, outcome, attempt }) => {
      const got = `${attempt.statusCode ?? attempt.error}`;
      if (!attempt.acknowledged) return stage.said(play, 'passed', 'not acknowledged', 'a 4xx', got);
      if (!stage.canObserve)
        return stage.said(play, 'not-observed', 'it may be of use as news', 'a 4xx, or the state', got);
      const comparison = await stage.settleLenient(play, outcome, stage.overduePatienceMs);
      return stage.unlessOverdue(
        stage.compared(play, comparison, `after a 2xx for a callback that lacks what it is about`),
      );
    }),
  ],
};

export const statusClass: Rule = {
  id: 'status-class',
  area: 'acknowledging',
  title: 'A permanent fault gets a 4xx, a passing one a 5xx',
  why: 'The class decides whether the provider sends the callback again. A 5xx for what can never be used is retried in vain, for days with some; a 4xx for what would work in a minute loses it.',
  source: sources.statusClasses,
  provoked:
    'Sends callbacks that can never be used. In other plays, the API of the provider is down when the handler calls it.',
  passes: 'The first get no 5xx, the second no 4xx.',
  remedy:
    'Check what you read before you work with it, and respond 400. Respond 503 when a dependency fails.',
  applies: () => null,
  disturbances: (facts) => [
    ...[unusable, wrongShape].flatMap((disturbancesOf) =>
      disturbancesOf(facts, 'permanent', (stage, { play, attempt }) =>
        (attempt.statusCode ?? 0) >= 500
          ? stage.said(
              play,
              'failed',
              `a callback that can never be used got ${attempt.statusCode}`,
              'a 4xx',
              `${attempt.statusCode}`,
            )
          : stage.said(play, 'passed', 'no 5xx', 'no 5xx', `${attempt.statusCode ?? attempt.error}`),
      ),
    ),
    ...eachOutcome(
      facts,
      'passing',
      async (stage, outcome) => {
        const play = await stage.play(outcome, apiDown(facts.reads, { times: 2 }));
        const struck = struckCall(play);
        if (struck === null || !struck.beforeAck)
          return stage.said(
            play,
            'not-applicable',
            'the consumer does not call the API before it responds',
            'a call',
            'none',
          );
        const status = struck.statusCode ?? 0;
        if (status >= 400 && status < 500 && status !== 429)
          return stage.said(
            play,
            'failed',
            `a callback got ${status} because the API of the provider was down`,
            'a 5xx',
            `${status}`,
          );
        return stage.said(play, 'passed', 'no 4xx', 'no 4xx', `${status}`);
      },
      { only: () => facts.reads.length > 0 && facts.consumerReads },
    ),
  ],
};

export const duplicateOrUnknownError: Rule = {
  id: 'duplicate-or-unknown-error',
  area: 'acknowledging',
  title: 'A duplicate and an event of an unknown type are acknowledged',
  why: 'An error status makes the provider send the same callback again and again, and at last disable the endpoint. A duplicate is no error, and neither is an event that you do not use yet.',
  source: {
    title: 'Stripe: return a 2xx for events that you have processed already',
    url: 'https://docs.stripe.com/webhooks#handle-duplicate-events',
  },
  provoked:
    'Sends the callbacks of a finished sequence again, the final one four times at the same moment, and one with an event type or a state that does not exist yet.',
  passes: 'Each gets a 2xx. Of those that come together, some may get a 429 or a 503.',
  remedy: 'Respond 200 to what you have processed already, and to what you do not use. Log the latter.',
  applies: () => null,
  disturbances: (facts) => {
    const again = (
      which: (play: Play, outcome: PlayedOutcome) => ReturnType<typeof finalOf>,
      what: string,
    ): ((stage: Stage, outcome: PlayedOutcome) => Promise<Finding>) => {
      return async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const delivery = which(play, outcome);
        if (delivery === undefined) return absent(stage, play, 'the callback');
        const { attempts } = await stage.redeliver(delivery);
        return acknowledgedOr(stage, play, attempts.at(-1), what);
      };
    };
    const change = facts.hasBody ? 'new-event-type' : 'new-enum-value';
    return [
      ...eachOutcome(
        facts,
        'final-again',
        again((play, outcome) => finalOf(play, outcome), 'a duplicate of the final callback'),
      ),
      ...eachOutcome(
        facts,
        'first-again',
        again((play, { steps }) => play.deliveryOf(steps[0]), 'a duplicate of the first callback'),
        { only: ({ steps }) => steps.length > 1 },
      ),
      ...eachOutcome(
        facts,
        'at-once',
        async (stage, outcome) => {
          const on = { ...lastStep(outcome).on };
          const slowly = facts.consumerReads
            ? { respond: facts.reads.map((operation) => ({ operation, latency: '300ms' })) }
            : {};
          let finding: Finding;
          let round = 0;
          // A lock refuses only what comes while it is held. A slow API makes that likely.
          do {
            const play = await stage.play(outcome, {
              faults: [{ on, duplicate: { times: 4, concurrent: true } }],
              ...(round > 0 && slowly),
            });
            const refused = play
              .attempts()
              .find(({ attempt: { acknowledged, statusCode } }) => !acknowledged && !isBusy(statusCode));
            const attempt = refused ?? play.attempts().find(({ attempt: { acknowledged } }) => acknowledged);
            finding = acknowledgedOr(
              stage,
              play,
              attempt?.attempt,
              'a duplicate that came at the same moment',
            );
          } while (finding.result === 'passed' && ++round < atOnceRounds);
          return finding;
        },
        { plays: 'alone', only: (outcome) => outcome === facts.outcomes[0] },
      ),
      ...eachOutcome(facts, 'unknown', async (stage, outcome) => {
        const { on } = lastStep(outcome);
        const play = await stage.play(outcome, { faults: [{ on: { ...on }, drift: change }] });
        const final = finalOf(play, outcome);
        if (final === undefined || isUnchanged(final.callback.faults))
          return absent(stage, play, 'an unknown event');
        return acknowledgedOr(stage, play, final.attempts.at(-1), 'an event of an unknown type');
      }),
    ];
  },
};

/** How often copies are sent together to meet a lock. */
const atOnceRounds = 3;

/** Whether a response asks to come again later. */
function isBusy(status: number | null): boolean {
  return status === 429 || status === 503;
}

/** Whether a fault found nothing to change. */
function isUnchanged(faults: readonly string[]): boolean {
  return faults.some((words) => words.includes('does not apply'));
}
