import type { Contract } from '../core/contract/contract.ts';
import { isRingbackError, RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { ScenarioWorld } from '../core/scenario/check-references.ts';
import { sumUp } from '../core/scenario/compile-scenario.ts';
import type { Plan } from '../core/scenario/plan.ts';
import { readScriptObject, readScripts } from '../core/scenario/read-scripts.ts';
import { fullName, type Scenario } from '../core/scenario/scenario.ts';
import type { Settings } from '../core/settings.ts';
import { scenarioEngine } from '../loading/schema-engines.ts';
import type { ContractProvider } from '../providers/contract/contract-provider.ts';
import { listed, shown, thrownText } from './code-failure.ts';
import type { DefinedProvider } from './load-provider.ts';

/** What the outcomes of a definition add to a provider. */
export function outcomeParts(
  base: ContractProvider,
  contract: Contract,
  defined: DefinedProvider,
): Partial<Pick<Provider, 'language' | 'expandOutcome' | 'scenarios' | 'defaultTime'>> {
  const { outcome } = defined.definition;
  const { language, scenarios = [] } = base;
  if (outcome === undefined || language === undefined) return {};
  // The steps are those of a timeline. One map, since its schema is compiled once.
  const world = { contract, providers: new Map([[base.name, base]]) };
  const { schema, default: standard } = outcome;
  return {
    language: {
      ...language,
      outcome: { title: 'Outcome', ...schema, type: 'object' },
      defaultOutcome: standard ?? {},
    },
    scenarios: scenarios.map((each) => ({ ...each, outcome: standard ?? each.outcome })),
    // The steps of the default outcome say it.
    ...(Object.keys(standard ?? {}).length > 0 && { defaultTime: () => undefined }),
    expandOutcome: (given, timings, settings) =>
      Object.keys(given).length === 0
        ? base.expandOutcome(given, timings, settings)
        : expanded(given, settings, { world, provider: base.name, defined }),
  };
}

/** The steps that code makes of an outcome. */
function expanded(
  outcome: JsonObject,
  settings: Settings,
  {
    world,
    provider,
    defined,
  }: { readonly world: ScenarioWorld; readonly provider: string; readonly defined: DefinedProvider },
): Plan['triggers'] {
  const { definition, file } = defined;
  let steps: unknown;
  try {
    const given = { settings: settings as object as Readonly<Record<string, unknown>> };
    steps = definition.outcome?.expand(structuredClone(outcome), given);
  } catch (error) {
    throw unplayable(file, `it threw ${thrownText(error, file)}`);
  }
  if (!Array.isArray(steps))
    throw unplayable(file, `it returned ${named(steps)}, expected an array of steps`);
  if (steps.length === 0) return { submission: [] };
  try {
    const script = { name: 'outcome', provider, timeline: steps };
    const { timeline } = readScriptObject(script, { ...world, source: file }, scenarioEngine);
    return sumUp(timeline ?? []);
  } catch (error) {
    if (!isRingbackError(error, 'scenario.invalid')) throw error;
    throw unplayable(file, `it returned steps that cannot be played: ${listed(error.violations)}`);
  }
}

function named(steps: unknown): string {
  if (steps instanceof Promise) return 'a promise';
  return steps === undefined ? 'nothing' : shown(steps);
}

function unplayable(file: string, why: string): RingbackError {
  const message = `the code in ${file} failed, ${why}. Fix outcome.expand, and restart the server.`;
  return new RingbackError('scenario.invalid', {
    detail: `Could not expand the outcome: ${message}`,
    violations: [{ location: '/outcome', code: 'outcome', message }],
  });
}

/**
 * Reads the scenarios of a definition.
 * @param provider with the outcomes of the definition
 * @returns also what is wrong with them, in sentences
 */
export function definedScenarios(
  { definition, file }: DefinedProvider,
  provider: Provider,
  contract: Contract,
): { readonly scenarios: readonly Scenario[]; readonly problems: readonly string[] } {
  const { scenarios = [], outcome } = definition;
  const world = { contract, providers: new Map([[provider.name, provider]]) };
  const read = new Map<string, Scenario>();
  const problems: string[] = [];
  const refuse = (place: string, why: string): void => {
    const text = why.replaceAll(`${file} `, '').replace(/\.$/, '');
    problems.push(`Could not use ${file}: ${text.startsWith(place) ? text : `${place}: ${text}`}.`);
  };
  const attempt = (place: string, run: () => readonly Scenario[]): void => {
    try {
      for (const scenario of run()) {
        const name = fullName(scenario);
        if (read.has(name)) refuse(place, `the name ${name} is already used`);
        read.set(name, scenario);
      }
    } catch (error) {
      if (!isRingbackError(error)) throw error;
      refuse(place, listed(error.violations) || error.message);
    }
  };
  const object = (value: unknown, place: string): Scenario =>
    readScriptObject(value, { ...world, source: `${file} ${place}` }, scenarioEngine);
  if (outcome !== undefined) {
    try {
      const script = { name: 'default', provider: provider.name, outcome: outcome.default ?? {} };
      object(script, 'outcome.default');
    } catch (error) {
      if (!isRingbackError(error)) {
        refuse('outcome.schema', `it is no JSON Schema, ${(error as Error).message}`);
        return { scenarios: [], problems };
      }
      if (outcome.default !== undefined) refuse('outcome.default', listed(error.violations));
    }
  }
  for (const [index, given] of scenarios.entries()) {
    const place = `scenarios[${index}]`;
    attempt(place, () =>
      isJsonObject(given)
        ? [object(given, place)]
        : readScripts([{ file: `${file} ${place}`, text: given, isJson: false }], world, scenarioEngine),
    );
  }
  return { scenarios: [...read.values()], problems };
}
