import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { RingbackError } from '../core/errors.ts';
import { unreadableReason } from '../loading/text-file.ts';

/**
 * Writes a file that Ringback drafts, and makes its folder.
 * @param option the option that names the folder
 * @throws {RingbackError} `file.unwritable`
 */
export async function writeNew(place: string, text: string, option: string): Promise<void> {
  try {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  } catch (error) {
    throw new RingbackError('file.unwritable', {
      details: { file: place },
      detail: `Could not write ${place}: ${unwritableReason(error)}. Give ${option} a folder that this user may write to.`,
      cause: error,
    });
  }
}

function unwritableReason(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of its path is a file, expected a folder';
  if (code === 'EISDIR') return 'there is a folder of that name';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'this user may not write there';
  return unreadableReason(error);
}

/** The nearest `node_modules`, where editors find the JSON Schemas, relative to a folder. */
export function modulesFrom(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules')))
      return relative(folder, join(at, 'node_modules')).split(sep).join('/');
    if (dirname(at) === at) return 'node_modules';
  }
}
