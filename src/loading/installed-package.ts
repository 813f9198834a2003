import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { codeFolder } from './code-folder.ts';

/**
 * The version of an optional package that is installed next to this one, or null. Reads package.json as a file, because
 * not every package exports it.
 */
export function installedVersion(name: string): string | null {
  for (const folder of createRequire(join(codeFolder, 'index.js')).resolve.paths(name) ?? []) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as {
        version?: unknown;
      };
      return typeof version === 'string' ? version : null;
    } catch {
      // It may be in a parent folder.
    }
  }
  return null;
}

/** Whether an import or require failed because the package itself is missing. */
export function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(`'${name}'`);
}
