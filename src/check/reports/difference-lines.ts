import type { JsonValue } from '../../core/json.ts';

/** A line of a diff. `gap`: lines that are equal were left out. */
export interface DifferenceLine {
  readonly kind: 'same' | 'expected' | 'observed' | 'gap';
  readonly text: string;
}

/** How many equal lines are shown around those that differ. */
const context = 3;
/** Beyond this many comparisons, what lies between the equal ends differs as a whole. */
const mostComparisons = 4_000_000;

/** What was expected and what was observed, line by line: JSON in two-space indentation, words as they are. */
export function differenceLines(expected: JsonValue, observed: JsonValue): readonly DifferenceLine[] {
  const [before, after] = [linesOf(expected), linesOf(observed)];
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const same = (lines: readonly string[]): DifferenceLine[] => lines.map((text) => ({ kind: 'same', text }));
  return shortened([
    ...same(before.slice(0, start)),
    ...compared(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ]);
}

/** The diff as text: `-` expected, `+` observed. */
export function differenceText(expected: JsonValue, observed: JsonValue): readonly string[] {
  const marks = { same: '  ', expected: '- ', observed: '+ ', gap: '  ' };
  return differenceLines(expected, observed).map(({ kind, text }) => `${marks[kind]}${text}`);
}

function linesOf(value: JsonValue): readonly string[] {
  return (typeof value === 'string' ? value : JSON.stringify(value, null, 2)).split('\n');
}

/** The longest common subsequence by dynamic programming. */
function compared(before: readonly string[], after: readonly string[]): DifferenceLine[] {
  const expected = (text: string): DifferenceLine => ({ kind: 'expected', text });
  const observed = (text: string): DifferenceLine => ({ kind: 'observed', text });
  if (before.length * after.length > mostComparisons)
    return [...before.map(expected), ...after.map(observed)];
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DifferenceLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [one, other] = [before[i], after[j]];
    if (one !== undefined && one === other) {
      lines.push({ kind: 'same', text: one });
      i++;
      j++;
    } else if (one !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(expected(one));
      i++;
    } else {
      lines.push(observed(other ?? ''));
      j++;
    }
  }
  return lines;
}

/** Without the equal lines that are far from those that differ. */
function shortened(lines: readonly DifferenceLine[]): DifferenceLine[] {
  const isNear = lines.map(() => false);
  for (const [i, { kind }] of lines.entries())
    if (kind !== 'same') isNear.fill(true, Math.max(0, i - context), Math.min(lines.length, i + context + 1));
  return lines.flatMap((line, i): DifferenceLine[] => {
    if (isNear[i]) return [line];
    return i > 0 && !isNear[i - 1] ? [] : [{ kind: 'gap', text: '…' }];
  });
}
