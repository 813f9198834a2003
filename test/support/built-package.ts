import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/**
 * Builds the package as `npm run build` does, in a separate folder below `node_modules`, where its dependencies
 * resolve. Unlike a checkout, it runs what users run, without reading TypeScript and YAML.
 * @returns the file to start with Node, and a function that removes the build
 */
export function buildPackage(): { readonly main: string; remove(): void } {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'ringback-'));
  const dist = join(folder, 'dist');
  execFileSync(process.execPath, ['tools/build.ts', dist], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  return {
    main: join(dist, 'cli/main.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
