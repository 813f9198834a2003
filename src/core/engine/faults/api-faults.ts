import { formatDuration } from '../../duration.ts';
import { isJsonObject } from '../../json.ts';
import type { OperationAnswer } from '../../provider/provider.ts';
import type { Random } from '../../random.ts';
import type { Plan } from '../../scenario/plan.ts';
import type { ApiFault } from '../../scenario/scenario.ts';
import type { ApiFaultMark } from '../runs/run.ts';

/** What a script does to the response to a request. */
export interface AnswerFaults {
  /** All faults that strike the request, in words, including a refusal. */
  readonly faults: readonly string[];
  /** The delay of the response, on the space's clock. */
  readonly latencyMs: number;
  /** True if the body is malformed for its content type. */
  readonly malformed: boolean;
  /** The rate for all bytes of the response, including the head. Null: unlimited. */
  readonly bytesPerSecond: number | null;
  /** The connection is reset after this many bytes of the response, including the head. Null: it is not. */
  readonly resetAfterBytes: number | null;
}

export const noAnswerFaults: AnswerFaults = {
  faults: [],
  latencyMs: 0,
  malformed: false,
  bytesPerSecond: null,
  resetAfterBytes: null,
};

/** Thrown through an operation, before it has done anything, when a script responds in its place. */
export class ScriptedAnswer extends Error {
  /** Has no body if the script has none. */
  readonly answer: OperationAnswer;

  constructor(answer: OperationAnswer, because: string) {
    super(because);
    this.name = 'ScriptedAnswer';
    this.answer = answer;
  }
}

/** The effect of the `respond` of one plan on one request. */
export interface Judgement {
  readonly answer: AnswerFaults;
  /** The response in place of the provider's. Null: the provider handles the request. */
  readonly refusal: ScriptedAnswer | null;
  /** The faults that struck, and those that were left to chance and did not. */
  readonly marks: readonly ApiFaultMark[];
}

/** The parts of a request that `respond` depends on. */
export interface JudgedRequest {
  /** `operationId`. */
  readonly operation: string;
  readonly at: number;
  /** Depends only on the seed, the request and a label. */
  random(label: string): Random;
}

/** How often an entry of `respond` struck, and the requests in the window of a `rate_limit`. */
interface Tally {
  strikes: number;
  recent: number[];
}

/** Applies the API faults of scripts to requests, and counts them per space and entry of a scenario. */
export class ApiFaults {
  readonly #tallies = new Map<string, Tally>();

  /**
   * Applies the `respond` of a plan to a request, entry by entry. Faults combine, but only the first `status` or
   * `rate_limit` that strikes responds. Those after it neither strike nor count, so that several form a sequence.
   */
  judge(plan: Plan, request: JudgedRequest): Judgement {
    let answer = noAnswerFaults;
    let refusal: ScriptedAnswer | null = null;
    const marks: ApiFaultMark[] = [];
    for (const [index, fault] of plan.respond.entries()) {
      const refuses = fault.kind === 'status' || fault.kind === 'rate_limit';
      if (refuses && refusal !== null) continue;
      if (fault.operation !== undefined && fault.operation !== request.operation) continue;
      const entry = `${plan.scenario}#${index}`;
      const tally = this.#tally(`${entry}@${plan.revision ?? 0}`);
      const mark = strike(fault, entry, tally, request);
      if (mark === null) continue;
      marks.push({ ...mark, scenario: plan.scenario });
      if (!mark.struck) continue;
      answer = addTo(answer, fault);
      if (refuses) {
        refusal = new ScriptedAnswer(
          refusalOf(fault, tally, request.at),
          `The scenario ${plan.scenario} responds to ${request.operation} in place of the provider: ${mark.fault}.`,
        );
      }
    }
    return { answer, refusal, marks };
  }

  #tally(key: string): Tally {
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const fresh: Tally = { strikes: 0, recent: [] };
    this.#tallies.set(key, fresh);
    return fresh;
  }
}

/** Counts a request. Null if the fault does not apply to it. */
function strike(
  fault: ApiFault,
  entry: string,
  tally: Tally,
  { operation, at, random }: JudgedRequest,
): Omit<ApiFaultMark, 'scenario'> | null {
  if (fault.times !== undefined && tally.strikes >= fault.times) return null;
  if (fault.kind === 'rate_limit' && withinLimit(fault, tally, at)) return null;
  const { probability } = fault;
  const drawn = probability < 1 ? random(`respond/${entry}`).float() : null;
  const struck = drawn === null || drawn < probability;
  if (struck) tally.strikes++;
  else if (fault.kind === 'rate_limit') tally.recent.push(at);
  return { at, operation, fault: describeApiFault(fault), struck, probability, drawn };
}

/** Whether a request stays within a `rate_limit`. Only requests within the limit use it up. */
function withinLimit(fault: ApiFault, tally: Tally, at: number): boolean {
  const { limit, perMs } = rateOf(fault);
  const kept = tally.recent.findIndex((time) => time > at - perMs);
  tally.recent.splice(0, kept === -1 ? tally.recent.length : kept);
  if (tally.recent.length >= limit) return false;
  tally.recent.push(at);
  return true;
}

function refusalOf(fault: ApiFault, tally: Tally, at: number): OperationAnswer {
  if (fault.kind === 'rate_limit') {
    const { limit, perMs } = rateOf(fault);
    const free = (limit === 0 ? at : (tally.recent.at(-limit) ?? at)) + perMs;
    // RFC 9110 §10.2.3: whole seconds; RFC 6585 §4: the status.
    return { status: 429, headers: { 'Retry-After': String(Math.ceil((free - at) / 1000)) } };
  }
  const { headers = {}, body } = fault;
  const status = Number(fault.value);
  if (body === undefined) return { status, headers };
  const isType = ([name]: readonly [string, string]): boolean => name.toLowerCase() === 'content-type';
  const entries = Object.entries(headers);
  const mediaType = entries.find(isType)?.[1];
  const common = { status, headers: Object.fromEntries(entries.filter((entry) => !isType(entry))) };
  if (typeof body === 'string')
    return { ...common, text: { content: body, mediaType: mediaType ?? 'text/plain; charset=utf-8' } };
  if (mediaType === undefined) return { ...common, body };
  return { ...common, text: { content: JSON.stringify(body), mediaType } };
}

function addTo(answer: AnswerFaults, fault: ApiFault): AnswerFaults {
  const faults = [...answer.faults, describeApiFault(fault)];
  const value = isJsonObject(fault.value) ? fault.value : {};
  switch (fault.kind) {
    case 'latency':
      return { ...answer, faults, latencyMs: answer.latencyMs + Number(fault.value) };
    case 'malformed':
      return { ...answer, faults, malformed: true };
    case 'slow':
      return {
        ...answer,
        faults,
        bytesPerSecond: lower(answer.bytesPerSecond, Number(value.bytesPerSecond)),
      };
    case 'reset_peer':
      return { ...answer, faults, resetAfterBytes: lower(answer.resetAfterBytes, Number(value.after)) };
    case 'status':
    case 'rate_limit':
      return { ...answer, faults };
  }
}

/** The faults of two scripts that strike one request. */
export function combine(a: AnswerFaults, b: AnswerFaults): AnswerFaults {
  return {
    faults: [...a.faults, ...b.faults],
    latencyMs: a.latencyMs + b.latencyMs,
    malformed: a.malformed || b.malformed,
    bytesPerSecond: b.bytesPerSecond === null ? a.bytesPerSecond : lower(a.bytesPerSecond, b.bytesPerSecond),
    resetAfterBytes:
      b.resetAfterBytes === null ? a.resetAfterBytes : lower(a.resetAfterBytes, b.resetAfterBytes),
  };
}

function lower(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}

function rateOf({ value }: ApiFault): { limit: number; perMs: number } {
  const rate = isJsonObject(value) ? value : {};
  return { limit: Number(rate.limit), perMs: Number(rate.perMs) };
}

/** Describes an API fault in a few words: `status 503`, `latency 5s`, `rate_limit 2 per 1s`. ASCII, for a header. */
export function describeApiFault(fault: Pick<ApiFault, 'kind' | 'value'>): string {
  const value = isJsonObject(fault.value) ? fault.value : {};
  switch (fault.kind) {
    case 'status':
      return `status ${String(fault.value)}`;
    case 'latency':
      return `latency ${formatDuration(Number(fault.value))}`;
    case 'malformed':
      return 'malformed';
    case 'slow':
      return `slow ${value.bytesPerSecond} bytes per second`;
    case 'reset_peer':
      return `reset_peer after ${value.after} bytes`;
    case 'rate_limit':
      return `rate_limit ${value.limit} per ${formatDuration(Number(value.perMs))}`;
  }
}
