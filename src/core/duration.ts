import { RingbackError } from './errors.ts';
import { quoted } from './quoted.ts';

/** A length of time: milliseconds as a number, or a number with its unit, e.g. `250ms`, `2s`, `1.5h`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** What a {@link Duration} must be, for errors. */
export const durationExpected = 'a duration such as 250ms, 2s, 5m, 1h or 2d, or a number of milliseconds';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** 100 years. A later due time is a mistake, and the sum of two is still an exact integer. */
export const maxDurationMs = 36_525 * 86_400_000;

/**
 * Reads a {@link Duration}.
 * @returns whole milliseconds
 * @throws {RingbackError} `duration.invalid`
 */
export function parseDuration(duration: unknown): number {
  const exact = typeof duration === 'string' ? msOf(duration) : duration;
  if (typeof exact !== 'number' || !(exact >= 0)) {
    throw new RingbackError('duration.invalid', {
      details: { given: quoted(duration) },
      detail: `Could not read a duration. Got ${quoted(duration)}, expected ${durationExpected}.`,
    });
  }
  const ms = Math.round(exact);
  if (ms > maxDurationMs) {
    throw new RingbackError('duration.invalid', {
      details: { given: quoted(duration) },
      detail: `Could not read a duration: ${quoted(duration)} is longer than 100 years. Give a shorter one.`,
    });
  }
  return ms;
}

function msOf(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  return Number(number) * (unitMs[unit] ?? Number.NaN);
}

/** The shortest exact way to write a duration: 90_000 → `90s`, 120_000 → `2m`, 0 → `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const factor = unitMs[unit] ?? 1;
    if (ms % factor === 0) return `${ms / factor}${unit}`;
  }
  return `${ms}ms`;
}

/** Rounds a measured duration to microseconds. More digits would be noise. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
