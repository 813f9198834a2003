import '../platform/node-version.ts';
import type nockPackage from 'nock';
import { checkNoMore } from '../core/check-no-more.ts';
import { RingbackError } from '../core/errors.ts';
import { installedVersion, isMissing } from '../loading/installed-package.ts';
import type { ProviderName } from '../types/scenario-input.ts';
import type { AnyCallbacks } from './callback-types.ts';
import {
  type CallbackRequest,
  checkInterceptedOptions,
  type InterceptedProvider,
  type InterceptedProviderOptions,
  openIntercepted,
  realBaseUrls,
} from './intercepted-provider.ts';
import { replyWith } from './nock-reply.ts';

export type { CallbackRequest, InterceptedProviderOptions as NockProviderOptions };
export { realBaseUrls };

type Scope = nockPackage.Scope;

/**
 * A mock provider that responds through nock's interceptors instead of the network. `close()` removes them; nock still
 * refuses requests to their hosts until `nock.cleanAll()`.
 * @typeParam Callbacks as of `startProvider`
 */
export interface NockProvider<Callbacks = AnyCallbacks> extends InterceptedProvider<Callbacks> {
  /** nock's own scopes: by bundled provider, or by base URL of your own contract. */
  readonly scopes: Readonly<Record<ProviderName, Scope>> & Readonly<Record<string, Scope>>;
}

/**
 * Responds to the requests of a client in this process as the provider would, by its contract and scenarios. The clock
 * is virtual, and there is no server and no port. Callbacks are recorded, not sent. Slow responses take real time
 * through nock's `.delay()`, which delays only the body. To test timeouts, use a real server with `startProvider`.
 * nock 15.0.6 does not see a `FormData` of the undici package in undici's `request`: pass the global `FormData`.
 * @typeParam Callbacks as of `startProvider`
 * @throws {RingbackError} `package.missing`, `package.unusable` for nock; `option.*`; `setting.*`; `contract.invalid`;
 *   `scenario.unknown`, `scenario.invalid`
 * @example
 * await using provider = await nockProvider({ scenario: 'docdigitizer/rejected' });
 * const id = await myClient.submit(pdf);
 * await provider.settle();
 * expect(await myClient.state(id)).toBe('REJECTED');
 */
export async function nockProvider<Callbacks = AnyCallbacks>(
  options: InterceptedProviderOptions = {},
  ...extra: readonly never[]
): Promise<NockProvider<Callbacks>> {
  checkNoMore('nockProvider(options)', extra);
  checkInterceptedOptions('nockProvider', options);
  const nock = await loadNock();
  const interceptors: nockPackage.Interceptor[] = [];
  const { mounts, routes, respond, provider } = await openIntercepted<Callbacks>(
    'nockProvider',
    options,
    () => {
      for (const interceptor of interceptors) nock.removeInterceptor(interceptor);
    },
  );
  const scopes = mounts.map((mount) => {
    const { origin } = new URL(mount.baseUrl);
    const scope = nock(origin).persist();
    for (const { method, url } of routes.filter((route) => route.mount === mount)) {
      const fits = (path: string): boolean => url.test(`${origin}${path.split('?', 1)[0]}`);
      const interceptor = scope.intercept(fits, method);
      interceptors.push(interceptor);
      replyWith(interceptor, async (request) => {
        const { status, body, headers } = await respond(mount, request);
        return [status, body, headers.flat()];
      });
    }
    return [mount.name, scope] as const;
  });
  // A bundled provider has one under its name.
  return { ...provider, scopes: Object.fromEntries(scopes) as NockProvider['scopes'] };
}

async function loadNock(): Promise<typeof import('nock').default> {
  const version = installedVersion('nock');
  if (version !== null && Number.parseInt(version, 10) < 14) {
    throw new RingbackError('package.unusable', {
      details: { package: 'nock', version },
      detail: `Could not call nockProvider: nock ${version} is installed, which does not intercept fetch: requests would reach the real provider. Expected nock 14 or 15. Run npm install --save-dev nock@15.`,
    });
  }
  let nock: typeof import('nock').default;
  try {
    nock = (await import('nock')).default;
  } catch (error) {
    if (!isMissing(error, 'nock')) throw error;
    throw new RingbackError('package.missing', {
      details: { package: 'nock' },
      detail:
        'Could not call nockProvider: the package nock is not installed. Install it: npm install --save-dev nock@15.',
      cause: error,
    });
  }
  if (!nock.isActive()) {
    throw new RingbackError('package.unusable', {
      details: { package: 'nock', version: null },
      detail:
        'Could not call nockProvider: nock does not intercept, since nock.restore() was called. Call nock.activate() first.',
    });
  }
  if (process.env.NOCK_OFF === 'true') {
    throw new RingbackError('package.unusable', {
      details: { package: 'nock', version: null },
      detail:
        'Could not call nockProvider: nock is switched off by NOCK_OFF=true in the environment. Unset it, or set it to false.',
    });
  }
  return nock;
}
