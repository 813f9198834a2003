import type { Contract } from '../core/contract/contract.ts';
import { createSpace } from '../core/engine/create-space.ts';
import type { Delivery } from '../core/engine/deliveries/delivery.ts';
import type { Sender } from '../core/engine/deliveries/sender.ts';
import { isOver } from '../core/engine/runs/run.ts';
import type { FireOrder, Space, SpaceEvent } from '../core/engine/space.ts';
import type { ClockMove } from '../core/engine/time/schedule.ts';
import { realTime, type Time, virtualTime } from '../core/engine/time/time.ts';
import { RingbackError } from '../core/errors.ts';
import { noServer } from '../core/explain/explain.ts';
import { rehearsalClient } from '../core/explain/rehearsal-client.ts';
import { spaceTransport } from '../core/explain/space-transport.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import type { Settings } from '../core/settings.ts';
import { version } from '../loading/version.ts';
import { machineNow, machineTimers, steadyNow } from '../platform/machine-time.ts';
import type { AddressPolicy } from '../sender/address-policy.ts';
import { createHttpSender } from '../sender/http-sender.ts';
import { createSigner } from '../signing/create-signer.ts';
import { createMemoryStore } from '../store/memory-store.ts';

/** A callback that is sent on its own. */
export type SingleCallback = Pick<FireOrder, 'callback' | 'method' | 'payload' | 'isWritten'>;

export interface PlayOptions {
  /** The name of a scenario, or one callback. */
  readonly what: string | SingleCallback;
  readonly scenarios: readonly Scenario[];
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly settings: Settings;
  readonly seed: number;
  readonly method: 'GET' | 'POST' | null;
  readonly files: number | null;
  readonly callbackHeaders: Readonly<Record<string, string>>;
  readonly callbackUrl: string;
  readonly allow: AddressPolicy;
  /** Accepts any certificate of the endpoint. */
  readonly insecure: boolean;
  /** Skips all waiting. */
  readonly instant: boolean;
  /** Start time of the clock in milliseconds since 1970, if `instant`. */
  readonly now: number;
  /** Speed relative to real time, unless `instant`. */
  readonly speed: number;
  /**
   * Called when the last attempt of a delivery has ended, or when it is dropped.
   * @param number 1-based, in the order of creation
   */
  readonly onAttempt: (delivery: Delivery, number: number, startedAt: number) => void;
}

export interface Played {
  /** In the order of their creation. */
  readonly deliveries: readonly Delivery[];
  /** When the first request was made, by the clock of the deliveries. */
  readonly startedAt: number;
  readonly bound: ClockMove['bound'];
}

/**
 * Plays a scenario for a typical client of its provider, or one callback, and sends the callbacks.
 * @throws {RingbackError} `callback.address-refused` as soon as a callback is sent to a forbidden address
 */
export async function play(options: PlayOptions): Promise<Played> {
  const { contract, providers, scenarios } = options;
  const refusal = Promise.withResolvers<never>();
  refusal.promise.catch(() => undefined);
  const sender = createHttpSender({
    allow: options.allow,
    insecure: options.insecure,
    now: steadyNow,
    userAgent: `ringback/${version}`,
  });
  const watch = watchRuns();
  const time = timeOf(options);
  const startedAt = time.clock.now();
  const made: string[] = [];
  const space = createSpace({
    name: 'trigger',
    seed: options.seed,
    contract,
    providers,
    time,
    createStore: createMemoryStore,
    sender: refusing(sender, refusal.reject),
    signer: createSigner(),
    settings: options.settings,
    scenarios: () => scenarios,
    listener: (event) => {
      if (isEnd(event)) watch.wake();
      if (event.kind === 'delivery.created') made.push(event.delivery.id);
      if (event.kind === 'attempt.ended' || event.kind === 'delivery.dropped')
        options.onAttempt(event.delivery, made.indexOf(event.delivery.id) + 1, startedAt);
      if (event.kind === 'defect')
        refusal.reject(event.error instanceof Error ? event.error : new Error(event.message));
    },
  });
  const idle = async (): Promise<ClockMove['bound']> => {
    if (options.instant) return (await space.settle()).bound;
    await watch.idle(space);
    return null;
  };
  try {
    const bound = await Promise.race([playAll(space, options, idle), refusal.promise]);
    return { deliveries: await space.store.deliveries.list(), startedAt, bound };
  } finally {
    // The failure may come from a running job, so do not wait for it.
    space.close().catch(() => undefined);
    await sender.close();
  }
}

async function playAll(
  space: Space,
  options: PlayOptions,
  idle: () => Promise<ClockMove['bound']>,
): Promise<ClockMove['bound']> {
  const { what, callbackUrl, callbackHeaders } = options;
  if (typeof what === 'string') await rehearse(what, space, options, idle);
  else await space.fire({ ...what, to: callbackUrl, headers: callbackHeaders });
  return idle();
}

async function rehearse(
  name: string,
  space: Space,
  options: PlayOptions,
  idle: () => Promise<ClockMove['bound']>,
): Promise<void> {
  const { contract, providers, callbackUrl, method, callbackHeaders, files, settings } = options;
  const { scenario, plan } = space.scenarios.get(name);
  const provider = providers.get(scenario.provider);
  if (provider === undefined) throw new RangeError(`no provider ${scenario.provider}`);
  let refused: string | null = null;
  const transport = spaceTransport({
    space,
    contract,
    provider,
    baseUrl: `${noServer}/${provider.name}`,
    idle: async () => void (await idle()),
    onAnswer: ({ id }, answer) => {
      if (answer === null || answer.status < 400) return;
      refused = `${id} returned ${answer.status}: ${JSON.stringify(answer.body)}`;
    },
  });
  const order = { plan, callbackUrl, method, callbackHeaders, files, settings };
  await provider.rehearse(rehearsalClient(transport), order);
  if (refused !== null) {
    throw new RingbackError('option.invalid', {
      details: { option: 'scenario', given: plan.scenario },
      detail: `Could not trigger ${plan.scenario}: ${refused}.`,
    });
  }
}

/** Whether the event may end the play. */
function isEnd({ kind }: SpaceEvent): boolean {
  return kind === 'run.finished' || kind === 'delivery.delivered' || kind === 'delivery.failed';
}

function timeOf({ instant, now, speed }: PlayOptions): Time {
  return instant ? virtualTime(now) : realTime(machineNow, machineTimers, speed);
}

/** A refused address stays refused, so the first one ends the play. */
function refusing(sender: Sender, refuse: (error: RingbackError) => void): Sender {
  return {
    send: async (request) => {
      const result = await sender.send(request);
      if (result.kind === 'unanswered' && result.reason === 'refused-address') {
        const { hostname } = new URL(request.url);
        refuse(
          new RingbackError('callback.address-refused', {
            details: { host: hostname },
            detail: `Could not call back: ${result.message}. Add --allow-callbacks-to ${hostname} if you trust the address.`,
          }),
        );
      }
      return result;
    },
    close: (options) => sender.close(options),
  };
}

/** Waits on a real clock until all runs and deliveries have ended. */
function watchRuns(): { wake(): void; idle(space: Space): Promise<void> } {
  let wake: () => void = () => undefined;
  const isIdle = async ({ store }: Space): Promise<boolean> => {
    const [runs, deliveries] = [await store.runs.list(), await store.deliveries.list()];
    return runs.every(isOver) && deliveries.every(({ state }) => state !== 'pending');
  };
  return {
    wake: () => wake(),
    async idle(space) {
      while (!(await isIdle(space))) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        // Something that ended during the check above has not resolved this promise.
        if (await isIdle(space)) return;
        await promise;
      }
    },
  };
}
