import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { Cents } from './money.ts';

/** How many of a period a year has, with the spellings that are taken for it, the documented one first. */
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

/** Beyond this, an amount is not believed to be an income: payslips of it would not be exact any more. */
export const highestIncome = 1e9;

/** How many of a period a year has; one where none is given, null for one that is not known. */
export function periodsPerYear(period: JsonValue | undefined): number | null {
  if (period === undefined || period === null || period === '') return 1;
  if (typeof period !== 'string') return null;
  const name = period.toLowerCase().replaceAll(/[^a-z]/g, '');
  return perYear.get(name) ?? perYear.get(name.replace(/^per/, '')) ?? null;
}

/** `{period, amount}` as an amount a year; null where it states none. */
export function yearlyIncome(given: JsonValue | undefined): Cents | null {
  if (!isJsonObject(given)) return null;
  const count = periodsPerYear(given.period);
  const amount =
    typeof given.amount === 'string' ? Number(given.amount.replaceAll(/[$,\s]/g, '')) : given.amount;
  if (count === null || typeof amount !== 'number' || !(amount > 0)) return null;
  const yearly = amount * count;
  return yearly > highestIncome ? null : Math.round(yearly * 100);
}
