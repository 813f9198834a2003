import { RingbackError } from '../core/errors.ts';
import { fullName, type Scenario } from '../core/scenario/scenario.ts';
import { suggest } from '../core/suggest.ts';
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
  if (options.provider !== null) checkProvider(options.provider, catalogue);
  const listed = [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, scenario]) => scenario)
    .filter((scenario) => fits(scenario, options));
  process.stdout.write(options.json ? inJson(listed, catalogue) : scenarioTable(listed, catalogue));
  return exitCodes.fine;
}

/** @throws {RingbackError} `option.invalid` */
function checkProvider(given: string, { providers }: Catalogue): void {
  if (providers.has(given)) return;
  const names = [...providers.keys()];
  throw new RingbackError('option.invalid', {
    details: { option: '--provider', given },
    detail: `Could not read --provider. Got ${JSON.stringify(given)}, expected ${names.join(' or ')}.${suggest(given, names)}`,
  });
}

function fits(
  { provider, name, description }: Scenario,
  options: { readonly provider: string | null; readonly search: string | null },
): boolean {
  const { search } = options;
  return (
    (options.provider === null || provider === options.provider) &&
    (search === null || `${provider}/${name} ${description}`.toLowerCase().includes(search.toLowerCase()))
  );
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

/**
 * One line for each scenario, by provider.
 * @param width the length at which lines are cut. Default: that of the terminal; without one, lines are whole
 */
export function scenarioTable(
  scenarios: readonly Scenario[],
  catalogue: Catalogue,
  width: number | undefined = process.stdout.columns,
): string {
  if (scenarios.length === 0) return 'no scenarios\n';
  const label = (scenario: Scenario): string =>
    `${scenario.name}${isDefault(scenario, catalogue) ? ' (default)' : ''}`;
  const column = Math.max(...scenarios.map((scenario) => label(scenario).length));
  const groups = Map.groupBy(scenarios, ({ provider }) => provider);
  return [...groups]
    .map(([provider, own]) => {
      const lines = own.map((scenario) => {
        const text = firstSentence(scenario.description);
        const line = printable(`  ${label(scenario).padEnd(column)}  ${text}`.trimEnd());
        return width !== undefined && line.length > width ? `${line.slice(0, width - 1)}…` : line;
      });
      return `${[printable(provider), ...lines].join('\n')}\n`;
    })
    .join('\n');
}

function isDefault(scenario: Scenario, { providers }: Catalogue): boolean {
  return providers.get(scenario.provider)?.defaultScenario === fullName(scenario);
}

/** The first sentence says what happens. `explain` shows what a good consumer does. */
export function firstSentence(description: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(description)?.[0].replace(/\s+/g, ' ') ?? description;
}
