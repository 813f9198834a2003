import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differenceLines, differenceText } from '../../../src/check/reports/difference-lines.ts';
import type { JsonValue } from '../../../src/core/json.ts';

it.each<[string, JsonValue, JsonValue, string[]]>([
  [
    'a value that changed',
    { a: 1, b: 2 },
    { a: 1, b: 3 },
    ['  {', '    "a": 1,', '-   "b": 2', '+   "b": 3', '  }'],
  ],
  ['a state that is missing', { a: 1 }, null, ['- {', '-   "a": 1', '- }', '+ null']],
  ['words', 'a 2xx', 'status 500', ['- a 2xx', '+ status 500']],
  [
    'what is far from a difference is left out',
    [1, 2, 3, 4, 5, 6, 7],
    [1, 2, 3, 4, 5, 6, 8],
    ['  …', '    4,', '    5,', '    6,', '-   7', '+   8', '  ]'],
  ],
  ['nothing differs', { a: 1 }, { a: 1 }, ['  …']],
])('the lines of a difference show %s', (_, expected, observed, lines) => {
  expect(differenceText(expected, observed)).toEqual(lines);
});

it('the lines of a difference have every line that only one side has', () => {
  const value = fc.array(fc.constantFrom(1, 2, 3), { maxLength: 12 });
  fc.assert(
    fc.property(value, value, (expected, observed) => {
      const lines = differenceLines(expected, observed);
      const only = (kind: string): string[] =>
        lines.filter((line) => line.kind === kind).map(({ text }) => text);
      const counts = new Map<string, number>();
      for (const text of JSON.stringify(expected, null, 2).split('\n'))
        counts.set(text, (counts.get(text) ?? 0) + 1);
      for (const text of JSON.stringify(observed, null, 2).split('\n'))
        counts.set(text, (counts.get(text) ?? 0) - 1);
      for (const text of only('expected')) counts.set(text, (counts.get(text) ?? 0) - 1);
      for (const text of only('observed')) counts.set(text, (counts.get(text) ?? 0) + 1);
      expect([...counts.values()].every((count) => count === 0)).toBe(true);
    }),
  );
});

it('the lines of a difference of large states are made in a bounded time', () => {
  const large = (from: number): JsonValue => Array.from({ length: 20_000 }, (_, i) => from + i);
  expect(differenceLines(large(0), large(1_000_000)).length).toBeGreaterThan(40_000 - 1);
});
