import type { CallbackDraft } from '../../providers/provider.ts';
import type { CallbackType } from '../contract/contract.ts';
import { RingbackError, type Violation } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Plan } from '../scenario/plan.ts';
import { type ComposedCallback, composeCallback, wirePayload } from './compose-callback.ts';
import type { Attempt, Delivery } from './delivery.ts';
import { describeFault, type FaultDraw, type Strike } from './faults/select-faults.ts';
import { spoilRequest, strikesRequest } from './faults/spoil-request.ts';
import { failureOf, isAcknowledged, judgeAnswer } from './judge-answer.ts';
import { providerRetryPolicy, retryDelay } from './retry-policy.ts';
import type { Run } from './run.ts';
import type { AttemptJob } from './schedule.ts';
import type { OutboundRequest, SendResult } from './sender.ts';
import type { FireOrder } from './space.ts';
import type { SpaceState } from './space-state.ts';

/** A delivery to be made. */
export interface NewDelivery {
  /** Null: fired by hand. */
  readonly runId: string | null;
  readonly type: CallbackType;
  readonly draft: CallbackDraft;
  /** Null: the provider's settings decide about retries. */
  readonly plan: Plan | null;
  /** What a script did to the draft already, in words. */
  readonly faults: readonly string[];
  readonly strikes: readonly Strike[];
  readonly draws: readonly FaultDraw[];
  /** When its first attempt is due; `after-next`: after the run's next callback; `never`: a script drops it. */
  readonly dueAt: number | 'after-next' | 'never';
}

/** What a callback's draft comes to. */
interface Composed {
  readonly draft: CallbackDraft;
  readonly request: ComposedCallback;
  readonly payload: JsonObject;
  readonly violations: readonly Violation[];
}

type Judged = Omit<Attempt, 'number' | 'at' | 'faults'>;

const none: readonly never[] = [];

/** Makes the deliveries of a space and carries them to their end: attempt, log, retry. */
export class Deliveries {
  readonly #state: SpaceState;
  /** Told when a delivery of a run has ended, after the run has counted it. */
  readonly #onEnd: (run: Run) => Promise<void> | undefined;
  /** Deliveries without a run, oldest first: kept as long as `limits.runs` allows. */
  #fired: string[] = [];
  /** Of the latest delivery that was made. */
  #composed: Composed | null = null;

  constructor(state: SpaceState, onEnd: (run: Run) => Promise<void> | undefined) {
    this.#state = state;
    this.#onEnd = onEnd;
  }

  /**
   * Makes a delivery, to be kept with {@link keep}; its first attempt is up to the caller, and so is {@link drop},
   * where it never leaves.
   * @param nth its number among those of its run, which has counted it already
   */
  make(order: NewDelivery, id: string, nth: number): Delivery {
    const { type, draft } = order;
    const now = this.#state.clock.now();
    const never = order.dueAt === 'never';
    const { request, payload, violations } = this.#compose(type, draft);
    return {
      id,
      runId: order.runId,
      provider: type.provider,
      type: type.type,
      nth,
      target: draft.target,
      method: request.method,
      url: request.url,
      headers: request.headers,
      payload,
      body: request.body,
      state: never ? 'dropped' : 'pending',
      createdAt: now,
      dueAt: typeof order.dueAt === 'number' ? order.dueAt : null,
      endedAt: never ? now : null,
      attempts: none,
      retry: order.plan?.retry ?? providerRetryPolicy(type.provider, this.#state.settings),
      violations,
      faults: order.faults,
      strikes: order.strikes,
      draws: order.draws,
      redeliveryOf: null,
    };
  }

  /** Keeps a delivery that was just made, and tells of it. */
  async keep(delivery: Delivery): Promise<void> {
    await this.#state.store.deliveries.put(delivery);
    this.#state.emit({ kind: 'delivery.created', at: delivery.createdAt, delivery });
  }

  /** Ends a delivery that was made to be dropped. */
  drop(delivery: Delivery): Promise<void> {
    return this.#end(delivery);
  }

  /** Makes one attempt, keeps what came of it, and plans the next one or ends the delivery. */
  async attempt(delivery: Delivery, number: number): Promise<void> {
    const state = this.#state;
    const era = state.era;
    const at = state.clock.now();
    const { request, faults } = this.#requestOf(delivery, number);
    const result = request === null ? notSent : await state.parts.sender.send(request);
    if (era !== state.era) return;
    const now = state.clock.now();
    const attempt: Attempt = { number, at, ...this.#judgeAttempt(delivery, number, result, now), faults };
    const { retryAt, success } = attempt;
    const endedAt = retryAt === null ? now : null;
    const updated = await state.store.deliveries.update(delivery.id, (old) => ({
      ...old,
      attempts: old.attempts.length === 0 ? [attempt] : [...old.attempts, attempt],
      state: success ? 'delivered' : retryAt === null ? 'failed' : 'pending',
      dueAt: retryAt,
      endedAt,
    }));
    if (updated === undefined) return;
    state.emit({ kind: 'attempt.ended', at: now, delivery: updated });
    if (retryAt === null) await this.#end(updated);
    else
      await state.schedule.add({
        kind: 'attempt',
        due: retryAt,
        deliveryId: delivery.id,
        attempt: number + 1,
      });
  }

  /** Makes an attempt whose time has come, unless the delivery has gone or ended meanwhile. */
  async play(job: Pick<AttemptJob, 'deliveryId' | 'attempt'>): Promise<void> {
    const delivery = await this.#state.store.deliveries.get(job.deliveryId);
    if (delivery?.state === 'pending') await this.attempt(delivery, job.attempt);
  }

  /** The delivery's request as the faults of this attempt want it; null: it is not to be sent. */
  #requestOf(
    delivery: Delivery,
    number: number,
  ): { request: OutboundRequest | null; faults: readonly string[] } {
    const { method, url, headers, body, retry, payload, target } = delivery;
    const { timeoutMs } = retry;
    const plain: OutboundRequest = { method, url, headers, body, timeoutMs };
    if (delivery.strikes.length === 0) return { request: plain, faults: none };
    const type = this.#state.parts.contract.callbacks.get(delivery.type);
    const strikes = delivery.strikes.filter(({ attempt }) => attempt === null || attempt === number);
    const dropped = strikes.find(({ fault, attempt }) => fault === 'drop' && attempt !== null);
    if (dropped !== undefined) return { request: null, faults: [describeFault(dropped)] };
    const spoiling = strikes.filter(strikesRequest);
    if (spoiling.length === 0 || type === undefined) return { request: plain, faults: none };
    const request = { method, url, headers, body };
    const { wire, faults, ...spoilt } = spoilRequest({ type, target, payload, request }, spoiling);
    const timed = { ...spoilt, timeoutMs };
    return { request: wire === null ? timed : { ...timed, wire }, faults };
  }

  /** What came of an attempt, and when the next one is due. */
  #judgeAttempt(delivery: Delivery, number: number, result: SendResult, now: number): Judged {
    const success = isAcknowledged(result);
    const delay = success ? null : retryDelay(delivery.retry, number, result, now);
    const answered = result.kind === 'answered';
    return {
      statusCode: answered ? result.statusCode : null,
      success,
      error: failureOf(result),
      durationMs: result.durationMs,
      response: answered
        ? { headers: result.headers, body: result.body, bodyTruncated: result.bodyTruncated }
        : null,
      violations: this.#judge(delivery, result),
      retryAt: delay === null ? null : now + delay + scriptedDelay(delivery, number + 1),
    };
  }

  async redeliver(deliveryId: string): Promise<Delivery> {
    const old = await this.#state.store.deliveries.get(deliveryId);
    if (old === undefined) {
      throw new RingbackError('resource.not-found', {
        detail: `Failed to redeliver: no delivery "${deliveryId}".`,
      });
    }
    if (old.state === 'pending') {
      throw new RingbackError('resource.conflict', {
        detail: `Failed to redeliver "${deliveryId}": it is pending still, its next attempt is planned. Wait until it has ended.`,
      });
    }
    const now = this.#state.clock.now();
    const id = this.#state.newId();
    const run =
      old.runId === null
        ? undefined
        : await this.#state.store.runs.update(old.runId, (before) => ({
            ...before,
            deliveryIds: [...before.deliveryIds, id],
            openDeliveries: before.openDeliveries + 1,
          }));
    const again: Delivery = {
      ...old,
      id,
      nth: run?.deliveryIds.length ?? 1,
      state: 'pending',
      createdAt: now,
      dueAt: now,
      endedAt: null,
      attempts: [],
      strikes: [],
      draws: [],
      redeliveryOf: old.id,
    };
    await this.keep(again);
    return this.#attemptNow(again);
  }

  async fire(order: FireOrder): Promise<Delivery> {
    const type = this.#state.callbackType(order.callback);
    if (!/^https?:\/\//i.test(order.to) || !URL.canParse(order.to)) {
      throw new RingbackError('request.invalid', {
        detail: `Failed to fire "${type.type}". Got the URL ${JSON.stringify(order.to)}, expected an absolute http or https URL.`,
        violations: [
          { location: 'body/to', code: 'format', message: 'must be an absolute http or https URL' },
        ],
      });
    }
    const method = order.method ?? type.methods[0] ?? 'POST';
    if (!type.methods.some((known) => known === method)) {
      throw new RingbackError('request.invalid', {
        detail: `Failed to fire "${type.type}". Got the method ${method}, expected ${type.methods.join(' or ')}.`,
        violations: [
          { location: 'body/method', code: 'enum', message: `must be ${type.methods.join(' or ')}` },
        ],
      });
    }
    const draft: CallbackDraft = {
      callback: type.name,
      target: { url: order.to, method, headers: order.headers ?? {} },
      payload: order.payload ?? type.examples[0] ?? {},
    };
    const faults = order.payload === undefined ? [] : ['override'];
    const dueAt = this.#state.clock.now();
    const unscripted = { runId: null, plan: null, strikes: none, draws: none };
    const delivery = this.make({ ...unscripted, type, draft, faults, dueAt }, this.#state.newId(), 1);
    await this.keep(delivery);
    this.#fired.push(delivery.id);
    while (this.#fired.length > this.#state.settings['limits.runs']) {
      await this.#state.store.deliveries.delete(this.#fired.shift() ?? '');
    }
    return this.#attemptNow(delivery);
  }

  /** After a reset: nothing fired before is kept any more. */
  forgetAll(): void {
    this.#fired = [];
    this.#composed = null;
  }

  /** The deliveries of a run, in the order in which they were made. */
  async of(run: Run): Promise<readonly Delivery[]> {
    const found = await Promise.all(run.deliveryIds.map((id) => this.#state.store.deliveries.get(id)));
    return found.filter((delivery) => delivery !== undefined);
  }

  async #attemptNow(delivery: Delivery): Promise<Delivery> {
    await this.attempt(delivery, 1);
    return (await this.#state.store.deliveries.get(delivery.id)) ?? delivery;
  }

  /** What a draft comes to. Copies of a callback share their draft, and with it what it comes to. */
  #compose(type: CallbackType, draft: CallbackDraft): Composed {
    if (this.#composed?.draft === draft) return this.#composed;
    const request = composeCallback(type, draft);
    this.#composed = {
      draft,
      request,
      payload: wirePayload(type, draft),
      violations: type.validate(draft.payload),
    };
    return this.#composed;
  }

  async #end(delivery: Delivery): Promise<void> {
    const kind = delivery.state === 'pending' ? 'delivery.failed' : (`delivery.${delivery.state}` as const);
    this.#state.emit({ kind, at: this.#state.clock.now(), delivery });
    if (delivery.runId === null) return;
    const run = await this.#state.store.runs.update(delivery.runId, (old) => ({
      ...old,
      openDeliveries: old.openDeliveries - 1,
    }));
    if (run !== undefined) await this.#onEnd(run);
  }

  #judge(delivery: Delivery, result: SendResult): readonly Violation[] {
    const { parts, settings } = this.#state;
    const type = parts.contract.callbacks.get(delivery.type);
    if (type === undefined) return none;
    return judgeAnswer(type, delivery.url, result, {
      slowAnswerMs: settings['callbacks.slowAnswer'],
      httpsOnly: delivery.provider === 'informed' && settings['informed.strict'],
    });
  }
}

/** What an attempt that a script drops comes to: to the provider it looks like a network that lost it. */
const notSent: SendResult = {
  kind: 'unanswered',
  reason: 'connection',
  code: null,
  message: 'not sent: the script drops this attempt',
  durationMs: 0,
};

/** What `delay` adds to the wait before this very attempt, in milliseconds. */
function scriptedDelay(delivery: Delivery, number: number): number {
  const delays = delivery.strikes.filter(({ fault, attempt }) => fault === 'delay' && attempt === number);
  return delays.reduce((sum, { value }) => sum + Number(value), 0);
}
