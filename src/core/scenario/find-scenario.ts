import type { Contract } from '../contract/contract.ts';
import { RingbackError } from '../errors.ts';
import { clipped, quoted } from '../quoted.ts';
import { didYouMean, nearestName } from '../suggest.ts';
import { fullName, type Scenario } from './scenario.ts';
import type { ScenarioIndex } from './scenario-index.ts';

/** Names of other things, which errors recognize. */
interface KnownNames {
  readonly providers: ReadonlyMap<string, unknown>;
  readonly contract?: Pick<Contract, 'callbacks'>;
}

/** All scenarios that a name can mean. */
export function lookUp(index: ScenarioIndex, name: string, provider?: string): readonly Scenario[] {
  if (name.includes('/') || provider !== undefined) {
    const scenario = index.byName.get(name.includes('/') ? name : `${provider}/${name}`);
    return scenario === undefined ? [] : [scenario];
  }
  return [...index.byName.values()].filter((scenario) => scenario.name === name);
}

/**
 * The scenario of a name.
 * @param name a full name, or a bare one if `provider` is given or only one provider has it
 * @throws {RingbackError} `scenario.unknown`, naming the nearest
 */
export function findScenario(
  index: ScenarioIndex,
  known: KnownNames,
  name: string,
  provider?: string,
): Scenario {
  const [scenario, second] = lookUp(index, name, provider);
  if (scenario !== undefined && second === undefined) {
    if (provider === undefined || scenario.provider === provider) return scenario;
    throw unknown(
      name,
      `Could not find the scenario ${quoted(name)} for ${provider}: it belongs to ${scenario.provider}. Name a scenario of ${provider}.`,
    );
  }
  if (scenario !== undefined) {
    const all = lookUp(index, name).map(fullName);
    throw unknown(
      name,
      `Could not find the scenario ${quoted(name)}: several providers have one of this name. Use a full name: ${all.join(' or ')}.`,
    );
  }
  const scenarios = [...index.byName.values()];
  const elsewhere = provider === undefined ? undefined : scenarios.find((other) => other.name === name);
  if (elsewhere !== undefined) {
    throw unknown(
      name,
      `Could not find the scenario ${quoted(name)} for ${provider}: only ${elsewhere.provider} has one of that name.`,
    );
  }
  const advice = advise(index, known, name);
  if (advice !== null) throw unknown(name, `Could not find the scenario ${quoted(name)}${advice}`);
  const candidates = scenarios.filter((other) => provider === undefined || other.provider === provider);
  const names = candidates.map(name.includes('/') ? fullName : (candidate) => candidate.name);
  const suggestion = nearestName(name, new Set(names));
  const whose = provider === undefined ? '' : ` for ${provider}`;
  throw unknown(
    name,
    `Could not find the scenario ${quoted(name)}${whose}: there is none of that name.${suggestion === null ? ' ringback scenario list shows all names.' : didYouMean(suggestion)}`,
    suggestion,
  );
}

/** The rest of the error if the name is that of something else. Null: it is not. */
function advise(index: ScenarioIndex, { providers, contract }: KnownNames, name: string): string | null {
  const [, owner = '', own = ''] = /^(.*?)\/(.*)$/.exec(name) ?? [];
  const elsewhere = [...index.byName.values()].filter((other) => other.name === own);
  if (elsewhere.length > 0) {
    const names = elsewhere.map(fullName).join(' and ');
    return `: ${providers.has(owner) ? owner : `"${owner}"`} has none of that name, there is ${names}.`;
  }
  const isCallback = [...(contract?.callbacks.values() ?? [])].some(
    (type) => type.type === name || type.name === name,
  );
  if (isCallback) {
    return `: that is a callback, not a scenario. \`ringback trigger ${name} --to <url>\` or POST /_ringback/callbacks sends it; \`ringback scenario list\` shows the scenarios.`;
  }
  if (/\.(ya?ml|json)$/i.test(name)) {
    return `: that is a file. Give it with --scenarios ${name}, and name the scenario in it.`;
  }
  return null;
}

function unknown(name: string, detail: string, suggestion: string | null = null): RingbackError {
  return new RingbackError('scenario.unknown', { details: { name: clipped(name), suggestion }, detail });
}
