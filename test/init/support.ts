import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { draftProject, type ProjectDraft, type ProjectOrder } from '../../src/init/draft-project.ts';
import type { Catalogue } from '../../src/loading/catalogue.ts';
import { closeAfterwards } from '../support/closing.ts';

/** Drafts a project for a contract in `openapi.yaml`. */
export function draft(catalogue: Catalogue, only: ProjectOrder['only'] = null): ProjectDraft {
  const { contract, providers } = catalogue;
  const name = [...providers.keys()][0] ?? '';
  return draftProject({ contract, name, path: './openapi.yaml', modules: 'node_modules', only });
}

/** A folder that is removed at the end of the test or file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-init-'));
  closeAfterwards(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, by paths relative to a folder. */
export function writeFiles(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
