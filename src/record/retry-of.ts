import { formatDuration } from '../core/duration.ts';
import type { RecordedDelivery } from './group-attempts.ts';
import { isAcknowledged, type RecordedRequest } from './recorded-request.ts';

/** The retry policy that a recording shows, and what it does not show. */
export interface RecordedRetry {
  /** Null: nothing was retried. */
  readonly policy: {
    readonly schedule: readonly string[];
    readonly on: readonly (string | number)[];
    readonly timeout?: string;
  } | null;
  readonly notes: readonly string[];
}

export function retryOf(deliveries: readonly RecordedDelivery[]): RecordedRetry {
  const all = deliveries.flatMap(({ copies }) => copies);
  const retried = all.filter(({ length }) => length > 1);
  const failed = all.filter((attempts) => !attempts.some(isAcknowledged));
  const given = all.flat().filter(({ result }) => result.kind === 'given-up');
  const longest = retried.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) {
    const why =
      failed.length === 0
        ? 'No attempt failed, so the recording does not show how the provider retries. To see it, record with an endpoint that fails once.'
        : `${failed.length === 1 ? 'A callback' : `${failed.length} callbacks`} failed, and nothing was retried until the recording ended.`;
    return { policy: null, notes: [why] };
  }
  const schedule = waitsOf(longest);
  const conditions = retried.flatMap((attempts) => attempts.slice(0, -1).flatMap(conditionsOf));
  const on = [...new Set(conditions)];
  const timeout = Math.max(...given.map(({ at, endedAt }) => endedAt - at));
  const notes = [
    `Retries were seen after ${on.join(', ')}. Add what else the provider retries, such as 5xx, timeout or network.`,
  ];
  const others = retried.filter(
    (attempts) => attempts !== longest && !isLikeSchedule(waitsOf(attempts), schedule),
  );
  if (others.length > 0)
    notes.push(
      `The waits differ between callbacks: ${others.map((attempts) => waitsOf(attempts).map(roundedDuration).join(', ')).join(' and ')} were seen, too.`,
    );
  const open = failed.filter((attempts) => attempts.length <= schedule.length).length;
  if (open > 0)
    notes.push(
      `${open === 1 ? 'A callback' : `${open} callbacks`} failed, and the recording ended before a further attempt.`,
    );
  return {
    policy: {
      schedule: schedule.map(roundedDuration),
      on,
      ...(given.length > 0 && { timeout: roundedDuration(Math.max(timeout, 1)) }),
    },
    notes,
  };
}

function waitsOf(attempts: readonly RecordedRequest[]): readonly number[] {
  return attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.endedAt ?? at));
}

function conditionsOf({ result }: RecordedRequest): readonly (string | number)[] {
  switch (result.kind) {
    case 'answered':
      return [result.status];
    // The provider got 502 from the recorder. A mock finds nobody there.
    case 'unreachable':
      return [502, 'network'];
    case 'given-up':
      return ['timeout'];
    case 'incomplete':
      return ['network'];
  }
}

/** Providers add jitter. */
function isLikeSchedule(waits: readonly number[], schedule: readonly number[]): boolean {
  return waits.every((wait, at) => Math.abs(wait - (schedule[at] ?? 0)) <= Math.max(1_000, wait * 0.25));
}

/** A measured time without digits that mean nothing. */
export function roundedMs(ms: number): number {
  const step = ms < 1_000 ? 10 : ms < 60_000 ? 100 : 1_000;
  return Math.round(ms / step) * step;
}

export function durationText(ms: number): string {
  return ms < 60_000 && ms >= 1_000 ? `${ms / 1_000}s` : formatDuration(ms);
}

function roundedDuration(ms: number): string {
  return durationText(roundedMs(ms));
}
