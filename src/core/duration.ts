import { RingbackError } from './errors.ts';
import { quoted } from './quoted.ts';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** 100 years: past that a due time is a mistake, and a sum of two still is an exact integer. */
export const maxDurationMs = 36_525 * 86_400_000;

/**
 * Milliseconds of a duration as scenarios write it: `250ms`, `2s`, `1.5s`, `5m`, `1h`, `2d`.
 * @throws {RingbackError} `duration.invalid`
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const factor = match?.[2] === undefined ? undefined : unitMs[match[2]];
  if (match === null || factor === undefined) {
    throw new RingbackError('duration.invalid', {
      detail: `Failed to read a duration. Got ${quoted(text)}, expected a number with a unit such as 250ms, 2s, 5m, 1h or 2d.`,
    });
  }
  const ms = Math.round(Number(match[1]) * factor);
  if (ms > maxDurationMs) {
    throw new RingbackError('duration.invalid', {
      detail: `Failed to read a duration: ${quoted(text)} is longer than 100 years. Give a shorter one.`,
    });
  }
  return ms;
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

/** A measured duration to the microsecond, which is as exact as it means anything. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
