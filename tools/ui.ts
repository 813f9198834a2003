import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { packageRoot } from '../src/loading/contract-files.ts';

/**
 * Builds the dashboard from `ui/`, in memory.
 * @returns its files by name: `index.html`, and what that loads, with a hash of the contents in each name
 */
export async function buildUi(): Promise<ReadonlyMap<string, string>> {
  const output = (await build({
    root: join(packageRoot, 'ui'),
    configFile: false,
    logLevel: 'error',
    // The same files whatever NODE_ENV is: for development, JSX names its files by their full paths.
    mode: 'production',
    oxc: { jsx: { development: false } },
    base: './',
    build: {
      write: false,
      assetsDir: '',
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1_000,
    },
  })) as Rolldown.RolldownOutput;
  const files = new Map(
    output.output.map((file) => [
      file.fileName,
      file.type === 'chunk' ? file.code : Buffer.from(file.source).toString('utf8'),
    ]),
  );
  // The page is at `…/_ringback/ui`, and its files are at `…/_ringback/ui/…`.
  const page = files.get('index.html') ?? '';
  return files.set('index.html', page.replaceAll(/(src|href)="\.\//g, '$1="./ui/'));
}

/** Writes the dashboard to `ui/` below the folder of a build. */
export async function writeUi(dist: string): Promise<void> {
  const folder = join(dist, 'ui');
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of await buildUi()) writeFileSync(join(folder, name), content);
}
