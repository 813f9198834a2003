import type { Space } from '../../core/engine/space.ts';
import { RingbackError, type Violation } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { quoted } from '../../core/quoted.ts';
import type { ScenarioWorld } from '../../core/scenario/check-references.ts';
import { readScriptText } from '../../core/scenario/read-script-text.ts';
import { readingScripts, readScriptObject } from '../../core/scenario/read-scripts.ts';
import { fullName, maxScriptLength, type Scenario } from '../../core/scenario/scenario.ts';
import { scenarioEngineOf } from '../../loading/scenario-files.ts';
import { isJsonType, parseMediaType } from '../body/media-type.ts';
import { finishInTurns } from '../http/in-turns.ts';
import type { ControlAnswer, ControlRequest } from './control-handler.ts';
import { scenarioDetailView } from './scenario-views.ts';

/** What scripts may refer to, and the providers that play them. */
export interface PlayableWorld extends ScenarioWorld {
  readonly providers: ReadonlyMap<string, Provider>;
}

/** Reads a script and adds it to the space. Throws `scenario.invalid`. */
export async function putScenario(
  request: ControlRequest,
  space: Space,
  { name, world }: { readonly name: string; readonly world: PlayableWorld },
): Promise<ControlAnswer> {
  const { text, truncated } = await request.readText(maxScriptLength * 4);
  if (truncated) {
    const message = `the script is too large, expected at most ${maxScriptLength} characters.`;
    throw invalid([{ location: 'body:1:1', code: 'script.too-large', message }]);
  }
  const script = { file: 'body', text, isJson: isJson(request) };
  const scenario = only(
    await finishInTurns(
      readingScripts([script], { ...world, settings: space.settings }, scenarioEngineOf(world)),
    ),
  );
  const misnamed = nameMismatch(scenario, name, text);
  if (misnamed !== null) throw invalid([misnamed]);
  const full = fullName(scenario);
  const isNew = space.scenarios.list().every((known) => fullName(known) !== full);
  const source = { file: `${request.method} ${request.url}`, line: scenario.source.line };
  space.scenarios.put([{ ...scenario, source }]);
  const made = space.scenarios.get(full);
  return { status: isNew ? 201 : 200, pieces: scenarioDetailView(made.scenario, made.plan) };
}

/**
 * Adds a copy of a provider's default scenario with other API faults to the space, under a name of its own.
 * @returns its full name
 * @throws {RingbackError} `scenario.invalid`, places being pointers
 */
export function putFaults(faults: JsonObject, space: Space, world: PlayableWorld): string {
  const { provider = world.providers.keys().next().value } = faults;
  const names = new Set(space.scenarios.list().map(fullName));
  let count = 1;
  while (names.has(`${String(provider)}/respond-${count}`)) count++;
  const source = 'POST /_ringback/next';
  const script = { ...faults, name: `respond-${count}` };
  const scenario = readScriptObject(
    script,
    { ...world, settings: space.settings, source },
    scenarioEngineOf(world),
  );
  const { defaultScenario } = world.providers.get(scenario.provider) as Provider;
  const { scenario: usual } = space.scenarios.get(defaultScenario, scenario.provider);
  const { name, respond } = scenario;
  space.scenarios.put([{ ...usual, name, respond, match: null, source: scenario.source }]);
  return fullName(scenario);
}

/** The default is YAML, so that `curl -T script.yaml` and `--data-binary` need no header. */
function isJson(request: ControlRequest): boolean {
  const type = parseMediaType(request.headers['content-type'] ?? '');
  return type !== null && isJsonType(type.essence);
}

function only(scenarios: readonly Scenario[]): Scenario {
  const [scenario, second] = scenarios;
  if (scenario !== undefined && second === undefined) return scenario;
  const message = `there are ${scenarios.length} scenarios in the body, expected one. Put each under its own name.`;
  throw invalid([{ location: `body:${second?.source.line ?? 1}:1`, code: 'script.several', message }]);
}

function nameMismatch(scenario: Scenario, name: string, text: string): Violation | null {
  const full = fullName(scenario);
  if (name === full || name === scenario.name) return null;
  const key = name.endsWith(`/${scenario.name}`) ? 'provider' : 'name';
  const expected = key === 'name' ? name.slice(name.indexOf('/') + 1) : name.slice(0, name.indexOf('/'));
  return {
    location: placeOf(`/${key}`, text),
    code: 'name.path',
    message: `got ${quoted(scenario[key])}, expected ${JSON.stringify(expected)} as in the path. Change one of them.`,
  };
}

function placeOf(pointer: string, text: string): string {
  const place = readScriptText(text).documents[0]?.locate({ pointer, atKey: false });
  return `body:${place?.line ?? 1}:${place?.column ?? 1} ${pointer}`;
}

function invalid(violations: readonly Violation[]): RingbackError {
  const [first] = violations;
  return new RingbackError('scenario.invalid', {
    detail: `Could not read the scenario: ${first?.location}: ${first?.message}`,
    violations,
  });
}
