import type { Contract } from '../../core/contract/contract.ts';
import type { Space } from '../../core/delivery/space.ts';
import { RingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { NextOrder } from '../../core/scenario/library.ts';
import type { ScenarioMatch } from '../../core/scenario/scenario.ts';
import { suggest } from '../../core/suggest.ts';
import type { ControlAnswer, ControlHandlers, ControlRequest } from './control-handler.ts';

/** Most orders that wait: more are a loop in a test, not a plan. */
const maxOrders = 10_000;

/** What the control API does about the queue of `next`. */
export function nextHandlers(contract: Contract): ControlHandlers {
  return {
    queueNext: (request, space) => queueNext(request, space, contract),
    listNext: async (_, space) => ({
      status: 200,
      body: { queue: space.scenarios.queue().map(orderView) },
    }),
    clearNext: async (_, space) => {
      space.scenarios.clearQueue();
      return { status: 204 };
    },
  };
}

/** The contract has checked the body's shape. */
async function queueNext(request: ControlRequest, space: Space, contract: Contract): Promise<ControlAnswer> {
  const body: JsonObject = isJsonObject(request.body) ? request.body : {};
  const { scenario } = space.scenarios.get(String(body.scenario));
  const match = isJsonObject(body.match) ? (body.match as ScenarioMatch) : null;
  if (match?.operation !== undefined) checkOperation(match.operation, scenario.provider, contract);
  if (space.scenarios.queue().length >= maxOrders) {
    throw new RingbackError('resource.conflict', {
      detail: `Failed to queue ${body.scenario}: ${maxOrders} orders wait already. Empty the queue with DELETE /_ringback/next.`,
    });
  }
  const order: NextOrder = {
    scenario: `${scenario.provider}/${scenario.name}`,
    match,
    times: Number(body.times ?? 1),
  };
  space.scenarios.queueNext(order);
  return { status: 201, body: orderView(order) };
}

function orderView({ scenario, match, times }: NextOrder): JsonObject {
  return { scenario, match: match === null ? null : { ...match }, times };
}

/**
 * Refuses a misspelt operation, which would make an order that no submission ever fits.
 * @throws {RingbackError} `request.invalid`, naming the nearest
 */
export function checkOperation(operation: string, provider: string, contract: Contract): void {
  const known = contract.operations.filter((item) => item.provider === provider).map(({ id }) => id);
  if (known.includes(operation)) return;
  const message = `must be one of ${known.join(', ')}; got ${JSON.stringify(operation)}.${suggest(operation, known)}`;
  throw new RingbackError('request.invalid', {
    detail: `Failed to queue the scenario: body/match/operation ${message}`,
    violations: [{ location: 'body/match/operation', code: 'operation.unknown', message }],
  });
}
