import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import type { Run } from '../../core/engine/runs/run.ts';
import { runState } from './views.ts';

/** The query parameters of a list. */
type Query = Readonly<Record<string, unknown>>;

export function fitsRun(run: Run, { provider, scenario, state }: Query): boolean {
  return (
    (provider === undefined || run.provider === provider) &&
    (scenario === undefined || run.scenario === scenario || run.scenario === `${run.provider}/${scenario}`) &&
    (state === undefined || runState(run) === state)
  );
}

export function fitsDelivery(delivery: Delivery, { run, provider, callback, state }: Query): boolean {
  const { runId, type, provider: own } = delivery.callback;
  return (
    (run === undefined || (runId ?? '') === run) &&
    (provider === undefined || own === provider) &&
    (callback === undefined || type === callback || `${type} `.includes(`.${callback} `)) &&
    (state === undefined || delivery.state === state)
  );
}
