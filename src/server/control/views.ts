import { formatDuration } from '../../core/duration.ts';
import { type Attempt, type Delivery, faultsOf } from '../../core/engine/deliveries/delivery.ts';
import type { InboxRequest } from '../../core/engine/records.ts';
import { type ApiFaultMark, type Branch, isOver, type Run } from '../../core/engine/runs/run.ts';
import type { MoveReport } from '../../core/engine/space.ts';
import { isoTime } from '../../core/engine/time/clock.ts';
import type { Violation } from '../../core/errors.ts';
import { type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import type { TimelineStep } from '../../core/scenario/plan.ts';
import { cutText, defaultBodyLimit } from './lists.ts';
import { maskCallbackHeaders, maskHeaders, maskUrl, maskUrlsIn } from './mask.ts';

/** Whether steps or attempts of a run are pending. */
export type RunState = 'playing' | 'finished';

export function runState(run: Run): RunState {
  return isOver(run) ? 'finished' : 'playing';
}

/** A run as lists show it (`#/components/schemas/Run` of openapi.control.yaml). */
export function runView(run: Run): JsonObject {
  return {
    id: run.id,
    provider: run.provider,
    scenario: run.scenario,
    choice: { ...run.choice },
    operation: run.operation,
    resourceId: run.resourceId,
    state: runState(run),
    createdAt: isoTime(run.createdAt),
    traceId: run.trace.id,
    target:
      run.target === null
        ? null
        : {
            url: maskUrl(run.target.url),
            method: run.target.method,
            headers: maskCallbackHeaders(run.target.headers),
          },
    warnings: violationViews(run.warnings),
    deliveryCount: run.deliveryIds.length,
    openDeliveries: run.openDeliveries,
    heldDeliveries: run.heldDeliveries,
  };
}

/** A run with its timeline and what became of its deliveries (`RunDetail`). */
export function runDetailView(run: Run, deliveries: readonly Delivery[]): JsonObject {
  return {
    ...runView(run),
    timeline: run.branches.map(branchView),
    deliveries: deliveries.map((delivery) => deliveryView(delivery)),
    ...runFaultsView(run),
  };
}

/** What one trigger of a run started (`TimelineBranch`). */
export function branchView(branch: Branch): JsonObject {
  return {
    trigger: branch.trigger,
    subject: branch.subject,
    scenario: branch.scenario,
    choice: { ...branch.choice },
    startedAt: timeOrNull(branch.startedAt),
    playedEarly: branch.playedEarly,
    steps: branch.steps.map((step, index) => timelineStepView(step, index, branch)),
  };
}

export function runFaultsView(run: Run): JsonObject {
  return { apiFaults: run.apiFaults.map(apiFaultView), forgottenApiFaults: run.forgottenApiFaults };
}

function apiFaultView({ at, ...mark }: ApiFaultMark): JsonObject {
  return { at: isoTime(at), ...mark };
}

function timelineStepView(step: TimelineStep, index: number, branch: Branch): JsonObject {
  const started = branch.startedAt;
  return {
    state: stepState(index, branch),
    due: started === null ? null : isoTime(started + step.atMs),
    ...stepView(step),
  };
}

function stepState(index: number, branch: Branch): 'done' | 'pending' | 'waiting' {
  if (index < Math.max(branch.stepsDone, branch.playedEarly)) return 'done';
  return branch.startedAt === null ? 'waiting' : 'pending';
}

/** What a step does, and how long after its trigger. */
export function stepView(step: TimelineStep): JsonObject {
  return {
    after: formatDuration(step.atMs),
    set: step.set ?? null,
    callback: step.callback ?? null,
    ...(step.query !== undefined && { query: step.query }),
    ...(step.payload !== undefined && { payload: step.payload }),
    ...(step.headers !== undefined && { headers: maskCallbackHeaders(step.headers) }),
  };
}

/** A delivery with its attempts (`Delivery`) and whole bodies. */
export function deliveryView(delivery: Delivery): JsonObject {
  const { callback } = delivery;
  const { body, payload = null } = callback;
  const maskedBody = typeof body === 'string' ? maskUrlsIn(body) : null;
  return {
    id: delivery.id,
    runId: callback.runId,
    provider: callback.provider,
    callback: callback.type,
    nth: delivery.nth,
    state: delivery.state,
    method: callback.method,
    url: maskUrl(callback.url),
    headers: maskCallbackHeaders(callback.headers),
    payload: maskedBody === body ? payload : maskPayload(payload),
    ...bodyView(body, maskedBody),
    bodyTruncated: false,
    createdAt: isoTime(callback.createdAt),
    dueAt: timeOrNull(delivery.dueAt),
    endedAt: timeOrNull(delivery.endedAt),
    redeliveryOf: callback.redeliveryOf,
    faults: faultsOf(delivery),
    draws: callback.draws.map((draw) => ({ ...draw })),
    violations: violationViews(callback.violations),
    attempts: delivery.attempts.map(attemptView),
  };
}

/** A delivery as in lists and events, with all bodies truncated to this many characters. */
export function listedDelivery(delivery: Delivery, bodyLimit = defaultBodyLimit): JsonObject {
  return cutDelivery(deliveryView(delivery), bodyLimit);
}

/**
 * The view of a delivery with truncated bodies. They are masked first, because truncating could remove what marks a
 * string as a password.
 */
export function cutDelivery(view: JsonObject, bodyLimit: number): JsonObject {
  const body = view.body as string | null;
  const attempts = view.attempts as readonly AttemptView[];
  // Without a body, the payload is in the query.
  const isLong = (body ?? String(view.url)).length > bodyLimit;
  const isCut = isLong || attempts.some(({ response }) => (response?.body.length ?? 0) > bodyLimit);
  if (!isCut) return view;
  return {
    ...view,
    ...(isLong && { payload: null, body: body === null ? null : cutText(body, bodyLimit) }),
    bodyTruncated: true,
    attempts: attempts.map((attempt) => ({ ...attempt, response: cutResponse(attempt.response, bodyLimit) })),
  };
}

function cutResponse(response: AttemptView['response'], bodyLimit: number): AttemptView['response'] {
  if (response === null || response.body.length <= bodyLimit) return response;
  return { ...response, body: cutText(response.body, bodyLimit), bodyTruncated: true };
}

interface AttemptView extends JsonObject {
  readonly response: {
    readonly headers: JsonObject;
    readonly body: string;
    readonly bodyTruncated: boolean;
  } | null;
}

/** A payload that repeats the URL which the consumer gave, as Informed's error callbacks do. */
function maskPayload(payload: JsonValue): JsonValue {
  return JSON.parse(maskUrlsIn(JSON.stringify(payload))) as JsonValue;
}

/** A body of bytes in base64, which the view says. */
function bodyView(body: Delivery['callback']['body'], masked: string | null): JsonObject {
  return body instanceof Uint8Array
    ? {
        body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
        bodyEncoding: 'base64',
      }
    : { body: masked };
}

function attemptView(attempt: Attempt): JsonObject {
  const { response } = attempt;
  return {
    number: attempt.number,
    at: isoTime(attempt.at),
    acknowledged: attempt.acknowledged,
    statusCode: attempt.statusCode,
    error: attempt.error,
    code: attempt.code,
    durationMs: attempt.durationMs,
    retryAt: timeOrNull(attempt.retryAt),
    traceparent: attempt.traceparent ?? null,
    ...(attempt.redirectedTo !== undefined && { redirectedTo: maskUrl(attempt.redirectedTo) }),
    response: response === null ? null : { ...response, headers: maskHeaders(response.headers) },
    faults: attempt.faults,
    violations: violationViews(attempt.violations),
  };
}

/** The result of a move of the clock, without its deliveries. */
export function moveView({ now, jobs, pending, bound, deliveries }: MoveReport): JsonObject {
  return { now: isoTime(now), jobs, pending, bound, total: deliveries.length };
}

/**
 * A request as the inbox received it. Nothing is masked, since an inbox acts as the consumer.
 * @param bodyLimit the length at which its body is truncated, in characters. Default: the whole body, also parsed
 */
export function inboxRequestView(request: InboxRequest, bodyLimit = Number.POSITIVE_INFINITY): JsonObject {
  const isWhole = bodyLimit === Number.POSITIVE_INFINITY && !request.bodyTruncated;
  const json = isWhole ? parseJson(request.body) : undefined;
  return {
    id: request.id,
    receivedAt: isoTime(request.receivedAt),
    method: request.method,
    url: request.url,
    query: readQuery(request.url),
    headers: request.headers,
    body: cutText(request.body, bodyLimit),
    bodyTruncated: request.bodyTruncated || request.body.length > bodyLimit,
    ...(json !== undefined && { json }),
    answeredWith: request.answeredWith,
  };
}

/**
 * The query parameters of a URL; a list for one that occurs several times. Made again for each view: an object of thousands
 * of names takes many times what the URL takes.
 */
function readQuery(url: string): JsonObject {
  const start = url.indexOf('?');
  if (start === -1) return {};
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    const given = values.get(name);
    if (given === undefined) values.set(name, [value]);
    else given.push(value);
  }
  const query: Record<string, JsonValue> = {};
  for (const [name, given] of values) setOwn(query, name, given.length === 1 ? (given[0] ?? '') : given);
  return query;
}

/** The value of a JSON text, or undefined for any other text. */
function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function violationViews(violations: readonly Violation[]): JsonObject[] {
  return violations.map((violation) => ({ ...violation }));
}

function timeOrNull(time: number | null): string | null {
  return time === null ? null : isoTime(time);
}
