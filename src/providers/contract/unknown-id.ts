import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { CallbackDraft, StepContext } from '../../core/provider/provider.ts';

/** The callback for a resource that does not exist: each value of its payload that is the id of the run's is another one. */
export function withUnknownId(draft: CallbackDraft, context: StepContext): CallbackDraft | null {
  const { resourceId, id } = context.run;
  const other = context.random(`contradict/${id}`);
  const unknown = /^\d+$/.test(resourceId) ? String(other.int(1e8, 1e9)) : other.uuid();
  let found = false;
  const replaced = (value: JsonValue): JsonValue => {
    if (String(value) === resourceId && typeof value !== 'object') {
      found = true;
      return typeof value === 'number' ? Number(unknown) : unknown;
    }
    if (Array.isArray(value)) return value.map(replaced);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, replaced(item)]),
    ) as JsonObject;
  };
  const payload = draft.payload === undefined ? undefined : replaced(draft.payload);
  return found ? { ...draft, payload } : null;
}
