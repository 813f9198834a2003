import type { Space } from '../../core/engine/space.ts';
import type { Violation } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { quoted } from '../../core/quoted.ts';
import { suggest } from '../../core/suggest.ts';
import { defaultBodyLimit, viewsOf } from '../control/lists.ts';
import { cutDelivery, runView } from '../control/views.ts';
import { JsonItems, type JsonPieces } from '../http/json-pieces.ts';
import { deliveryRow, rowsOf } from './rows.ts';

/** What `_expand` and `_embed` can show in the rows of a collection. */
export type Relations = ReadonlyMap<string, Related>;
interface Related {
  readonly expand: readonly string[];
  readonly embed: readonly string[];
}

/** @param resources the collections of resources: each belongs to a run, as deliveries do */
export function relationsOf(resources: readonly string[]): Relations {
  const ofRuns = [...resources, 'deliveries'];
  return new Map<string, Related>([
    ['runs', { expand: [], embed: ofRuns }],
    ...ofRuns.map((name) => [name, { expand: ['run'], embed: [] }] as const),
  ]);
}

/** Refuses names in `_expand` and `_embed` that the rows of the collection have no relation to. */
export function checkRelations(
  query: URLSearchParams,
  collection: string,
  relations: Relations,
): readonly Violation[] {
  return (['expand', 'embed'] as const).flatMap((kind) => {
    const given = query.get(`_${kind}`);
    const known = relations.get(collection)?.[kind] ?? [];
    if (given === null || known.includes(given)) return [];
    const expected = known.length === 0 ? `${collection} have none` : `expected ${known.join(', ')}`;
    const message = `names ${quoted(given)}, which ${collection} cannot show; ${expected}.${suggest(given, known)}`;
    return [{ location: `query/_${kind}`, code: 'query.relation', message }];
  });
}

/** A row with its parent or its children. */
export type WithRelations = Exclude<JsonPieces, JsonItems>;

/**
 * Adds to a row the relations that a query asks for. json-server compares each row with all rows of the other
 * collection. Here, each row finds its own when it is sent.
 */
export async function readRelations(
  query: URLSearchParams,
  space: Space,
  providers: ReadonlyMap<string, Provider>,
): Promise<(row: JsonObject) => WithRelations> {
  if (query.has('_expand')) {
    const runs = new Map((await space.store.runs.list()).map((run) => [run.id, run]));
    return (row) => {
      const run = runs.get(String(row.runId));
      return run === undefined ? row : { ...row, run: runView(run) };
    };
  }
  const embedded = query.get('_embed');
  if (embedded === null) return (row) => row;
  if (embedded === 'deliveries') {
    const { deliveries } = space.store;
    const idsOf = new Map((await space.store.runs.list()).map((run) => [run.id, run.deliveryIds]));
    return (row) => ({
      ...row,
      deliveries: viewsOf(deliveries, idsOf.get(String(row.id)) ?? [], (delivery) =>
        cutDelivery(deliveryRow(delivery), defaultBodyLimit),
      ),
    });
  }
  const rows = new Map<string, JsonObject[]>();
  for (const row of await rowsOf(embedded, space, providers)) {
    const runId = String(row.runId);
    const known = rows.get(runId);
    if (known === undefined) rows.set(runId, [row]);
    else known.push(row);
  }
  return (row) => ({ ...row, [embedded]: new JsonItems(rows.get(String(row.id)) ?? []) });
}
