import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFolder } from './code-folder.ts';

/** The version of this package, from its package.json. */
export const version: string = readVersion();

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(codeFolder, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
