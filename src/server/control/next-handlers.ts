import type { Space } from '../../core/engine/space.ts';
import { RingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import type { ScenarioWorld } from '../../core/scenario/check-references.ts';
import type { NextOrder } from '../../core/scenario/next-queue.ts';
import type { ScenarioMatch } from '../../core/scenario/scenario.ts';
import { suggest } from '../../core/suggest.ts';
import type { ControlAnswer, ControlHandlers, ControlRequest } from './control-handler.ts';
import { itemsOf } from './lists.ts';

/** Most orders that wait: more are a loop in a test, not a plan. */
const maxOrders = 10_000;

/** What the control API does about the queue of `next`. */
export function nextHandlers(world: ScenarioWorld): ControlHandlers {
  return {
    queueNext: (request, space) => queueNext(request, space, world),
    listNext: async (_, space) => {
      const queue = space.scenarios.queue();
      return { status: 200, pieces: { queue: itemsOf(queue, orderView), total: queue.length } };
    },
    clearNext: async (_, space) => {
      space.scenarios.clearQueue();
      return { status: 204 };
    },
  };
}

/** The contract has checked the body's shape. */
async function queueNext(
  request: ControlRequest,
  space: Space,
  world: ScenarioWorld,
): Promise<ControlAnswer> {
  const body: JsonObject = isJsonObject(request.body) ? request.body : {};
  const { scenario } = space.scenarios.get(String(body.scenario));
  const match = isJsonObject(body.match) ? (body.match as ScenarioMatch) : null;
  if (match?.operation !== undefined) checkOperation(match.operation, scenario.provider, world);
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
 * Refuses an operation that chooses no scenario, or a misspelt one: no submission would ever fit the order.
 * @throws {RingbackError} `request.invalid`, naming the nearest
 */
export function checkOperation(
  operation: string,
  provider: string,
  { contract, providers }: ScenarioWorld,
): void {
  const choosing = providers.get(provider)?.choosingOperations;
  const known = contract.operations
    .filter((item) => item.provider === provider && (choosing?.includes(item.id) ?? true))
    .map(({ id }) => id);
  if (known.includes(operation)) return;
  const message = `must be one of ${known.join(', ')}; got ${quoted(operation)}.${suggest(operation, known)}`;
  throw new RingbackError('request.invalid', {
    detail: `Failed to queue the scenario: body/match/operation ${message}`,
    violations: [{ location: 'body/match/operation', code: 'operation.unknown', message }],
  });
}
