import { readFile } from 'node:fs/promises';
import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { measureStrain } from '../../platform/machine-strain.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import type { Finding } from '../finding.ts';
import type { Rule } from '../rule.ts';
import type { Stage } from '../stage/stage.ts';
import { requestUrl } from '../team/request-url.ts';
import { eachOutcome, finalOf, finishingAfter, playToRest } from './common.ts';

/** How many callbacks come at a time after an outage. */
const burstSize = 60;
/** Callbacks before and while growth is measured, in how many parts, and how much memory each may cost, in bytes. */
const warmUp = 200;
const measured = 1_000;
const parts = 4;
const mostBytesEach = 2_000;
/** How long callbacks are sent at most, in milliseconds. */
const mostMs = 20_000;

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
  const strain = measureStrain();
  await Promise.all(items.map(({ play }) => stage.ended(play)));
  // Where the check itself waits for a processor, the consumer does, too.
  const withinMs = stage.times.withinMs * strain();
  const problems = items.flatMap(({ play, outcome }) => {
    const because = problemOf(finalOf(play, outcome), withinMs);
    return because === null ? [] : [{ play, because }];
  });
  const [problem] = problems;
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

/** Why a delivery of a burst failed. Null: it did not. */
function problemOf(delivery: Delivery | undefined, withinMs: number): string | null {
  const attempt = delivery?.attempts.at(-1);
  if (attempt === undefined) return null;
  if (!attempt.acknowledged)
    return `got ${attempt.statusCode === null ? `no response: ${attempt.error}` : `status ${attempt.statusCode}`}`;
  return attempt.durationMs > withinMs ? `took ${Math.round(attempt.durationMs)} ms` : null;
}

/** Does a number of things, a few at a time, and returns their results in order. */
async function inTurns<T>(count: number, atATime: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) results[i] = await work(i);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}

export const growth: Rule = {
  id: 'growth',
  area: 'load',
  title: 'A thousand callbacks cost neither memory nor speed',
  why: 'A list that only grows, a listener for each request or a session for each callback is not seen in a test, and ends the process after some weeks.',
  source: {
    title: 'Node.js: diagnosing memory leaks',
    url: 'https://nodejs.org/en/learn/diagnostics/memory',
  },
  provoked: `Sends the callbacks of one finished sequence ${warmUp + measured} times, and more often while the memory grows. Measures the acknowledgements, and reads the memory with --memory.`,
  passes: `The acknowledgements at the end are about as fast as at the beginning. The memory does not grow by more than ${mostBytesEach / 1_000} KB with each callback, on and on.`,
  remedy: 'Keep nothing of a request after its response. Bound every cache and list.',
  applies: () => null,
  disturbances: (facts) => {
    /** How fast it was before it became slower: it begins with what is left when it is played again. Null: it did not. */
    let before: number | null = null;
    return eachOutcome(
      facts,
      'thousand',
      async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const final = finalOf(play, outcome);
        if (final === undefined)
          return stage.said(play, 'not-observed', 'the final callback was not sent', '', '');
        const deadline = steadyNow() + mostMs;
        const send = async (count: number): Promise<number> =>
          quick(
            await inTurns(count, 4, async (i) =>
              steadyNow() > deadline && i >= 8
                ? null
                : ((await stage.redeliver(final)).attempts.at(-1)?.durationMs ?? null),
            ),
          );
        const speed = [await send(warmUp)];
        const memory = [await memoryOf(stage)];
        while (speed.length <= parts && steadyNow() < deadline) {
          speed.push(await send(measured / parts));
          memory.push(await memoryOf(stage));
        }
        if (speed.length < 3)
          return stage.said(
            play,
            'not-observed',
            `acknowledgements take so long that a thousand do not fit into ${mostMs / 1_000} s`,
            '',
            '',
          );
        // A store that the earlier rules filled has slowed the first part already.
        const first = stage.cleanPlays().flatMap((each) => each.attempts());
        const early = Math.min(speed[0] as number, quick(first.map(({ attempt }) => attempt.durationMs)));
        for (let i = 0; i < 3 * parts && isRamp(speed) && steadyNow() < deadline; i++)
          speed.push(await send(measured / parts));
        let late = speed.at(-1) as number;
        // The pauses of TCP, some 40 ms, come and go on the connections of a consumer that has not changed.
        const start = before ?? (speed[0] as number);
        const isSlower = (): boolean =>
          late > 5 * early + 50 || ((before !== null || isRamp(speed)) && late > 2 * start + 2);
        // A machine that is busy for a moment is slow, too. What has grown stays slow.
        for (let i = 0; i < 3 && isSlower(); i++) {
          await stage.wait(300);
          late = Math.min(late, await send(50));
        }
        const speeds = `${early.toFixed(1)} ms at the beginning, ${late.toFixed(1)} ms at the end`;
        if (isSlower()) {
          before = start;
          return stage.said(
            null,
            'failed',
            `acknowledgements became slower: ${speeds}`,
            'the same speed',
            speeds,
          );
        }
        if (memory.includes(null))
          return stage.given.has('memory')
            ? stage.said(
                null,
                'not-observed',
                `the memory could not be read from ${stage.memory}`,
                'a number of bytes',
                'none',
              )
            : stage.said(null, 'passed', `${speeds}; the memory was not read`, 'the same speed', speeds);
        // What a garbage collector has yet to free grows too, but not on and on.
        const sizes = memory as number[];
        const grows = (): boolean =>
          growthOf(sizes.slice(-parts - 1)).every((bytes) => bytes > mostBytesEach);
        for (let i = 0; i < 3 * parts && grows() && steadyNow() < deadline; i++) {
          await send(measured / parts);
          sizes.push((await memoryOf(stage)) ?? 0);
        }
        const words = `${growthOf(sizes).join(', ')} bytes for each callback, one part after the other`;
        return stage.said(
          null,
          grows() ? 'failed' : 'passed',
          grows() ? `the memory grew by ${words}` : words,
          `at most ${mostBytesEach} bytes`,
          words,
        );
      },
      { plays: 'alone', isHeavy: true, only: (outcome) => outcome === facts.outcomes[0] },
    );
  },
};

/** How long an acknowledgement takes when nothing delays it: of all, one in five was quicker. */
function quick(times: readonly (number | null)[]): number {
  const known = times.filter((time) => time !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 5)] ?? 0;
}

/** Whether figures rise by a bit each time, and the last is much larger than the first. A single step is no ramp. */
function isRamp(figures: readonly number[]): boolean {
  const [first = 0, last = 0] = [figures[0], figures.at(-1)];
  const rise = last - first;
  const steps = figures.slice(1).map((figure, i) => figure - (figures[i] as number));
  return rise > 0.5 * first + 1 && steps.every((step) => step > -0.1 * rise && step < 0.6 * rise);
}

/** What each part of the callbacks added to the memory, per callback. */
function growthOf(sizes: readonly number[]): number[] {
  return sizes.slice(1).map((size, i) => Math.round((size - (sizes[i] as number)) / (measured / parts)));
}

/** The resident memory of the consumer in bytes. Null: it cannot be read. */
async function memoryOf({ memory, signal }: Stage): Promise<number | null> {
  if (memory === null) return null;
  if (/^\d+$/.test(memory)) {
    const status = await readFile(`/proc/${memory}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
  }
  const response = await requestUrl({ method: 'GET', url: memory, timeoutMs: 10_000, signal });
  if ('problem' in response) return null;
  try {
    const { rss } = JSON.parse(response.text) as { rss?: unknown };
    return typeof rss === 'number' ? rss : null;
  } catch {
    return null;
  }
}
