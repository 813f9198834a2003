import { formatDuration } from '../duration.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { expectations } from '../scenario/expectation.ts';
import type { ExplainedAttempt, ExplainedDelivery, ExplainedEvent, Explanation } from './explanation.ts';

/** Longest string that is shown in full. */
const longestText = 60;

/**
 * The properties of an object that have a single value, or an array of single values: `state=30
 * stateText=RECEIVEDMACHINELEARN`.
 */
export function singleValues(payload: JsonValue | undefined): string {
  if (payload === undefined || payload === null) return '';
  if (!isJsonObject(payload)) return typeof payload === 'object' ? '' : brief(payload);
  return Object.entries(payload)
    .flatMap(([name, value]) => {
      const values: readonly JsonValue[] = Array.isArray(value) ? value : [value];
      const single = values.every((item) => typeof item !== 'object' || item === null);
      return single ? [`${name}=${values.map(brief).join(',')}`] : [];
    })
    .join(' ');
}

/** Shortens ids to their start, which distinguishes them, and truncates long strings. */
function brief(value: JsonValue): string {
  const text = String(value);
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return `${text.slice(0, 8)}…`;
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

/** What a step changes, in words. */
export function changeInWords(set: JsonObject): string {
  return Object.entries(set)
    .map(([name, value]) => (value === null ? `${name} taken away` : `${name} ${brief(inJson(value))}`))
    .join(', ');
}

function inJson(value: JsonValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A step in words: what it changes and calls back. */
export function stepInWords(
  { scenario, trigger, set, callback, deliveries }: Extract<ExplainedEvent, { kind: 'step' }>,
  explained: Explanation,
): string {
  const change = set === null ? [] : [`sets ${changeInWords(set)}`];
  const silent = deliveries.length === 0 ? ' (nothing to send)' : '';
  const call = callback === null ? [] : [`calls back ${callback}${silent}`];
  const what = [...change, ...call].join(', ') || 'does what the provider does by default';
  const whose = scenario === explained.scenario ? '' : ` of ${scenario}`;
  return `${trigger}${whose}: ${what}`;
}

/** What a script did to a delivery and this attempt of it, in words. Empty: nothing. */
export function faultsInWords(delivery: ExplainedDelivery, attempt?: ExplainedAttempt): string {
  return inBrackets([...delivery.faults, ...(attempt?.faults ?? [])]);
}

/** ` [delay 1h; drop]`; empty: nothing. */
export function inBrackets(faults: readonly string[]): string {
  return faults.length === 0 ? '' : ` [${faults.join('; ')}]`;
}

/** The result of an attempt: `200`, `503, again in 1s`, `no response, given up`. */
export function resultInWords({ request, statusCode, acknowledged, retryInMs }: ExplainedAttempt): string {
  const answer = statusCode === null ? (request === null ? 'not sent' : 'no response') : String(statusCode);
  if (retryInMs !== null) return `${answer}, again in ${formatDuration(retryInMs)}`;
  return acknowledged ? answer : `${answer}, given up`;
}

/** ` (a good consumer refuses it with a 4xx)`, at the last attempt. Empty: it acknowledges it. */
export function expectationInWords(
  { expect, attempts }: ExplainedDelivery,
  attempt: ExplainedAttempt,
): string {
  if (expect === 'acknowledged' || attempt !== attempts.at(-1)) return '';
  return ` (a good consumer ${expectations[expect]})`;
}

/** `3 callbacks: 2 delivered, 1 dropped`. */
export function countDeliveries(deliveries: readonly { readonly state: string }[]): string {
  const counts = new Map<string, number>();
  for (const { state } of deliveries) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  const total = `${deliveries.length} ${deliveries.length === 1 ? 'callback' : 'callbacks'}`;
  return parts === '' ? 'no callback' : `${total}: ${parts}`;
}

/** The delivery and attempt of an event. */
export function attemptOf(
  explained: Explanation,
  event: Extract<ExplainedEvent, { kind: 'attempt' }>,
): { delivery: ExplainedDelivery; attempt: ExplainedAttempt } {
  const delivery = deliveryOf(explained, event.delivery);
  const attempt = delivery.attempts[event.attempt - 1];
  if (attempt === undefined)
    throw new RangeError(`delivery ${event.delivery} has no attempt ${event.attempt}`);
  return { delivery, attempt };
}

export function deliveryOf(explained: Explanation, number: number): ExplainedDelivery {
  const delivery = explained.deliveries[number - 1];
  if (delivery === undefined) throw new RangeError(`there is no delivery ${number}`);
  return delivery;
}
