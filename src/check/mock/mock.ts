import { randomUUID } from 'node:crypto';
import type { Configuration } from '../../config/configuration.ts';
import type { Contract } from '../../core/contract/contract.ts';
import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { isOver, type Run } from '../../core/engine/runs/run.ts';
import type { FireOrder, Space, SpaceEvent } from '../../core/engine/space.ts';
import { rehearsalClient } from '../../core/explain/rehearsal-client.ts';
import { spaceTransport } from '../../core/explain/space-transport.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import type { RehearsedRequest } from '../../core/provider/rehearsal.ts';
import type { ScenarioWorld } from '../../core/scenario/check-references.ts';
import { readScriptObject } from '../../core/scenario/read-scripts.ts';
import { fullName } from '../../core/scenario/scenario.ts';
import { scenarioEngineOf } from '../../loading/scenario-files.ts';
import { bundledProviders } from '../../providers/bundled.ts';
import { isLoopbackHost } from '../../server/http/guard.ts';
import type { RequestLogEntry, StartLog } from '../../server/server-log.ts';
import { type RunningServer, startServer } from '../../server/start-server.ts';
import type { Script } from '../outcomes/outcome.ts';
import { pause } from '../team/team.ts';
import { startUnasked } from './start-unasked.ts';

/** A run, as the mock has seen it so far. */
export interface WatchedRun {
  /** Full name of the scenario. */
  readonly scenario: string;
  run: Run;
  /** Whether a script has changed the response to a request about it. */
  isFaulted: boolean;
  /** By id, in the order of creation. */
  readonly deliveries: Map<string, Delivery>;
}

export interface MockOptions {
  readonly configuration: Configuration | null;
  readonly contract: string | null;
  readonly name: string | null;
  readonly allowRemoteRefs: boolean;
  readonly port: number;
  readonly host: string;
  readonly space: string;
  readonly seed: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly allowCallbacksTo: readonly string[];
  readonly insecureCallbacks: boolean;
  readonly signal: AbortSignal;
}

/** A configuration without what a check decides: it plays in real time. */
function forCheck(config: Configuration): Configuration {
  const { clock, now, speed, log, ...options } = config.options;
  return { ...config, options };
}

/** A request of the consumer to the provider's API. */
export interface ApiCall extends RequestLogEntry {
  /** When its response ended, in milliseconds since 1970. */
  readonly endedAt: number;
}

/** The mock of one check: a server on its fixed address, of which the check uses one space. It is never reset. */
export class Mock {
  readonly #signal: AbortSignal;
  readonly #runs = new Map<string, WatchedRun>();
  readonly #listeners = new Set<() => void>();
  readonly #calls: ApiCall[] = [];
  #server!: RunningServer;
  #space!: Space;
  /** One object for all scripts: their schemas are compiled once for it. */
  #world!: ScenarioWorld;
  #scripts = 0;

  private constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @throws {RingbackError} as `startServer` does */
  static async start(options: MockOptions): Promise<Mock> {
    const mock = new Mock(options.signal);
    const log: StartLog = {
      request: (entry) => mock.#hearRequest(entry),
      failure: () => undefined,
      event: (event, space) => {
        if (space === options.space) mock.#hear(event);
      },
    };
    mock.#server = await startServer({
      configuration: options.configuration === null ? null : forCheck(options.configuration),
      ...(options.contract !== null && { contract: options.contract }),
      ...(options.name !== null && { name: options.name }),
      allowRemoteRefs: options.allowRemoteRefs,
      // Beyond loopback, a server needs one. The check itself uses no control API.
      ...(!isLoopbackHost(options.host) && { controlToken: randomUUID() }),
      port: options.port,
      host: options.host,
      seed: options.seed,
      settings: options.settings as never,
      allowCallbacksTo: options.allowCallbacksTo,
      insecureCallbacks: options.insecureCallbacks,
      maxAttempts: 1_000,
      maxAttemptsPerOrigin: 1_000,
      log,
    });
    mock.#space = mock.#server.spaces.get(options.space);
    const { contract, providers } = mock;
    const isBundled = providers.every((each) => bundledProviders.get(each.name) === each);
    mock.#world = {
      contract,
      providers: isBundled ? bundledProviders : new Map(providers.map((each) => [each.name, each])),
    };
    return mock;
  }

  get space(): Space {
    return this.#space;
  }

  get contract(): Contract {
    return this.#server.contract;
  }

  get providers(): readonly Provider[] {
    return [...this.#server.providers, ...this.#server.callers];
  }

  get port(): number {
    return this.#server.port;
  }

  /** Base URL of a provider's API, as a consumer calls it. */
  urlOf(provider: Provider): string {
    const { name } = this.#space;
    const base = name === 'default' ? this.#server.url : `${this.#server.url}/@${name}`;
    return this.contract.basePaths.length > 0 || provider.handle !== undefined
      ? base
      : `${base}/${provider.name}`;
  }

  /** Adds a script of the provider, under a name of its own. Returns its full name. */
  addScript(provider: Provider, script: Script): string {
    this.#scripts++;
    const scenario = readScriptObject(
      { name: `check-${this.#scripts}`, provider: provider.name, ...script },
      { ...this.#world, settings: this.#space.settings, source: 'check' },
      scenarioEngineOf(this.#world),
    );
    this.#space.scenarios.put([scenario]);
    return fullName(scenario);
  }

  /** Removes a script. Its runs go on. */
  removeScript(name: string): void {
    this.#space.scenarios.delete(name);
  }

  /** From now on, the API responds to requests about a run as a script says, too. */
  async respondTo(provider: Provider, runId: string, script: Pick<Script, 'respond'>): Promise<void> {
    const name = this.addScript(provider, script);
    const { plan } = this.#space.scenarios.get(name);
    this.removeScript(name);
    await this.#space.store.runs.update(runId, (run) => ({
      ...run,
      respondingPlans: [...run.respondingPlans, plan],
    }));
  }

  /** Queues a script for the next submission. */
  queue(scenario: string): void {
    this.#space.scenarios.clearQueue();
    this.#space.scenarios.queueNext({ scenario, match: null, times: 1 });
  }

  /** Empties the queue. */
  clearQueue(): void {
    this.#space.scenarios.clearQueue();
  }

  /** Submits as a typical client of the provider does, with this callback URL. Without operations, the run just starts. */
  async submit(
    provider: Provider,
    scenario: string,
    target: {
      readonly url: string;
      readonly method: 'GET' | 'POST' | null;
      readonly headers: Readonly<Record<string, string>>;
    },
  ): Promise<void> {
    const { plan } = this.#space.scenarios.get(scenario);
    const { contract } = this;
    if (contract.operations.length === 0) return startUnasked(this.#space, { contract, provider, plan });
    await provider.rehearse(rehearsalClient(this.#transport(provider)), {
      // The client is not to read what the consumer reads.
      plan: { ...plan, respond: [] },
      callbackUrl: target.url,
      method: target.method,
      callbackHeaders: target.headers,
      files: 1,
      settings: this.#space.settings,
    });
  }

  /** Sends one request to the provider as a client does. */
  async call(provider: Provider, request: RehearsedRequest): Promise<JsonObject | null> {
    return rehearsalClient(this.#transport(provider)).call(request);
  }

  #transport(provider: Provider): ReturnType<typeof spaceTransport> {
    return spaceTransport({
      space: this.#space,
      contract: this.contract,
      provider,
      baseUrl: this.urlOf(provider),
      idle: async () => undefined,
    });
  }

  /** Sends one callback without a submission. */
  fire(order: FireOrder): Promise<Delivery> {
    return this.#space.fire(order);
  }

  /** Sends a delivery that has ended once more. */
  redeliver(id: string): Promise<Delivery> {
    return this.#space.redeliver(id);
  }

  /** The runs that play a script. */
  runsOf(scenario: string): WatchedRun[] {
    return [...this.#runs.values()].filter((each) => each.scenario === scenario);
  }

  run(id: string): WatchedRun | undefined {
    return this.#runs.get(id);
  }

  /** Whether everything that the run has started is over. */
  async isOver(id: string): Promise<boolean> {
    const run = await this.#space.store.runs.get(id);
    return run === undefined || isOver(run);
  }

  /** What the provider's API shows of a run's resource, or null. */
  async viewOf(provider: Provider, run: Run): Promise<JsonObject | null> {
    const resource = await this.#space.store.resources.get(run.resourceId);
    if (resource === undefined || provider.viewResource === undefined) return null;
    const exchange = this.#space.openExchange('check');
    const shown = await provider.viewResource(resource, exchange);
    await exchange.abandon();
    return shown?.view ?? null;
  }

  /** The requests of the consumer whose URL contains an id, in the order of their ends. */
  callsAbout(id: string): readonly ApiCall[] {
    const written = encodeURIComponent(id);
    return this.#calls.filter(({ url }) => url.includes(written));
  }

  /** Every request of the consumer so far. */
  get calls(): readonly ApiCall[] {
    return this.#calls;
  }

  /** Waits until a condition holds, which is tested after every event. Returns whether it did in time. */
  async until(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      let wake: () => void = () => undefined;
      const changed = new Promise<void>((resolve) => (wake = resolve));
      this.#listeners.add(wake);
      try {
        if (await condition()) return true;
        const left = deadline - Date.now();
        if (left <= 0 || this.#signal.aborted) return false;
        const stop = new AbortController();
        const abort = (): void => stop.abort();
        this.#signal.addEventListener('abort', abort);
        await Promise.race([changed, pause(Math.min(left, 1_000), stop.signal)]);
        stop.abort();
        this.#signal.removeEventListener('abort', abort);
      } finally {
        this.#listeners.delete(wake);
      }
    }
  }

  async close(): Promise<void> {
    await this.#server.close({ graceMs: 500 });
  }

  #hear(event: SpaceEvent): void {
    if (event.kind === 'run.created')
      this.#runs.set(event.runId, {
        scenario: event.run.scenario,
        run: event.run,
        isFaulted: false,
        deliveries: new Map(),
      });
    if (event.kind === 'request.faulted') {
      const watched = this.#runs.get(event.runId ?? '');
      if (watched !== undefined) watched.isFaulted = true;
    }
    if ('delivery' in event && event.delivery.callback.runId !== null)
      this.#runs.get(event.delivery.callback.runId)?.deliveries.set(event.delivery.id, event.delivery);
    this.#wake();
  }

  #hearRequest(entry: RequestLogEntry): void {
    this.#calls.push({ ...entry, endedAt: Date.now() });
    this.#wake();
  }

  #wake(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
