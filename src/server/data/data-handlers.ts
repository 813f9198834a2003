import type { Space } from '../../core/engine/space.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { clipped, quoted } from '../../core/quoted.ts';
import { suggest } from '../../core/suggest.ts';
import type { ControlAnswer, ControlHandlers, ControlRequest } from '../control/control-handler.ts';
import { defaultBodyLimit, itemsOf } from '../control/lists.ts';
import { cutDelivery } from '../control/views.ts';
import { checkQuery } from './check-query.ts';
import { loadQueryRouter } from './json-server.ts';
import type { QueryRouter } from './query-router.ts';
import { readRelations, relationsOf, type WithRelations } from './relations.ts';
import { collectionNames, resourceCollections, rowsOf } from './rows.ts';
import { filterLike, filterText } from './text-filters.ts';

/** The number of rows if the query has no `_limit`. */
const defaultLimit = 1_000;

/** Read-only queries of a space's collections, in json-server's query language. */
export function dataHandlers(providers: ReadonlyMap<string, Provider>): ControlHandlers {
  const names = collectionNames(providers);
  const relations = relationsOf(resourceCollections(providers));
  let router: Promise<QueryRouter> | undefined;
  const load = (): Promise<QueryRouter> => {
    router ??= loadQueryRouter(names).catch((error: unknown) => {
      // So that installing the package needs no restart.
      router = undefined;
      throw error;
    });
    return router;
  };
  const read = async (request: ControlRequest, space: Space) => {
    const collection = collectionOf(request, names);
    const search = new URLSearchParams(request.url.split('?').slice(1).join('?'));
    const rows = await rowsOf(collection, space, providers);
    const declared = request.operation.parameters.filter((parameter) => parameter.in === 'query');
    const filters = checkQuery(search, collection, rows, {
      declared: new Set(declared.map(({ name }) => name)),
      relations,
    });
    const related = await readRelations(search, space, providers);
    return { collection, search, rows, filters, related };
  };
  return {
    async queryData(request, space): Promise<ControlAnswer> {
      const { collection, search, rows, filters, related } = await read(request, space);
      const { ask } = await load();
      const q = search.get('q') ?? '';
      const liked = filterLike(rows, filters);
      const found = q === '' ? liked : await filterText(liked, q);
      const asked = new URLSearchParams(search);
      // json-server would process these without a pause, however long it takes.
      for (const name of ['q', '_embed', '_expand', ...filters.map(({ name }) => name)]) asked.delete(name);
      if (!['_limit', '_page', '_end'].some((name) => asked.has(name)))
        asked.set('_limit', String(defaultLimit));
      const answer = await ask(`${collection}?${asked}`, `${linkOf(request)}?${search}`, {
        [collection]: found,
      });
      const { status, headers, body } = answer;
      const show = (row: JsonObject): WithRelations => related(cutRow(collection, row));
      return { status, headers, pieces: itemsOf(body, show) };
    },
    async getDataItem(request, space): Promise<ControlAnswer> {
      const { collection, rows, related } = await read(request, space);
      const { id } = request.path;
      const row = rows.find((one) => one.id === id);
      if (row !== undefined) return { status: 200, pieces: related(row) };
      throw new RingbackError('resource.not-found', {
        details: { kind: collection, id: clipped(id ?? '') },
        detail: `There is no ${quoted(id)} among the ${collection} of the space "${space.name}".`,
      });
    },
  };
}

/** A row of a list: bodies are truncated. */
function cutRow(collection: string, row: JsonObject): JsonObject {
  return collection === 'deliveries' ? cutDelivery(row, defaultBodyLimit) : row;
}

function collectionOf({ path }: ControlRequest, names: readonly string[]): string {
  const given = path.collection ?? '';
  if (names.includes(given)) return given;
  throw new RingbackError('resource.not-found', {
    details: { kind: 'collection', id: clipped(given) },
    detail: `Could not query data: there is no collection ${quoted(given)}. Expected one of ${names.join(', ')}.${suggest(given, names)}`,
  });
}

/** The URL of the request without its query, as the client knows it. */
function linkOf({ baseUrl, url }: ControlRequest): string {
  const path = (url.split('?')[0] ?? '').replace(/^https?:\/\/[^/]*/i, '');
  const prefix = /^\/@[^/]*/.exec(path)?.[0] ?? '';
  return `${baseUrl}${path.slice(prefix.length)}`;
}
