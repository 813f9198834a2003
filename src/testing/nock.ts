import '../platform/node-version.ts';
import type nockPackage from 'nock';
import { checkNoMore } from '../core/check-no-more.ts';
import type { Contract, Operation } from '../core/contract/contract.ts';
import { absoluteServers } from '../core/contract/servers.ts';
import { type Duration, parseDuration } from '../core/duration.ts';
import type { MoveReport } from '../core/engine/space.ts';
import { RingbackError } from '../core/errors.ts';
import type { ConsumerAnswer } from '../core/explain/recording-sender.ts';
import { type Catalogue, loadCatalogue } from '../loading/catalogue.ts';
import { installedVersion, isMissing } from '../loading/installed-package.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { fitsDelivery, fitsRun } from '../server/control/list-filters.ts';
import { queueOrder } from '../server/control/next-handlers.ts';
import { deliveryView, moveView, runDetailView } from '../server/control/views.ts';
import { requestInProcess } from '../server/http/in-process.ts';
import type { ProviderName, SettingsInput } from '../types/scenario-input.ts';
import type { AnyCallbacks, CallbackNameIn } from './callback-types.ts';
import { deliveryFilters, listed, runFilters } from './list-query.ts';
import { meet } from './met-callbacks.ts';
import type { DeliveryFilter, NextOptions, RunFilter } from './mock-provider.ts';
import { replyWith } from './nock-reply.ts';
import { openNockWorld } from './nock-world.ts';
import { checkOptions } from './options.ts';
import type { DeliveryRecord, MoveRecord, RunRecord } from './records.gen.ts';
import { namesOf, type ServerNames } from './server-names.ts';
import { settled } from './settled.ts';

/** Options of {@link nockProvider}. */
export interface NockProviderOptions {
  /**
   * An OpenAPI file.
   * @default the bundled contract
   */
  readonly contract?: string;
  /**
   * Scenario files and directories in addition to the bundled scenarios.
   * @default none
   */
  readonly scenarios?: readonly string[];
  /**
   * The scenario that plays when nothing else chooses one.
   * @default the provider's own, in which nothing fails
   */
  readonly scenario?: string;
  /**
   * The seed of ids and data.
   * @default 42
   */
  readonly seed?: number;
  /**
   * Where the clock starts, in RFC 3339.
   * @default 2030-01-01T00:00:00Z
   */
  readonly now?: string;
  /**
   * Settings, as for `ringback serve --set`.
   * @default the default settings
   */
  readonly settings?: SettingsInput;
  /**
   * The simulated responses of the consumer to the first, second, … callback. The last one repeats.
   * @default 200
   */
  readonly answers?: readonly ConsumerAnswer[];
  /**
   * The base URL in the client under test: of each bundled provider, or, as a string, that of your own contract.
   * @default {@link realBaseUrls}, or all absolute `servers` of your contract
   */
  readonly baseUrls?: string | Readonly<Partial<Record<ProviderName, string>>>;
}

type Scope = nockPackage.Scope;

/** The base URLs of the real providers, by name. */
export const realBaseUrls = realUrls();

/** A callback as the provider would send it, with nothing masked. Replay it into the consumer's handler. */
export interface CallbackRequest {
  readonly method: string;
  /** Absolute, with the whole query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null if there is none. */
  readonly body: string | null;
}

/**
 * A mock provider that responds through nock's interceptors instead of the network.
 * @typeParam Callbacks as of `startProvider`
 */
export interface NockProvider<Callbacks = AnyCallbacks> extends AsyncDisposable {
  /** nock's own scopes: by bundled provider, or by base URL of your own contract. */
  readonly scopes: Readonly<Record<ProviderName, Scope>> & Readonly<Record<string, Scope>>;
  /** Makes the next submission that matches play a scenario. Throws `scenario.unknown`. */
  playNext(scenario: string, options?: NextOptions): void;
  /** Moves the virtual clock. */
  advance(duration: Duration): Promise<MoveRecord<Callbacks>>;
  /** Moves the virtual clock until nothing is pending. Throws `clock.unsettled`. */
  settle(): Promise<MoveRecord<Callbacks>>;
  /** All runs, or those that match. Throws `option.*`. */
  runs(filter?: RunFilter): Promise<readonly RunRecord<Callbacks>[]>;
  /** All deliveries, or those that match. Throws `option.*`, `callback.unknown`. */
  deliveries<Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>>(
    filter?: DeliveryFilter<Callbacks, Name>,
  ): Promise<readonly DeliveryRecord<Callbacks, Name>[]>;
  /** Every attempt of every callback so far, in order. */
  requests(): readonly CallbackRequest[];
  /** Throws `wait.timeout` if an order of `playNext` is unused, or a step or attempt is pending. */
  done(): Promise<void>;
  /** Removes the interceptors. nock still refuses requests to their hosts until `nock.cleanAll()`. */
  close(): Promise<void>;
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
  options: NockProviderOptions = {},
  ...extra: readonly never[]
): Promise<NockProvider<Callbacks>> {
  checkNoMore('nockProvider(options)', extra);
  checkOptions('nockProvider', options, [
    ...['contract', 'scenarios', 'scenario', 'seed', 'now', 'settings', 'answers', 'baseUrls'],
  ]);
  const nock = await loadNock();
  const catalogue = await loadCatalogue(options.contract ?? null);
  const mounts = mountsOf(catalogue, options.baseUrls);
  const sent: CallbackRequest[] = [];
  const { server, space, close } = await openNockWorld({
    ...options,
    catalogue,
    baseUrls: Object.fromEntries(mounts.map(({ provider, baseUrl }) => [provider, baseUrl]).reverse()),
    onSend: ({ method, url, headers, body }) =>
      sent.push({ method, url, headers, body: body === null ? null : Buffer.from(body).toString() }),
  });
  const interceptors: nockPackage.Interceptor[] = [];
  const scopeOf = ({ provider, baseUrl, path: mount }: Mount): Scope => {
    const { origin, pathname } = new URL(baseUrl);
    const prefix = pathname.replace(/\/$/, '');
    const scope = nock(origin).persist();
    for (const [method, paths] of pathsByMethod(catalogue.contract, provider)) {
      const fits = (path: string): boolean => {
        const [plain = ''] = path.split('?');
        const mounted = plain.startsWith(`${prefix}/`) ? `${mount}${plain.slice(prefix.length)}` : '';
        return paths.some((template) => template.test(mounted));
      };
      const interceptor = scope.intercept(fits, method);
      interceptors.push(interceptor);
      replyWith(interceptor, async ({ path, ...request }) => {
        const target = `${mount}${path.slice(prefix.length)}`;
        const { status, body, headers } = await requestInProcess(server, { ...request, target });
        return [status, body, headers.flat()];
      });
    }
    return scope;
  };
  const scopes = Object.fromEntries(mounts.map((mount) => [mount.name, scopeOf(mount)]));
  const known = async (): Promise<ServerNames> => namesOf(catalogue.contract, catalogue.providers.values());
  meet(await known());
  let closing: Promise<void> | undefined;
  const opened = (): void => {
    if (closing === undefined) return;
    throw new RingbackError('provider.closed', {
      detail: 'Could not use the nock provider: it is closed. Make another one with nockProvider().',
    });
  };
  const provider: NockProvider<Callbacks> = {
    // A bundled provider has one under its name.
    scopes: scopes as NockProvider['scopes'],
    playNext(scenario, given = {}, ...extra: readonly unknown[]) {
      checkNoMore('playNext(scenario, options)', extra);
      opened();
      checkOptions('playNext', given, ['match', 'times']);
      const { match = null, times = 1 } = given;
      queueOrder({ scenario, match, times }, space, catalogue);
    },
    async advance(duration, ...extra: readonly unknown[]) {
      checkNoMore('advance(duration)', extra);
      opened();
      return moveRecord(await space.advance(parseDuration(duration)));
    },
    async settle(...extra: readonly unknown[]) {
      checkNoMore('settle()', extra);
      opened();
      return settled(moveRecord(await space.settle()));
    },
    async runs(filter = {}, ...extra: readonly unknown[]) {
      checkNoMore('runs(filter)', extra);
      opened();
      const given = { filter, names: runFilters, states: ['playing', 'finished'], known };
      const runs = await listed('runs', given, await space.store.runs.list(), fitsRun);
      const details = runs.map(async (run) =>
        runDetailView(run, await space.store.deliveries.getMany(run.deliveryIds)),
      );
      return (await Promise.all(details)) as unknown as RunRecord[];
    },
    async deliveries(filter = {}, ...extra: readonly unknown[]) {
      checkNoMore('deliveries(filter)', extra);
      opened();
      const states = ['pending', 'delivered', 'failed', 'dropped'];
      const given = { filter, names: deliveryFilters, states, known };
      const deliveries = await listed('deliveries', given, await space.store.deliveries.list(), fitsDelivery);
      return deliveries.map((delivery) => deliveryView(delivery)) as unknown as never[];
    },
    requests(...extra: readonly unknown[]) {
      checkNoMore('requests()', extra);
      opened();
      return [...sent];
    },
    async done(...extra: readonly unknown[]) {
      checkNoMore('done()', extra);
      opened();
      const waiting = space.scenarios.queue().map(({ scenario }) => scenario);
      const pending = await space.pending();
      if (waiting.length === 0 && pending === 0) return;
      const orders = waiting.length === 0 ? '' : ` No submission took ${waiting.join(', ')}.`;
      const steps =
        pending === 0 ? '' : ` Steps and attempts still to come: ${pending}; settle() plays them.`;
      throw new RingbackError('wait.timeout', {
        details: { awaited: 'the end of what is under way', timeoutMs: null },
        detail: `The nock provider is not done.${orders}${steps}`,
      });
    },
    async close(...extra: readonly unknown[]) {
      checkNoMore('close()', extra);
      closing ??= (async () => {
        for (const interceptor of interceptors) nock.removeInterceptor(interceptor);
        await close();
      })();
      await closing;
    },
    [Symbol.asyncDispose]: () => provider.close(),
  };
  return provider;
}

/** Patterns for the paths of a provider's operations, by method. */
function pathsByMethod(contract: Contract, provider: string): ReadonlyMap<string, readonly RegExp[]> {
  const own = contract.operations.filter((operation) => operation.provider === provider);
  const byMethod = Map.groupBy(own, ({ method }) => method);
  return new Map([...byMethod].map(([method, operations]) => [method, operations.map(pathPattern)]));
}

function pathPattern({ path }: Operation): RegExp {
  const [plain = ''] = path.split('?');
  const parts = plain.split(/\{[^{}]*\}/).map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** Where the paths of a provider are. */
interface Mount {
  /** Of the scope. */
  readonly name: string;
  readonly provider: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** What the paths of its operations begin with. */
  readonly path: string;
}

function mountsOf(
  { contract, providers, locate }: Catalogue,
  given: NockProviderOptions['baseUrls'],
): readonly Mount[] {
  // Only contracts that are not ours can locate their notes.
  if (locate === undefined) {
    checkOptions('nockProvider', given, Object.keys(realBaseUrls));
    const urls = { ...realBaseUrls, ...(given as typeof realBaseUrls) };
    return [...providers.keys()].map((name) => {
      const url = readBaseUrl(`baseUrls.${name}`, urls[name as ProviderName]);
      return { name, provider: name, baseUrl: url, path: `/${name}` };
    });
  }
  const [provider = ''] = providers.keys();
  const urls = given === undefined ? absoluteServers(contract.document) : [readBaseUrl('baseUrls', given)];
  if (urls.length === 0) {
    throw new RingbackError('option.invalid', {
      details: { option: 'baseUrls', given: null },
      detail:
        'Could not call nockProvider: the contract has no absolute URL under "servers". Give the one of your client as baseUrls, e.g. https://api.example.com.',
    });
  }
  return urls.map((baseUrl) => ({ name: baseUrl, provider, baseUrl, path: '' }));
}

function readBaseUrl(option: string, given: unknown): string {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '')
    return String(given).replace(/\/+$/, '');
  throw new RingbackError('option.invalid', {
    details: { option, given },
    detail: `Could not call nockProvider. Got ${JSON.stringify(given)} for ${option}, expected an absolute http or https URL without a query, e.g. https://api.example.com.`,
  });
}

function realUrls(): Readonly<Record<ProviderName, string>> {
  const urls = [...bundledProviders.values()].map(({ name, realUrl = '' }) => [name, realUrl]);
  return Object.fromEntries(urls) as Record<ProviderName, string>;
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

function moveRecord(move: MoveReport): MoveRecord {
  const deliveries = move.deliveries.map((delivery) => deliveryView(delivery));
  return { ...moveView(move), deliveries } as unknown as MoveRecord;
}
