import type { Attempt, Delivery } from '../../core/engine/deliveries/delivery.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { maskCallbackHeaders, maskHeaders, maskUrl, maskUrlsIn } from '../../server/control/mask.ts';
import type { ApiCall, Mock } from '../mock/mock.ts';
import type { Outcome, PlayedOutcome, Step } from '../outcomes/outcome.ts';
import type { ExchangeRecord } from '../report.ts';
import type { Subject } from '../team/team.ts';

/** One request to the consumer and its response, of whatever play. */
export interface Sent {
  readonly delivery: Delivery;
  readonly attempt: Attempt;
}

/** How much of a body is in a report, in characters. */
const shownLength = 4_096;

/** One playing of a sequence, with ids of its own. */
export class Play implements Subject {
  readonly outcome: Outcome;
  readonly runId: string;
  readonly id: string;
  readonly reference: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly #mock: Mock;
  readonly #fileName: string;
  readonly #fired: Delivery[] = [];
  readonly #sent: ExchangeRecord[] = [];

  constructor(
    mock: Mock,
    facts: Pick<Play, 'outcome' | 'runId' | 'id' | 'reference' | 'startedAt'> & { readonly fileName: string },
  ) {
    this.#mock = mock;
    this.#fileName = facts.fileName;
    this.outcome = facts.outcome;
    this.runId = facts.runId;
    this.id = facts.id;
    this.reference = facts.reference;
    this.startedAt = facts.startedAt;
  }

  /** The deliveries so far, also those that a script dropped, in the order of creation. */
  deliveries(): readonly Delivery[] {
    return [...(this.#mock.run(this.runId)?.deliveries.values() ?? []), ...this.#fired];
  }

  /** The first delivery of a step. Undefined: it was not made. */
  deliveryOf({ type, on: { nth } }: Step): Delivery | undefined {
    const firsts = this.deliveries().filter(
      ({ callback, copy }) => callback.type === type && copy === 1 && callback.redeliveryOf === null,
    );
    return firsts[nth - 1];
  }

  /** Every attempt so far, in the order of their beginnings. */
  attempts(): readonly Sent[] {
    return this.deliveries()
      .flatMap((delivery) => delivery.attempts.map((attempt) => ({ delivery, attempt })))
      .sort((a, b) => a.attempt.at - b.attempt.at);
  }

  /** What the consumer asked the provider about it so far. */
  apiCalls(): readonly ApiCall[] {
    return this.#mock.callsAbout(this.id);
  }

  /** Adds a callback that was sent without the script. */
  addFired(delivery: Delivery): void {
    this.#fired.push(delivery);
  }

  /** Adds a request that the check sent itself. */
  addSent(record: ExchangeRecord): void {
    this.#sent.push(record);
  }

  /** Everything that was sent so far, in order. */
  exchange(): readonly ExchangeRecord[] {
    const callbacks = this.attempts().map(({ delivery, attempt }) =>
      callbackRecord(delivery, attempt, this.startedAt),
    );
    const calls = this.apiCalls().map((call) => apiRecord(call, this.startedAt));
    return [...callbacks, ...calls, ...this.#sent].sort((a, b) => a.at - b.at);
  }

  /** The strings that only this play has, and the words that stand for them in a normalized state. */
  names(): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    const add = (text: unknown, words: string): void => {
      if (typeof text === 'string' && text.length > 2 && !names.has(text)) names.set(text, words);
    };
    add(this.id, '<id>');
    add(this.reference, '<reference>');
    add(this.#fileName, '<fileName>');
    for (const { callback } of this.deliveries()) addIds(callback.payload, '', add);
    return names;
  }
}

/** Adds the strings at properties that are called like ids, and URLs. */
function addIds(
  value: JsonValue | undefined,
  key: string,
  add: (text: unknown, words: string) => void,
): void {
  if (Array.isArray(value)) for (const item of value) addIds(item, key, add);
  else if (isJsonObject(value)) for (const [name, member] of Object.entries(value)) addIds(member, name, add);
  else if (/(?:^|_)ids?$|[a-z]Ids?$|reference|url$/i.test(key)) add(value, `<${key}>`);
}

/** The step that a delivery of an undisturbed play is. */
export function stepOf(delivery: Delivery, all: readonly Delivery[]): Step {
  const { type, payload, provider } = delivery.callback;
  const same = all.filter(({ callback }) => callback.type === type);
  const nth = same.indexOf(delivery) + 1;
  const name = type.startsWith(`${provider}.`) ? type.slice(provider.length + 1) : type;
  const shown = isJsonObject(payload) ? (payload.state ?? payload.event_type ?? payload.status) : undefined;
  const id = typeof shown === 'string' || typeof shown === 'number' ? String(shown) : name;
  return { id, type, on: { callback: name, nth } };
}

export function lastStep({ steps }: PlayedOutcome): Step {
  return steps.at(-1) ?? steps[0];
}

function callbackRecord(delivery: Delivery, attempt: Attempt, startedAt: number): ExchangeRecord {
  const { method, url, headers, body, faults } = delivery.callback;
  const { response } = attempt;
  return {
    kind: 'callback',
    at: Math.round(attempt.at - startedAt),
    method,
    url: maskUrl(url),
    headers: maskCallbackHeaders(headers),
    body:
      body === null
        ? null
        : maskUrlsIn(
            (typeof body === 'string' ? body : Buffer.from(body).toString('utf8')).slice(0, shownLength),
          ),
    faults: [...faults, ...attempt.faults],
    response:
      response === null || attempt.statusCode === null
        ? null
        : {
            status: attempt.statusCode,
            headers: maskHeaders(response.headers),
            body: response.body.slice(0, shownLength),
          },
    error: attempt.statusCode === null ? attempt.error : null,
    ms: Math.round(attempt.durationMs),
  };
}

function apiRecord(call: ApiCall, startedAt: number): ExchangeRecord {
  return {
    kind: 'api',
    at: Math.round(call.endedAt - call.durationMs - startedAt),
    method: call.method,
    url: maskUrl(call.url),
    headers: {},
    body: null,
    faults: [],
    response: call.status === null ? null : { status: call.status, headers: {}, body: '' },
    error: call.status === null ? 'the consumer disconnected before the response' : null,
    ms: Math.round(call.durationMs),
  };
}
