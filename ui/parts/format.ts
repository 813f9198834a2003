const units: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
];

/** A duration as scenarios write it, to three digits: `250ms`, `1.5s`, `2h`. */
export function durationText(ms: number): string {
  const unit = units.find(([size]) => ms >= size);
  if (unit === undefined) return `${ms === 0 || ms >= 10 ? Math.round(ms) : Number(ms.toPrecision(2))}ms`;
  return `${Number((ms / unit[0]).toPrecision(3))}${unit[1]}`;
}

/** The time of day, in UTC as the API has it, with milliseconds if they are wanted. */
export function timeText(time: string | number, withMs = true): string {
  const text = new Date(time).toISOString();
  return text.slice(11, withMs ? 23 : 19);
}

/** Date and time, in UTC. */
export function dateText(time: string | number): string {
  return new Date(time).toISOString().replace('T', ' ').slice(0, 19);
}

export function plural(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? word : `${word}s`}`;
}

export function bytesText(bytes: number): string {
  if (bytes < 1_024) return plural(bytes, 'byte');
  const kib = bytes / 1_024;
  return kib < 1_024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1_024).toFixed(1)} MiB`;
}
