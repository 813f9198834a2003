import type { InformedCallback } from 'ringback/types';

/** An event type that is not known (yet). */
export interface UnknownCallback {
  readonly event_type: string;
}

/**
 * Reads the body of a webhook: by name, and no more of it than is used, so that new properties, nulls and another order
 * change nothing. Returns null for what is no callback.
 */
export function readCallback(body: unknown): InformedCallback | UnknownCallback | null {
  if (!isRecord(body) || typeof body.event_type !== 'string') return null;
  if (!['extractions', 'verifications', 'error'].includes(body.event_type)) {
    return { event_type: body.event_type };
  }
  if (typeof body.application_id !== 'string') return null;
  if (body.event_type === 'extractions' && !areLists(body.documents)) return null;
  if (body.event_type === 'verifications' && !areLists(body.verifications)) return null;
  return body as unknown as InformedCallback;
}

export function isKnown(callback: InformedCallback | UnknownCallback): callback is InformedCallback {
  return 'application_id' in callback;
}

/** Whether it has at least one member, and each is a list of objects. */
function areLists(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const lists = Object.values(value);
  return lists.length > 0 && lists.every((list) => Array.isArray(list) && list.every(isRecord));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
