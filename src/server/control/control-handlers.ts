import { parseDuration } from '../../core/duration.ts';
import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import type { MemoryBudget } from '../../core/engine/memory-budget.ts';
import { isOver, type Run } from '../../core/engine/runs/run.ts';
import type { Space } from '../../core/engine/space.ts';
import { isoTime } from '../../core/engine/time/clock.ts';
import { RingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { OperationAnswer } from '../../core/provider/provider.ts';
import { clipped, quoted } from '../../core/quoted.ts';
import type { ScenarioWorld } from '../../core/scenario/check-references.ts';
import { suggest } from '../../core/suggest.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { dataHandlers } from '../data/data-handlers.ts';
import { inTurns } from '../http/in-turns.ts';
import { JsonItems, type JsonPieces } from '../http/json-pieces.ts';
import type { SpaceRegistry } from '../space-registry.ts';
import { uiHandlers } from '../ui/ui-handlers.ts';
import { type ContractParts, contractHandlers } from './contract-handlers.ts';
import type { ControlAnswer, ControlHandler, ControlHandlers, ControlRequest } from './control-handler.ts';
import type { EventLog } from './event-log.ts';
import { streamEvents } from './event-stream.ts';
import type { Inboxes } from './inbox.ts';
import { inboxScriptView, readInboxScript } from './inbox-script.ts';
import { indexHandlers } from './index-handlers.ts';
import { fitsDelivery, fitsRun } from './list-filters.ts';
import { bodyLimitOf, itemsOf, pageOf, viewsOf } from './lists.ts';
import { isSecretName, masked } from './mask.ts';
import type { Metrics } from './metrics.ts';
import { metricsMediaType } from './metrics-text.ts';
import { nextHandlers } from './next-handlers.ts';
import { scenarioHandlers } from './scenario-handlers.ts';
import { settingsView } from './scenario-views.ts';
import { spaceView } from './space-view.ts';
import {
  branchView,
  deliveryView,
  inboxRequestView,
  listedDelivery,
  moveView,
  runFaultsView,
  runView,
} from './views.ts';
import { waitForItems } from './wait-for-items.ts';

export interface ControlParts extends Omit<ContractParts, 'contract'> {
  /** Ringback's own version. */
  readonly version: string;
  readonly inboxes: Inboxes;
  /** What scripts may refer to. */
  readonly world: ScenarioWorld;
  readonly spaces: Pick<SpaceRegistry, 'usage' | 'limit' | 'evicted'>;
  /** The memory of all spaces together. */
  readonly memory: Pick<MemoryBudget, 'bytes' | 'limit'>;
  readonly blobs: Pick<BlobStore, 'bytes' | 'evicted' | 'of'>;
  readonly metrics: Metrics;
  /** How many attempts are in flight, or wait for a connection. */
  readonly underWay: () => number;
  /** The last events of a space. */
  readonly eventsOf: (space: Space) => EventLog;
}

/** What the control API does for each operation of `openapi.control.yaml`, by `operationId`. */
export function controlHandlers(parts: ControlParts): ControlHandlers {
  const { version, inboxes, world, providers, eventsOf } = parts;
  const receive = keeping((request, space) => inboxes.receive(pathOf(request, 'name'), request, space));
  const handlers: ControlHandlers = {
    getHealth: async () => ok({ status: 'ok', version }),
    listRuns: (request, space) => listRuns(request, space, eventsOf(space)),
    getRun,
    listDeliveries: (request, space) => listDeliveries(request, space, eventsOf(space)),
    getDelivery,
    redeliver: async (request, space) => created(deliveryView(await space.redeliver(pathOf(request, 'id')))),
    fireCallback,
    getClock: async (_, space) =>
      ok({ kind: space.clock.kind, now: isoTime(space.clock.now()), pending: await space.pending() }),
    moveClock,
    getSettings: async (_, space) => ok({ settings: settingsView(space.settings) }),
    changeSettings,
    resetSpace: async (_, space) => {
      await space.reset();
      return { status: 204 };
    },
    getInbox: async (request, space) => {
      const name = pathOf(request, 'name');
      const wait = await waitForItems(request, space, {
        events: eventsOf(space),
        all: async () => (await inboxes.read(name, space)).requests,
        counts: ({ inbox }) => inbox === name,
        listen: (listener) => inboxes.listen(space, listener),
      });
      const { requests, evicted } = await inboxes.read(name, space);
      const { ids, total } = pageOf(requests, () => true, request);
      const bodyLimit = bodyLimitOf(request);
      return pieces({
        requests: viewsOf(space.store.inbox, ids, (received) => inboxRequestView(received, bodyLimit)),
        total,
        evicted,
        ...wait,
      });
    },
    getInboxRequest,
    scriptInbox: async (request, space) => {
      const script = readInboxScript(bodyOf(request));
      inboxes.script(pathOf(request, 'name'), space, script);
      return ok(inboxScriptView(script));
    },
    listSpaces: () => listSpaces(parts),
    getMetrics: async () => ({
      status: 200,
      text: { content: await parts.metrics.text(parts), mediaType: metricsMediaType },
    }),
    streamEvents: async (request, space) =>
      streamEvents(request, eventsOf(space), space.settings['limits.eventStreams']),
    ...scenarioHandlers({ ...world, providers }),
    ...nextHandlers({ ...world, providers }),
    ...contractHandlers({ ...parts, contract: world.contract }),
    ...indexHandlers({ version, contract: world.contract, providers }),
    ...uiHandlers(),
  };
  const strict = Object.entries(handlers).map(
    ([id, handler]) =>
      [id, refusingUnknownQuery(keepingOperations.has(id) ? keeping(handler) : handler)] as const,
  );
  return {
    ...Object.fromEntries(strict),
    receiveInbox: receive,
    receiveInboxGet: receive,
    receiveInboxPut: receive,
    receiveInboxPatch: receive,
    receiveInboxDelete: receive,
    receiveInboxOptions: receive,
    ...dataHandlers(providers),
  };
}

/** Makes room before an operation that stores something. */
function keeping(handler: ControlHandler): ControlHandler {
  return async (request, space) => {
    await space.makeRoom();
    return handler(request, space);
  };
}

/** The operations that store something, apart from the inboxes. */
const keepingOperations: ReadonlySet<string> = new Set([
  'redeliver',
  'fireCallback',
  'queueNext',
  'putScenario',
  'putScenarioOfProvider',
  'scriptInbox',
]);

/** Rejects unknown query parameters: a misspelled filter would list everything. An inbox accepts any query. */
function refusingUnknownQuery(handler: ControlHandler): ControlHandler {
  return async (request, space) => {
    const known = request.operation.parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name }) => name);
    const given = new URLSearchParams(request.url.split('?').slice(1).join('?'));
    const violations = [...new Set(given.keys())]
      .filter((name) => !known.includes(name))
      .map((name) => ({
        location: `query/${name}`,
        code: 'query.unknown',
        message: `is not a parameter of ${request.operation.id}.${suggest(name, known)}`,
      }));
    if (violations.length === 0) return handler(request, space);
    const names = violations.map(({ location, message }) => `${location} ${message}`).join(' ');
    throw new RingbackError('request.invalid', {
      detail: `Could not accept the request: ${names}`,
      violations,
    });
  };
}

async function listSpaces(parts: ControlParts): Promise<ControlAnswer> {
  const { spaces, blobs, memory, eventsOf, inboxes } = parts;
  const usage = spaces.usage();
  const { limit, evicted } = spaces;
  // All views are made before the first is sent: otherwise, a slow client would keep evicted spaces in memory.
  const views = await inTurns(usage, (one) =>
    spaceView(one, {
      eventReaders: eventsOf(one.space).readers,
      evictedInboxRequests: inboxes.evicted(one.space),
      uploads: blobs.of(one.space.name),
    }),
  );
  return pieces({
    spaces: new JsonItems(views),
    total: usage.length,
    limit,
    evicted,
    memory: { bytes: memory.bytes, limit: memory.limit },
    uploadBytes: blobs.bytes,
  });
}

async function listRuns(request: ControlRequest, space: Space, events: EventLog): Promise<ControlAnswer> {
  const fits = (run: Run): boolean => fitsRun(run, request.query);
  const wait = await waitForItems(request, space, {
    events,
    all: () => space.store.runs.list(),
    counts: (run) => isOver(run) && fits(run),
    itemOf: (event) => (event.kind === 'run.finished' ? (event.run ?? null) : null),
  });
  const { runs } = space.store;
  const all = await runs.list();
  const detail = request.query.detail === true;
  const room = { most: mostDeliveries, sizeOf: (run: Run) => run.deliveryIds.length };
  const { ids, total } = pageOf(all, fits, request, detail ? room : undefined);
  return pieces({
    runs: viewsOf(runs, ids, detail ? (run) => runDetail(run, request, space) : runView),
    total,
    evicted: space.evictedRuns,
    ...wait,
  });
}

async function getRun(request: ControlRequest, space: Space): Promise<ControlAnswer> {
  const id = pathOf(request, 'id');
  const run = await space.store.runs.get(id);
  if (run === undefined) throw notFound('run', id, space);
  return pieces(runDetail(run, request, space));
}

/** A run with its timeline and its newest deliveries, with truncated bodies. */
function runDetail(run: Run, request: ControlRequest, space: Space): JsonPieces {
  const bodyLimit = bodyLimitOf(request);
  return {
    ...runView(run),
    timeline: itemsOf(run.branches, branchView),
    deliveries: viewsOf(space.store.deliveries, run.deliveryIds.slice(-mostDeliveries), (delivery) =>
      listedDelivery(delivery, bodyLimit),
    ),
    ...runFaultsView(run),
  };
}

async function listDeliveries(
  request: ControlRequest,
  space: Space,
  events: EventLog,
): Promise<ControlAnswer> {
  const fits = (delivery: Delivery): boolean => fitsDelivery(delivery, request.query);
  const wait = await waitForItems(request, space, {
    events,
    all: () => space.store.deliveries.list(),
    counts: (delivery) => delivery.state !== 'pending' && fits(delivery),
    itemOf: (event) => ('delivery' in event ? event.delivery : null),
  });
  const { deliveries } = space.store;
  const { ids, total } = pageOf(await deliveries.list(), fits, request);
  const bodyLimit = bodyLimitOf(request);
  return pieces({
    deliveries: viewsOf(deliveries, ids, (delivery) => listedDelivery(delivery, bodyLimit)),
    total,
    evicted: space.evictedDeliveries,
    ...wait,
  });
}

async function getDelivery(request: ControlRequest, space: Space): Promise<OperationAnswer> {
  const id = pathOf(request, 'id');
  const delivery = await space.store.deliveries.get(id);
  if (delivery === undefined) throw notFound('delivery', id, space);
  return ok(deliveryView(delivery));
}

async function fireCallback(request: ControlRequest, space: Space): Promise<OperationAnswer> {
  const { callback, to, method, headers, payload } = bodyOf(request);
  const delivery = await space.fire({
    callback: String(callback),
    to: String(to),
    ...(method !== undefined && { method: String(method) }),
    ...(isJsonObject(headers) && { headers: headers as Record<string, string> }),
    ...(payload !== undefined && { payload }),
  });
  return created(deliveryView(delivery));
}

async function moveClock(request: ControlRequest, space: Space): Promise<ControlAnswer> {
  const { advance, settle } = bodyOf(request);
  if ((advance === undefined) === (settle === undefined)) {
    const message = `must have exactly one of advance and settle; got ${advance === undefined ? 'none' : 'both'}`;
    throw new RingbackError('request.invalid', {
      detail: `Could not move the clock: the body ${message}. Send {"advance":"5m"} or {"settle":true}.`,
      violations: [{ location: 'body', code: 'oneOf', message }],
    });
  }
  const report =
    advance === undefined
      ? await space.settle(request.signal)
      : await space.advance(parseDuration(advance), request.signal);
  const bodyLimit = bodyLimitOf(request);
  const ids = report.deliveries.map(({ id }) => id);
  const truncated = ids.length > mostDeliveries;
  return pieces({
    ...moveView(report),
    truncated,
    deliveries: viewsOf(space.store.deliveries, ids.slice(0, mostDeliveries), (delivery) =>
      listedDelivery(delivery, bodyLimit),
    ),
    ...(truncated && { moreIds: ids.slice(mostDeliveries, mostDeliveries + mostIds) }),
  });
}

async function changeSettings(request: ControlRequest, space: Space): Promise<OperationAnswer> {
  const input = bodyOf(request);
  for (const [name, value] of Object.entries(input)) {
    if (isSecretName(name) && isMasked(value)) {
      throw new RingbackError('setting.invalid', {
        details: { name, expected: 'the secret itself' },
        detail: `Could not set ${quoted(name)}. Got the mask ${masked} that GET settings shows in place of secrets, expected the secret itself. Omit the setting to keep it.`,
        violations: [{ location: `body/${name}`, code: 'setting.masked', message: 'is a mask, not a value' }],
      });
    }
  }
  await space.memory.relieve();
  space.configure(input);
  return ok({ settings: settingsView(space.settings) });
}

function isMasked(value: JsonValue): boolean {
  return value === masked || (Array.isArray(value) && value.includes(masked));
}

/** The maximum number of deliveries shown with a run or a move of the clock. */
const mostDeliveries = 1_000;

/** The maximum number of ids of further deliveries shown with a move of the clock. */
const mostIds = 100_000;

async function getInboxRequest(request: ControlRequest, space: Space): Promise<OperationAnswer> {
  const id = pathOf(request, 'id');
  const inbox = pathOf(request, 'name');
  const received = await space.store.inbox.get(id);
  if (received?.inbox !== inbox) throw notFound('request', id, space, ` in the inbox "${inbox}" with the id`);
  return ok(inboxRequestView(received));
}

function notFound(kind: string, id: string, space: Space, where = ''): RingbackError {
  return new RingbackError('resource.not-found', {
    details: { kind, id: clipped(id) },
    detail: `There is no ${kind}${where} ${quoted(id)} in the space "${space.name}".`,
  });
}

function pathOf(request: ControlRequest, name: string): string {
  return request.path[name] ?? '';
}

/** The contract guarantees that the body is an object. */
function bodyOf(request: ControlRequest): JsonObject {
  return isJsonObject(request.body) ? request.body : {};
}

function ok(body: JsonValue): OperationAnswer {
  return { status: 200, body };
}

function pieces(body: JsonPieces): ControlAnswer {
  return { status: 200, pieces: body };
}

function created(body: JsonValue): OperationAnswer {
  return { status: 201, body };
}
