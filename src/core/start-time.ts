/** What a start of the virtual clock may be, for the error about another one. */
export const startTimeExpected = 'an RFC 3339 time from 1970 to 9899, such as 2031-03-01T08:00:00Z';

/**
 * What is wrong with a `now` that is not a start time, for an error. `show` makes a string of it.
 * A `Date` would show as a string that looks right.
 */
export function startTimeProblem(now: unknown, show: (now: unknown) => string): string {
  if (now instanceof Date) return 'Got a Date for now; pass its toISOString()';
  return `Got ${show(now)} for now, expected ${startTimeExpected}`;
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Parses a time at which a virtual clock can start. 100 years later, years must still have four digits.
 * @returns milliseconds since 1970. Null if the string is not such a time
 */
export function readStartTime(text: unknown): number | null {
  const match = typeof text === 'string' ? rfc3339.exec(text) : null;
  if (match === null) return null;
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // `Date.parse` takes 30 February for 1 March.
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && month >= 1 && month <= 12;
  if (!isDay || hours > 23 || minutes > 59 || seconds > 59) return null;
  const time = Date.parse(match[0].toUpperCase());
  return time >= 0 && time < Date.UTC(9900, 0, 1) ? time : null;
}
