import { isJsonObject, type JsonObject, type JsonValue, objectOf } from '../../core/json.ts';
import type { CallbackDraft, StepContext } from '../../core/provider/provider.ts';
import { extractionTime, verificationTime } from './calendar.ts';

/** How much older a stale callback is than the one before it, in milliseconds. */
const staleByMs = 3_600_000;

/**
 * A webhook that contradicts one just sent: verifications with another status, an unknown application, or an older copy
 * of the same callback.
 */
export function contradictCallback(
  value: JsonValue,
  draft: CallbackDraft,
  context: StepContext,
): CallbackDraft | null {
  const payload = objectOf(draft.payload);
  if (value === 'unknown-id') {
    const unknown = context.random(`contradict/${context.run.id}`).uuid();
    return { ...draft, payload: { ...payload, application_id: unknown } };
  }
  if (value === 'stale') return { ...draft, payload: dated(payload, context.clock.now() - staleByMs) };
  const status = isJsonObject(value) ? value.final : undefined;
  if (draft.callback !== 'verifications' || typeof status !== 'string') return null;
  if (!['pass', 'fail', 'missing', 'review'].includes(status)) return null;
  const { verifications } = payload;
  if (!isJsonObject(verifications)) return null;
  const contradicted = withStatus(verifications, status);
  if (JSON.stringify(contradicted) === JSON.stringify(verifications)) return null;
  return { ...draft, payload: { ...payload, verifications: contradicted } };
}

function withStatus(verifications: JsonObject, status: string): JsonObject {
  return mapValues(verifications, (list) =>
    Array.isArray(list)
      ? list.map((item: JsonValue) => (isJsonObject(item) ? { ...item, status } : item))
      : list,
  );
}

/** The payload with every `updated_at` set to a time, in the format of its callback. */
function dated(payload: JsonObject, time: number): JsonObject {
  const text = payload.event_type === 'verifications' ? verificationTime(time) : extractionTime(time);
  const date = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(date);
    if (!isJsonObject(value)) return value;
    return mapValues(value, (item, key) => (key === 'updated_at' ? text : date(item)));
  };
  return mapValues(payload, (item, key) => (key === 'updated_at' ? text : date(item)));
}

function mapValues(object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
