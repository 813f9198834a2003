import { expect, test } from 'vitest';
import type { Figure, Job } from '../../bench/lib/job.ts';
import { figuresTable, measuredFigures, numberText, summaryTable } from '../../bench/lib/report.ts';
import type { Round } from '../../bench/lib/rounds.ts';
import { medianOf, medianRatio } from '../../bench/lib/rounds.ts';

const rounds: readonly Round[] = [
  { 'ringback.cpuUs': 100, 'floor.cpuUs': 100, 'ringback.lost': 0 },
  { 'ringback.cpuUs': 240, 'floor.cpuUs': 200, 'ringback.lost': 0 },
  { 'ringback.cpuUs': 130, 'floor.cpuUs': 100, 'ringback.lost': 0 },
];
const cpu = { what: 'CPU, µs', ours: 'ringback.cpuUs', floor: 'floor.cpuUs' };

function jobWith(...figures: Figure[]): Job {
  const text = { title: 'A job', text: '' };
  return { name: 'job', ...text, ours: ['ringback'], floors: ['floor'], figures, measure: async () => ({}) };
}

function reachedBy(figure: Figure): boolean | null | undefined {
  return measuredFigures({ job: jobWith(figure), rounds })[0]?.reached;
}

test('a ratio is the median of the ratios of the rounds, not the ratio of the medians', () => {
  expect(medianRatio(rounds, 'ringback.cpuUs', 'floor.cpuUs')).toBe(1.2);
  expect(medianOf(rounds, 'ringback.cpuUs') / medianOf(rounds, 'floor.cpuUs')).toBe(1.3);
});

test.each<{ name: string; figure: Figure; reached: boolean | null }>([
  { name: 'a ratio at its bound', figure: { ...cpu, ratio: { atMost: 1.2 } }, reached: true },
  { name: 'a ratio past its bound', figure: { ...cpu, ratio: { atMost: 1.19 } }, reached: false },
  { name: 'a ratio below its least', figure: { ...cpu, ratio: { atLeast: 1.21 } }, reached: false },
  {
    name: 'a value at a bound of 0',
    figure: { what: '', ours: 'ringback.lost', value: { atMost: 0 } },
    reached: true,
  },
  {
    name: 'one of two bounds',
    figure: { ...cpu, value: { atMost: 200 }, ratio: { atMost: 1 } },
    reached: false,
  },
  {
    name: 'a metric that nobody measured',
    figure: { what: '', ours: 'ringback.none', value: { atLeast: 0 } },
    reached: false,
  },
  { name: 'a figure without a bound', figure: cpu, reached: null },
])('$name is reached: $reached', ({ figure, reached }) => {
  expect(reachedBy(figure)).toBe(reached);
});

test('a row of the table has ours, the floor, the ratio and the target', () => {
  const measured = measuredFigures({ job: jobWith({ ...cpu, ratio: { atMost: 1.2 } }), rounds });
  expect(figuresTable(measured).split('\n').at(-1)).toBe(
    '| CPU, µs | 130 | 100 | 1.20 × | ≤ 1.2 × | reached |',
  );
});

test('the summary has only the figures with a target', () => {
  const job = jobWith({ ...cpu, ratio: { atMost: 1 } }, { ...cpu, what: 'no bound' });
  expect(summaryTable([{ job, rounds }]).split('\n').slice(2)).toEqual([
    '| [job](#job) | CPU, µs | 1.20 × | ≤ 1 × | **not reached** |',
  ]);
});

test.each([
  [0, '0'],
  [0.12345, '0.123'],
  [12.345, '12.3'],
  [1234.5, '1,235'],
  [1_000_000, '1,000,000'],
  [Number.NaN, '–'],
])('%d is written as %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});
