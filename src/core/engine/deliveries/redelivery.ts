import { RingbackError } from '../../errors.ts';
import { clipped } from '../../quoted.ts';
import type { Delivery } from './delivery.ts';

/**
 * A delivery that can be sent again.
 * @throws {RingbackError} `resource.not-found`, or `resource.conflict` if it is pending
 */
export function finished(delivery: Delivery | undefined, id: string): Delivery {
  if (delivery === undefined) {
    throw new RingbackError('resource.not-found', {
      details: { kind: 'delivery', id: clipped(id) },
      detail: `Could not redeliver: no delivery "${id}".`,
    });
  }
  if (delivery.state === 'pending') {
    throw new RingbackError('resource.conflict', {
      details: { kind: 'delivery', id },
      detail: `Could not redeliver "${id}": it is pending still, its next attempt is planned. Wait until it has ended.`,
    });
  }
  return delivery;
}

/** A new delivery of the same callback. */
export function redelivery(
  old: Delivery,
  { id, now, nth }: { readonly id: string; readonly now: number; readonly nth: number },
): Delivery {
  return {
    ...old,
    id,
    callback: { ...old.callback, createdAt: now, strikes: [], draws: [], redeliveryOf: old.id },
    nth,
    state: 'pending',
    dueAt: now,
    endedAt: null,
    attempts: [],
  };
}
