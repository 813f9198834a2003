import type { CallbackDraft } from '../../providers/provider.ts';
import type { CallbackType } from '../contract/contract.ts';
import { RingbackError } from '../errors.ts';
import type { Plan } from '../scenario/plan.ts';
import { composeCallback, wirePayload } from './compose-callback.ts';
import type { Attempt, Delivery } from './delivery.ts';
import { describeFault, type FaultDraw, type Strike } from './faults/select-faults.ts';
import { spoilRequest, strikesRequest } from './faults/spoil-request.ts';
import { failureOf, isAcknowledged, judgeAnswer } from './judge-answer.ts';
import { providerRetryPolicy, retryDelay } from './retry-policy.ts';
import type { Run } from './run.ts';
import type { AttemptJob } from './schedule.ts';
import type { SendResult } from './sender.ts';
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

/** Makes the deliveries of a space and carries them to their end: attempt, log, retry. */
export class Deliveries {
  readonly #state: SpaceState;
  /** Told when a delivery of a run has ended, after the run has counted it. */
  readonly #onEnd: (run: Run) => Promise<void>;
  /** Deliveries without a run, oldest first: kept as long as `limits.runs` allows. */
  #fired: string[] = [];

  constructor(state: SpaceState, onEnd: (run: Run) => Promise<void>) {
    this.#state = state;
    this.#onEnd = onEnd;
  }

  /** Makes a delivery; its first attempt is up to the caller, and so is {@link drop}, where it never leaves. */
  async create(order: NewDelivery): Promise<Delivery> {
    const { runId, type, draft, plan, faults, strikes, draws } = order;
    const { clock, settings } = this.#state;
    const now = clock.now();
    const never = order.dueAt === 'never';
    return this.#add({
      id: this.#state.newId(),
      runId,
      provider: type.provider,
      type: type.type,
      target: draft.target,
      ...composeCallback(type, draft),
      payload: wirePayload(type, draft),
      state: never ? 'dropped' : 'pending',
      createdAt: now,
      dueAt: typeof order.dueAt === 'number' ? order.dueAt : null,
      endedAt: never ? now : null,
      attempts: [],
      retry: plan?.retry ?? providerRetryPolicy(type.provider, settings),
      violations: type.validate(draft.payload),
      faults,
      strikes,
      draws,
      redeliveryOf: null,
    });
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
    const { retry } = delivery;
    const { result, faults } = await this.#send(delivery, number);
    if (era !== state.era) return;
    const now = state.clock.now();
    const success = isAcknowledged(result);
    const delay = success ? null : retryDelay(retry, number, result, now);
    const retryAt = delay === null ? null : now + delay + scriptedDelay(delivery, number + 1);
    const violations = this.#judge(delivery, result);
    const attempt: Attempt = { ...attemptOf(number, at, result), violations, faults, retryAt };
    const updated = await state.store.deliveries.update(delivery.id, (old) => ({
      ...old,
      attempts: [...old.attempts, attempt],
      state: success ? 'delivered' : retryAt === null ? 'failed' : 'pending',
      dueAt: retryAt,
      endedAt: retryAt === null ? now : null,
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

  /** Sends the delivery's request as the faults of this attempt want it. */
  async #send(
    delivery: Delivery,
    number: number,
  ): Promise<{ result: SendResult; faults: readonly string[] }> {
    const { method, url, headers, body, retry, payload, target } = delivery;
    const { parts } = this.#state;
    const plain = { method, url, headers, body, timeoutMs: retry.timeoutMs };
    const type = parts.contract.callbacks.get(delivery.type);
    const strikes = delivery.strikes.filter(({ attempt }) => attempt === null || attempt === number);
    const dropped = strikes.find(({ fault, attempt }) => fault === 'drop' && attempt !== null);
    if (dropped !== undefined) return { result: notSent, faults: [describeFault(dropped)] };
    const spoiling = strikes.filter(strikesRequest);
    if (spoiling.length === 0 || type === undefined)
      return { result: await parts.sender.send(plain), faults: [] };
    const { wire, faults, ...request } = spoilRequest({ type, target, payload, request: plain }, spoiling);
    const timed = { ...request, timeoutMs: retry.timeoutMs };
    return { result: await parts.sender.send(wire === null ? timed : { ...timed, wire }), faults };
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
    return this.#attemptNow(
      await this.#add({
        ...old,
        id: this.#state.newId(),
        state: 'pending',
        createdAt: now,
        dueAt: now,
        endedAt: null,
        attempts: [],
        strikes: [],
        draws: [],
        redeliveryOf: old.id,
      }),
    );
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
    const unscripted = { runId: null, plan: null, strikes: [], draws: [] };
    const delivery = await this.create({ ...unscripted, type, draft, faults, dueAt });
    this.#fired.push(delivery.id);
    while (this.#fired.length > this.#state.settings['limits.runs']) {
      await this.#state.store.deliveries.delete(this.#fired.shift() ?? '');
    }
    return this.#attemptNow(delivery);
  }

  /** After a reset: nothing fired before is kept any more. */
  forgetAll(): void {
    this.#fired = [];
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

  /** Keeps a delivery under the next number of its run. The run counts and numbers in one change, since steps overlap. */
  async #add(unnumbered: Omit<Delivery, 'nth'>): Promise<Delivery> {
    const { store } = this.#state;
    const { id, runId } = unnumbered;
    const run =
      runId === null
        ? undefined
        : await store.runs.update(runId, (old) => ({
            ...old,
            deliveryIds: [...old.deliveryIds, id],
            openDeliveries: old.openDeliveries + 1,
          }));
    const delivery = { ...unnumbered, nth: (run?.deliveryIds.indexOf(id) ?? 0) + 1 };
    await store.deliveries.put(delivery);
    this.#state.emit({ kind: 'delivery.created', at: delivery.createdAt, delivery });
    return delivery;
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

  #judge(delivery: Delivery, result: SendResult): ReturnType<typeof judgeAnswer> {
    const { parts, settings } = this.#state;
    const type = parts.contract.callbacks.get(delivery.type);
    if (type === undefined) return [];
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

function attemptOf(
  number: number,
  at: number,
  result: SendResult,
): Omit<Attempt, 'violations' | 'faults' | 'retryAt'> {
  const answered = result.kind === 'answered';
  return {
    number,
    at,
    statusCode: answered ? result.statusCode : null,
    success: isAcknowledged(result),
    error: failureOf(result),
    durationMs: result.durationMs,
    response: answered
      ? { headers: result.headers, body: result.body, bodyTruncated: result.bodyTruncated }
      : null,
  };
}
