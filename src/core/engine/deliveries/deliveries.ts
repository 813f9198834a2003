import { isCallbackUrl } from '../../callback-url.ts';
import type { CallbackType } from '../../contract/contract.ts';
import { roundMs } from '../../duration.ts';
import { RingbackError, type Violation } from '../../errors.ts';
import type { CallbackDraft } from '../../provider/provider.ts';
import { quoted } from '../../quoted.ts';
import type { Plan } from '../../scenario/plan.ts';
import { knownPresets } from '../../scenario/retry-presets.ts';
import { spoilRequest, strikesRequest } from '../faults/broken-request.ts';
import { describeFault, type FaultDraw, type Strike } from '../faults/select-faults.ts';
import type { Run } from '../runs/run.ts';
import type { FireOrder } from '../space.ts';
import type { World } from '../world.ts';
import { composeCallback, wirePayload } from './compose-callback.ts';
import type { Attempt, Callback, Delivery } from './delivery.ts';
import { FiredDeliveries } from './fired-deliveries.ts';
import { failureOf, isAcknowledged, judgeAnswer } from './judge-answer.ts';
import { type RetryPolicy, retryDelay } from './retry-policy.ts';
import type { OutboundRequest, SendResult } from './sender.ts';

/** A callback to be delivered. */
export interface DeliveryOrder {
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
  /** How many deliveries bring it, and how many milliseconds they are apart. */
  readonly copies: number;
  readonly gapMs: number;
}

type Judged = Omit<Attempt, 'number' | 'at' | 'faults'>;

const none: readonly never[] = [];

/** Makes the deliveries of a space and carries them to their end: attempt, log, retry. Runs count them. */
export class Deliveries {
  readonly #world: World;
  readonly #fired: FiredDeliveries;

  constructor(world: World) {
    this.#world = world;
    this.#fired = new FiredDeliveries(world);
  }

  /** How many deliveries fired by hand were evicted since the last reset. */
  get evicted(): number {
    return this.#fired.evicted;
  }

  /**
   * Makes the deliveries of a callback, to be kept with {@link keep}; their first attempts are up to the caller, and
   * so is {@link drop}, where they never leave.
   * @param ids one for each copy
   * @param firstNth number of the first one among those of its run, which has counted them already
   */
  make(order: DeliveryOrder, ids: readonly string[], firstNth: number): readonly Delivery[] {
    const callback = this.#callbackOf(order);
    const { dueAt, gapMs } = order;
    const never = dueAt === 'never';
    return ids.map((id, i) => ({
      id,
      callback,
      copy: i + 1,
      nth: firstNth + i,
      state: never ? 'dropped' : 'pending',
      dueAt: typeof dueAt === 'number' ? dueAt + i * gapMs : null,
      endedAt: never ? callback.createdAt : null,
      attempts: none,
    }));
  }

  #callbackOf(order: DeliveryOrder): Callback {
    const { runId, type, draft, plan, faults, copies, strikes, draws } = order;
    const { method, url, headers, body } = composeCallback(type, draft);
    const violations = type.validate(draft.payload);
    return {
      runId,
      provider: type.provider,
      type: type.type,
      createdAt: this.#world.clock.now(),
      target: draft.target,
      method,
      url,
      headers,
      payload: wirePayload(type, draft),
      body,
      retry: plan?.retry ?? this.#retryPolicyOf(type.provider),
      violations,
      faults: violations.length > 0 && faults.length === 0 && setsMembers(plan) ? ['set'] : faults,
      copies,
      strikes,
      draws,
      redeliveryOf: null,
    };
  }

  #retryPolicyOf(provider: string): RetryPolicy {
    const { parts, settings } = this.#world;
    return parts.providers.get(provider)?.retryPolicy?.(settings) ?? knownPresets.none;
  }

  /** Keeps a delivery that was just made, and tells of it. */
  async keep(delivery: Delivery): Promise<void> {
    await this.#world.store.deliveries.put(delivery);
    this.#world.emit({ kind: 'delivery.created', at: delivery.callback.createdAt, delivery });
  }

  /** Tells of a delivery that was made to be dropped. */
  drop(delivery: Delivery): void {
    this.#emitEnd(delivery);
  }

  /**
   * Makes one attempt, keeps what came of it, and plans the next one or ends the delivery. After a reset, nothing.
   * @returns the delivery as the attempt has left it
   */
  async attempt(delivery: Delivery): Promise<Delivery> {
    const world = this.#world;
    if (world.hasEnded) return delivery;
    const number = delivery.attempts.length + 1;
    const at = world.clock.now();
    const { request, faults } = this.#requestOf(delivery, number);
    const result = request === null ? notSent : await this.#send(request);
    const relieving = world.memory.relieve();
    if (relieving !== undefined) await relieving;
    const now = world.clock.now();
    const judged = this.#judgeAttempt(delivery, number, result, now);
    const attempt: Attempt = {
      number,
      at,
      ...(world.memory.isFull ? this.#shortened(judged) : judged),
      faults,
    };
    const { retryAt, acknowledged } = attempt;
    const endedAt = retryAt === null ? now : null;
    const updated = await world.store.deliveries.update(delivery.id, (old) => ({
      ...old,
      attempts: old.attempts.length === 0 ? [attempt] : [...old.attempts, attempt],
      state: acknowledged ? 'delivered' : retryAt === null ? 'failed' : 'pending',
      dueAt: retryAt,
      endedAt,
    }));
    if (updated === undefined) return delivery;
    world.emit({ kind: 'attempt.ended', at: now, delivery: updated });
    if (retryAt !== null) {
      await world.schedule.add({ kind: 'attempt', due: retryAt, deliveryId: delivery.id });
      return updated;
    }
    this.#emitEnd(updated);
    if (updated.callback.runId === null) await this.#fired.end(updated);
    return updated;
  }

  /** A sender that fails must not leave the delivery pending: its failure is a defect, and the attempt's end. */
  async #send(request: OutboundRequest): Promise<SendResult> {
    try {
      return await this.#world.parts.sender.send(request);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `Could not send a callback: ${reason}`;
      this.#world.emit({ kind: 'defect', at: this.#world.clock.now(), message, error });
      return { kind: 'unanswered', reason: 'connection', code: 'connect.failed', message, durationMs: 0 };
    }
  }

  /** The delivery's request as the faults of this attempt want it; null: it is not to be sent. */
  #requestOf(
    { id, callback }: Delivery,
    number: number,
  ): { request: OutboundRequest | null; faults: readonly string[] } {
    const { method, url, body, retry, payload, target } = callback;
    const { timeoutMs } = retry;
    const headers = withHeader(callback.headers, this.#world.settings['callbacks.deliveryIdHeader'], id);
    const plain: OutboundRequest = { method, url, headers, body, timeoutMs };
    if (callback.strikes.length === 0) return { request: plain, faults: none };
    const type = this.#world.parts.contract.callbacks.get(callback.type);
    const strikes = callback.strikes.filter(({ attempt }) => attempt === null || attempt === number);
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
    const acknowledged = isAcknowledged(result);
    const delay = acknowledged ? null : retryDelay(delivery.callback.retry, number, result, now);
    const answered = result.kind === 'answered';
    return {
      statusCode: answered ? result.statusCode : null,
      acknowledged,
      ...failureOf(result),
      durationMs: roundMs(result.durationMs),
      response: answered
        ? { headers: result.headers, body: result.body, bodyTruncated: result.bodyTruncated }
        : null,
      violations: this.#judge(delivery, result),
      retryAt: delay === null ? null : now + delay + scriptedDelay(delivery, number + 1),
    };
  }

  /** An attempt when there is no room in memory: without the response's text, and the last one. */
  #shortened(judged: Judged): Judged {
    const { response, retryAt, error } = judged;
    const short = response === null ? null : { headers: {}, body: '', bodyTruncated: true };
    if (retryAt === null) return { ...judged, response: short };
    const message = `${error ?? 'failed'}; not sent again: there is no room in memory`;
    return { ...judged, response: short, retryAt: null, error: message };
  }

  async fire(order: FireOrder): Promise<Delivery> {
    const type = this.#world.callbackType(order.callback);
    if (!isCallbackUrl(order.to)) {
      throw new RingbackError('request.invalid', {
        detail: `Could not fire "${type.type}". Got the URL ${quoted(order.to)}, expected an absolute http or https URL.`,
        violations: [
          { location: 'body/to', code: 'format', message: 'must be an absolute http or https URL' },
        ],
      });
    }
    const method = order.method ?? type.methods[0] ?? 'POST';
    if (!type.methods.some((known) => known === method)) {
      throw new RingbackError('request.invalid', {
        detail: `Could not fire "${type.type}". Got the method ${method}, expected ${type.methods.join(' or ')}.`,
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
    const { isWritten = order.payload !== undefined } = order;
    const faults = isWritten ? ['override'] : [];
    const dueAt = this.#world.clock.now();
    const unscripted = { runId: null, plan: null, strikes: none, draws: none, copies: 1, gapMs: 0 };
    const id = this.#world.nextFiredId();
    const [delivery] = this.make({ ...unscripted, type, draft, faults, dueAt }, [id], 1) as [Delivery];
    return this.sendNow(delivery);
  }

  /** The deliveries of a run, in the order in which they were made. */
  of(run: Run): Promise<readonly Delivery[]> {
    return this.#world.store.deliveries.getMany(run.deliveryIds);
  }

  /** Keeps a delivery that was asked for by hand, and makes its first attempt. */
  async sendNow(delivery: Delivery): Promise<Delivery> {
    const isFired = delivery.callback.runId === null;
    if (isFired) this.#fired.count(delivery.id);
    await this.keep(delivery);
    if (isFired) await this.#fired.evict();
    const relieving = this.#world.memory.relieve();
    if (relieving !== undefined) await relieving;
    return this.attempt(delivery);
  }

  #emitEnd(delivery: Delivery): void {
    const kind = delivery.state === 'pending' ? 'delivery.failed' : (`delivery.${delivery.state}` as const);
    this.#world.emit({ kind, at: this.#world.clock.now(), delivery });
  }

  #judge({ callback }: Delivery, result: SendResult): readonly Violation[] {
    const { parts, settings } = this.#world;
    const type = parts.contract.callbacks.get(callback.type);
    if (type === undefined) return none;
    return judgeAnswer(type, callback.url, result, {
      slowAnswerMs: settings['callbacks.slowAnswer'],
      httpsOnly: false,
      ...parts.providers.get(callback.provider)?.answerRules?.(settings),
    });
  }
}

/** The headers with one of ours, in place of one of that name. No name: as they are. */
function withHeader(headers: Callback['headers'], name: string, value: string): Callback['headers'] {
  if (name === '') return headers;
  const others = Object.entries(headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...Object.fromEntries(others), [name]: value };
}

/** What an attempt that a script drops comes to: to the provider it looks like a network that lost it. */
const notSent: SendResult = {
  kind: 'unanswered',
  reason: 'connection',
  code: 'scripted',
  message: 'not sent: the script drops this attempt',
  durationMs: 0,
};

/** What `delay` adds to the wait before this very attempt, in milliseconds. */
function scriptedDelay({ callback }: Delivery, number: number): number {
  const delays = callback.strikes.filter(({ fault, attempt }) => fault === 'delay' && attempt === number);
  return delays.reduce((sum, { value }) => sum + Number(value), 0);
}

/** Whether a script's own steps change what the callbacks show; those of an outcome are the provider's. */
function setsMembers(plan: Plan | null): boolean {
  if (plan === null || plan.outcome !== null) return false;
  return Object.values(plan.triggers).some((steps) => steps.some(({ set }) => set !== undefined));
}
