import { isJsonMedia } from '../../core/contract/coerce.ts';
import { type Judgement, judgeQuery } from '../../core/contract/judge-payload.ts';
import { RingbackError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { bundledCallbacks } from '../bundled-callbacks.ts';
import type { Overrides } from '../callback-example.ts';
import { callbackNamed } from '../callback-named.ts';
import type { AnyCallbacks, BundledCallbacks, CallbackNameIn, PayloadIn } from '../callback-types.ts';
import { type CallbackSource, type LoadedContract, sourceOf } from '../loaded-contract.ts';
import { callbacksAbout } from '../met-callbacks.ts';
import { checkOptions } from '../options.ts';
import { parametersOf } from '../parse-state-callback.ts';
import type { DeliveryRecord, InboxRequestRecord } from '../records.gen.ts';
import { listViolations } from '../sentences.ts';
import { isSwapped, saidText } from '../timeline-text.ts';
import { judgePayload } from '../validate-callback.ts';
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

/** Options of {@link toBeCallback}. */
export interface CallbackOptions<Callbacks = AnyCallbacks> {
  /** Requires the exact current shape. Default false. */
  readonly strict?: boolean;
  /** What `loadContract` returned. Default: the contract of the bundled providers. */
  readonly contract?: LoadedContract<Callbacks> | LoadedContract;
}

/**
 * Passes if the value is a valid callback of the type.
 * @param type e.g. `informed.extractions`, or `extractions`
 */
export function toBeCallback<Callbacks = BundledCallbacks>(
  received: unknown,
  type: CallbackNameIn<NoInfer<Callbacks>>,
  options: CallbackOptions<Callbacks> = {},
): MatcherResult {
  checkOptions('toBeCallback', options, ['strict', 'contract']);
  const source = sourceOf(options.contract, 'apply toBeCallback');
  const name = nameIn(source, type, received);
  const { violations } = judge(received, { source, callback: name, strict: options.strict ?? false });
  const shape = options.strict === true ? ' in its strict shape' : '';
  return {
    pass: violations.length === 0,
    message: () =>
      violations.length === 0
        ? `Expected something other than the callback ${name}, but it is one${shape}.`
        : `Expected the callback ${name}${shape}, but it is ${otherType(received, name, source) ?? 'not'}:\n${listViolations(violations)}`,
  };
}

/** @throws {RingbackError} `callback.unknown`, `matcher.receiver` */
function nameIn({ contract, providers }: CallbackSource, type: string, received: unknown): string {
  if (isDelivery(received) && !providers.has(received.provider)) {
    throw new RingbackError('matcher.receiver', {
      details: { matcher: 'toBeCallback' },
      detail: `Could not apply toBeCallback. Got a delivery of ${received.provider}, expected one of ${[...providers.keys()].join(' or ')}. Give its contract: { contract: await loadContract(path) }.`,
    });
  }
  return callbackNamed(type, 'apply toBeCallback', contract).type;
}

/** The type of the callback that was received instead, if it can be detected. */
function otherType(received: unknown, name: string, source: CallbackSource): string | null {
  const told = isDelivery(received)
    ? received.callback
    : detect(isInboxRequest(received) ? saidBy(received) : received, source).type?.type;
  return told === name ? null : (told ?? null);
}

function detect(payload: unknown, source: CallbackSource): Judgement {
  return judgePayload(payload, { source, callback: undefined, strict: false, option: '' });
}

interface Wish {
  readonly source: CallbackSource;
  readonly callback: string;
  readonly strict: boolean;
}

function judge(received: unknown, { source, callback, strict }: Wish): Judgement {
  const { contract } = source;
  const type = contract.callbacks.get(callback) ?? null;
  const isText = typeof received === 'string';
  if (
    received instanceof URL ||
    received instanceof URLSearchParams ||
    (isText && (type?.query ?? []).length > 0)
  )
    return judgeQuery(parametersOf(received), contract, { type, strict, option: '' });
  const isJson = type === null || type.content.size === 0 || [...type.content.keys()].some(isJsonMedia);
  if (isText && isJson) {
    throw new RingbackError('matcher.receiver', {
      details: { matcher: 'toBeCallback' },
      detail: `Could not apply toBeCallback. Got ${describe(received)}, expected ${payloads}. Parse the body first: JSON.parse(text).`,
    });
  }
  // Any object may be a payload. Anything else is a mistake in the test, unless the contract says otherwise.
  const isRecord = isDelivery(received) || isInboxRequest(received);
  const said = isDelivery(received)
    ? received.payload
    : isInboxRequest(received)
      ? saidBy(received)
      : received;
  const judgement = judgePayload(said, { source, callback, strict, option: '' });
  if (!isJsonObject(said) && !isRecord && judgement.violations.length > 0)
    throw wrongReceiver('toBeCallback', payloads, received);
  return judgement;
}

/** An expected callback: its type, or its type and a part of its payload. */
export type ExpectedCallback<
  Callbacks = AnyCallbacks,
  Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>,
> = Name extends unknown ? Name | ExpectedPayload<Callbacks, Name> : never;

interface ExpectedPayload<Callbacks, Name extends string> {
  readonly callback: Name;
  /** Properties that the payload must have, at any depth; asymmetric matchers are understood. */
  readonly payload?: Overrides<PayloadIn<Callbacks, Name>>;
}

/** Options of {@link toHaveReceivedCallbacks}. */
export interface ReceivedOptions<Callbacks = AnyCallbacks> {
  /** Allows no other callback. Default false: there may be others before, between and after. */
  readonly exact?: boolean;
  /** What `loadContract` returned, for the requests of an inbox. Default: the contract of the bundled providers. */
  readonly contract?: LoadedContract<Callbacks> | LoadedContract;
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
export function toHaveReceivedCallbacks<Callbacks = AnyCallbacks>(
  received: unknown,
  expected: readonly ExpectedCallback<NoInfer<Callbacks>>[],
  options: ReceivedOptions<Callbacks> = {},
): MatcherResult {
  checkOptions('toHaveReceivedCallbacks', options, ['exact', 'contract']);
  const source = sourceOf(options.contract, 'apply toHaveReceivedCallbacks');
  const requests = requestsIn(received);
  const deliveries = requests === null ? deliveriesIn(received) : [];
  const arrivals =
    requests === null ? arrivalsOf(deliveries) : requests.map((request) => ofRequest(request, source));
  const isKnown = requests !== null || options.contract !== undefined;
  const known = isKnown ? { ...source.contract, isComplete: true } : callbacksAbout(deliveries);
  const wanted = readExpected(expected, known);
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
  readonly type: string;
  /** Undefined: any. */
  readonly payload: unknown;
  readonly text: string;
}

/** @throws {RingbackError} `option.*`; `callback.unknown`, if all callbacks are known */
function readExpected(expected: unknown, known: ReturnType<typeof callbacksAbout>): readonly Wanted[] {
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
    const name = String(callback);
    const isAny = !known.isComplete && !known.callbacks.has(name);
    const type = isAny ? name : callbackNamed(name, 'apply toHaveReceivedCallbacks', known).type;
    const isEmpty = payload === undefined || (isJsonObject(payload) && Object.keys(payload).length === 0);
    const text = isEmpty ? type : `${type} with ${JSON.stringify(payload, shown)}`;
    return { type, payload: isEmpty ? undefined : payload, text };
  });
}

function requestsIn(received: unknown): readonly InboxRequestRecord[] | null {
  if (isInboxRequest(received)) return [received];
  return Array.isArray(received) && received.length > 0 && received.every(isInboxRequest) ? received : null;
}

function deliveriesIn(received: unknown): readonly DeliveryRecord[] {
  const others = 'the requests of an inbox (await provider.inbox().requests()), ';
  return deliveriesOf('toHaveReceivedCallbacks', received, others).list;
}

/** Those with a response, in the order of the first one. */
function arrivalsOf(deliveries: readonly DeliveryRecord[]): readonly Arrival[] {
  return deliveries
    .flatMap((delivery) => {
      const first = delivery.attempts.find(({ statusCode }) => statusCode !== null);
      return first === undefined ? [] : [{ delivery, at: first.at }];
    })
    .sort((a, b) =>
      a.at === b.at ? Number(isSwapped(a.delivery)) - Number(isSwapped(b.delivery)) : a.at < b.at ? -1 : 1,
    )
    .map(({ delivery: { callback, payload } }) => ({
      type: callback,
      payload,
      text: saidText(callback, payload),
    }));
}

function ofRequest(request: InboxRequestRecord, source: CallbackSource): Arrival {
  const payload = saidBy(request);
  const { type, value, violations } = detect(payload, source);
  if (type === null)
    return { type: '', payload, text: `${request.method} ${request.url}, which is no known callback` };
  const read = violations.length === 0 ? value : payload;
  return { type: type.type, payload: read, text: saidText(type.type, payload) };
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
  if (arrival?.type !== wanted.type) return false;
  return wanted.payload === undefined || holds(arrival.payload, wanted.payload);
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
