import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import type { Finding } from '../finding.ts';
import type { Rule } from '../rule.ts';
import type { Stage } from '../stage/stage.ts';
import { finalOf, finishingAfter, inTurns } from './common.ts';

/** How many callbacks come at a time after an outage. */
const burstSize = 60;

export const burst: Rule = {
  id: 'burst',
  area: 'load',
  title: 'The retries after an outage are all taken, though they come together',
  why: 'After an outage the provider sends everything that waited within seconds. An endpoint that fails under that load, or drops what does not fit, turns a short outage into lost callbacks.',
  source: {
    title: 'Shopify: manage bursts of webhooks with a queue',
    url: 'https://shopify.dev/docs/apps/build/webhooks/best-practices',
  },
  provoked: `Submits ${burstSize} documents or applications whose final callbacks fall due at the same moment. Retries what fails, if the provider does.`,
  passes:
    'Each is acknowledged within --within, on a retry at the latest, and each leaves the state that it should. On a busy machine it may take longer, by as much as the check itself is slowed down.',
  remedy:
    'Acknowledge after one cheap insert, and work off the queue at your own pace. If you must refuse, do it with 429 or 503, never by dropping.',
  explainedBy: [
    'slow-ack',
    'sequential-duplicate',
    'concurrent-duplicate',
    'duplicate-or-unknown-error',
    'growth',
  ],
  applies: () => null,
  disturbances: () => [
    {
      id: 'at-once',
      plays: 'alone',
      isHeavy: true,
      judge: async (stage) => {
        const finding = await playBurst(stage);
        // A machine that is busy for a moment is late, too.
        return finding.result === 'failed' ? playBurst(stage) : finding;
      },
    },
  ],
};

async function playBurst(stage: Stage): Promise<Finding> {
  const { outcomes } = stage.facts;
  // Each final callback falls due at the same moment, however long the submissions take.
  const dueAt = steadyNow() + 200 + burstSize * stage.submissionMs;
  const begun = await inTurns(burstSize, 10, async (i) => {
    const outcome = outcomes[i % outcomes.length];
    if (outcome === undefined) return null;
    const script = finishingAfter(outcome.script, Math.max(50, dueAt - steadyNow()));
    return { outcome, play: await stage.begin({ ...outcome, script }, stage.usualRetries()) };
  });
  const items = begun.filter((item) => item !== null);
  await Promise.all(items.map(({ play }) => stage.ended(play)));
  const { allowance, withinMs } = stage;
  const problems = items.flatMap(({ play, outcome }) => {
    const problem = problemOf(finalOf(play, outcome), withinMs);
    return problem === null ? [] : [{ play, ...problem }];
  });
  const problem = problems.find(({ isLate }) => !isLate) ?? problems[0];
  if (problem?.isLate === true && allowance > 1)
    return stage.said(
      problem.play,
      'not-observed',
      `${problems.length} of ${items.length} callbacks that came together ${problem.because}, and other processes keep this machine busy`,
      'each is acknowledged in time',
      problem.because,
    );
  if (problem !== undefined)
    return stage.said(
      problem.play,
      'failed',
      `${problems.length} of ${items.length} callbacks that came together ${problem.because}`,
      'each is acknowledged in time',
      problem.because,
    );
  if (!stage.canObserve) return stage.said(null, 'passed', 'each was acknowledged', 'a 2xx', 'a 2xx');
  const compared = await inTurns(items.length, 10, async (i) => {
    const { play, outcome } = items[i] as (typeof items)[number];
    const comparison = await stage.settle(play, outcome, stage.overduePatienceMs);
    return stage.compared(play, comparison, `after ${items.length} callbacks came together`);
  });
  return (
    compared.find(({ result }) => result === 'failed') ??
    compared.at(-1) ??
    stage.said(null, 'not-observed', 'nothing was sent', '', '')
  );
}

/** Why a delivery of a burst failed, and whether it was late only. Null: it did not. */
function problemOf(
  delivery: Delivery | undefined,
  withinMs: number,
): { readonly because: string; readonly isLate: boolean } | null {
  const attempt = delivery?.attempts.at(-1);
  if (attempt === undefined) return null;
  const isLate = attempt.durationMs > withinMs;
  if (attempt.acknowledged)
    return isLate ? { because: `took ${Math.round(attempt.durationMs)} ms`, isLate } : null;
  const got = attempt.statusCode === null ? `no response: ${attempt.error}` : `status ${attempt.statusCode}`;
  return { because: `got ${got}`, isLate };
}
