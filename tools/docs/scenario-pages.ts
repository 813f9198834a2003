import { parseScenarioFiles } from '../../src/core/scenario/parse-scenarios.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { readScenarioFiles, shippedScenarios } from '../../src/loading/scenario-files.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';
import { scenarioCataloguePage } from './scenario-catalogue-page.ts';
import { scenarioReferencePage } from './scenario-reference-page.ts';

/** The generated pages about scenarios, by file name in `docs/`. */
export async function scenarioPages(): Promise<Readonly<Record<string, string>>> {
  const contract = await loadBundledContract();
  const providers = bundledProviders;
  const files = await readScenarioFiles([shippedScenarios]);
  const scenarios = parseScenarioFiles(files, { contract, providers });
  return {
    'scenario-reference.md': scenarioReferencePage(),
    'scenario-catalogue.md': scenarioCataloguePage(scenarios, providers),
  };
}
