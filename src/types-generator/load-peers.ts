import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { RingbackError } from '../core/errors.ts';
import { codeFolder } from '../loading/code-folder.ts';
import type { GeneratorPeers, OpenapiTypescriptPeer, TypeScriptPeer } from './peers.ts';

const install =
  'Install it together with TypeScript 5, which it requires: npm install --save-dev openapi-typescript@7 typescript@5. In a project on TypeScript 7, do so in a separate folder with its own package.json, and run ringback types there.';

/**
 * Finds openapi-typescript and its TypeScript, in the project of the working folder or else next to Ringback.
 * @param folder where to look first, absolute
 * @throws {RingbackError} `package.missing`, `package.unusable`
 */
export function loadGeneratorPeers(folder: string): GeneratorPeers {
  const from = [join(folder, 'package.json'), join(codeFolder, 'index.js')];
  const path = from.map((place) => resolveFrom(place, 'openapi-typescript')).find((found) => found !== null);
  if (path === undefined || path === null) {
    throw new RingbackError('package.missing', {
      details: { package: 'openapi-typescript' },
      detail: `Could not write types: the package openapi-typescript is not installed. ${install}`,
    });
  }
  const typescriptPath = resolveFrom(path, 'typescript');
  if (typescriptPath === null) {
    throw new RingbackError('package.missing', {
      details: { package: 'typescript' },
      detail: `Could not write types: openapi-typescript is installed, but the package typescript is not. ${install}`,
    });
  }
  const require = createRequire(path);
  const typescript = require(typescriptPath) as Partial<TypeScriptPeer> & TypeScriptPeer;
  if (typeof typescript.factory?.createInterfaceDeclaration !== 'function') {
    throw new RingbackError('package.unusable', {
      details: { package: 'typescript', version: typescript.version ?? null },
      detail: `Could not write types: openapi-typescript finds TypeScript ${typescript.version ?? 'of an unknown version'} (${typescriptPath}), which lacks the required API. Expected TypeScript 5. ${install}`,
    });
  }
  const openapiTypescript = require(path) as OpenapiTypescriptPeer;
  if (
    typeof openapiTypescript.default !== 'function' ||
    typeof openapiTypescript.astToString !== 'function'
  ) {
    throw new RingbackError('package.unusable', {
      details: { package: 'openapi-typescript', version: versionOf(path) },
      detail: `Could not write types: openapi-typescript ${versionOf(path)} is installed (${path}), expected version 7. ${install}`,
    });
  }
  return { openapiTypescript, typescript };
}

/** The version of openapi-typescript that a file belongs to. */
function versionOf(path: string): string {
  const folder = /^.*[\\/]openapi-typescript(?=[\\/])/.exec(path)?.[0] ?? '';
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return version;
  } catch {
    return 'of an unknown version';
  }
}

function resolveFrom(file: string, name: string): string | null {
  try {
    return createRequire(file).resolve(name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return null;
    throw error;
  }
}
