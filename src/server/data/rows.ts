import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import type { Resource } from '../../core/engine/records.ts';
import type { Run } from '../../core/engine/runs/run.ts';
import type { Space } from '../../core/engine/space.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { isSecretName, masked, maskUrl } from '../control/mask.ts';
import { deliveryView, runView } from '../control/views.ts';
import { inTurns } from '../http/in-turns.ts';

/** The names of all collections with these providers. */
export function collectionNames(providers: ReadonlyMap<string, Provider>): readonly string[] {
  return [...resourceCollections(providers), 'runs', 'deliveries'];
}

/** The collections of the providers' resources. */
export function resourceCollections(providers: ReadonlyMap<string, Provider>): readonly string[] {
  return [...new Set([...providers.values()].flatMap(({ collections = [] }) => collections))];
}

/** Views of records. Records never change, so each is viewed once. */
const viewed = new WeakMap<Run | Delivery, JsonObject>();

/** Makes the rows of a collection as of now, oldest first. */
export async function rowsOf(
  collection: string,
  space: Space,
  providers: ReadonlyMap<string, Provider>,
): Promise<readonly JsonObject[]> {
  if (collection === 'runs') return inTurns(await space.store.runs.list(), (run) => once(run, runRow));
  if (collection === 'deliveries')
    return inTurns(await space.store.deliveries.list(), (delivery) => once(delivery, deliveryRow));
  const context = space.openExchange('queryData');
  const rows = await inTurns(await space.store.resources.list(), async (resource) => {
    const shown = await providers.get(resource.provider)?.viewResource?.(resource, context);
    return shown?.collection === collection ? resourceRow(resource, shown.view) : null;
  });
  return rows.filter((row) => row !== null);
}

/** A run as `listRuns` shows it. */
function runRow(run: Run): JsonObject {
  return runView(run);
}

/**
 * A delivery as `listDeliveries` shows it, with the most used properties first. `callback` is called `type`, since the
 * query language uses that name for something else.
 */
export function deliveryRow(delivery: Delivery): JsonObject {
  const { id, runId, provider, callback, nth, state, ...rest } = deliveryView(delivery);
  const last = delivery.attempts.at(-1);
  return {
    id: id ?? null,
    runId: runId ?? null,
    provider: provider ?? null,
    type: callback ?? null,
    nth: nth ?? null,
    state: state ?? null,
    attemptCount: delivery.attempts.length,
    statusCode: last?.statusCode ?? null,
    error: last?.error ?? null,
    ...rest,
  };
}

function resourceRow(resource: Resource, view: JsonObject): JsonObject {
  const { runId } = resource.data;
  const about = { id: resource.id, provider: resource.provider, ...(typeof runId === 'string' && { runId }) };
  const shown = maskValue(view);
  return { ...about, ...(isJsonObject(shown) ? shown : {}), ...about };
}

/** Masks what a provider shows only to its owner: secrets, and passwords in URLs. */
function maskValue(value: JsonValue, name = ''): JsonValue {
  if (typeof value === 'string') return isSecretName(name) ? masked : maskUrl(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => maskValue(item, name));
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(value)) setOwn(result, key, maskValue(member, key));
  return result;
}

function once<T extends Run | Delivery>(record: T, view: (record: T) => JsonObject): JsonObject {
  const known = viewed.get(record);
  if (known !== undefined) return known;
  const made = view(record);
  viewed.set(record, made);
  return made;
}
