import type { Contract } from '../core/contract/contract.ts';
import { readContract } from '../core/contract/read-contract.ts';
import { shippedEngine } from '../loading/schema-engines.ts';
import { callbackContract } from './callback-contract.gen.ts';

let contract: Contract | undefined;

/** The callbacks of the bundled contract, without its operations. Read on the first call, compiled on first use. */
export function bundledCallbacks(): Contract {
  const { document, schemas } = callbackContract;
  contract ??= readContract(document, new Map(Object.entries(schemas)), {
    compile: 'on-first-use',
    // Schemas have the same URIs here as in the whole contract.
    engine: shippedEngine('openapi.yaml'),
  });
  return contract;
}
