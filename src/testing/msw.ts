import '../platform/node-version.ts';
import type { HttpHandler } from 'msw';
import { checkNoMore } from '../core/check-no-more.ts';
import { RingbackError } from '../core/errors.ts';
import { installedVersion, isMissing } from '../loading/installed-package.ts';
import type { AnyCallbacks } from './callback-types.ts';
import {
  type CallbackRequest,
  checkInterceptedOptions,
  type InterceptedProvider,
  type InterceptedProviderOptions,
  type Mount,
  openIntercepted,
  realBaseUrls,
} from './intercepted-provider.ts';

export type { CallbackRequest, InterceptedProviderOptions as MswProviderOptions };
export { realBaseUrls };

/**
 * A mock provider that responds through handlers of MSW instead of the network. After `close()`, its handlers refuse every
 * request; take them out with `server.resetHandlers()`.
 * @typeParam Callbacks as of `startProvider`
 */
export interface MswProvider<Callbacks = AnyCallbacks> extends InterceptedProvider<Callbacks> {
  /** For `setupServer(...provider.handlers)` or `server.use(...provider.handlers)`, in Node.js. */
  readonly handlers: readonly HttpHandler[];
}

/** Statuses of responses that have no body (Fetch standard, "null body status"). */
const withoutBody = [204, 205, 304];

/**
 * Responds to the requests of a client in this process as the provider would, by its contract and scenarios. The clock
 * is virtual, and there is no server and no port. Callbacks are recorded, not sent. Slow responses take real time. A
 * script that ends a connection is a network error.
 * @typeParam Callbacks as of `startProvider`
 * @throws {RingbackError} `package.missing`, `package.unusable` for msw; `option.*`; `setting.*`; `contract.invalid`;
 *   `scenario.unknown`, `scenario.invalid`
 * @example
 * const provider = await mswProvider();
 * server.use(...provider.handlers);
 * provider.playNext('docdigitizer/rejected');
 * const id = await myClient.submit(pdf);
 * await provider.settle();
 * expect(await myClient.state(id)).toBe('REJECTED');
 */
export async function mswProvider<Callbacks = AnyCallbacks>(
  options: InterceptedProviderOptions = {},
  ...extra: readonly never[]
): Promise<MswProvider<Callbacks>> {
  checkNoMore('mswProvider(options)', extra);
  checkInterceptedOptions('mswProvider', options);
  const { http } = await loadMsw();
  const { routes, respond, provider } = await openIntercepted<Callbacks>(
    'mswProvider',
    options,
    () => undefined,
  );
  const answer = async (mount: Mount, request: Request): Promise<Response> => {
    const { method, headers, url } = request;
    const { pathname, search } = new URL(url);
    const body = new Uint8Array(await request.arrayBuffer());
    try {
      const given = await respond(mount, { method, path: `${pathname}${search}`, headers, body });
      return new Response(withoutBody.includes(given.status) ? null : new Uint8Array(given.body), {
        status: given.status,
        headers: given.headers.map(([name, value]): [string, string] => [name, value]),
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      return Response.error();
    }
  };
  const handlers = routes.map(({ mount, method, url }) =>
    http[method.toLowerCase() as Lowercase<'GET'>](url, ({ request }) => answer(mount, request)),
  );
  return { ...provider, handlers };
}

async function loadMsw(): Promise<typeof import('msw')> {
  const version = installedVersion('msw');
  if (version !== null && Number.parseInt(version, 10) < 2) {
    throw new RingbackError('package.unusable', {
      details: { package: 'msw', version },
      detail: `Could not call mswProvider: msw ${version} is installed. Expected msw 2 or 3. Run npm install --save-dev msw@3.`,
    });
  }
  try {
    return await import('msw');
  } catch (error) {
    if (!isMissing(error, 'msw')) throw error;
    throw new RingbackError('package.missing', {
      details: { package: 'msw' },
      detail:
        'Could not call mswProvider: the package msw is not installed. Install it: npm install --save-dev msw@3.',
      cause: error,
    });
  }
}
