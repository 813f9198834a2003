import { isCallbackUrl } from '../../callback-url.ts';
import type { CallbackType } from '../../contract/contract.ts';
import { roundMs } from '../../duration.ts';
import { RingbackError, type Violation } from '../../errors.ts';
import type { CallbackDraft, HandOrder } from '../../provider/provider.ts';
import { quoted } from '../../quoted.ts';
import type { Plan } from '../../scenario/plan.ts';
import { knownPresets } from '../../scenario/retry-presets.ts';
import { injectFaults, strikesRequest } from '../faults/faulty-request.ts';
import { describeFault, type FaultDraw, type Strike } from '../faults/select-faults.ts';
import type { Run } from '../runs/run.ts';
import type { FireOrder } from '../space.ts';
import { newTrace, type Trace, traceHeader, traceparentOf } from '../trace.ts';
import type { World } from '../world.ts';
import { attemptHeaders, headerOf } from './attempt-headers.ts';
import { composeCallback, wirePayload } from './compose-callback.ts';
import { isGone, redirectedRequest } from './declared-answer.ts';
import type { Attempt, Callback, Delivery } from './delivery.ts';
import { FiredDeliveries } from './fired-deliveries.ts';
import { failureOf, isAcknowledged, judgeAnswer } from './judge-answer.ts';
import { type RetryPolicy, retryDelay } from './retry-policy.ts';
import type { OutboundRequest, SendResult } from './sender.ts';
import { type AttemptRequest, signAttempt } from './sign-attempt.ts';

/** A callback to be delivered. */
export interface DeliveryOrder {
  /** Null: fired by hand. */
  readonly runId: string | null;
  readonly type: CallbackType;
  readonly draft: CallbackDraft;
  /** Null: the provider's settings determine the retries. */
  readonly plan: Plan | null;
  /** What a script has already done to the draft, in words. */
  readonly faults: readonly string[];
  readonly strikes: readonly Strike[];
  readonly draws: readonly FaultDraw[];
  /** When its first attempt is due; `after-next`: after the run's next callback; `never`: a script drops it. */
  readonly dueAt: number | 'after-next' | 'never';
  /** The number of its deliveries, and the milliseconds between them. */
  readonly copies: number;
  readonly gapMs: number;
  /** The message that it repeats. Default: a new one. */
  readonly messageId?: string | undefined;
}

type Judged = Omit<Attempt, 'number' | 'at' | 'faults' | 'traceparent'>;

const none: readonly never[] = [];
const noSettings: Plan['settings'] = {};

/** Makes the deliveries of a space and carries them out: attempt, log, retry. Runs count them. */
export class Deliveries {
  readonly #world: World;
  readonly #fired: FiredDeliveries;
  /** The URLs that want no more callbacks, by run. */
  readonly #gone = new Map<string, Set<string>>();

  constructor(world: World) {
    this.#world = world;
    this.#fired = new FiredDeliveries(world);
  }

  /** How many deliveries fired by hand were evicted since the last reset. */
  get evicted(): number {
    return this.#fired.evicted;
  }

  /**
   * Makes the deliveries of a callback. The caller stores them with {@link keep}, makes their first attempts, and calls
   * {@link drop} for those that are never sent.
   * @param ids one for each copy
   * @param firstNth number of the first one in its run, which has already counted them
   * @param trace that of its run. Default: one of its own
   */
  make(order: DeliveryOrder, ids: readonly string[], firstNth: number, trace?: Trace): readonly Delivery[] {
    const callback = this.#callbackOf(order, order.messageId ?? ids[0] ?? '', trace);
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

  #callbackOf(order: DeliveryOrder, messageId: string, trace: Trace | undefined): Callback {
    const { runId, type, draft, plan, faults, copies, strikes, draws } = order;
    const { method, url, headers, body } = composeCallback(type, draft);
    const violations = draft.payload === undefined ? none : type.validate(draft.payload);
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
      settings: plan?.settings ?? noSettings,
      violations,
      faults: violations.length > 0 && faults.length === 0 && setsMembers(plan) ? ['set'] : faults,
      copies,
      strikes,
      draws,
      redeliveryOf: null,
      messageId,
      trace: trace ?? newTrace(this.#world.random(`trace/message/${messageId}`)),
    };
  }

  #retryPolicyOf(provider: string): RetryPolicy {
    const { parts, settings } = this.#world;
    return parts.providers.get(provider)?.retryPolicy?.(settings) ?? knownPresets.none;
  }

  /** Stores a new delivery and emits its event. */
  async keep(delivery: Delivery): Promise<void> {
    await this.#world.store.deliveries.put(delivery);
    this.#world.emit({ kind: 'delivery.created', at: delivery.callback.createdAt, delivery });
  }

  /** Emits the event of a delivery that a script drops. */
  drop(delivery: Delivery): void {
    this.#emitEnd(delivery);
  }

  /**
   * Makes one attempt, stores its result, and plans the next one or ends the delivery. Does nothing after a reset.
   * @returns the delivery after the attempt
   */
  async attempt(delivery: Delivery): Promise<Delivery> {
    const world = this.#world;
    if (world.hasEnded) return delivery;
    const number = delivery.attempts.length + 1;
    const at = world.clock.now();
    const type = world.parts.contract.callbacks.get(delivery.callback.type);
    const unsigned = this.#isGone(delivery) ? goneRequest : this.#requestOf(delivery, number, type);
    const { request, faults } = signAttempt(world, unsigned, delivery, type, at);
    let result = request === null ? unsent(faults) : await this.#send(request);
    const redirected = type && request && redirectedRequest(type, request, result);
    if (redirected) result = later(result, await this.#send(redirected));
    if (isGone(type, result)) this.#noteGone(delivery);
    const relieving = world.memory.relieve();
    if (relieving !== undefined) await relieving;
    const now = world.clock.now();
    const judged = this.#judgeAttempt(delivery, type, number, result, now);
    const traceparent = request === null ? undefined : headerOf(request.headers, traceHeader);
    const attempt: Attempt = {
      number,
      at,
      ...(world.memory.isFull ? this.#shortened(judged) : judged),
      ...(traceparent !== undefined && { traceparent }),
      ...(redirected && { redirectedTo: redirected.url }),
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

  /** A sender that throws must not leave the delivery pending: its error is a defect and ends the attempt. */
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

  /** The delivery's request with the faults of this attempt, before it is signed. */
  #requestOf(delivery: Delivery, number: number, type: CallbackType | undefined): AttemptRequest {
    const { id, callback } = delivery;
    const { method, url, body, retry, payload, target } = callback;
    const strikes = strikesOf(callback, number);
    const dropped = strikes.find(({ fault, attempt }) => fault === 'drop' && attempt !== null);
    if (dropped !== undefined) return { request: null, faults: [describeFault(dropped)] };
    const { timeoutMs } = retry;
    const settings = this.#world.settingsOf(callback);
    const span = this.#world.parts.tracer?.beginAttempt(delivery);
    const headers = attemptHeaders(
      delivery,
      type,
      settings,
      () => span ?? traceparentOf(callback.trace, this.#world.random(`trace/attempt/${id}/${number}`)),
    );
    const plain: OutboundRequest = { method, url, headers, body, timeoutMs };
    if (strikes.length === 0) return { request: plain, faults: none };
    const { document } = this.#world.parts.contract;
    const ofRequest = strikes.filter(strikesRequest);
    if (ofRequest.length === 0 || type === undefined) return { request: plain, faults: none };
    const request = { method, url, headers, body };
    const { wire, faults, ...changed } = injectFaults(
      { type, document, target, payload, request },
      ofRequest,
    );
    const timed = { ...changed, timeoutMs };
    return { request: wire === null ? timed : { ...timed, wire }, faults };
  }

  /** The result of an attempt, and when the next one is due. */
  #judgeAttempt(
    delivery: Delivery,
    type: CallbackType | undefined,
    number: number,
    result: SendResult,
    now: number,
  ): Judged {
    const acknowledged = isAcknowledged(result);
    const isLast = acknowledged || isGone(type, result);
    const delay = isLast ? null : retryDelay(delivery.callback.retry, number, result, now);
    const answered = result.kind === 'answered';
    return {
      statusCode: answered ? result.statusCode : null,
      acknowledged,
      ...failureOf(result, type),
      durationMs: roundMs(result.durationMs),
      response: answered
        ? { headers: result.headers, body: result.body, bodyTruncated: result.bodyTruncated }
        : null,
      violations: type === undefined ? none : this.#judge(delivery, type, result),
      retryAt: delay === null ? null : now + delay + scriptedDelay(delivery, number + 1),
    };
  }

  /** The attempt without the text of its response, and without a retry, for when memory is full. */
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
    const { to, headers = {}, payload } = order;
    const id = this.#world.nextFiredId();
    const draft = this.#draftByHand(type, { to, method, headers, payload }, id);
    const { isWritten = order.payload !== undefined } = order;
    const faults = isWritten ? ['override'] : [];
    const dueAt = this.#world.clock.now();
    const unscripted = { runId: null, plan: null, strikes: none, draws: none, copies: 1, gapMs: 0 };
    const { messageId } = order;
    const made = this.make({ ...unscripted, type, draft, faults, dueAt, messageId }, [id], 1);
    const [delivery] = made as [Delivery];
    return this.sendNow(delivery);
  }

  #draftByHand(type: CallbackType, order: HandOrder, id: string): CallbackDraft {
    const { parts, settings, clock } = this.#world;
    const provider = parts.providers.get(type.provider);
    if (provider?.draftCallback !== undefined) {
      const random = this.#world.random(`fired/${id}`);
      const sample = { random, now: clock.now(), settings, overrides: {} };
      const draft = provider.draftCallback(type, order, sample);
      if (draft !== null) return draft;
    }
    const { to, method, headers, payload = type.examples[0] ?? {} } = order;
    return { callback: type.name, target: { url: to, method, headers }, payload };
  }

  /** The deliveries of a run, in the order of creation. */
  of(run: Run): Promise<readonly Delivery[]> {
    return this.#world.store.deliveries.getMany(run.deliveryIds);
  }

  /** Stores a delivery that was fired by hand, and makes its first attempt. */
  async sendNow(delivery: Delivery): Promise<Delivery> {
    const isFired = delivery.callback.runId === null;
    if (isFired) this.#fired.count(delivery.id);
    await this.keep(delivery);
    if (isFired) await this.#fired.evict();
    const relieving = this.#world.memory.relieve();
    if (relieving !== undefined) await relieving;
    return this.attempt(delivery);
  }

  #isGone({ callback: { runId, target } }: Delivery): boolean {
    return this.#gone.size > 0 && runId !== null && this.#gone.get(runId)?.has(target.url) === true;
  }

  #noteGone({ callback: { runId, target } }: Delivery): void {
    if (runId === null) return;
    const urls = this.#gone.get(runId) ?? new Set();
    this.#gone.set(runId, urls.add(target.url));
  }

  /** Forgets what it remembers of a run, which has ended. */
  forget(runId: string): void {
    this.#gone.delete(runId);
  }

  #emitEnd(delivery: Delivery): void {
    const kind = delivery.state === 'pending' ? 'delivery.failed' : (`delivery.${delivery.state}` as const);
    this.#world.emit({ kind, at: this.#world.clock.now(), delivery });
  }

  #judge({ callback }: Delivery, type: CallbackType, result: SendResult): readonly Violation[] {
    const settings = this.#world.settingsOf(callback);
    return judgeAnswer(type, callback.url, result, {
      slowAnswerMs: settings['callbacks.slowAnswer'],
      httpsOnly: false,
      ...this.#world.parts.providers.get(callback.provider)?.answerRules?.(settings),
    });
  }
}

/** The faults of an attempt. */
function strikesOf({ strikes }: Callback, number: number): Callback['strikes'] {
  if (strikes.length === 0) return none;
  return strikes.filter(({ attempt }) => attempt === null || attempt === number);
}

/** No request, since the consumer wants no more callbacks. */
const goneRequest = { request: null, faults: none };

/** The result of an attempt without a request: a script drops it, or the consumer wants no more callbacks. */
function unsent(faults: readonly string[]): SendResult {
  return faults.length > 0 ? notSent : notWanted;
}

const notWanted: SendResult = {
  kind: 'unanswered',
  reason: 'unsendable',
  code: 'target.gone',
  message: 'not sent: an earlier callback of the run to this URL got 410',
  durationMs: 0,
};

/** The second of two results, with the time of both. */
function later(first: SendResult, second: SendResult): SendResult {
  return { ...second, durationMs: first.durationMs + second.durationMs };
}

/** The result of an attempt that a script drops. To the provider it looks like a lost request. */
const notSent: SendResult = {
  kind: 'unanswered',
  reason: 'connection',
  code: 'scripted',
  message: 'not sent: the script drops this attempt',
  durationMs: 0,
};

/** The wait that `delay` adds before this attempt, in milliseconds. */
function scriptedDelay({ callback }: Delivery, number: number): number {
  const delays = callback.strikes.filter(({ fault, attempt }) => fault === 'delay' && attempt === number);
  return delays.reduce((sum, { value }) => sum + Number(value), 0);
}

/** Whether the script's own steps change the payloads. The steps of an outcome come from the provider. */
function setsMembers(plan: Plan | null): boolean {
  if (plan === null || plan.outcome !== null) return false;
  return Object.values(plan.triggers).some((steps) => steps.some(({ set }) => set !== undefined));
}
