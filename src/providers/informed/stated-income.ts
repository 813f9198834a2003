import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { Cents } from './money.ts';

/** The number of periods in a year, and the accepted names of the period. The first name is the documented one. */
const periods: readonly (readonly [perYear: number, name: string, ...others: string[]])[] = [
  [1, 'Yearly', 'year', 'annual', 'annually', 'annum'],
  [2, 'SemiAnnually', 'semiannual', 'halfyearly'],
  [4, 'Quarterly', 'quarter'],
  [12, 'Monthly', 'month'],
  [24, 'SemiMonthly', 'bimonthly', 'twicemonthly', 'twiceamonth'],
  [26, 'BiWeekly', 'everytwoweeks', 'fortnightly', 'fortnight'],
  [52, 'Weekly', 'week'],
  [260, 'Daily', 'day'],
  [2_080, 'Hourly', 'hour'],
];

export const periodNames: readonly string[] = periods.map(([, name]) => name);

const perYear: ReadonlyMap<string, number> = new Map(
  periods.flatMap(([count, ...names]) => names.map((name) => [name.toLowerCase(), count] as const)),
);

/** The highest amount that counts as an income. The numbers on payslips of a higher one would not be exact. */
export const highestIncome = 1e9;

/** The number of periods in a year. 1 if none is given, null for an unknown one. */
export function periodsPerYear(period: JsonValue | undefined): number | null {
  if (period === undefined || period === null || period === '') return 1;
  if (typeof period !== 'string') return null;
  const name = period.toLowerCase().replaceAll(/[^a-z]/g, '');
  return perYear.get(name) ?? perYear.get(name.replace(/^per/, '')) ?? null;
}

/** `{period, amount}` as an amount per year. Null if it does not state one. */
export function yearlyIncome(given: JsonValue | undefined): Cents | null {
  if (!isJsonObject(given)) return null;
  const count = periodsPerYear(given.period);
  const amount =
    typeof given.amount === 'string' ? Number(given.amount.replaceAll(/[$,\s]/g, '')) : given.amount;
  if (count === null || typeof amount !== 'number' || !(amount > 0)) return null;
  const yearly = amount * count;
  return yearly > highestIncome ? null : Math.round(yearly * 100);
}
