import { RingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { DeliveryRecord, InboxRequestRecord, RunRecord } from '../records.gen.ts';
import { deliveriesText, runText } from '../timeline-text.ts';

/** The result of a matcher, as `expect.extend` of vitest, jest and chai takes it. */
export interface MatcherResult {
  readonly pass: boolean;
  /** Why the matcher failed, or, if it passed, why its negation fails. */
  readonly message: () => string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** Deliveries to judge, and how to show them. */
export interface Deliveries {
  readonly list: readonly DeliveryRecord[];
  /** True if `expect` received one delivery, not an array or run. */
  readonly single: boolean;
  /** What happened to them, line by line. */
  readonly text: string;
}

/**
 * The deliveries in the value that `expect` received.
 * @param others what else the matcher takes, for the message, e.g. `inbox requests, `
 * @throws {RingbackError} `matcher.receiver` when the value is something else, or has no deliveries: a matcher that
 *   checks nothing would always pass
 */
export function deliveriesOf(matcher: string, received: unknown, others = ''): Deliveries {
  const wanted = `${others}a delivery, a list of them (await provider.deliveries()) or a run ((await provider.runs())[0])`;
  if (isDelivery(received)) return { list: [received], single: true, text: deliveriesText([received]) };
  if (isRun(received)) {
    const { deliveries } = received;
    if (deliveries.length === 0) throw empty(matcher, `the run has no deliveries\n${runText(received)}`);
    return { list: deliveries, single: false, text: runText(received) };
  }
  if (Array.isArray(received)) {
    const items: readonly unknown[] = received;
    if (items.length === 0) throw empty(matcher, 'the list is empty');
    if (items.every(isDelivery)) return { list: items, single: false, text: deliveriesText(items) };
    if (items.every(isRun)) {
      const list = items.flatMap(({ deliveries }) => deliveries);
      const text = items.map(runText).join('\n');
      if (list.length === 0) throw empty(matcher, `the runs have no deliveries\n${text}`);
      return { list, single: false, text };
    }
  }
  throw wrongReceiver(matcher, wanted, received);
}

export function wrongReceiver(matcher: string, wanted: string, received: unknown): RingbackError {
  const advice = isThenable(received) ? ' Await it first.' : '';
  return new RingbackError('matcher.receiver', {
    details: { matcher },
    detail: `Could not apply ${matcher}. Got ${describe(received)}, expected ${wanted}.${advice}`,
  });
}

function empty(matcher: string, what: string): RingbackError {
  return new RingbackError('matcher.receiver', {
    details: { matcher },
    detail: `Could not apply ${matcher}: ${what}, so there is nothing to judge. If a callback should have been sent, move the clock (await provider.settle()) before you look; if none should, use toHaveLength(0).`,
  });
}

export function isDelivery(value: unknown): value is DeliveryRecord {
  return isJsonObject(value) && Array.isArray(value.attempts) && typeof value.callback === 'string';
}

export function isRun(value: unknown): value is RunRecord {
  return isJsonObject(value) && Array.isArray(value.deliveries) && Array.isArray(value.timeline);
}

export function isInboxRequest(value: unknown): value is InboxRequestRecord {
  return (
    isJsonObject(value) && typeof value.receivedAt === 'string' && typeof value.answeredWith === 'number'
  );
}

/** The payload of an inbox request: its JSON body, otherwise its query parameters. */
export function saidBy({ json, query }: InboxRequestRecord): unknown {
  const isEmpty = json === undefined || json === null || Object.keys(Object(json)).length === 0;
  return isEmpty ? query : json;
}

function isThenable(value: unknown): boolean {
  return typeof (value as JsonObject | null)?.then === 'function';
}

/** Describes a value in a sentence: `a promise`, `a list of 2`, `undefined`. */
export function describe(value: unknown): string {
  if (isThenable(value)) return 'a promise';
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list that holds ${describe(value[0])}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object') {
    const keys = Object.keys(value).slice(0, 4);
    return keys.length === 0 ? 'an empty object' : `an object with ${keys.join(', ')}`;
  }
  return `${typeof value === 'string' ? 'the text' : `the ${typeof value}`} ${JSON.stringify(value)?.slice(0, 60)}`;
}
