import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadBundledContract, packageRoot, readContractFiles } from '../src/loading/contract-files.ts';
import { readShippedScenarios } from '../src/loading/scenario-files.ts';
import type { BundledContract, Shipped, ShippedContract } from '../src/loading/shipped.ts';
import { bundledProviders } from '../src/providers/bundled.ts';

/** Writes `shipped.json`: the package's contracts and scenarios, parsed and checked in advance to speed up the start. */
export async function writeShipped(dist: string): Promise<void> {
  const providers = bundledProviders;
  const scenarios = await readShippedScenarios({ contract: await loadBundledContract(), providers });
  const shipped: Shipped = {
    contracts: {
      'openapi.yaml': await readContract('openapi.yaml'),
      'openapi.control.yaml': await readContract('openapi.control.yaml'),
    },
    // The package is read in another folder than the build folder.
    scenarios: scenarios.map(({ source, ...scenario }) => ({
      ...scenario,
      source: { ...source, file: relative(packageRoot, source.file) },
    })),
  };
  writeFileSync(join(dist, 'shipped.json'), JSON.stringify(shipped));
}

async function readContract(name: BundledContract): Promise<ShippedContract> {
  const { document, schemas } = await readContractFiles(join(packageRoot, name));
  return { document, schemas: Object.fromEntries(schemas) };
}
