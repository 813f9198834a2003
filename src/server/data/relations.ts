import type { Violation } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { suggest } from '../../core/suggest.ts';
import type { CollectionName } from './rows.ts';

/** What `_expand` and `_embed` can show in the rows of a collection. json-server fails on some other names. */
const relations: Readonly<Record<CollectionName, { expand: readonly string[]; embed: readonly string[] }>> = {
  runs: { expand: [], embed: ['documents', 'applications', 'deliveries'] },
  documents: { expand: ['run'], embed: [] },
  applications: { expand: ['run'], embed: [] },
  deliveries: { expand: ['run'], embed: [] },
};

/** Refuses names in `_expand` and `_embed` that the rows of the collection have no relation to. */
export function checkRelations(query: URLSearchParams, collection: CollectionName): readonly Violation[] {
  return (['expand', 'embed'] as const).flatMap((kind) => {
    const given = query.get(`_${kind}`);
    const known = relations[collection][kind];
    if (given === null || known.includes(given)) return [];
    const expected = known.length === 0 ? `${collection} have none` : `expected ${known.join(', ')}`;
    const message = `names ${JSON.stringify(given)}, which is nothing that ${collection} can show; ${expected}.${suggest(given, known)}`;
    return [{ location: `query/_${kind}`, code: 'query.relation', message }];
  });
}

/** Gives a row that belongs to no run an id that json-server can look for: it fails on null. */
export function withFindableRun(row: JsonObject): JsonObject {
  return row.runId === null ? { ...row, runId: '' } : row;
}

/** Undoes {@link withFindableRun} in what json-server answers. */
export function withoutFindableRun(body: JsonValue): JsonValue {
  if (Array.isArray(body)) return (body as readonly JsonValue[]).map(withoutFindableRun);
  return typeof body === 'object' && body !== null && (body as JsonObject).runId === ''
    ? { ...(body as JsonObject), runId: null }
    : body;
}
