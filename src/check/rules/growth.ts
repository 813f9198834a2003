import { readFile } from 'node:fs/promises';
import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import type { Finding } from '../finding.ts';
import type { Rule } from '../rule.ts';
import type { Stage } from '../stage/stage.ts';
import { requestUrl } from '../team/request-url.ts';
import { absent, eachOutcome, finalOf, inTurns, playToRest } from './common.ts';

/** Callbacks before growth is measured, and in each part of the measurement. */
const warmUp = 200;
const inPart = 250;
const parts = 4;
/** In how many parts memory that is yet to be collected may grow. */
const mostParts = 24;
/** How much memory each callback may cost, in bytes. */
const mostBytesEach = 1_000;
/** How many callbacks are on their way at a time, and for how long they are sent, in milliseconds. */
const atATime = 4;
const mostMs = 20_000;
/** How many times longer they are sent on a busy machine, at most. */
const mostBudgets = 4;
/** How often it is measured again whether the consumer is slow: what has grown stays slow, a busy machine does not. */
const looksAgain = 3;
const looksAgainOnBusy = 10;

export const growth: Rule = {
  id: 'growth',
  area: 'load',
  title: 'A thousand callbacks cost neither memory nor speed',
  why: 'A list that only grows, a listener for each request or a session for each callback is not seen in a test, and ends the process after some weeks.',
  source: {
    title: 'Node.js: diagnosing memory leaks',
    url: 'https://nodejs.org/en/learn/diagnostics/memory',
  },
  provoked: `Sends the final callback of one finished sequence ${warmUp + parts * inPart} times, and more often while the memory grows. Measures the acknowledgements, and reads the memory with --memory.`,
  passes: `The acknowledgements at the end are about as fast as at the beginning. The memory does not grow by more than ${mostBytesEach / 1_000} KB with each callback, on and on.`,
  remedy: 'Keep nothing of a request after its response. Bound every cache and list.',
  explainedBy: ['slow-ack'],
  applies: () => null,
  disturbances: (facts) => {
    const speed = new Speed();
    return eachOutcome(
      facts,
      'thousand',
      async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const final = finalOf(play, outcome);
        return final === undefined
          ? absent(stage, play, 'the final callback')
          : judgeGrowth(stage, final, speed);
      },
      { plays: 'alone', isHeavy: true, only: (outcome) => outcome === facts.outcomes[0] },
    );
  },
};

/** How long acknowledgements take, part by part. */
class Speed {
  figures: number[] = [];
  /** What they took before they became slower, in an earlier play: what has grown is there when it is played again. */
  before: number | null = null;

  get start(): number {
    return this.before ?? this.figures[0] ?? 0;
  }

  isSlower(late: number, early: number): boolean {
    // The pauses of TCP, some 40 ms, come and go on the connections of a consumer that has not changed.
    if (late > 5 * early + 50) return true;
    return (this.before !== null || isRamp(this.figures)) && late > 2 * this.start + 2;
  }
}

async function judgeGrowth(stage: Stage, final: Delivery, speed: Speed): Promise<Finding> {
  const budgetMs = mostMs * Math.min(stage.allowance, mostBudgets);
  const deadline = steadyNow() + budgetMs;
  const send = async (count: number): Promise<number> =>
    quickest(
      await inTurns(count, atATime, async (i) =>
        steadyNow() > deadline && i >= 2 * atATime
          ? null
          : ((await stage.redeliver(final)).attempts.at(-1)?.durationMs ?? null),
      ),
    );
  // A store that the earlier rules filled has slowed the first part already.
  const clean = stage.cleanPlays().flatMap((each) => each.attempts());
  const early = quickest(clean.map(({ attempt }) => attempt.durationMs));
  const probe = await send(2 * atATime);
  if ((probe / atATime) * (warmUp + parts * inPart) > budgetMs && probe <= 5 * early + 50)
    return stage.said(
      null,
      'not-observed',
      `acknowledgements take ${Math.round(probe)} ms, so that a thousand do not fit into ${Math.round(budgetMs / 1_000)} s`,
      '',
      '',
    );
  speed.figures = [await send(warmUp)];
  const sizes = [await memoryOf(stage)];
  while (speed.figures.length <= parts && steadyNow() < deadline) {
    speed.figures.push(await send(inPart));
    sizes.push(await memoryOf(stage));
  }
  for (let i = 0; i < 3 * parts && isRamp(speed.figures) && steadyNow() < deadline; i++)
    speed.figures.push(await send(inPart));
  const first = Math.min(early, speed.figures[0] ?? 0);
  let late = speed.figures.at(-1) ?? 0;
  for (let i = 0; i < (stage.allowance > 1 ? looksAgainOnBusy : looksAgain); i++) {
    if (!speed.isSlower(late, first)) break;
    await stage.wait(300);
    late = Math.min(late, await send(50));
  }
  const speeds = `${first.toFixed(1)} ms at the beginning, ${late.toFixed(1)} ms at the end`;
  if (speed.isSlower(late, first)) {
    speed.before = speed.start;
    const because = `acknowledgements became slower: ${speeds}`;
    return stage.said(null, 'failed', because, 'the same speed', speeds);
  }
  if (!stage.given.has('memory'))
    return stage.said(null, 'passed', `${speeds}; the memory was not read`, 'the same speed', speeds);
  while (sizes.length <= mostParts && isGrowing(sizes) && steadyNow() < deadline) {
    await send(inPart);
    sizes.push(await memoryOf(stage));
  }
  if (sizes.includes(null)) {
    const because = `the memory could not be read from ${stage.memory}`;
    return stage.said(null, 'not-observed', because, 'a number of bytes', 'none');
  }
  return memoryFinding(stage, sizes as number[]);
}

function memoryFinding(stage: Stage, sizes: readonly number[]): Finding {
  const words = `${growthOf(sizes).join(', ')} bytes for each callback, one part after the other`;
  const expected = `at most ${mostBytesEach} bytes`;
  if (!isGrowing(sizes)) return stage.said(null, 'passed', words, expected, words);
  if (sizes.length <= 2 * parts) {
    const because = `the memory grew by ${words}, and there was no time to see whether it goes on`;
    return stage.said(null, 'not-observed', because, expected, words);
  }
  return stage.said(null, 'failed', `the memory grew by ${words}`, expected, words);
}

/** Whether the memory grew with the last parts: with nearly each of them, and by too much on the whole. */
function isGrowing(sizes: readonly (number | null)[]): boolean {
  if (sizes.includes(null)) return false;
  const growths = growthOf((sizes as readonly number[]).slice(-2 * parts - 1));
  const total = growths.reduce((sum, bytes) => sum + bytes, 0);
  const growing = growths.filter((bytes) => bytes > mostBytesEach / 2).length;
  return total > mostBytesEach * growths.length && growing >= growths.length * 0.7;
}

/** How long an acknowledgement takes when nothing delays it: of all, one in fifty was quicker. */
function quickest(times: readonly (number | null)[]): number {
  const known = times.filter((time) => time !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 50)] ?? 0;
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
  return sizes.slice(1).map((size, i) => Math.round((size - (sizes[i] as number)) / inPart));
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
