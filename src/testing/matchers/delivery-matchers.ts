import { RingbackError } from '../../core/errors.ts';
import type { DeliveryRecord } from '../records.gen.ts';
import { counted, enumerate } from '../sentences.ts';
import { type Deliveries, deliveriesOf, type MatcherResult } from './receivers.ts';

/**
 * Passes if the consumer acknowledged the delivery, or every delivery of an array or run, with a 2xx. Fails for a
 * delivery that the script dropped.
 */
export function toHaveBeenDelivered(received: unknown): MatcherResult {
  const deliveries = deliveriesOf('toHaveBeenDelivered', received);
  const others = deliveries.list.filter(({ state }) => state !== 'delivered');
  return {
    pass: others.length === 0,
    message: () =>
      others.length === 0
        ? `Expected ${subject(deliveries)} not to have been delivered, but ${deliveries.single ? 'it was' : 'all were'}.\n${deliveries.text}`
        : `Expected ${subject(deliveries)} to have been delivered, but ${becauseOf(others, deliveries)}.\n${deliveries.text}`,
  };
}

/**
 * Passes if the consumer acknowledged every callback that was sent, as the provider requires: with a 2xx and without a
 * violation. Deliveries that the script dropped were never sent, and do not count.
 */
export function toAllBeAcknowledged(received: unknown): MatcherResult {
  const deliveries = deliveriesOf('toAllBeAcknowledged', received);
  const sent = deliveries.list.filter(({ state }) => state !== 'dropped');
  if (sent.length === 0) {
    throw new RingbackError('matcher.receiver', {
      details: { matcher: 'toAllBeAcknowledged' },
      detail: `Could not apply toAllBeAcknowledged: the script dropped ${deliveries.single ? 'the delivery' : 'every delivery'}, so there was nothing to acknowledge. Use a scenario without the fault "drop".\n${deliveries.text}`,
    });
  }
  const open = sent.filter(({ state }) => state !== 'delivered');
  const sloppy = sent.filter(
    ({ state, attempts }) => state === 'delivered' && (attempts.at(-1)?.violations.length ?? 0) > 0,
  );
  const scope = { ...deliveries, list: sent };
  const reason =
    open.length > 0
      ? becauseOf(open, scope)
      : `${sent.length === 1 ? 'the response departs' : `${counted(sloppy.length, 'answer')} of ${sent.length} depart${sloppy.length === 1 ? 's' : ''}`} from what the provider requires`;
  const pass = open.length === 0 && sloppy.length === 0;
  return {
    pass,
    message: () =>
      pass
        ? `Expected a callback that was not acknowledged, but the consumer acknowledged ${sent.length === 1 ? 'the only one' : `all ${sent.length}`}.\n${deliveries.text}`
        : `Expected ${subject(scope)} to be acknowledged, but ${reason}.\n${deliveries.text}`,
  };
}

/**
 * Passes if there were this many retries of the delivery, or of all deliveries of an array or run together.
 * @param times the number of retries. Default: at least one
 */
export function toHaveBeenRetried(received: unknown, times?: number): MatcherResult {
  if (times !== undefined && (!Number.isSafeInteger(times) || times < 0)) {
    throw new RingbackError('option.invalid', {
      details: { option: 'times', given: times },
      detail: `Could not apply toHaveBeenRetried. Got ${JSON.stringify(times)} times, expected an integer from 0, or nothing for "at least once".`,
    });
  }
  const deliveries = deliveriesOf('toHaveBeenRetried', received);
  const retries = deliveries.list.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0);
  const pass = times === undefined ? retries > 0 : retries === times;
  const wanted = times === undefined ? '' : ` ${timesText(times)}`;
  return {
    pass,
    message: () =>
      `Expected ${subject(deliveries)} ${pass ? 'not ' : ''}to have been retried${wanted}, but ${retries === 0 ? 'there was no retry' : `there ${retries === 1 ? 'was' : 'were'} ${counted(retries, 'retry')}`}.\n${deliveries.text}`,
    actual: retries,
    expected: times ?? 'at least 1',
  };
}

function subject({ list, single }: Deliveries): string {
  if (single) return `the delivery of ${list[0]?.callback}`;
  return list.length === 1 ? 'the delivery' : `all ${list.length} deliveries`;
}

/** `1 failed and 2 are pending`, or `it failed` for a single delivery. */
function becauseOf(others: readonly DeliveryRecord[], { list }: Deliveries): string {
  const parts = (['failed', 'pending', 'dropped'] as const).flatMap((state) => {
    const count = others.filter((delivery) => delivery.state === state).length;
    return count === 0 ? [] : [`${list.length === 1 ? 'it' : count} ${stateText(state, count)}`];
  });
  const open = others.some(({ state }) => state === 'pending');
  return `${enumerate(parts)}${open ? ': move the clock on, e.g. with await provider.settle()' : ''}`;
}

function stateText(state: 'failed' | 'pending' | 'dropped', count: number): string {
  if (state === 'failed') return 'failed';
  if (state === 'pending') return count === 1 ? 'is still pending' : 'are still pending';
  return `${count === 1 ? 'was' : 'were'} dropped by the script`;
}

function timesText(times: number): string {
  if (times === 1) return 'once';
  return times === 2 ? 'twice' : `${times} times`;
}
