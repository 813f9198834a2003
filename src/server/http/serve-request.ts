import type { IncomingMessage } from 'node:http';
import { ScriptedAnswer } from '../../core/engine/faults/api-faults.ts';
import type { Exchange } from '../../core/engine/space.ts';
import { isRingbackError, RingbackError, type Violation } from '../../core/errors.ts';
import type { OperationAnswer } from '../../core/provider/provider.ts';
import { clipped } from '../../core/quoted.ts';
import type { Settings } from '../../core/settings.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { machineError } from '../../files/machine-error.ts';
import { Intake, numberSetting } from '../body/intake.ts';
import { noBody, readBody } from '../body/read-body.ts';
import { ReceivedControlRequest, ReceivedRequest, textHeaders } from '../body/received-request.ts';
import type { ServerLog } from '../server-log.ts';
import type { ServerTracer } from '../server-tracer.ts';
import type { SpaceRegistry, SpaceVisit } from '../space-registry.ts';
import type { BlobAnswers } from './answer-blob.ts';
import { checkMessage } from './check-message.ts';
import type { Admission, Area, Guard } from './guard.ts';
import { internalProblem, problemMediaType, problemOf } from './problem.ts';
import type { Reply } from './reply.ts';
import { splitTarget, type Target } from './request-target.ts';
import type { RouteMatch, RouteTable } from './route-table.ts';
import { type ControlRoute, isInbox, isPage, type ProviderRoute, type Route } from './routes.ts';

/** What requests are served with. */
export interface ServingParts {
  readonly routes: RouteTable<Route>;
  readonly spaces: SpaceRegistry;
  readonly blobs: BlobStore;
  readonly blobAnswers: BlobAnswers;
  readonly guard: Guard;
  readonly log: ServerLog;
  /** Makes spans of requests. Default: none are made. */
  readonly tracer?: ServerTracer;
  /** What messages call the contract of the providers, e.g. `openapi.yaml`. */
  readonly contractName: string;
  /** Public URLs of the providers, by name. Default: below the server's origin. */
  readonly providerUrls: Readonly<Record<string, string>>;
  /** The server's URL for this request, without a trailing slash. */
  originOf(request: IncomingMessage): string;
  /** Aborts when the server is stopping. */
  readonly stopping: AbortSignal;
}

/** Serves one request from its route to its response. Never rejects: every failure becomes a response. */
export async function serveRequest(parts: ServingParts, reply: Reply): Promise<void> {
  let match: RouteMatch<Route> | null = null;
  let settings: Settings | null = null;
  let isControl = false;
  try {
    checkMessage(reply.request);
    if (reply.request.url === '*') {
      reply.send(serverOptions);
      return;
    }
    const target = splitTarget(reply.request.url ?? '/');
    isControl = target.path.startsWith('/_ringback');
    const found = findRoute(parts, reply, target, isControl);
    match = found.match;
    if (match === null) {
      reply.send({ status: 204 });
      return;
    }
    reply.operation = match.route.operation;
    // Values that are available immediately are not awaited, here and below: each await costs a turn of the promise
    // queue.
    const entered = parts.spaces.enter(target.space, found.admission.mayMakeSpace);
    const visit = entered instanceof Promise ? await entered : entered;
    reply.holdVisit(visit);
    settings = visit.space.settings;
    if (match.route.kind === 'provider')
      await serveProvider(parts, reply, match.route, match.params, target, visit);
    else await serveControl(parts, reply, match.route, match.params, target, visit);
  } catch (error) {
    const contract = isControl ? 'openapi.control.yaml' : parts.contractName;
    // At an inbox, the guard refuses no one. It only decides whether a page may read the response.
    if (match === null) {
      const { method = 'GET', headers } = reply.request;
      reply.allowReading(parts.guard({ area: 'inbox', method, headers }).headers);
    }
    refuse(parts, reply, { route: match?.route ?? null, settings, contract }, error);
  }
}

/** What `OPTIONS *` asks for: what the server as a whole can do (RFC 9110 §9.3.7). */
const serverOptions = { status: 204, headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE' } };

/**
 * Finds the route, and checks that the request may use it.
 * @returns no match for a CORS preflight, to which `reply` responds with its headers
 */
function findRoute(
  parts: ServingParts,
  reply: Reply,
  target: Target,
  isControl: boolean,
): { readonly match: RouteMatch<Route> | null; readonly admission: Admission } {
  const { request } = reply;
  const method = request.method ?? 'GET';
  let match: RouteMatch<Route> | null = null;
  let failure: unknown;
  try {
    match = parts.routes.find(method, target.path, target.query);
  } catch (error) {
    failure = error;
  }
  const area = match === null ? (isControl ? 'control' : 'provider') : areaOf(match.route);
  reply.protect(area);
  const isHealth = match?.route.operation.id === 'getHealth';
  const admission = parts.guard({ area, isHealth, method, headers: request.headers });
  reply.allowReading(admission.headers);
  if (admission.isPreflight) return { match: null, admission };
  if (match === null) throw failure;
  return { match, admission };
}

function areaOf({ kind, operation }: Route): Area {
  if (kind === 'provider') return 'provider';
  if (isPage(operation)) return 'page';
  return isInbox(operation) ? 'inbox' : 'control';
}

async function serveProvider(
  parts: ServingParts,
  reply: Reply,
  route: ProviderRoute,
  params: Readonly<Record<string, string>>,
  target: Target,
  visit: SpaceVisit,
): Promise<void> {
  const { operation, provider } = route;
  const headers = textHeaders(reply.request);
  const traced = { operation, headers, path: target.path, space: visit.space.name };
  const span = parts.tracer?.beginRequest(traced);
  if (span !== undefined) reply.whenOver(() => span.end(reply.status));
  const exchange = visit.space.openExchange(operation.id, span?.trace);
  const { settings } = exchange;
  const violations: Violation[] = [];
  const given = { path: params, rawPath: target.path, query: target.query, headers };
  const { path, query, cookies } = route.parameters.read(given, violations);
  const authorized = provider.authorize({ operation, headers, query, cookies }, exchange);
  if (authorized !== undefined) await authorized;
  if (visit.space.memory.isFull && operation.method !== 'GET') await visit.space.makeRoom();
  const intake = intakeOf(parts, reply, route, settings, visit);
  const read = route.body === null ? noBody : await readBody(reply, route.body, settings, intake, violations);
  if (violations.length > 0) throw invalid(route, violations);
  const mount = route.isForeign ? '' : `/${provider.name}`;
  const baseUrl = (): string =>
    parts.providerUrls[provider.name] ?? `${parts.originOf(reply.request)}${target.prefix}${mount}`;
  const absoluteUrl = (): string => `${parts.originOf(reply.request)}${reply.request.url}`;
  const request = new ReceivedRequest({
    operation,
    path,
    query,
    headers,
    cookies,
    read,
    intake,
    visit,
    baseUrl,
    absoluteUrl,
  });
  let answer: OperationAnswer;
  try {
    answer = await exchange.perform(route.handler, request);
  } catch (error) {
    await exchange.abandon();
    request.discardFile();
    await injectFaults(reply, exchange);
    if (!(error instanceof ScriptedAnswer)) throw error;
    sendRefusal(reply, error);
    return;
  }
  const early = exchange.playEarly();
  if (early !== undefined) await early;
  const delay = injectFaults(reply, exchange);
  if (delay !== undefined) await delay;
  reply.send(answer.blob === undefined ? answer : await parts.blobAnswers.answer(answer, reply.request));
  if (route.isForeign) checkForeignAnswer(parts.log, route, answer);
  // The runs of a request start after its response, and not at all if it could not be sent.
  reply.whenBegun(() => exchange.answering());
  reply.whenOver(() => {
    exchange.answered().catch((error: unknown) => parts.log.failure('starting what a request began', error));
  });
}

/**
 * Compares the first response of each status with the contract: its provider makes valid ones, or says why it cannot.
 */
function checkForeignAnswer(log: ServerLog, route: ProviderRoute, answer: OperationAnswer): void {
  const { status, headers = {}, text, body } = answer;
  if (route.checkedStatuses.has(status)) return;
  route.checkedStatuses.add(status);
  const declared = Object.entries(headers).find(([name]) => isContentType(name))?.[1];
  const mediaType = declared ?? text?.mediaType ?? (body === undefined ? null : 'application/json');
  const violations = route.operation.validateAnswer(status, mediaType, body);
  if (violations.length === 0) return;
  const told = violations.slice(0, mostTold).map(({ location, message }) => `${location} ${message}`);
  log.warn?.(
    `the response ${status} of ${route.operation.id} violates the contract: ${clipped(told.join('; '), 1_000)}`,
  );
}

function intakeOf(
  { blobs }: ServingParts,
  reply: Reply,
  { fileSettings: names }: Route,
  settings: Settings,
  { space }: SpaceVisit,
): Intake {
  return new Intake(reply, { blobs, settings, space: space.name, names });
}

/** Sends the response of a script. An error without a body of its own gets one that names the script. */
function sendRefusal(reply: Reply, { answer, message }: ScriptedAnswer): void {
  const { status, headers = {}, body, text } = answer;
  const problem = new RingbackError('scenario.refused', { status, detail: message, headers });
  const isBare = body === undefined && text === undefined && !Object.keys(headers).some(isContentType);
  reply.sendScripted(
    isBare && status >= 400
      ? {
          status,
          headers: { ...headers, 'content-type': problemMediaType },
          body: problemOf(problem, status),
        }
      : answer,
    problem,
  );
}

function isContentType(name: string): boolean {
  return name.toLowerCase() === 'content-type';
}

/** Gives the response its scripted faults, and waits if one delays it. */
function injectFaults(reply: Reply, exchange: Exchange): Promise<void> | undefined {
  const { faults } = exchange;
  reply.faults = faults;
  return faults.latencyMs > 0 ? exchange.wait(faults.latencyMs) : undefined;
}

async function serveControl(
  parts: ServingParts,
  reply: Reply,
  route: ControlRoute,
  params: Readonly<Record<string, string>>,
  target: Target,
  visit: SpaceVisit,
): Promise<void> {
  const { space } = visit;
  const { settings } = space;
  const violations: Violation[] = [];
  const headers = textHeaders(reply.request);
  const given = { path: params, rawPath: target.path, query: target.query, headers };
  const { path, query, cookies } = route.parameters.read(given, violations);
  const intake = intakeOf(parts, reply, route, settings, visit);
  const read = route.body === null ? noBody : await readBody(reply, route.body, settings, intake, violations);
  if (violations.length > 0) throw invalid(route, violations);
  const baseUrl = (): string => `${parts.originOf(reply.request)}${target.prefix}`;
  const absoluteUrl = (): string => `${parts.originOf(reply.request)}${reply.request.url}`;
  const { operation } = route;
  const request = new ReceivedControlRequest(
    { operation, path, query, headers, cookies, read, intake, visit, baseUrl, absoluteUrl },
    reply,
    settings['limits.uploadBytes'],
    parts.stopping,
  );
  const answer = await route.handler(request, space);
  if (answer.pieces === undefined) reply.send(answer);
  else await reply.sendPieces(answer, answer.pieces);
}

/** How many violations the sentence of an error names. */
const mostTold = 5;

function invalid(route: Route, violations: readonly Violation[]): RingbackError {
  const { operation } = route;
  const told = violations
    .slice(0, mostTold)
    .map(({ location, message }) => `${clipped(location)} ${message}`);
  const more = violations.length - told.length;
  const findings = [...told, ...(more > 0 ? [`and ${more} more, listed under violations`] : [])].join('; ');
  return new RingbackError('request.invalid', {
    detail: `Could not accept the request to ${operation.id} (${operation.method} ${operation.path}): ${findings}${findings.endsWith('?') ? '' : '.'}`,
    violations,
  });
}

/** Where a request was refused. Null: not known yet. */
interface RefusedPlace {
  readonly route: Route | null;
  readonly settings: Settings | null;
  /** The document that describes the operation. */
  readonly contract: string;
}

function refuse(
  parts: ServingParts,
  reply: Reply,
  { route, settings, contract }: RefusedPlace,
  thrown: unknown,
): void {
  try {
    const error = isRingbackError(thrown) ? thrown : (machineError(thrown, null) ?? thrown);
    if (isRingbackError(error)) {
      // Other statuses from 500 on say what is missing, not that something failed.
      // The code of a provider has an event of its own.
      if (error.status === 500 && !isRingbackError(error, 'provider.failed'))
        parts.log.failure(`answering ${describe(reply)}`, error);
      const status = statusOf(error, route, settings);
      reply.sendProblem(status, problemOf(error, status, contract), headersOf(error, route), error);
    } else {
      parts.log.failure(`answering ${describe(reply)}`, error);
      reply.sendProblem(500, internalProblem, {}, null);
    }
  } catch (failure) {
    parts.log.failure(`answering ${describe(reply)} with an error`, failure);
    reply.request.destroy();
  }
}

function describe(reply: Reply): string {
  return `${reply.request.method} ${reply.request.url}`;
}

/**
 * The error's status, unless the provider has a setting for its response to requests that violate the contract, or a
 * foreign contract declares 422 for them.
 */
function statusOf(error: RingbackError, route: Route | null, settings: Settings | null): number {
  if (route?.kind !== 'provider' || settings === null) return error.status;
  if (error.code !== 'request.invalid' && !(route.isForeign && error.code === 'request.malformed'))
    return error.status;
  const { responses } = route.operation;
  const declared = route.isForeign && responses.has('422') && !responses.has('400') ? 422 : error.status;
  return numberSetting(settings, `${route.provider.name}.invalidRequestStatus`) ?? declared;
}

/** RFC 9110 §11.6.1: a 401 names a way to authenticate. Providers name theirs on the error. */
function headersOf(error: RingbackError, route: Route | null): Readonly<Record<string, string>> {
  if (error.status !== 401 || error.headers['www-authenticate'] !== undefined) return error.headers;
  const realm = route?.kind === 'provider' ? route.provider.name : 'ringback';
  return { ...error.headers, 'www-authenticate': `Bearer realm="${realm}"` };
}
