import { readFileSync } from 'node:fs';

/** The version of this package, as its package.json has it. */
export const version: string = readVersion();

function readVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return manifest.version;
}
