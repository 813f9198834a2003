import { isJsonObject, type JsonValue } from '../core/json.ts';
import { isTime, isTimeName, wordsOf } from './names.ts';
import { isAcknowledged, type RecordedRequest } from './recorded-request.ts';

/** What a provider sent as one callback: its attempts, and those of each repetition. */
export interface RecordedDelivery {
  /** The attempts of each copy. A copy begins after a request that was acknowledged, or while another is under way. */
  readonly copies: readonly (readonly RecordedRequest[])[];
  /** Whether attempts differ in times or counts. */
  readonly varies: boolean;
}

interface OpenDelivery {
  readonly copies: RecordedRequest[][];
  varies: boolean;
}

/** The first request that arrived whole, or the first. */
export function messageOf({ copies }: RecordedDelivery): RecordedRequest {
  const all = copies.flat();
  return all.find(({ result }) => result.kind !== 'incomplete') ?? (all[0] as RecordedRequest);
}

/**
 * Joins what belongs together. The same request again after an attempt that was not acknowledged is a retry, and
 * otherwise a duplicate.
 * @returns in the order of their first requests
 */
export function groupAttempts(requests: readonly RecordedRequest[]): readonly RecordedDelivery[] {
  const deliveries: OpenDelivery[] = [];
  for (const request of requests.toSorted((a, b) => a.at - b.at)) {
    const same = deliveries.findLast(({ copies }) => isSame(copies.flat(), request));
    if (same !== undefined) {
      const copy = same.copies.at(-1) ?? [];
      if (isRefused(copy, request)) copy.push(request);
      else same.copies.push([request]);
      continue;
    }
    const like = deliveries.findLast(
      ({ copies }) => isRefused(copies.at(-1) ?? [], request) && isLike(copies[0]?.[0], request),
    );
    if (like === undefined) deliveries.push({ copies: [[request]], varies: false });
    else {
      like.copies.at(-1)?.push(request);
      like.varies = true;
    }
  }
  return deliveries;
}

/** Whether the last attempt had ended without success when a request came. */
function isRefused(attempts: readonly RecordedRequest[], request: RecordedRequest): boolean {
  const last = attempts.at(-1);
  return last !== undefined && !isAcknowledged(last) && last.endedAt <= request.at;
}

function isSame(before: readonly RecordedRequest[], request: RecordedRequest): boolean {
  return before.some(
    (one) =>
      one.method === request.method &&
      one.target === request.target &&
      (one.result.kind === 'incomplete'
        ? one.body.length > 0 && startsWith(request.body, one.body)
        : one.body.length === request.body.length && startsWith(request.body, one.body)),
  );
}

function startsWith(whole: Uint8Array, part: Uint8Array): boolean {
  return part.length <= whole.length && part.every((byte, at) => whole[at] === byte);
}

/** Whether two requests differ in times and in the number of the attempt only. */
function isLike(one: RecordedRequest | undefined, other: RecordedRequest): boolean {
  if (one === undefined || one.method !== other.method || one.target !== other.target) return false;
  const [a, b] = [withoutTimes(one.body), withoutTimes(other.body)];
  return a !== null && a === b;
}

function withoutTimes(body: Uint8Array): string | null {
  try {
    const value = JSON.parse(new TextDecoder().decode(body)) as JsonValue;
    if (!isJsonObject(value)) return null;
    return JSON.stringify(value, (name, item: JsonValue) => {
      if (isTime(item) || (typeof item === 'number' && isTimeName(name))) return 'time';
      return typeof item === 'number' && wordsOf(name).some((word) => counts.has(word)) ? 'count' : item;
    });
  } catch {
    return null;
  }
}

const counts: ReadonlySet<string> = new Set(['attempt', 'attempts', 'retry', 'retries', 'tries']);
