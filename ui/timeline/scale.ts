/** The part of the time that the timeline shows, in milliseconds: since the submission of each run, or by the clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type TimeBase = 'submission' | 'clock';

/** From a time to its place, in pixels. */
export type Place = (time: number) => number;

/** Room for half a mark at both ends, in pixels. */
const edge = 8;

export function placeIn({ from, to }: Span, width: number): Place {
  const factor = (width - 2 * edge) / (to - from);
  return (time) => edge + (time - from) * factor;
}

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
  172_800_000, 604_800_000, 2_592_000_000, 31_536_000_000,
];

/** The smallest round step of which at most this many fit into the span. */
function stepFor(length: number, most: number): number {
  return steps.find((step) => length / step <= most) ?? length;
}

export function ticksIn({ from, to }: Span, width: number): readonly number[] {
  const step = stepFor(to - from, Math.max(2, Math.floor(width / 90)));
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}

/** Times that are so much longer than most others are left outside: they would press the others together. */
const outlier = 8;

/** A span that contains most of these times with some room, and changes seldom: its end is round. */
export function fitted(times: readonly Span[], base: TimeBase): Span {
  if (times.length === 0) return { from: 0, to: 1_000 };
  let from = Number.POSITIVE_INFINITY;
  for (const time of times) from = Math.min(from, time.from);
  const ends = times.map(({ to }) => to).sort((a, b) => a - b);
  const last = ends.at(-1) ?? from;
  const usual = ends[Math.floor(ends.length * 0.8)] ?? last;
  const to = base === 'submission' && usual > 0 && last > usual * outlier ? usual : last;
  const length = Math.max(to - from, 100);
  const unit = stepFor(length * 1.06, 8);
  const end = from + Math.ceil((length * 1.06) / unit) * unit;
  return { from, to: end };
}

export function zoomed({ from, to }: Span, factor: number, around = (from + to) / 2): Span {
  const length = Math.min(Math.max((to - from) * factor, 2), 3_153_600_000_000);
  const share = (around - from) / (to - from);
  return { from: around - length * share, to: around + length * (1 - share) };
}

export function moved({ from, to }: Span, share: number): Span {
  const by = (to - from) * share;
  return { from: from + by, to: to + by };
}
