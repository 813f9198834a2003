import { setImmediate as turn } from 'node:timers/promises';
import type { Contract, ContractNote } from '../core/contract/contract.ts';
import { loadCatalogue } from '../loading/catalogue.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { printable } from './printable.ts';

/** Whether a file is a contract rather than a callback: its top level has `openapi`. */
export function isContract(text: string): boolean {
  return /^\s*\{\s*(?:"(?:\$schema|\$self)"\s*:\s*"[^"]*"\s*,\s*)?"openapi"\s*:|^["']?openapi["']?[ \t]*:/m.test(
    text.slice(0, 4_096),
  );
}

/**
 * Checks a contract: reads all of it, and makes what would be sent for each operation and callback.
 * @returns 1 if a part of it is unsupported
 */
export async function checkContract(
  file: string,
  { json, allowRemoteRefs }: { readonly json: boolean; readonly allowRemoteRefs: boolean },
  write: (text: string) => void,
): Promise<ExitCode> {
  const { contract, check, locate } = await loadCatalogue(file, { allowRemoteRefs });
  for (const _ of check?.() ?? []) await turn();
  const notes = contract.notes.map((note) => ({ ...note, ...locate?.(note) }));
  const valid = notes.every(({ kind }) => kind === 'forgiven');
  write(
    json
      ? `${JSON.stringify({ valid, contract: countsOf(contract), notes })}\n`
      : render(file, contract, notes),
  );
  return valid ? exitCodes.fine : exitCodes.finding;
}

function countsOf({
  title,
  version,
  operations,
  callbacks,
}: Contract): Readonly<Record<string, string | number>> {
  const webhooks = [...callbacks.values()].filter(({ kind }) => kind !== 'callback').length;
  return {
    title,
    version,
    operations: operations.length,
    callbacks: callbacks.size - webhooks,
    webhooks,
  };
}

function render(
  file: string,
  contract: Contract,
  notes: readonly (ContractNote & { readonly line?: number; readonly column?: number })[],
): string {
  const { title, version, operations, callbacks, webhooks } = countsOf(contract);
  const lines = notes.map((note) => {
    const at = note.line === undefined ? '' : `:${note.line}:${note.column}`;
    return `  ${note.kind}  ${note.file || file}${at} #${note.pointer}: ${note.message}`;
  });
  const head = `${title} ${version}: ${operations} operations, ${callbacks} callbacks, ${webhooks} webhooks`;
  const end =
    notes.length === 0
      ? 'nothing was forgiven, and everything is supported'
      : `${notes.length} ${notes.length === 1 ? 'note' : 'notes'}`;
  return `${[head, ...lines, end].map(printable).join('\n')}\n`;
}
