import { checkNoMore } from '../core/check-no-more.ts';
import type { Contract, Operation } from '../core/contract/contract.ts';
import { absoluteServers } from '../core/contract/servers.ts';
import { type Duration, parseDuration } from '../core/duration.ts';
import type { MoveReport } from '../core/engine/space.ts';
import { RingbackError } from '../core/errors.ts';
import type { ConsumerAnswer } from '../core/explain/recording-sender.ts';
import { type Catalogue, loadCatalogue } from '../loading/catalogue.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { fitsDelivery, fitsRun } from '../server/control/list-filters.ts';
import { queueOrder } from '../server/control/next-handlers.ts';
import { deliveryView, moveView, runDetailView } from '../server/control/views.ts';
import { type InProcessAnswer, type InProcessRequest, requestInProcess } from '../server/http/in-process.ts';
import type { ProviderName, SettingsInput } from '../types/scenario-input.ts';
import type { AnyCallbacks, CallbackNameIn } from './callback-types.ts';
import { openInterceptedWorld } from './intercepted-world.ts';
import { deliveryFilters, listed, runFilters } from './list-query.ts';
import { meet } from './met-callbacks.ts';
import type { DeliveryFilter, NextOptions, RunFilter } from './mock-provider.ts';
import { checkOptions } from './options.ts';
import type { DeliveryRecord, MoveRecord, RunRecord } from './records.gen.ts';
import { namesOf, type ServerNames } from './server-names.ts';
import { settled } from './settled.ts';

/** Options of `nockProvider` and `mswProvider`. */
export interface InterceptedProviderOptions {
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
 * A mock provider without a server: another library intercepts the requests to it.
 * @typeParam Callbacks as of `startProvider`
 */
export interface InterceptedProvider<Callbacks = AnyCallbacks> extends AsyncDisposable {
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
  /** Ends the provider. The first call counts. */
  close(): Promise<void>;
}

/** @throws {RingbackError} `option.unknown`, with the nearest name */
export function checkInterceptedOptions(call: string, options: InterceptedProviderOptions): void {
  checkOptions(call, options, [
    ...['contract', 'scenarios', 'scenario', 'seed', 'now', 'settings', 'answers', 'baseUrls'],
  ]);
}

/** What a library that intercepts requests needs. */
export interface Interception<Callbacks> {
  readonly mounts: readonly Mount[];
  /** The requests that the provider responds to. */
  readonly routes: readonly Route[];
  /**
   * Responds as the provider.
   * @throws {Error} with the code `ECONNRESET` if a script ends the connection, and `provider.closed`
   */
  respond(mount: Mount, request: InterceptedRequest): Promise<InProcessAnswer>;
  readonly provider: InterceptedProvider<Callbacks>;
}

/** Operations of one method at one base URL. */
export interface Route {
  readonly mount: Mount;
  readonly method: string;
  /** Matches URLs without their query. */
  readonly url: RegExp;
}

/** A request that was intercepted. */
export interface InterceptedRequest extends Omit<InProcessRequest, 'target'> {
  /** Includes the query. */
  readonly path: string;
}

/**
 * @param call the function that the user has called, for errors
 * @param remove removes what intercepts, when the provider is closed
 * @throws {RingbackError} `option.*`; `setting.*`; `contract.invalid`; `scenario.unknown`, `scenario.invalid`
 */
export async function openIntercepted<Callbacks>(
  call: string,
  options: InterceptedProviderOptions,
  remove: () => void,
): Promise<Interception<Callbacks>> {
  const catalogue = await loadCatalogue(options.contract ?? null);
  const mounts = mountsOf(call, catalogue, options.baseUrls);
  const sent: CallbackRequest[] = [];
  const { server, space, close } = await openInterceptedWorld(call, {
    ...options,
    catalogue,
    baseUrls: Object.fromEntries(mounts.map(({ provider, baseUrl }) => [provider, baseUrl]).reverse()),
    onSend: ({ method, url, headers, body }) =>
      sent.push({ method, url, headers, body: body === null ? null : Buffer.from(body).toString() }),
  });
  const known = async (): Promise<ServerNames> => namesOf(catalogue.contract, catalogue.providers.values());
  meet(await known());
  let closing: Promise<void> | undefined;
  const opened = (): void => {
    if (closing === undefined) return;
    throw new RingbackError('provider.closed', {
      detail: `Could not use the provider: it is closed. Make another one with ${call}().`,
    });
  };
  const provider: InterceptedProvider<Callbacks> = {
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
        detail: `The provider is not done.${orders}${steps}`,
      });
    },
    async close(...extra: readonly unknown[]) {
      checkNoMore('close()', extra);
      closing ??= (async () => {
        remove();
        await close();
      })();
      await closing;
    },
    [Symbol.asyncDispose]: () => provider.close(),
  };
  return {
    mounts,
    routes: mounts.flatMap((mount) => routesOf(catalogue.contract, mount)),
    async respond(mount, { path, ...request }) {
      opened();
      const target = `${mount.path}${path.slice(new URL(mount.baseUrl).pathname.replace(/\/$/, '').length)}`;
      return requestInProcess(server, { ...request, target });
    },
    provider,
  };
}

function routesOf(contract: Contract, mount: Mount): readonly Route[] {
  const own = contract.operations.filter(({ provider }) => provider === mount.provider);
  return [...Map.groupBy(own, ({ method }) => method)].map(([method, operations]) => {
    const paths = operations.map((operation) => pathPattern(operation, mount)).join('|');
    const { origin, pathname } = new URL(mount.baseUrl);
    return {
      mount,
      method,
      url: new RegExp(`^${literal(origin + pathname.replace(/\/$/, ''))}(?:${paths})$`),
    };
  });
}

/** The path of an operation below the base URL, as a regular expression. */
function pathPattern({ path }: Operation, mount: Mount): string {
  const [plain = ''] = path.slice(mount.path.length).split('?');
  return plain
    .split(/\{[^{}]*\}/)
    .map(literal)
    .join('[^/]+');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Where the paths of a provider are. */
export interface Mount {
  /** Of the provider; for your own contract, the base URL. */
  readonly name: string;
  readonly provider: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** What the paths of its operations begin with. */
  readonly path: string;
}

function mountsOf(
  call: string,
  { contract, providers, locate }: Catalogue,
  given: InterceptedProviderOptions['baseUrls'],
): readonly Mount[] {
  // Only contracts that are not ours can locate their notes.
  if (locate === undefined) {
    checkOptions(call, given, Object.keys(realBaseUrls));
    const urls = { ...realBaseUrls, ...(given as typeof realBaseUrls) };
    return [...providers.keys()].map((name) => {
      const url = readBaseUrl(call, `baseUrls.${name}`, urls[name as ProviderName]);
      return { name, provider: name, baseUrl: url, path: `/${name}` };
    });
  }
  const [provider = ''] = providers.keys();
  const urls =
    given === undefined ? absoluteServers(contract.document) : [readBaseUrl(call, 'baseUrls', given)];
  if (urls.length === 0) {
    throw new RingbackError('option.invalid', {
      details: { option: 'baseUrls', given: null },
      detail: `Could not call ${call}: the contract has no absolute URL under "servers". Give the one of your client as baseUrls, e.g. https://api.example.com.`,
    });
  }
  return urls.map((baseUrl) => ({ name: baseUrl, provider, baseUrl, path: '' }));
}

function readBaseUrl(call: string, option: string, given: unknown): string {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '')
    return String(given).replace(/\/+$/, '');
  throw new RingbackError('option.invalid', {
    details: { option, given },
    detail: `Could not call ${call}. Got ${JSON.stringify(given)} for ${option}, expected an absolute http or https URL without a query, e.g. https://api.example.com.`,
  });
}

function realUrls(): Readonly<Record<ProviderName, string>> {
  const urls = [...bundledProviders.values()].map(({ name, realUrl = '' }) => [name, realUrl]);
  return Object.fromEntries(urls) as Record<ProviderName, string>;
}

function moveRecord(move: MoveReport): MoveRecord {
  const deliveries = move.deliveries.map((delivery) => deliveryView(delivery));
  return { ...moveView(move), deliveries } as unknown as MoveRecord;
}
