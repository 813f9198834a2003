import { join } from 'node:path';
import { packageRoot, readContractFiles } from '../loading/contract-files.ts';
import { type LoadedDocument, loadDocument } from '../loading/foreign/load-document.ts';

/**
 * Reads an OpenAPI document for {@link generateTypes}. Of the contract of the bundled providers, and copies of it, the
 * schema files that only an extension refers to become components too.
 * @param path default: the contract of the bundled providers
 * @throws {RingbackError} `contract.invalid`
 */
export async function readDocument(
  path: string = join(packageRoot, 'openapi.yaml'),
): Promise<LoadedDocument> {
  const loaded = await loadDocument(path);
  if (!loaded.isOurs) return loaded;
  const { schemas } = await readContractFiles(path);
  const names = [...schemas.keys()].filter((name) => /\.schema\.(json|ya?ml)$/.test(name));
  return await loadDocument(path, { schemas: names });
}
