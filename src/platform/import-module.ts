import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';

/** Imports a module of the user, and returns its default export. Rejects with what the module throws. */
export async function importModule(file: string): Promise<unknown> {
  // In the CommonJS build, `import()` is `require`, which takes no URLs and nests the exports of a module.
  const isCommonJs = typeof require === 'function';
  const loaded = (await import(isCommonJs ? file : pathToFileURL(file).href)) as {
    readonly default?: unknown;
  };
  const { default: found } = loaded;
  return types.isModuleNamespaceObject(found) ? (found as { readonly default?: unknown }).default : found;
}

/** How long Node may take to check a module, in milliseconds. */
const checkMs = 5_000;

/** Where the syntax of a module is wrong, as `file:line`. Node's error does not say, but its check does. Null: unknown. */
export function syntaxErrorPlace(file: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--check', file], { timeout: checkMs }, (_error, _stdout, stderr) => {
      const name = basename(file);
      const line = stderr.split('\n').find((each) => each.includes(`${name}:`));
      const number = /:(\d+)$/.exec(line?.trim() ?? '')?.[1];
      resolve(number === undefined ? null : `${name}:${number}`);
    });
  });
}
