import { join } from 'node:path';
import type { Contract } from '../core/contract/contract.ts';
import type { JsonObject } from '../core/json.ts';
import { hasFiles, packageRoot } from './contract-files.ts';

/**
 * The contract as one OpenAPI document, whose `$ref`s are local. The files of a contract that has several are joined
 * when the document is first asked for.
 * @param path of the contract. Default: that of the bundled one
 */
export function wholeDocument(
  contract: Contract,
  path = join(packageRoot, 'openapi.bundled.yaml'),
): () => Promise<JsonObject> {
  let joined: Promise<JsonObject> | undefined;
  return () => {
    joined ??= hasFiles(contract) ? joinedDocument(path) : Promise.resolve(contract.document);
    // Don't cache a transient failure such as EMFILE.
    joined.catch(() => {
      joined = undefined;
    });
    return joined;
  };
}

async function joinedDocument(path: string): Promise<JsonObject> {
  const { loadDocument } = await import('./foreign/load-document.ts');
  return (await loadDocument(path)).document;
}
