import type { Violation } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { jsonBytes, jsonGrowth } from '../json-bytes.ts';
import type { Plan, TimelineStep } from '../scenario/plan.ts';
import type { Attempt, Callback, Delivery } from './deliveries/delivery.ts';
import type { InboxRequest, Resource } from './records.ts';
import type { Run } from './runs/run.ts';

/*
 * Approximate sizes of records in memory: a measured base, plus the lengths of the parts that a client can make long.
 * Cheap enough for every change of a record: no large part is measured twice.
 */
const resourceBase = 450;
const runBase = 980;
const callbackBase = 700;
const attemptBase = 400;
/** Includes the first attempt: pending deliveries must be played even if memory is full. */
const deliveryBase = 320 + attemptBase;
const inboxBase = 600;
const branchBytes = 350;
const idBytes = 64;
const markBytes = 250;
const header = 60;

export function resourceBytes({ data, patch }: Resource): number {
  return resourceBase + jsonBytes(data) + jsonBytes(patch);
}

export function resourceGrowth(old: Resource, changed: Resource): number {
  return jsonGrowth(old.data, changed.data) + jsonGrowth(old.patch, changed.patch);
}

/** The size of a run without its plans, which runs share. */
export function runBytes(run: Run): number {
  const { target, exchange, branches, deliveryIds, heldDeliveries, apiFaults, warnings } = run;
  const called = target === null ? 0 : target.url.length + headersBytes(target.headers);
  return (
    runBase +
    called +
    (exchange === null ? 0 : measuredBytes(exchange as object as JsonValue)) +
    branches.length * branchBytes +
    deliveryIds.length * idBytes +
    heldDeliveries.length * idBytes +
    apiFaults.length * markBytes +
    violationsBytes(warnings)
  );
}

/** The size of a delivery. The first copy includes what all copies share. */
export function deliveryBytes({ copy, callback, attempts }: Delivery): number {
  let bytes = deliveryBase + (copy === 1 ? callbackBytes(callback) : 0);
  if (attempts.length > 0) bytes -= attemptBase;
  for (const attempt of attempts) bytes += attemptBytes(attempt);
  return bytes;
}

export function deliveryGrowth(old: Delivery, changed: Delivery): number {
  if (old.callback !== changed.callback) return deliveryBytes(changed) - deliveryBytes(old);
  let bytes = (Number(old.attempts.length > 0) - Number(changed.attempts.length > 0)) * attemptBase;
  for (let i = 0; i < Math.max(old.attempts.length, changed.attempts.length); i++) {
    const [before, after] = [old.attempts[i], changed.attempts[i]];
    if (before === after) continue;
    if (before !== undefined) bytes -= attemptBytes(before);
    if (after !== undefined) bytes += attemptBytes(after);
  }
  return bytes;
}

function callbackBytes(callback: Callback): number {
  const { url, target, headers, payload, body, violations, strikes, draws } = callback;
  return (
    callbackBase +
    url.length +
    target.url.length +
    headersBytes(headers) +
    measuredBytes(payload) +
    bodyBytes(body) +
    violationsBytes(violations) +
    (strikes.length + draws.length) * markBytes
  );
}

const measured = new WeakMap<object, number>();

/** Measured once, since each event of a record counts it. The text of empty objects is a twentieth of their size. */
function measuredBytes(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return jsonBytes(value);
  let bytes = measured.get(value);
  if (bytes === undefined) {
    bytes = jsonBytes(value);
    measured.set(value, bytes);
  }
  return bytes;
}

function bodyBytes(body: Callback['body']): number {
  if (body === null) return 0;
  return typeof body === 'string' ? 2 * body.length : body.byteLength;
}

/** The size of an attempt without the body of its response, which attempts share. */
function attemptBytes({ error, response, violations }: Attempt): number {
  const answered = response === null ? 0 : headersBytes(response.headers);
  return attemptBase + (error?.length ?? 0) + answered + violationsBytes(violations);
}

/** The size of a request without its body, which requests share. */
export function inboxRequestBytes({ url, headers }: InboxRequest): number {
  return inboxBase + url.length + headersBytes(headers);
}

/** The size of a step of a script. */
export function stepBytes({ set, query, payload, headers }: TimelineStep): number {
  if (set === undefined && query === undefined && payload === undefined && headers === undefined) return 0;
  return jsonBytes(set) + jsonBytes(query) + jsonBytes(payload) + jsonBytes(headers);
}

/** A plan takes about as much memory as its script. */
export function planBytes(scenario: object): number {
  return 2 * jsonBytes(scenario as Parameters<typeof jsonBytes>[0]);
}

/** The plans of a run whose size counts for the run, each once. */
export function chargedPlans({ branches }: Run): readonly Plan[] {
  let plans: readonly Plan[] = noPlans;
  for (const { plan } of branches)
    if (plan.bytes !== undefined && !plans.includes(plan)) plans = [...plans, plan];
  return plans;
}

const noPlans: readonly Plan[] = [];

function headersBytes(headers: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const name in headers) bytes += header + name.length + (headers[name]?.length ?? 0);
  return bytes;
}

function violationsBytes(violations: readonly Violation[]): number {
  let bytes = 0;
  for (const { location, message } of violations) bytes += 100 + location.length + message.length;
  return bytes;
}
