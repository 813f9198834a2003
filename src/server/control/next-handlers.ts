import { listed } from '../../core/contract/find-callback.ts';
import { operationNames } from '../../core/contract/find-operation.ts';
import type { Space } from '../../core/engine/space.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import type { ScenarioWorld } from '../../core/scenario/check-references.ts';
import type { NextOrder } from '../../core/scenario/next-queue.ts';
import { fullName, type ScenarioMatch } from '../../core/scenario/scenario.ts';
import { suggest } from '../../core/suggest.ts';
import type { ControlAnswer, ControlHandlers, ControlRequest } from './control-handler.ts';
import { itemsOf } from './lists.ts';
import type { PlayableWorld } from './put-scenario.ts';

/** The maximum number of queued orders. More are likely a loop in a test. */
const maxOrders = 10_000;

/** The handlers for the queue of `next`. */
export function nextHandlers(world: PlayableWorld): ControlHandlers {
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
  world: PlayableWorld,
): Promise<ControlAnswer> {
  const { scenario, respond, provider, match, times = 1 } = request.body as JsonObject;
  if (respond !== undefined && provider === undefined && world.providers.size > 1) {
    throw new RingbackError('request.invalid', {
      detail: `Could not queue the faults: body must have the property "provider", one of ${[...world.providers.keys()].join(', ')}.`,
      violations: [{ location: 'body', code: 'required', message: 'must have the property "provider"' }],
    });
  }
  // Imported on demand: it loads the YAML parser, which a start does not need.
  const { putFaults } = await import('./put-scenario.ts');
  const name =
    respond === undefined
      ? String(scenario)
      : putFaults({ ...(provider !== undefined && { provider }), respond }, space, world);
  const order = { scenario: name, match: (match ?? null) as ScenarioMatch | null, times: Number(times) };
  return { status: 201, body: orderView(queueOrder(order, space, world)) };
}

/**
 * Queues a scenario.
 * @param order its scenario by full or bare name
 * @throws {RingbackError} `scenario.unknown`, `request.invalid`, `resource.conflict`
 */
export function queueOrder(order: NextOrder, space: Space, world: ScenarioWorld): NextOrder {
  const { scenario } = space.scenarios.get(order.scenario);
  const { operation } = order.match ?? {};
  const match =
    operation === undefined
      ? order.match
      : { ...order.match, operation: operationId(operation, scenario.provider, world) };
  if (space.scenarios.queue().length >= maxOrders) {
    throw new RingbackError('resource.conflict', {
      details: { kind: 'queue', id: null },
      detail: `Could not queue ${order.scenario}: ${maxOrders} orders are already queued. Empty the queue with DELETE /_ringback/next.`,
    });
  }
  const queued = { ...order, match, scenario: fullName(scenario) };
  space.scenarios.queueNext(queued);
  return queued;
}

function orderView({ scenario, match, times }: NextOrder): JsonObject {
  return { scenario, match: match === null ? null : { ...match }, times };
}

/**
 * The id of an operation. Rejects one that chooses no scenario or does not exist: no submission would ever match the
 * order.
 * @throws {RingbackError} `request.invalid`, naming the nearest
 */
function operationId(operation: string, provider: string, { contract, providers }: ScenarioWorld): string {
  const choosing = providers.get(provider)?.choosingOperations;
  const { ids, idOf } = operationNames(contract, provider);
  const known = ids.filter((id) => choosing?.includes(id) ?? true);
  const found = idOf(operation);
  if (found !== undefined && known.includes(found)) return found;
  const message = `must be one of ${listed(known)}; got ${quoted(operation)}.${suggest(operation, known)}`;
  throw new RingbackError('request.invalid', {
    detail: `Could not queue the scenario: body/match/operation ${message}`,
    violations: [{ location: 'body/match/operation', code: 'operation.unknown', message }],
  });
}
