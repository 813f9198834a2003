import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RingbackError } from '../../core/errors.ts';
import { codeFolder } from '../../loading/code-folder.ts';
import { packageRoot } from '../../loading/contract-files.ts';

/** A file of the dashboard, as it is served. */
export interface UiFile {
  readonly content: string;
  readonly mediaType: string;
  /** Strong, with its quotes. */
  readonly etag: string;
}

/** The name of the page among the files. */
export const pageName = 'index.html';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

let reading: Promise<ReadonlyMap<string, UiFile>> | undefined;

/**
 * The files of the dashboard by name. The package has them in `dist/ui`. A checkout builds them from `ui/` once per
 * process, since it runs its sources, whatever an earlier build has left.
 * @throws {RingbackError} `package.missing` in a checkout without the packages of its development
 */
export function uiFiles(): Promise<ReadonlyMap<string, UiFile>> {
  if (reading === undefined) {
    reading = readUiFiles();
    // Don't cache a transient failure such as EMFILE.
    reading.catch(() => {
      reading = undefined;
    });
  }
  return reading;
}

async function readUiFiles(): Promise<ReadonlyMap<string, UiFile>> {
  const builder = join(packageRoot, 'tools/ui.ts');
  const contents = existsSync(builder) ? await build(builder) : await readBuilt(join(codeFolder, 'ui'));
  return new Map([...contents].map(([name, content]) => [name, uiFile(name, content)]));
}

async function build(builder: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { buildUi } = await import(pathToFileURL(builder).href);
    return await buildUi();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException | null)?.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new RingbackError('package.missing', {
      details: { package: 'vite' },
      detail:
        'Could not build the dashboard: this checkout lacks the packages of its development. Run npm ci, and open the page again.',
      cause,
    });
  }
}

async function readBuilt(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

function uiFile(name: string, content: string): UiFile {
  const digest = createHash('sha256').update(content).digest('base64url');
  return {
    content,
    mediaType: mediaTypes[extname(name)] ?? 'application/octet-stream',
    etag: `"${digest}"`,
  };
}
