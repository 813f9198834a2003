import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Cents } from './money.ts';
import { yearlyIncome } from './stated-income.ts';

/** A current job as stated in the registration. A property is null if it is not stated. */
export interface StatedJob {
  readonly employerName: string | null;
  /** A year. */
  readonly income: Cents | null;
}

/** An income that does not come from a job. */
export interface AdditionalIncome {
  /** `Child Support` */
  readonly source: string;
  /** A year. */
  readonly income: Cents;
}

/** The maximum number of jobs that documents show: Informed asks about the employer and the second employer. */
export const mostJobs = 2;

/** The current address, in Informed's documented shape or in the earlier flat one. */
export function statedAddress(applicant: JsonObject): JsonValue | undefined {
  const [current] = currentEntries(applicant.address_info);
  return current === undefined ? applicant.address : current.address;
}

/** The current jobs. Without any, one job of which nothing is stated. */
export function statedJobs(applicant: JsonObject): readonly [StatedJob, ...StatedJob[]] {
  const [first, ...others] = currentEntries(applicant.employment_info).map(
    (entry): StatedJob => ({
      employerName: textOf(entry.employer_name),
      income: yearlyIncome(entry.income),
    }),
  );
  if (first !== undefined) return [first, ...others.slice(0, mostJobs - 1)];
  return [{ employerName: flatEmployer(applicant), income: yearlyIncome(applicant.income) }];
}

export function statedAdditionalIncomes(applicant: JsonObject): readonly AdditionalIncome[] {
  return objectsIn(applicant.additional_incomes).flatMap((entry) => {
    const income = yearlyIncome(entry.income);
    const source = textOf(entry.source) ?? 'OtherIncome';
    return income === null ? [] : [{ source: source.replaceAll(/([a-z])([A-Z])/g, '$1 $2'), income }];
  });
}

/**
 * The current entries of several addresses or jobs: all with `is_current: true`; else the first that has not ended;
 * else the first.
 */
export function currentEntries(list: JsonValue | undefined): readonly JsonObject[] {
  const entries = objectsIn(list);
  const current = entries.filter((entry) => entry.is_current === true);
  if (current.length > 0) return current;
  const ongoing = entries.find((entry) => entry.is_current !== false && textOf(entry.end_date) === null);
  return (ongoing === undefined ? entries : [ongoing]).slice(0, 1);
}

function objectsIn(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? (list as JsonArray).filter(isJsonObject) : [];
}

/** The trimmed string. Null if it is empty, and for any other value. */
export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function flatEmployer({ employer_name, employer }: JsonObject): string | null {
  return statedEmployer(employer_name) ?? statedEmployer(employer);
}

/**
 * The name of an employer in the flat format, where it is a string or an object with a name. Null for any other value.
 */
export function statedEmployer(value: JsonValue | undefined): string | null {
  return textOf(isJsonObject(value) ? (value.name ?? value.employer_name) : value);
}
