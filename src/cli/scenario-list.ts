import { fullName, type Scenario } from '../core/scenario/scenario.ts';
import { loadScenarios, loadWorld, type World } from '../world.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { printable } from './printable.ts';
import { readOptions } from './read-options.ts';

/** `ringback scenario list`: the scenarios by name, a table or JSON. */
export async function scenarioList(args: readonly string[]): Promise<ExitCode> {
  const { options } = readOptions('scenario list', args, process.env);
  const world = await loadWorld(options.contract);
  const scenarios = await loadScenarios(world, options.scenarios);
  // Of two of one name the later one counts, as when they are played.
  const byName = new Map(scenarios.map((scenario) => [fullName(scenario), scenario]));
  const listed = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scenario]) => scenario);
  process.stdout.write(options.json ? inJson(listed, world) : inTable(listed, world));
  return exitCodes.fine;
}

function inJson(scenarios: readonly Scenario[], world: World): string {
  const entries = scenarios.map((scenario) => {
    const { provider, name, description, source, match, seed } = scenario;
    return {
      name: fullName(scenario),
      provider,
      shortName: name,
      description,
      default: isDefault(scenario, world),
      match,
      seed,
      source,
    };
  });
  return `${JSON.stringify({ scenarios: entries }, null, 2)}\n`;
}

function inTable(scenarios: readonly Scenario[], world: World): string {
  const rows = scenarios.map((scenario) => {
    const mark = isDefault(scenario, world) ? ' (default)' : '';
    return [`${fullName(scenario)}${mark}`, firstSentence(scenario.description)] as const;
  });
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => printable(`${name.padEnd(width)}  ${text}`.trimEnd()));
  return `${lines.join('\n')}\n`;
}

function isDefault(scenario: Scenario, { providers }: World): boolean {
  return providers.get(scenario.provider)?.defaultScenario === fullName(scenario);
}

/** The first one says what happens; what a good consumer does about it is for `explain`. */
function firstSentence(description: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(description)?.[0].replace(/\s+/g, ' ') ?? description;
}
