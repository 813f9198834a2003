import { loadBundledContract } from '../../src/contract-files.ts';
import { parseScenarioFiles } from '../../src/core/scenario/parse-scenarios.ts';
import { docdigitizer } from '../../src/providers/docdigitizer/docdigitizer.ts';
import { informed } from '../../src/providers/informed/informed.ts';
import { readScenarioFiles, shippedScenarios } from '../../src/scenario-files.ts';
import { scenarioCataloguePage } from './scenario-catalogue-page.ts';
import { scenarioReferencePage } from './scenario-reference-page.ts';

/** The generated pages about scenarios, by file name in `docs/`. */
export async function scenarioPages(): Promise<Readonly<Record<string, string>>> {
  const contract = await loadBundledContract();
  const providers = new Map([docdigitizer, informed].map((provider) => [provider.name, provider]));
  const files = await readScenarioFiles([shippedScenarios]);
  const scenarios = parseScenarioFiles(files, { contract, providers });
  return {
    'scenario-reference.md': scenarioReferencePage(),
    'scenario-catalogue.md': scenarioCataloguePage(scenarios, providers),
  };
}
