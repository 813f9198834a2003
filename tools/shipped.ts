import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBundledContract, packageRoot, readContractFiles } from '../src/contract-files.ts';
import { docdigitizer } from '../src/providers/docdigitizer/docdigitizer.ts';
import { informed } from '../src/providers/informed/informed.ts';
import { readShippedScenarios } from '../src/scenario-files.ts';
import type { BundledContract, Shipped, ShippedContract } from '../src/shipped.ts';
import { writeReadyChecks } from './ready-checks.ts';

/** Writes `dist/shipped.json`: the contracts and scenarios of the package as a start wants them, read and checked. */
async function readContract(name: BundledContract): Promise<ShippedContract> {
  const { document, schemas } = await readContractFiles(join(packageRoot, name));
  return { document, schemas: Object.fromEntries(schemas) };
}

const providers = new Map([docdigitizer, informed].map((each) => [each.name, each]));
const shipped: Shipped = {
  contracts: {
    'openapi.yaml': await readContract('openapi.yaml'),
    'openapi.control.yaml': await readContract('openapi.control.yaml'),
  },
  scenarios: await readShippedScenarios({ contract: await loadBundledContract(), providers }),
};
const dist = process.argv[2] ?? join(packageRoot, 'dist');
writeFileSync(join(dist, 'shipped.json'), JSON.stringify(shipped));
await writeReadyChecks(dist);
