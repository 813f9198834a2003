import { readFile } from 'node:fs/promises';
import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { isJsonObject } from '../../core/json.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import type { Script } from '../outcomes/outcome.ts';
import type { Rule } from '../rule.ts';
import type { Stage } from '../stage/stage.ts';
import { requestUrl } from '../team/request-url.ts';
import { eachOutcome, finalOf, playToRest } from './common.ts';

/** How many callbacks come at a time after an outage. */
const burstSize = 60;
/** Callbacks before and while memory is measured, and how much memory each of these may cost in both halves, in bytes. */
const warmUp = 200;
const measured = 1_000;
const mostBytesEach = 30_000;

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
    'Each is acknowledged within --within, on a retry at the latest, and each leaves the state that it should.',
  remedy:
    'Acknowledge after one cheap insert, and work off the queue at your own pace. If you must refuse, do it with 429 or 503, never by dropping.',
  explainedBy: ['slow-ack', 'sequential-duplicate', 'concurrent-duplicate', 'duplicate-or-unknown-error'],
  applies: () => null,
  disturbances: () => [
    {
      id: 'at-once',
      plays: 'alone',
      isHeavy: true,
      judge: async (stage) => {
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
        const problems = items.flatMap(({ play, outcome }) => {
          const because = problemOf(finalOf(play, outcome), stage.times.withinMs);
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
      },
    },
  ],
};

/** Why a delivery of a burst failed. Null: it did not. */
function problemOf(delivery: Delivery | undefined, withinMs: number): string | null {
  const attempt = delivery?.attempts.at(-1);
  if (attempt === undefined) return null;
  if (!attempt.acknowledged)
    return `got ${attempt.statusCode === null ? `no response: ${attempt.error}` : `status ${attempt.statusCode}`}`;
  return attempt.durationMs > withinMs ? `took ${Math.round(attempt.durationMs)} ms` : null;
}

/** The script with its last callback that much after the submission. */
function finishingAfter(script: Script, ms: number): Script {
  const after = `${Math.round(ms)}ms`;
  const { timeline, timings } = script;
  if (Array.isArray(timeline)) {
    const last = timeline.at(-1);
    return isJsonObject(last)
      ? { ...script, timeline: [...timeline.slice(0, -1), { ...last, after }] }
      : script;
  }
  if (!isJsonObject(timings)) return script;
  // An application without a good file ends with its extraction.
  const isFirst = isJsonObject(script.outcome) && script.outcome.extraction !== undefined;
  const name = 'final' in timings ? 'final' : isFirst ? 'extraction' : 'quiet';
  return { ...script, timings: { ...timings, [name]: after } };
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
  provoked: `Sends the callbacks of one finished sequence ${warmUp + measured} times. Measures the acknowledgements, and reads the memory with --memory.`,
  passes: `The acknowledgements at the end are about as fast as at the beginning. The memory does not grow by more than ${mostBytesEach / 1_000} KB with each callback.`,
  remedy: 'Keep nothing of a request after its response. Bound every cache and list.',
  applies: () => null,
  disturbances: (facts) => [
    ...eachOutcome(
      facts,
      'thousand',
      async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const final = finalOf(play, outcome);
        if (final === undefined)
          return stage.said(play, 'not-observed', 'the final callback was not sent', '', '');
        const send = async (count: number): Promise<number[]> =>
          inTurns(count, 4, async () => (await stage.redeliver(final)).attempts.at(-1)?.durationMs ?? 0);
        const first = await send(warmUp);
        const memory = [await memoryOf(stage)];
        await send(measured / 2);
        memory.push(await memoryOf(stage));
        const last = await send(measured / 2);
        memory.push(await memoryOf(stage));
        const [early, late] = [median(first), median(last.slice(-warmUp))];
        const speeds = `${early.toFixed(1)} ms at the beginning, ${late.toFixed(1)} ms at the end`;
        if (late > 5 * early + 50)
          return stage.said(
            null,
            'failed',
            `acknowledgements became slower: ${speeds}`,
            'the same speed',
            speeds,
          );
        const [a, b, c] = memory;
        if (a === undefined || b === undefined || c === undefined || a === null || b === null || c === null)
          return stage.given.has('memory')
            ? stage.said(
                null,
                'not-observed',
                `the memory could not be read from ${stage.memory}`,
                'a number of bytes',
                'none',
              )
            : stage.said(null, 'passed', `${speeds}; the memory was not read`, 'the same speed', speeds);
        const growth = [(b - a) / (measured / 2), (c - b) / (measured / 2)].map(Math.round);
        const words = `${growth.join(' and ')} bytes for each callback in the two halves`;
        return growth.every((bytes) => bytes > mostBytesEach)
          ? stage.said(null, 'failed', `the memory grew by ${words}`, `at most ${mostBytesEach} bytes`, words)
          : stage.said(null, 'passed', words, `at most ${mostBytesEach} bytes`, words);
      },
      { plays: 'alone', isHeavy: true, only: (outcome) => outcome === facts.outcomes[0] },
    ),
  ],
};

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

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
