import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome, Script } from '../outcomes/outcome.ts';
import type { Disturbance } from '../rule.ts';
import { lastStep, type Play, type Sent } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';

/** How many sequences of other ids come in between where many callbacks should. */
export const manyOthers = 30;

/** One disturbance for each outcome: `id/annotated`. */
export function eachOutcome(
  { outcomes }: Facts,
  id: string,
  judge: (stage: Stage, outcome: PlayedOutcome) => Promise<Finding>,
  options: Omit<Disturbance, 'id' | 'judge'> & { readonly only?: (outcome: PlayedOutcome) => boolean } = {},
): Disturbance[] {
  const { only = () => true, ...rest } = options;
  return outcomes.filter(only).map((outcome) => ({
    id: `${id}/${outcome.id}`,
    ...rest,
    judge: (stage: Stage) => judge(stage, outcome),
  }));
}

/** Plays a changed sequence, and compares the state with that of the undisturbed one. */
export async function playAndCompare(
  stage: Stage,
  outcome: PlayedOutcome,
  change: Script,
  what: string,
): Promise<Finding> {
  const play = await stage.play(outcome, change);
  return stage.compared(play, await stage.settle(play, outcome), what);
}

/** Plays the sequence undisturbed and waits until the consumer is at rest. Null: its state is not as it was learned. */
export async function playToRest(stage: Stage, outcome: PlayedOutcome): Promise<Play> {
  const play = await stage.play(outcome);
  if (stage.canObserve) await stage.settle(play, outcome);
  return play;
}

/** The script with its last callback that much after the submission. */
export function finishingAfter(script: Script, ms: number): Script {
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

/** The delivery of the step with the outcome. */
export function finalOf(play: Play, outcome: PlayedOutcome): Delivery | undefined {
  return play.deliveryOf(lastStep(outcome));
}

/** A play that lacks what its disturbance is about. */
export function absent(stage: Stage, play: Play, what: string): Finding {
  return stage.said(play, 'not-observed', `${what} was not sent`, what, 'nothing');
}

/** An API that is down for the requests by which the consumer reads. */
export function apiDown(reads: readonly string[], fault: Readonly<Record<string, JsonValue>> = {}): Script {
  return { respond: reads.map((operation) => ({ operation, status: 503, ...fault })) };
}

/** The first request of the consumer that the API refused, beside the callback that it belongs to. */
export interface StruckCall {
  /** Whether it ended before the callback got its response: the handler had the chance to say so. */
  readonly beforeAck: boolean;
  readonly acknowledged: boolean;
  readonly statusCode: number | null;
}

/** Finds the first request that the API refused during a play. Null: there was none. */
export function struckCall(play: Play): StruckCall | null {
  const call = play.apiCalls().find(({ status, method }) => method === 'GET' && (status ?? 500) >= 500);
  if (call === undefined) return null;
  // The attempt in which it happened: the last that began before the call ended.
  const sent = play
    .attempts()
    .filter(({ attempt }) => attempt.at <= call.endedAt)
    .at(-1);
  if (sent === undefined) return null;
  const { at, durationMs, acknowledged, statusCode } = sent.attempt;
  return { beforeAck: call.endedAt <= at + durationMs, acknowledged, statusCode };
}

/**
 * Plays several outcomes with one interruption for all of them, such as a restart. The finding is the first failure, or
 * else the last one.
 */
export async function inOneGo(
  stage: Stage,
  outcomes: readonly PlayedOutcome[],
  {
    prepare,
    between,
    finish,
    what,
    patienceMs,
  }: {
    readonly prepare: (stage: Stage, outcome: PlayedOutcome) => Promise<Play>;
    readonly between: (plays: readonly Play[]) => Promise<void>;
    readonly finish?: (play: Play, outcome: PlayedOutcome) => Promise<void>;
    readonly what: string;
    /** For a consumer that may note how it learned an outcome, and may take this long. Default: it may not. */
    readonly patienceMs?: number;
  },
): Promise<Finding> {
  const played = await Promise.all(
    outcomes.map(async (outcome) => ({ outcome, play: await prepare(stage, outcome) })),
  );
  await between(played.map(({ play }) => play));
  const findings = await Promise.all(
    played.map(async ({ play, outcome }) => {
      await finish?.(play, outcome);
      const comparison =
        patienceMs === undefined
          ? await stage.settle(play, outcome)
          : await stage.settleLenient(play, outcome, patienceMs);
      return stage.compared(play, comparison, `${what} (${outcome.id})`);
    }),
  );
  return (
    findings.find(({ result }) => result === 'failed') ??
    findings.at(-1) ??
    stage.said(null, 'not-observed', 'there is no such sequence', '', '')
  );
}

/** Whether a callback was acknowledged, as a finding. */
export function acknowledgedOr(
  stage: Stage,
  play: Play,
  attempt: Sent['attempt'] | undefined,
  what: string,
): Finding {
  if (attempt === undefined) return absent(stage, play, what);
  const got = attempt.statusCode === null ? (attempt.error ?? 'no response') : `status ${attempt.statusCode}`;
  return attempt.acknowledged
    ? stage.said(play, 'passed', `${what} was acknowledged`, 'a 2xx', got)
    : stage.said(play, 'failed', `${what} got ${got}`, 'a 2xx', got);
}

/** Does a number of things, a few at a time, and returns their results in order. */
export async function inTurns<T>(
  count: number,
  atATime: number,
  work: (i: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) results[i] = await work(i);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}
