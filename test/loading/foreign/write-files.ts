import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { ContractNote } from '../../../src/core/contract/contract.ts';
import {
  type LoadedDocument,
  type LoadOptions,
  loadDocument,
} from '../../../src/loading/foreign/load-document.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Writes files into a new folder: text as it is, everything else as JSON. Returns the path of the first one. */
export async function writeContract(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-foreign-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    const isText = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(file, isText ? content : JSON.stringify(content));
  }
  return join(folder, Object.keys(files)[0] ?? '');
}

export async function load(
  files: Readonly<Record<string, unknown>>,
  options?: LoadOptions,
): Promise<LoadedDocument> {
  return await loadDocument(await writeContract(files), options);
}

export function messages(notes: readonly ContractNote[]): string[] {
  return notes.map(({ kind, file, pointer, message }) => `${kind} ${file}#${pointer} ${message}`);
}

/** The head of a document of 3.1. */
export const head = 'openapi: 3.1.0\ninfo: { title: Parcels, version: "1" }\n';
