import type { Space } from '../../core/engine/space.ts';
import { isRingbackError, RingbackError } from '../../core/errors.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { ControlHandler, ControlHandlers, ControlRequest } from './control-handler.ts';
import { itemsOf } from './lists.ts';
import type { PlayableWorld } from './put-scenario.ts';
import { scenarioDetailView, scenarioView } from './scenario-views.ts';

/** The handlers for the scripts of a space. */
export function scenarioHandlers(world: PlayableWorld): ControlHandlers {
  const put: ControlHandler = async (request, space) => {
    // Imported on demand: it loads the YAML parser, which a start does not need.
    const { putScenario } = await import('./put-scenario.ts');
    return putScenario(request, space, { name: nameOf(request), world });
  };
  return {
    listScenarios,
    getScenario,
    getScenarioOfProvider: getScenario,
    putScenario: put,
    putScenarioOfProvider: put,
    deleteScenario,
    deleteScenarioOfProvider: deleteScenario,
  };
}

const listScenarios: ControlHandler = async (request, space) => {
  const { provider } = request.query;
  const fitting = space.scenarios
    .list()
    .filter((scenario) => provider === undefined || scenario.provider === provider);
  return { status: 200, pieces: { scenarios: itemsOf(fitting, scenarioView), total: fitting.length } };
};

const getScenario: ControlHandler = async (request, space) => {
  const { scenario, plan } = find(space, nameOf(request));
  return { status: 200, pieces: scenarioDetailView(scenario, plan) };
};

const deleteScenario: ControlHandler = async (request, space) => {
  const name = nameOf(request);
  // What cannot be deleted is not there, or not named exactly: `find` says which.
  if (!space.scenarios.delete(name)) find(space, name);
  return { status: 204 };
};

/** `provider/name`, or the bare name where the path has no provider. */
function nameOf({ path }: ControlRequest): string {
  return path.provider === undefined ? (path.name ?? '') : `${path.provider}/${path.name}`;
}

function find(space: Space, name: string): { scenario: Scenario; plan: Plan } {
  try {
    return space.scenarios.get(name);
  } catch (error) {
    if (!isRingbackError(error, 'scenario.unknown')) throw error;
    // Here it is the path that names it.
    throw new RingbackError(error.code, { detail: error.message, details: error.details, status: 404 });
  }
}
