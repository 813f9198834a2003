import { randomInt } from 'node:crypto';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { findConfig } from '../config/find-config.ts';
import { openConfigured } from '../config/open-configured.ts';
import type { Contract } from '../core/contract/contract.ts';
import { formatDuration } from '../core/duration.ts';
import { createSpace } from '../core/engine/create-space.ts';
import { MemoryBudget } from '../core/engine/memory-budget.ts';
import type { Space, SpaceEvent } from '../core/engine/space.ts';
import { realTime, type Time, virtualTime } from '../core/engine/time/time.ts';
import { RingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import { defaultSettings, type Settings, withSettings } from '../core/settings.ts';
import { unbracket } from '../core/unbracket.ts';
import { BlobStore } from '../files/blob-store.ts';
import { loadBundledContract } from '../loading/contract-files.ts';
import { version } from '../loading/version.ts';
import { wholeDocument } from '../loading/whole-document.ts';
import { type ServerOptionValues, withDefaults } from '../options/server-options.ts';
import { guarded } from '../platform/guarded.ts';
import { defaultMemoryBytes } from '../platform/machine-memory.ts';
import { machineNow, machinePace, machineTimers, steadyNow } from '../platform/machine-time.ts';
import { createAddressPolicy } from '../sender/address-policy.ts';
import { createSigner } from '../signing/create-signer.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { controlHandlers } from './control/control-handlers.ts';
import { EventLog } from './control/event-log.ts';
import { createInboxes } from './control/inbox.ts';
import { Metrics } from './control/metrics.ts';
import { checkAnswer, defectOf, report } from './defects.ts';
import { readOrigins } from './http/allowed-callers.ts';
import { limitsOf } from './http/connection-limits.ts';
import { createGuard, isLoopbackHost } from './http/guard.ts';
import { createHttpServer } from './http/http-server.ts';
import { defaultSpace } from './http/request-target.ts';
import { selfSignedCertificate } from './http/self-signed-certificate.ts';
import { memoryText } from './memory-text.ts';
import { openTracer } from './open-tracer.ts';
import { openScenarioSource, type ScenarioChanges } from './scenario-source.ts';
import { senderOnDemand } from './sender-on-demand.ts';
import { guardedLog, type StartLog } from './server-log.ts';
import { createSpaceRegistry, type Eviction, type SpaceRegistry } from './space-registry.ts';
import {
  nowIsReal,
  readPublicUrl,
  readToken,
  type StartServerOptions,
  tokenRequired,
} from './start-server-options.ts';

/** A running server. */
export interface RunningServer {
  /** The URL for consumers, without a trailing slash: the public URL, or the address it listens on. */
  readonly url: string;
  /** The URL of the address it listens on. */
  readonly localUrl: string;
  readonly port: number;
  readonly version: string;
  readonly seed: number;
  readonly contract: Contract;
  /** Those with operations in the contract. */
  readonly providers: readonly Provider[];
  /** Those without operations that call back: of a contract with webhooks only. */
  readonly callers: readonly Provider[];
  readonly spaces: SpaceRegistry;
  /**
   * Reads all scenario files again and updates every space. Scenarios that were added to a single space stay, and runs
   * in progress keep their plan.
   * @throws {RingbackError} `scenario.invalid`, in which case nothing changes
   */
  reloadScenarios(): Promise<ScenarioChanges>;
  /** Checks what a contract of another provider makes the server send. See `Catalogue.check`. */
  readonly checkContract?: () => Generator<void, void>;
  /** The self-signed certificate as PEM, for clients to trust. Null without TLS. */
  readonly certificate: string | null;
  /**
   * Responds 500 to the request whose handling threw an uncaught error. Call it where the error arrives.
   * @returns the request and its operation, for the log. Empty without `tracesRequests`, or if no request caused the
   *   error
   */
  breakOff(): readonly string[];
  /**
   * Accepts no more requests, finishes those in flight and releases all resources.
   * @param options.graceMs the maximum duration of that. Default 10 s
   * @returns what remained unfinished
   */
  close(options?: { readonly graceMs?: number }): Promise<Unfinished>;
}

/** The work that was unfinished when the server closed. */
export interface Unfinished {
  /** The number of scheduled steps and attempts that were not due yet. */
  readonly unplayed: number;
  /** The number of callbacks in flight, without a complete response. */
  readonly sending: number;
  /** The number of due callbacks that waited for a connection. */
  readonly waiting: number;
}

/** The delay after the start until the HTTP client is loaded, unless a callback has loaded it, in milliseconds. */
const prepareMs = 250;
/** The interval between searches for idle spaces, in milliseconds. */
const sweepMs = 10_000;

/**
 * Starts the mock provider. This is the only place that assembles the parts of a server.
 * @throws {RingbackError} `option.invalid`, `setting.*`, `config.invalid`, `contract.invalid`, `scenario.invalid`, `address.unusable`
 */
export async function startServer(options: StartServerOptions = {}): Promise<RunningServer> {
  const { configuration: config = await findConfig({ ...options, inCurrentFolder: false }) } = options;
  const values = withDefaults(options, config?.options);
  const { port, tls, container } = values;
  const host = values.host ?? (container ? '0.0.0.0' : '127.0.0.1');
  const controlToken = values.controlToken === null ? null : readToken(values.controlToken);
  const log = guardedLog(options.log ?? failuresOnly, (error) =>
    report({ message: 'Could not write the log.', error }),
  );
  if (!isLoopbackHost(host) && controlToken === null) throw tokenRequired(host, container);
  const publicUrl = values.publicUrl === null ? null : readPublicUrl(values.publicUrl);
  if (values.now !== null && values.clock !== 'virtual') throw nowIsReal(values.now);
  const configured = await openConfigured(config, options);
  const { contract, providers, locate, check } = configured.catalogue;
  const settings = withSettings(defaultSettings(providers), {
    ...configured.settings,
    ...(values.webhooksTo !== null && { 'webhooks.to': values.webhooksTo }),
    ...values.settings,
  });
  const allow = createAddressPolicy(values.allowCallbacksTo);
  const seed = values.seed ?? randomInt(2 ** 32);
  const memoryBytes = values.memoryBytes ?? defaultMemoryBytes();

  const controlContract = await loadBundledContract('openapi.control.yaml');
  const world = { contract, providers };
  const scenarios = await openScenarioSource({ paths: values.scenarios, ...world, settings });

  const names = [host, ...(publicUrl === null ? [] : [publicUrl.hostname]), ...values.allowHosts];
  const guard = createGuard({
    token: controlToken,
    container,
    hosts: names,
    providerHosts: [
      ...contract.serverHosts,
      ...[...providers.values()].flatMap(({ realUrl }) =>
        realUrl === undefined ? [] : [new URL(realUrl).hostname],
      ),
    ],
    origins: readOrigins(values.allowOrigins),
    publicOrigin: publicUrl?.origin ?? null,
  });
  const certificate = tls
    ? selfSignedCertificate(['localhost', '127.0.0.1', '::1', ...names.map(unbracket)])
    : null;
  const sender = senderOnDemand({
    allow,
    insecure: values.insecureCallbacks,
    now: steadyNow,
    userAgent: `ringback/${version}`,
    attempts: values.maxAttempts,
    connectionsPerOrigin: values.maxAttemptsPerOrigin,
    // So that the server can call back its own inboxes.
    ...(certificate !== null && { certificate: certificate.cert }),
  });
  const blobs = new BlobStore({
    memoryBytes: values.uploadMemoryBytes,
    maxTotalBytes: values.keptUploadBytes,
    onTrouble(trouble) {
      if (trouble === null) log.info?.('the disk accepts uploads again');
      else log.warn?.(`uploads are refused until this is fixed. ${trouble.message}`);
    },
  });
  const inboxes = createInboxes(contract.callbacks.values());
  const failure = (what: string, error: unknown): void => {
    report({ message: `Could not complete ${what}.`, error });
    log.failure(what, error);
  };
  const deleteBlobs = async (keys: readonly string[], owner?: string): Promise<void> => {
    for (const key of keys) {
      try {
        blobs.delete(key);
      } catch (error) {
        failure('deleting an upload', error);
      }
      const pause = machinePace();
      if (pause !== undefined) await pause;
    }
    if (owner !== undefined) blobs.forget(owner);
  };
  const eventLogs = new WeakMap<Space, EventLog>();
  const eventsOf = (space: Space): EventLog => {
    const events = eventLogs.get(space);
    if (events === undefined) throw new TypeError(`the space ${space.name} is not one of this server`);
    return events;
  };
  const memory = new MemoryBudget({
    limit: () => memoryBytes,
    pace: machinePace,
    onHigh: (use) => log.warn?.(`of all spaces together, ${memoryText(use)}`),
  });
  const metrics = new Metrics(contract);
  const tracer = await openTracer(version, log);
  const signer = createSigner();
  const makeSpace = (name: string): Space => {
    const spans = tracer?.openSpace(name);
    const hear = (event: SpaceEvent): void => {
      const defect = defectOf(event);
      if (defect !== null) report(defect);
      spaces.touch(name);
      if (event.kind === 'space.reset') {
        inboxes.forget(space);
        void deleteBlobs(spaces.disown(name), name);
      }
      if (event.kind === 'run.evicted') void deleteBlobs(spaces.disown(name, event.runId));
      metrics.event(event);
      spans?.event(event);
      events.add(event);
      log.event?.(event, name);
    };
    // The space continues even if an event cannot be recorded.
    const listener = guarded(hear, (error) => failure('recording an event', error));
    const own = new MemoryBudget({
      limit: () => spaceMemoryBytes(space.settings, memoryBytes),
      whole: memory,
      pace: machinePace,
      onHigh: (use) => listener({ kind: 'memory.high', at: space.clock.now(), ...use }),
    });
    const space = createSpace({
      name,
      seed,
      contract,
      providers,
      time: timeOf(values),
      pace: machinePace,
      createStore: createMemoryStore,
      memory: own,
      sender,
      signer,
      settings,
      scenarios: () => scenarios.current,
      listener,
      ...(spans !== undefined && { tracer: spans }),
    });
    // Microseconds since 1970: always higher than the ids of an earlier log for the same name.
    const events = new EventLog({
      firstId: Math.floor(machineNow() * 1_000),
      limit: () => space.settings['limits.events'],
      memory: own,
    });
    eventLogs.set(space, events);
    return space;
  };
  const spaces: SpaceRegistry = createSpaceRegistry(makeSpace, {
    limit: values.maxSpaces,
    onFailure: failure,
    onEvict(eviction) {
      log.info?.(evictionText(eviction));
      tracer?.closeSpace(eviction.space.name);
      void deleteBlobs(eviction.blobs, eviction.space.name);
    },
  });
  const server = createHttpServer({
    contract,
    controlContract,
    providers,
    spaces,
    blobs,
    controlHandlers: controlHandlers({
      version,
      inboxes,
      world,
      providers,
      ...(locate !== undefined && { locate }),
      spaces,
      memory,
      blobs,
      metrics,
      underWay: () => sender.underWay,
      eventsOf,
      document: wholeDocument(contract, options.contract ?? config?.contract ?? undefined),
    }),
    guard,
    host: unbracket(host),
    port,
    ...(publicUrl !== null && { publicUrl: publicUrl.href.replace(/\/+$/, '') }),
    ...(certificate !== null && { tls: certificate }),
    log: {
      ...log,
      failure,
      request(entry) {
        metrics.request(entry);
        log.request(entry);
      },
    },
    limits: limitsOf(values),
    onAnswer: checkAnswer,
    ...(tracer !== null && { tracer }),
    tracesRequests: options.tracesRequests ?? false,
  });
  // Always exists: clients that may not create spaces use it, and it is never evicted.
  spaces.get(defaultSpace);
  const listening = await server.listen().catch(async (error: unknown) => {
    blobs.close();
    await sender.close();
    throw unusable(host, port, error);
  });
  const sweeping = setInterval(() => {
    spaces.sweep().catch((error: unknown) => failure('looking for idle spaces', error));
  }, sweepMs).unref();
  const served = new Set(contract.operations.map(({ provider }) => provider));
  const calling = new Set([...contract.callbacks.values()].map(({ provider }) => provider));
  // On the real clock, the first callback should be on time. A virtual clock waits for it.
  const preparing = values.clock === 'virtual' ? undefined : setTimeout(sender.prepare, prepareMs).unref();
  return {
    ...listening,
    version,
    seed,
    contract,
    providers: [...providers.values()].filter(({ name }) => served.has(name)),
    callers: [...providers.values()].filter(({ name }) => calling.has(name) && !served.has(name)),
    spaces,
    certificate: certificate?.cert ?? null,
    breakOff: () => server.breakOff(),
    ...(check !== undefined && { checkContract: check }),
    async reloadScenarios() {
      const changes = await scenarios.reload();
      for (const space of spaces.list()) space.scenarios.rebase(scenarios.current);
      return changes;
    },
    async close({ graceMs = 10_000 } = {}) {
      clearInterval(sweeping);
      clearTimeout(preparing);
      const deadline = steadyNow() + graceMs;
      const end = await server.close({ graceMs });
      await sender.close({ graceMs: Math.max(0, deadline - steadyNow()) });
      blobs.close();
      tracer?.close();
      return { ...end, ...sender.cutOff };
    },
  };
}

function timeOf({ clock, now, speed }: ServerOptionValues): Time {
  return clock === 'virtual'
    ? virtualTime(now ?? undefined, machinePace)
    : realTime(machineNow, machineTimers, speed);
}

/** By default, a space may use three quarters of the server's memory. */
function spaceMemoryBytes(settings: Settings, memoryBytes: number): number {
  const own = settings['limits.memoryBytes'];
  return own > 0 ? own : Math.floor(memoryBytes * 0.75);
}

function evictionText({ space, reason, jobs, idleMs }: Eviction): string {
  const unused = formatDuration(Math.round(idleMs / 1_000) * 1_000);
  const lost = jobs === 0 ? '' : `; ${jobs} of its steps and attempts were still pending`;
  const why = reason === 'idle' ? '' : `, and another space needed room${lost}`;
  return `the space "${space.name}" was evicted: it was idle for ${unused}${why}`;
}

const failuresOnly: StartLog = {
  request: () => undefined,
  failure: (what, error) => console.error(what, error),
  event(event, space) {
    const defect = defectOf(event);
    if (defect !== null) console.error(`space ${space}: ${defect.message}`, defect.error ?? '');
    if (event.kind === 'provider.failed') console.error(`space ${space}: ${event.message}`);
  },
};

function unusable(host: string, port: number, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE:
      'another process uses the port. Choose another --port (0 picks a free one), or stop that process',
    EACCES: 'this user may not listen there. Choose a --port above 1023',
    EADDRNOTAVAIL: 'this machine does not have the address. Choose another --host',
    ENOTFOUND: 'the name cannot be resolved. Choose another --host',
  };
  const reason = reasons[code];
  if (reason === undefined) return error;
  return new RingbackError('address.unusable', {
    details: { host, port },
    detail: `Could not listen on ${host} port ${port}: ${reason} (${code}).`,
    cause: error,
  });
}
