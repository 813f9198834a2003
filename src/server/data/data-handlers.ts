import type { Space } from '../../core/delivery/space.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { suggest } from '../../core/suggest.ts';
import type { Provider } from '../../providers/provider.ts';
import type { ControlAnswer, ControlHandlers, ControlRequest } from '../control/control-handler.ts';
import { checkQuery } from './check-query.ts';
import { loadQueryRouter, type QueryRouter } from './json-server.ts';
import { withFindableRun, withoutFindableRun } from './relations.ts';
import { type CollectionName, collectionNames, rowsOf } from './rows.ts';

/** Rows of a list that asks for no number of its own. */
const defaultLimit = 1_000;

/** Read-only queries of a space's collections, in json-server's query language. */
export function dataHandlers(providers: ReadonlyMap<string, Provider>): ControlHandlers {
  let router: Promise<QueryRouter> | undefined;
  const load = (): Promise<QueryRouter> => {
    router ??= loadQueryRouter().catch((error: unknown) => {
      // Whoever installs the package need not start the server anew.
      router = undefined;
      throw error;
    });
    return router;
  };
  const query = async (request: ControlRequest, space: Space): Promise<ControlAnswer> => {
    const collection = collectionOf(request);
    const { ask } = await load();
    const search = new URLSearchParams(request.url.split('?').slice(1).join('?'));
    const related = search.has('_embed') || search.has('_expand');
    const collections: Partial<Record<CollectionName, readonly JsonObject[]>> = {};
    for (const name of related ? collectionNames : [collection])
      collections[name] = await rowsOf(name, space, providers);
    const { id } = request.path;
    const declared = request.operation.parameters.filter((parameter) => parameter.in === 'query');
    const rows = collections[collection] ?? [];
    checkQuery(search, collection, rows, new Set(declared.map(({ name }) => name)));
    if (id === undefined && !['_limit', '_page', '_end'].some((name) => search.has(name)))
      search.set('_limit', String(defaultLimit));
    const path = id === undefined ? collection : `${collection}/${encodeURIComponent(id)}`;
    if (search.has('_expand')) collections[collection] = rows.map(withFindableRun);
    const { status, headers, body } = await ask(`${path}?${search}`, linkOf(request), collections);
    if (status === 404) {
      throw new RingbackError('resource.not-found', {
        detail: `There is no "${id}" among the ${collection} of the space "${space.name}".`,
      });
    }
    return { status, headers, body: search.has('_expand') ? withoutFindableRun(body) : body };
  };
  return { queryData: query, getDataItem: query };
}

function collectionOf({ path }: ControlRequest): CollectionName {
  const given = path.collection ?? '';
  const found = collectionNames.find((name) => name === given);
  if (found !== undefined) return found;
  throw new RingbackError('resource.not-found', {
    detail: `Failed to query data: there is no collection ${JSON.stringify(given)}. Expected one of ${collectionNames.join(', ')}.${suggest(given, collectionNames)}`,
  });
}

/** The URL of the request without its query, as the client knows it. */
function linkOf({ baseUrl, url }: ControlRequest): string {
  const path = (url.split('?')[0] ?? '').replace(/^https?:\/\/[^/]*/i, '');
  const prefix = /^\/@[^/]*/.exec(path)?.[0] ?? '';
  return `${baseUrl}${path.slice(prefix.length)}`;
}
