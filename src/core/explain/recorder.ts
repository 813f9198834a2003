import type { Operation } from '../contract/contract.ts';
import { type Attempt, type Delivery, faultsOf } from '../engine/deliveries/delivery.ts';
import { expectedAnswer } from '../engine/deliveries/expected-answer.ts';
import type { OutboundRequest } from '../engine/deliveries/sender.ts';
import type { SpaceEvent } from '../engine/space.ts';
import type { Clock } from '../engine/time/clock.ts';
import { isJsonObject } from '../json.ts';
import type { ExplainedAttempt, ExplainedDelivery, ExplainedEvent, ExplainedRequest } from './explanation.ts';
import type { RehearsedAnswer } from './rehearsal-client.ts';

/** Records what happens in a space while a scenario is explained. */
export class Recorder {
  readonly events: ExplainedEvent[] = [];
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** Requests whose attempts have not ended yet, in the order of sending, which is also the order in which they end. */
  readonly #underWay: ExplainedRequest[] = [];
  /** By delivery, the request of each attempt. */
  readonly #requests = new Map<string, (ExplainedRequest | null)[]>();
  /** The number of each delivery by its id, in the order of creation. */
  readonly #numbers = new Map<string, number>();
  /** Numbers of the deliveries of the latest step. */
  #made: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  onRequest(operation: Operation, path: string): void {
    const { id, method } = operation;
    this.events.push({ atMs: this.#now(), kind: 'request', operation: id, method, path });
  }

  onAnswer({ id }: Operation, answer: RehearsedAnswer | null, faults: readonly string[]): void {
    const status = answer?.status ?? null;
    this.events.push({
      atMs: this.#now(),
      kind: 'answer',
      operation: id,
      status,
      detail: detailOf(answer),
      faults,
    });
  }

  readonly onSend = (request: OutboundRequest): void => {
    const { method, url, headers, body, wire = null } = request;
    const isText = body === null || typeof body === 'string';
    this.#underWay.push({
      method,
      url,
      headers,
      body: isText ? body : base64(body),
      bodyEncoding: isText ? 'utf8' : 'base64',
      wire,
    });
  };

  readonly onEvent = (event: SpaceEvent): void => {
    const atMs = event.at - this.#startedAt;
    switch (event.kind) {
      case 'step.played': {
        const { trigger, step, scenario } = event;
        const { set = null, callback = null } = step;
        this.#made = [];
        this.events.push({ atMs, kind: 'step', scenario, trigger, set, callback, deliveries: this.#made });
        break;
      }
      case 'delivery.created':
        this.#numbers.set(event.delivery.id, this.#numbers.size + 1);
        this.#made.push(this.#numbers.size);
        break;
      case 'delivery.dropped':
        this.events.push({ atMs, kind: 'dropped', delivery: this.#number(event.delivery) });
        break;
      case 'attempt.ended':
        this.#onAttempt(event.delivery);
        break;
      case 'defect':
        throw event.error instanceof Error ? event.error : new Error(event.message);
      default:
    }
  };

  explained(delivery: Delivery): ExplainedDelivery {
    const { state, attempts, id } = delivery;
    const { type, payload, draws, violations } = delivery.callback;
    const requests = this.#requests.get(id) ?? [];
    return {
      number: this.#number(delivery),
      callback: type,
      payload: payload ?? null,
      state,
      faults: faultsOf(delivery),
      expect: expectedAnswer(delivery).expect,
      draws,
      violations,
      attempts: attempts.map((attempt, i) => this.#explainedAttempt(attempt, requests[i] ?? null)),
    };
  }

  #onAttempt(delivery: Delivery): void {
    const attempt = delivery.attempts.at(-1);
    if (attempt === undefined) return;
    const requests = this.#requests.get(delivery.id) ?? [];
    const sent = attempt.faults.includes('drop') ? null : (this.#underWay.shift() ?? null);
    this.#requests.set(delivery.id, [...requests, sent]);
    this.events.push({
      atMs: attempt.at - this.#startedAt,
      kind: 'attempt',
      delivery: this.#number(delivery),
      attempt: attempt.number,
    });
  }

  #explainedAttempt(attempt: Attempt, request: ExplainedRequest | null): ExplainedAttempt {
    const { number, at, faults, statusCode, acknowledged, retryAt } = attempt;
    return {
      number,
      atMs: at - this.#startedAt,
      request,
      faults,
      statusCode,
      acknowledged,
      retryInMs: retryAt === null ? null : retryAt - at,
    };
  }

  #number(delivery: Delivery): number {
    return this.#numbers.get(delivery.id) ?? 0;
  }

  #now(): number {
    return this.#clock.now() - this.#startedAt;
  }
}

/** The detail of a problem+json response. */
function detailOf(answer: RehearsedAnswer | null): string | null {
  if (answer === null || answer.status < 400 || !isJsonObject(answer.body)) return null;
  return typeof answer.body.detail === 'string' ? answer.body.detail : null;
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
