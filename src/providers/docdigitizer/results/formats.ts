const dayMs = 86_400_000;

/** An amount as the results data has it: a number with at most two decimals. */
export function amount(cents: number): number {
  return cents / 100;
}

/** A date in the format of the results data, `DD/MM/YYYY`, this many days after a time. */
export function date(time: number, days = 0): string {
  const at = new Date(time + days * dayMs);
  return `${twoDigits(at.getUTCDate())}/${twoDigits(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
}

/** The year, this many days after a time. */
export function yearOf(time: number, days = 0): number {
  return new Date(time + days * dayMs).getUTCFullYear();
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}
