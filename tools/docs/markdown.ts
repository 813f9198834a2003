/** A table in Markdown. Cells may hold inline Markdown; a `|` in them is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** The first line of every page that a program writes. */
export function generatedFrom(...sources: readonly string[]): string {
  return `<!-- Made from ${sources.join(', ')} by "npm run generate". Change what it is made from, not this file. -->`;
}

function escapeCell(cell: string): string {
  return cell.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}
