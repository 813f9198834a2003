import { fullName, type Scenario } from '../core/scenario/scenario.ts';
import { type Catalogue, loadScenarios } from '../loading/catalogue.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { openCatalogue, readConfigured } from './open-catalogue.ts';
import { printable } from './printable.ts';

/** `ringback scenario list`: lists the scenarios by name, as a table or JSON. */
export async function scenarioList(args: readonly string[]): Promise<ExitCode> {
  const { options, config } = await readConfigured('scenario list', args);
  const { catalogue } = await openCatalogue(options, config);
  const scenarios = await loadScenarios(catalogue, options.scenarios);
  // Of two with the same name, the later one counts, as when they are played.
  const byName = new Map(scenarios.map((scenario) => [fullName(scenario), scenario]));
  const listed = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scenario]) => scenario);
  process.stdout.write(options.json ? inJson(listed, catalogue) : inTable(listed, catalogue));
  return exitCodes.fine;
}

function inJson(scenarios: readonly Scenario[], catalogue: Catalogue): string {
  const entries = scenarios.map((scenario) => {
    const { provider, name, description, source, match, seed } = scenario;
    return {
      name: fullName(scenario),
      provider,
      shortName: name,
      description,
      default: isDefault(scenario, catalogue),
      match,
      seed,
      source,
    };
  });
  return `${JSON.stringify({ scenarios: entries }, null, 2)}\n`;
}

function inTable(scenarios: readonly Scenario[], catalogue: Catalogue): string {
  const rows = scenarios.map((scenario) => {
    const mark = isDefault(scenario, catalogue) ? ' (default)' : '';
    return [`${fullName(scenario)}${mark}`, firstSentence(scenario.description)] as const;
  });
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => printable(`${name.padEnd(width)}  ${text}`.trimEnd()));
  return `${lines.join('\n')}\n`;
}

function isDefault(scenario: Scenario, { providers }: Catalogue): boolean {
  return providers.get(scenario.provider)?.defaultScenario === fullName(scenario);
}

/** The first sentence says what happens. `explain` shows what a good consumer does. */
function firstSentence(description: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(description)?.[0].replace(/\s+/g, ' ') ?? description;
}
