import { clearTimeout, setTimeout } from 'node:timers';
import { parseDuration } from '../core/duration.ts';
import { RingbackError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { callbackNamed } from './callback-named.ts';
import type { ControlClient } from './control-client.ts';
import type { DeliveryCondition, RunCondition, WaitOptions } from './mock-provider.ts';
import { checkOptions } from './options.ts';
import type { DeliveryRecord, RunRecord, SpaceEventRecord } from './records.gen.ts';
import { toCome } from './sentences.ts';
import type { ServerNames } from './server-names.ts';

export interface Wait<T> {
  /** Describes the item in the message, e.g. `a delivery of informed.error`. */
  readonly what: string;
  readonly client: ControlClient;
  /** Reads all existing items. */
  readonly all: () => Promise<readonly T[]>;
  /** Reads the items of an event. */
  readonly about: (event: SpaceEventRecord) => Promise<readonly T[]>;
  readonly fits: (item: T) => boolean;
  /** Describes what happened, for the message. */
  readonly timeline: () => Promise<string>;
  readonly options: WaitOptions;
}

/**
 * Checks all existing items, then those of each event, until an item matches.
 * @throws {RingbackError} `wait.timeout`; `duration.invalid`
 */
export async function waitFor<T>({ what, client, all, about, fits, timeline, options }: Wait<T>): Promise<T> {
  checkOptions('the waiting helper', options, ['timeout']);
  const timeoutMs = parseDuration(options.timeout ?? '5s');
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    // A reset ends the stream, but the item may come after the reset.
    while (!abort.signal.aborted) {
      // Open the stream before reading the items, so that no event is missed.
      const events = await client.events(null, abort.signal);
      const found = (await all()).find(fits);
      if (found !== undefined) return found;
      for await (const event of events) {
        const found = (await (event.type === 'gap' ? all() : about(event))).find(fits);
        if (found !== undefined) return found;
      }
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  throw await timeout(what, timeoutMs, client, timeline);
}

async function timeout(
  what: string,
  timeoutMs: number,
  client: ControlClient,
  timeline: () => Promise<string>,
): Promise<RingbackError> {
  const clock = (await client.call({ method: 'GET', path: 'clock' })) as { kind: string; pending: number };
  const hint =
    clock.kind === 'virtual' && clock.pending > 0
      ? ` The clock is virtual and stands still, and ${toCome(clock.pending)}: move it with advance() or settle().`
      : '';
  return new RingbackError('wait.timeout', {
    details: { awaited: what, timeoutMs },
    detail: `Could not wait for ${what}: there was none within ${timeoutMs} ms.${hint} What happened:\n${await timeline()}`,
  });
}

/** The condition as a function, and in words. */
export async function readDeliveryCondition(
  condition: DeliveryCondition,
  known: () => Promise<ServerNames>,
): Promise<{ fits: (delivery: DeliveryRecord) => boolean; what: string }> {
  if (typeof condition === 'function')
    return { fits: condition, what: 'a delivery that the function accepts' };
  checkCondition('waitForDelivery', condition, ['callback', 'state', 'run']);
  const { callback, state, run } = condition;
  const type =
    callback === undefined ? undefined : callbackNamed(callback, 'wait for a delivery', await known()).type;
  return {
    fits: (delivery) =>
      (type === undefined || delivery.callback === type) &&
      (state === undefined ? delivery.state !== 'pending' : delivery.state === state) &&
      (run === undefined || delivery.runId === run),
    what: `a ${state ?? 'finished'} delivery${type === undefined ? '' : ` of ${type}`}${run === undefined ? '' : ` of the run ${run}`}`,
  };
}

export function readRunCondition(condition: RunCondition): {
  fits: (run: RunRecord) => boolean;
  what: string;
} {
  if (typeof condition === 'function') return { fits: condition, what: 'a run that the function accepts' };
  checkCondition('waitForRun', condition, ['scenario', 'provider', 'resourceId', 'state']);
  const { scenario, provider, resourceId, state = 'finished' } = condition;
  const of = [
    ...(scenario === undefined ? [] : [`the scenario ${scenario}`]),
    ...(provider === undefined ? [] : [`the provider ${provider}`]),
    ...(resourceId === undefined ? [] : [`the resource ${resourceId}`]),
  ];
  return {
    fits: (run) =>
      run.state === state &&
      (scenario === undefined ||
        run.scenario === scenario ||
        run.scenario === `${run.provider}/${scenario}`) &&
      (provider === undefined || run.provider === provider) &&
      (resourceId === undefined || run.resourceId === resourceId),
    what: `a ${state} run${of.length === 0 ? '' : ` of ${of.join(' and ')}`}`,
  };
}

function checkCondition(what: string, condition: unknown, names: readonly string[]): void {
  if (!isJsonObject(condition)) {
    throw new RingbackError('option.invalid', {
      details: { option: 'condition', given: condition },
      detail: `Could not call ${what}. Got ${condition === null ? 'null' : typeof condition}, expected a function or an object with ${names.join(', ')}.`,
    });
  }
  checkOptions(what, condition, names);
}
