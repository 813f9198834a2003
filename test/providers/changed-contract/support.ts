import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { StartServerOptions } from '../../../src/server/start-server-options.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { startRingback, type TestRingback } from '../../support/ringback.ts';

// biome-ignore lint/suspicious/noExplicitAny: changes reach into every part of a document
export type Document = any;

const root = join(import.meta.dirname, '../../..');

/** Writes a copy of the bundled contract with changes, beside a copy of its schemas. Returns its path. */
export async function changedCopy(change: (document: Document) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
  closeAfterwards(() => rm(folder, { recursive: true }));
  await cp(join(root, 'schemas'), join(folder, 'schemas'), { recursive: true });
  const document = parse(await readFile(join(root, 'openapi.yaml'), 'utf8'), { merge: true });
  change(document);
  const path = join(folder, 'openapi.yaml');
  await writeFile(path, stringify(document, { aliasDuplicateObjects: false }));
  return path;
}

/** Starts a mock on a copy of the bundled contract with changes. */
export async function startChanged(
  change: (document: Document) => void,
  options: StartServerOptions = {},
): Promise<TestRingback> {
  return startRingback({ contract: await changedCopy(change), ...options });
}

/** Renames a member, at its place. */
export function rename(object: Document, before: string, after: string): void {
  const members = Object.entries(object);
  for (const name of Object.keys(object)) delete object[name];
  for (const [name, value] of members) object[name === before ? after : name] = value;
  if (!(after in object)) throw new Error(`there is no ${before}`);
}

/** The operation with an id. */
export function operationOf(document: Document, id: string): Document {
  for (const item of Object.values<Document>(document.paths))
    for (const operation of Object.values<Document>(item))
      if (operation?.operationId === id) return operation;
  throw new Error(`there is no operation ${id}`);
}
