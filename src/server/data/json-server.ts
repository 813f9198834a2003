import type { IncomingMessage as NodeRequest } from 'node:http';
import { Socket } from 'node:net';
import type jsonServer from 'json-server';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { installedVersion, isMissing } from '../../loading/installed-package.ts';
import { IncomingMessage, ServerResponse } from '../../platform/node-http.ts';
import { nativeQueryRouter } from './native-query.ts';
import type { QueryAnswer, QueryRouter } from './query-router.ts';

type JsonServer = typeof jsonServer;

const install = 'Install it where Ringback is installed: npm install --save-dev json-server@0.17.4.';

/**
 * The router of the optional package json-server. It opens no port and writes nothing. It has 208 packages and takes
 * 0.4 s to load, which few users need. Where it is not installed, `native-query.ts` replaces it.
 * @param collections names of all collections
 * @param version the installed version. Null: none is installed, or it is unknown
 * @throws {RingbackError} `package.unusable`
 */
export async function loadQueryRouter(
  collections: readonly string[],
  version: string | null = installedVersion('json-server'),
): Promise<QueryRouter> {
  if (version !== null && !version.startsWith('0.17.')) {
    throw new RingbackError('package.unusable', {
      details: { package: 'json-server', version },
      detail: `Could not query data: json-server ${version} is installed, which has another query language. Got ${version}, expected 0.17. ${install}`,
    });
  }
  try {
    return makeQueryRouter((await import('json-server')).default, collections);
  } catch (error) {
    if (!isMissing(error, 'json-server')) throw error;
    return nativeQueryRouter;
  }
}

function makeQueryRouter(jsonServer: JsonServer, names: readonly string[]): QueryRouter {
  /** The data of the router. The router is made once, and this is filled with the collections of each query. */
  const shown: Record<string, readonly JsonObject[]> = Object.fromEntries(names.map((name) => [name, []]));
  const application = jsonServer.create();
  const router = jsonServer.router(shown);
  const waiting = new WeakMap<NodeRequest, (answer: QueryAnswer) => void>();
  router.render = (request, response) => {
    const { 'x-total-count': total, link } = response.getHeaders();
    waiting.get(request)?.({
      status: response.statusCode,
      headers: {
        ...(total !== undefined && { 'x-total-count': String(total) }),
        ...(link !== undefined && { link: String(link) }),
      },
      body: response.locals.data as readonly JsonObject[],
    });
  };
  application.use(router);

  const answer = (path: string, link: string): Promise<QueryAnswer> =>
    new Promise((resolve, reject) => {
      const root = 'http://ringback';
      const request = Object.assign(new IncomingMessage(new Socket()), {
        method: 'GET',
        url: `/${path}`,
        // Express keeps an existing value, from which json-server makes its links.
        originalUrl: '',
        headers: { host: 'ringback' },
      });
      const [page = '', search = ''] = link.split(/(?=\?)/);
      request.originalUrl = search;
      const response = new ServerResponse(request);
      Object.assign(response, {
        send: (text: unknown) => reject(new Error(`json-server failed: ${String(text)}`)),
      });
      waiting.set(request, (found) => {
        const { link: links } = found.headers;
        resolve(
          links === undefined
            ? found
            : { ...found, headers: { ...found.headers, link: links.replaceAll(`<${root}`, `<${page}`) } },
        );
      });
      // Express calls this if no route responded, or if one failed.
      application(request, response, (error?: unknown) =>
        reject(error ?? new Error(`json-server has no route for ${JSON.stringify(path)}`)),
      );
    });

  // The router waits before it reads the data (json-server's `_delay`), so queries run one after the other.
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(path, link, collections) {
      const next = last.then(async () => {
        for (const name of Object.keys(shown)) shown[name] = collections[name] ?? [];
        try {
          return await answer(path, link);
        } finally {
          for (const name of Object.keys(shown)) shown[name] = [];
        }
      });
      last = next.catch(() => undefined);
      return next;
    },
  };
}
