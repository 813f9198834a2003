import { seededRandom } from '../../core/random.ts';
import { type Address, type Applicant, inventAddress } from './applicants.ts';
import { dayFrom, fridayUpTo, monthStart, yearOf } from './calendar.ts';
import { banks, employers } from './data/businesses.ts';
import { stateTaxRates } from './data/places.ts';
import type { Cents } from './money.ts';
import type { StatedJob } from './stated-applicant.ts';

interface Deduction {
  readonly description: string;
  readonly amount: Cents;
}

/**
 * One of an applicant's jobs, with an account. Every pay day brings the same gross and net pay, so the paystubs, bank
 * statements and W-2s of one applicant agree, in whatever order they are made.
 */
export interface Employment {
  readonly employerName: string;
  readonly employerAddress: Address;
  readonly employerNumber: string;
  readonly frequency: 'weekly' | 'biweekly';
  /** Days from one pay day to the next. */
  readonly periodDays: number;
  readonly hours: number;
  readonly rate: Cents;
  /** `rate` × `hours`. */
  readonly gross: Cents;
  readonly deductions: readonly Deduction[];
  /** `gross` less all deductions. */
  readonly net: Cents;
  /** One of the pay days. */
  readonly somePayDay: number;
  readonly bankName: string;
  readonly accountLast4: string;
  readonly accountType: 'checking' | 'savings';
}

/** The current jobs of an applicant: the stated data, with the rest drawn from the application's seed. */
export function employmentsOf(applicant: Applicant, seed: string): Employments {
  const [first, ...others] = applicant.jobs;
  const employments: [Employment, ...Employment[]] = [employmentOf(applicant, first, seed, '', [])];
  for (const [index, job] of others.entries()) {
    const taken = employments.map(({ employerName }) => employerName);
    employments.push(employmentOf(applicant, job, seed, `/${index + 2}`, taken));
  }
  return employments;
}

/** @param taken employers that are not invented again */
function employmentOf(
  applicant: Applicant,
  job: StatedJob,
  seed: string,
  label: string,
  taken: readonly string[],
): Employment {
  const random = seededRandom(seed).stream(`${applicant.key}/employment${label}`);
  const weekly = random.chance(0.25);
  const hours = weekly ? 40 : 80;
  const inventedRate = random.int(17_00, 46_00);
  const rate = job.income === null ? inventedRate : Math.round(job.income / 2_080);
  const gross = rate * hours;
  const deductions = deductionsOf(gross, applicant.address.state, random.int(90, 140) / 1_000);
  return {
    employerName: job.employerName ?? random.pick(employers.filter((name) => !taken.includes(name))),
    employerAddress: { ...inventAddress(random), street_2: null },
    employerNumber: `${random.int(10, 98)}-${random.int(1_000_000, 9_999_999)}`,
    frequency: weekly ? 'weekly' : 'biweekly',
    periodDays: weekly ? 7 : 14,
    hours,
    rate,
    gross,
    deductions,
    net: deductions.reduce((left, deduction) => left - deduction.amount, gross),
    somePayDay: fridayUpTo(random.int(10_000, 10_013)),
    bankName: random.pick(banks),
    accountLast4: String(random.int(0, 9_999)).padStart(4, '0'),
    accountType: random.chance(0.85) ? 'checking' : 'savings',
  };
}

/** The jobs of one applicant, the main one first. */
export type Employments = readonly [Employment, ...Employment[]];

/** Federal Insurance Contributions Act: 6.2 % for social security, 1.45 % for Medicare. */
function deductionsOf(gross: Cents, state: string, federalRate: number): readonly Deduction[] {
  const share = (description: string, rate: number): Deduction => ({
    description,
    amount: Math.round(gross * rate),
  });
  const stateRate = stateTaxRates[state];
  return [
    share('Federal income tax', federalRate),
    ...(stateRate === undefined ? [] : [share('State income tax', stateRate)]),
    share('Social security', 0.062),
    share('Medicare', 0.0145),
  ];
}

/** The last pay day that is not after the given day. */
export function payDayUpTo(employment: Employment, day: number): number {
  const { somePayDay, periodDays } = employment;
  return somePayDay + Math.floor((day - somePayDay) / periodDays) * periodDays;
}

/** All pay days between two days, both included. */
export function payDaysWithin(employment: Employment, first: number, last: number): readonly number[] {
  const days: number[] = [];
  for (let day = payDayUpTo(employment, last); day >= first; day -= employment.periodDays) days.unshift(day);
  return days;
}

/** The number of pay days from the start of the year to the given day, inclusive. */
export function payDaysOfYear(employment: Employment, upTo: number): number {
  return payDaysWithin(employment, dayFrom(yearOf(upTo), 1, 1), upTo).length;
}

/**
 * The balance of the account when a month begins: between 20 % and 60 % of a month's pay, so that the pay of any month
 * covers the balance at its end.
 */
export function balanceAtMonthStart(
  employments: readonly Employment[],
  key: string,
  seed: string,
  day: number,
): Cents {
  const monthlyPay = employments.reduce(
    (sum, { net, frequency }) => sum + net * (frequency === 'weekly' ? 4 : 2),
    0,
  );
  const random = seededRandom(seed).stream(`${key}/balance/${monthStart(day)}`);
  return Math.round((monthlyPay * random.int(200, 600)) / 1_000);
}
