import type { ContractNote } from './contract.ts';

/**
 * Notes as lines for a terminal: what is unsupported first, and notes with the same message in one line.
 * @param most the most lines. The last one says how many notes are left out
 * @param elsewhere where all of them are, for that line. Default: it does not say
 */
export function noteLines(notes: readonly ContractNote[], most = 10, elsewhere = ''): string[] {
  const inOrder = [...notes].sort((a, b) => Number(a.kind === 'forgiven') - Number(b.kind === 'forgiven'));
  const groups = [...Map.groupBy(inOrder, ({ kind, message }) => `${kind}: ${message}`)];
  const shown = groups.length > most ? most - 1 : most;
  const lines = groups.slice(0, shown).map(([text, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return `${first?.file ?? ''}#${first?.pointer ?? ''}${more}: ${text}`;
  });
  const rest = groups.slice(shown).reduce((sum, [, group]) => sum + group.length, 0);
  return rest === 0 ? lines : [...lines, `and ${rest} other notes${elsewhere}`];
}
