import { styleText } from 'node:util';
import { printable } from '../printable.ts';

export type CellColor = 'red' | 'yellow' | 'green' | 'cyan' | 'dim';

/** A cell: its text, or its text in a color. */
export type Cell = string | readonly [text: string, color: CellColor];

/** A row, and lines below it. */
export interface Row {
  readonly cells: readonly Cell[];
  readonly notes?: readonly string[];
}

/** Rows as lines whose columns are aligned, each followed by its notes. Texts may be of any characters. */
export function columns(
  rows: readonly Row[],
  colors: boolean = process.stdout.hasColors?.() ?? false,
): string {
  const texts = rows.map(({ cells }) =>
    cells.map((cell) => printable(typeof cell === 'string' ? cell : cell[0])),
  );
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.max(...texts.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map(({ cells, notes = [] }, index) => {
      const shown = cells.map((cell, column) => {
        const text = texts[index]?.[column] ?? '';
        const padding = column === cells.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - text.length);
        return `${typeof cell === 'string' || !colors ? text : styleText(cell[1], text, { validateStream: false })}${padding}`;
      });
      return `${[shown.join('  ').trimEnd(), ...notes.map((note) => `    ${printable(note)}`)].join('\n')}\n`;
    })
    .join('');
}

/** Times as cells: without the date if all are of one day. */
export function timeCells(times: readonly string[]): readonly Cell[] {
  const isOneDay = new Set(times.map((time) => time.slice(0, 10))).size < 2;
  return times.map((time) => [clockTime(time, isOneDay), 'dim']);
}

/** `00:00:02.000`, or with the date, `2030-01-01 00:00:02.000`. */
export function clockTime(time: string, isShort = true): string {
  return `${isShort ? '' : `${time.slice(0, 10)} `}${time.slice(11, 23)}`;
}
