import { RingbackError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { CallbackTypeName } from '../../types/index.ts';
import { bundledCallbacks, type CallbackReference, callbackTypeName } from '../bundled-callbacks.ts';
import { checkOptions } from '../options.ts';
import { parseStateCallback, type StateCallbackInput } from '../parse-state-callback.ts';
import type { DeliveryRecord, InboxRequestRecord } from '../records.gen.ts';
import { listViolations } from '../sentences.ts';
import { callbackText, isSwapped } from '../timeline-text.ts';
import { type CallbackResult, validateCallback } from '../validate-callback.ts';
import {
  deliveriesOf,
  describe,
  isDelivery,
  isInboxRequest,
  type MatcherResult,
  saidBy,
  wrongReceiver,
} from './receivers.ts';

const payloads =
  'the parsed body of a callback, the query parameters or URL of a state callback, an inbox request or a delivery';

/**
 * Passes if the value is a valid callback of the type.
 * @param type e.g. `informed.extractions`, or `extractions`
 * @param options.strict requires the exact current shape. Default false
 */
export function toBeCallback(
  received: unknown,
  type: CallbackReference,
  options: { readonly strict?: boolean } = {},
): MatcherResult {
  checkOptions('toBeCallback', options, ['strict']);
  const name = callbackTypeName(type, 'apply toBeCallback');
  const result = judge(received, name, options.strict ?? false);
  const shape = options.strict === true ? ' in its strict shape' : '';
  return {
    pass: result.valid,
    message: () =>
      result.valid
        ? `Expected something other than the callback ${name}, but it is one${shape}.`
        : `Expected the callback ${name}${shape}, but it is ${otherType(received, name) ?? 'not'}:\n${listViolations(result.violations)}`,
  };
}

/** The type of the callback that was received instead, if it can be detected. */
function otherType(received: unknown, name: CallbackTypeName): string | null {
  const told = isDelivery(received)
    ? received.callback
    : validateCallback(isInboxRequest(received) ? saidBy(received) : received).type;
  return told === name ? null : told;
}

function judge(received: unknown, type: CallbackTypeName, strict: boolean): CallbackResult {
  const isQuery = bundledCallbacks().callbacks.get(type)?.hasBody === false;
  const isText = typeof received === 'string';
  if (received instanceof URL || received instanceof URLSearchParams || (isText && isQuery)) {
    return parseStateCallback(received as StateCallbackInput, { type: type as 'documentState', strict });
  }
  if (isText) {
    throw new RingbackError('matcher.receiver', {
      details: { matcher: 'toBeCallback' },
      detail: `Could not apply toBeCallback. Got ${describe(received)}, expected ${payloads}. Parse the body first: JSON.parse(text).`,
    });
  }
  // Any object may be a payload. Anything else is a mistake in the test.
  const said = isDelivery(received)
    ? received.payload
    : isInboxRequest(received)
      ? saidBy(received)
      : received;
  if (!isJsonObject(said)) throw wrongReceiver('toBeCallback', payloads, received);
  return validateCallback(said, { type, strict });
}

/** An expected callback: its type, or its type and a part of its payload. */
export type ExpectedCallback =
  | CallbackReference
  | {
      readonly callback: CallbackReference;
      /** Properties that the payload must have, at any depth; asymmetric matchers are understood. */
      readonly payload?: Readonly<Record<string, unknown>>;
    };

/** Options of {@link toHaveReceivedCallbacks}. */
export interface ReceivedOptions {
  /** Allows no other callback. Default false: there may be others before, between and after. */
  readonly exact?: boolean;
}

interface Arrival {
  readonly type: string;
  readonly payload: unknown;
  readonly text: string;
}

/**
 * Passes if the consumer received these callbacks in this order. Each delivery of a run or array counts once, at the
 * time of the first attempt that got a response. Each request of an inbox counts.
 */
export function toHaveReceivedCallbacks(
  received: unknown,
  expected: readonly ExpectedCallback[],
  options: ReceivedOptions = {},
): MatcherResult {
  checkOptions('toHaveReceivedCallbacks', options, ['exact']);
  const wanted = readExpected(expected);
  const arrivals = arrivalsOf(received);
  const missing = firstMissing(wanted, arrivals, options.exact ?? false);
  const pass = missing === null;
  const list = (items: readonly { readonly text: string }[]): string =>
    items.length === 0 ? '  nothing' : items.map(({ text }, index) => `  ${index + 1}. ${text}`).join('\n');
  const manner = options.exact === true ? 'exactly these callbacks' : 'these callbacks in this order';
  return {
    pass,
    message: () =>
      pass
        ? `Expected the consumer not to have received ${manner}, but it did:\n${list(wanted)}\nIt received:\n${list(arrivals)}`
        : `Expected the consumer to have received ${manner}:\n${list(wanted)}\n${missing}. It received:\n${list(arrivals)}`,
    actual: arrivals.map(({ text }) => text),
    expected: wanted.map(({ text }) => text),
  };
}

interface Wanted {
  readonly type: CallbackTypeName;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function readExpected(expected: unknown): readonly Wanted[] {
  if (!Array.isArray(expected) || expected.length === 0) {
    const example = JSON.stringify([...bundledCallbacks().callbacks.keys()].at(-1));
    throw new RingbackError('option.invalid', {
      details: { option: 'expected', given: expected },
      detail: `Could not apply toHaveReceivedCallbacks. Got ${describe(expected)}, expected a list of callbacks that is not empty, e.g. [${example}] or [{ callback: ${example}, payload: { … } }].`,
    });
  }
  return expected.map((item: unknown): Wanted => {
    if (isJsonObject(item)) checkOptions('toHaveReceivedCallbacks', item, ['callback', 'payload']);
    const { callback, payload }: Partial<Record<string, unknown>> = isJsonObject(item)
      ? item
      : { callback: item };
    const type = callbackTypeName(String(callback), 'apply toHaveReceivedCallbacks');
    const members = isJsonObject(payload) ? payload : {};
    const text = Object.keys(members).length === 0 ? type : `${type} with ${JSON.stringify(members, shown)}`;
    return { type, payload: members, text };
  });
}

function arrivalsOf(received: unknown): readonly Arrival[] {
  if (isInboxRequest(received)) return [ofRequest(received)];
  if (Array.isArray(received) && received.length > 0 && received.every(isInboxRequest)) {
    return received.map(ofRequest);
  }
  const { list } = deliveriesOf(
    'toHaveReceivedCallbacks',
    received,
    'the requests of an inbox (await provider.inbox().requests()), ',
  );
  return list
    .flatMap((delivery) => {
      const first = delivery.attempts.find(({ statusCode }) => statusCode !== null);
      return first === undefined ? [] : [{ delivery, at: first.at }];
    })
    .sort((a, b) =>
      a.at === b.at ? Number(isSwapped(a.delivery)) - Number(isSwapped(b.delivery)) : a.at < b.at ? -1 : 1,
    )
    .map(({ delivery }) => ofDelivery(delivery));
}

function ofDelivery(delivery: DeliveryRecord): Arrival {
  const { callback, payload } = delivery;
  return { type: callback, payload, text: `${callback.replace(/\..*$/, '')}.${callbackText(delivery)}` };
}

function ofRequest(request: InboxRequestRecord): Arrival {
  const payload = saidBy(request);
  const { type, ...result } = validateCallback(payload);
  if (type === null || !isJsonObject(payload)) {
    return { type: '', payload, text: `${request.method} ${request.url}, which is no known callback` };
  }
  const read = result.valid ? result.payload : payload;
  const text = `${type.replace(/\..*$/, '')}.${callbackText({ callback: type, payload: payload })}`;
  return { type, payload: read, text };
}

/** Describes the first difference in a clause. Null if there is none. */
function firstMissing(
  wanted: readonly Wanted[],
  arrivals: readonly Arrival[],
  exact: boolean,
): string | null {
  if (exact) {
    const index = wanted.findIndex((one, i) => !fits(one, arrivals[i]));
    if (index >= 0) return `Number ${index + 1} did not come in its place`;
    const more = arrivals.length - wanted.length;
    return more > 0 ? `There ${more === 1 ? 'was one' : `were ${more}`} more` : null;
  }
  let at = 0;
  for (const [index, one] of wanted.entries()) {
    const found = arrivals.findIndex((arrival, i) => i >= at && fits(one, arrival));
    if (found < 0) {
      const earlier = arrivals.slice(0, at).some((arrival) => fits(one, arrival));
      return `Number ${index + 1} did not come${index === 0 ? '' : ` after number ${index}`}${earlier ? ', only before' : ''}`;
    }
    at = found + 1;
  }
  return null;
}

function fits(wanted: Wanted, arrival: Arrival | undefined): boolean {
  return arrival !== undefined && arrival.type === wanted.type && holds(arrival.payload, wanted.payload);
}

/** Whether a value has the properties of another one, at any depth. */
function holds(value: unknown, part: unknown): boolean {
  const matcher = part as { asymmetricMatch?: (value: unknown) => boolean } | null;
  if (typeof matcher?.asymmetricMatch === 'function') return matcher.asymmetricMatch(value);
  if (Array.isArray(part)) {
    return (
      Array.isArray(value) && value.length === part.length && part.every((item, i) => holds(value[i], item))
    );
  }
  if (!isJsonObject(part)) return Object.is(value, part);
  return isJsonObject(value) && Object.entries(part).every(([key, member]) => holds(value[key], member));
}

/** An asymmetric matcher as its runner names it. */
function shown(_: string, value: unknown): unknown {
  const matcher = value as { asymmetricMatch?: unknown; toAsymmetricMatcher?: () => string } | null;
  if (typeof matcher?.asymmetricMatch !== 'function') return value;
  return matcher.toAsymmetricMatcher?.() ?? String(value);
}
