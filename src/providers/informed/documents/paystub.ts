import type { JsonObject } from '../../../core/json.ts';
import { isoDay } from '../calendar.ts';
import { employers } from '../data/businesses.ts';
import { payDaysOfYear, payDaysWithin, payDayUpTo } from '../employment.ts';
import { dollars } from '../money.ts';
import {
  type DocumentOrder,
  namedApplicants,
  printedName,
  underOtherName,
  underSimilarName,
} from './document-order.ts';

/** The maximum age of a paystub, in days. */
export const paystubDays = 60;

/** A paystub: rate × hours = gross, gross − deductions = net, and the year's sums fit the pay date. */
export function makePaystub(order: DocumentOrder): JsonObject {
  const defect = defectOf(order);
  const { random, employment } = order;
  const person =
    defect === 'similar-name'
      ? underSimilarName(order.owner)
      : defect === 'other-name'
        ? underOtherName(order.owner, random)
        : order.owner;
  const payDay = defect === 'stale' ? stalePayDay(order) : recentPayDay(order);
  const count = payDaysOfYear(employment, payDay);
  const periodEnd = payDay - 7;
  return {
    applicants: namedApplicants([person], { ssn: true }),
    employer_name: employerName(defect, order),
    employer_address: employment.employerAddress,
    employee_name: printedName(person),
    pay_period_start: isoDay(periodEnd - employment.periodDays + 1),
    pay_period_end: isoDay(periodEnd),
    pay_date: isoDay(payDay),
    pay_frequency: employment.frequency,
    pay_rate: dollars(employment.rate),
    hours: employment.hours,
    gross_pay: dollars(employment.gross),
    deductions: employment.deductions.map(({ description, amount }) => ({
      description,
      amount: dollars(amount),
      amount_ytd: dollars(amount * count),
    })),
    net_pay: dollars(employment.net),
    gross_pay_ytd: dollars(employment.gross * count),
    net_pay_ytd: dollars(employment.net * count),
  };
}

type Defect = 'stale' | 'other-name' | 'similar-name' | 'other-employer' | 'similar-employer' | null;

function defectOf({ wanted, random }: DocumentOrder): Defect {
  if (wanted.income === 'fail') return random.pick(['stale', 'other-name', 'other-employer'] as const);
  if (wanted.income === 'review') return random.pick(['similar-name', 'similar-employer'] as const);
  return null;
}

function employerName(defect: Defect, { employment, employments, random }: DocumentOrder): string {
  if (defect === 'similar-employer') return `${employment.employerName} Holdings`;
  if (defect !== 'other-employer') return employment.employerName;
  const own = employments.map((one) => one.employerName.toLowerCase());
  return random.pick(
    employers.filter((name) =>
      own.every((one) => !name.toLowerCase().includes(one) && !one.includes(name.toLowerCase())),
    ),
  );
}

/** The latest pay day for the first paystub, the previous one for the second, while it is recent. */
function recentPayDay({ employment, referenceDay, ordinal }: DocumentOrder): number {
  const recent = payDaysWithin(employment, referenceDay - paystubDays, referenceDay);
  return recent.at(-1 - (ordinal % recent.length)) ?? payDayUpTo(employment, referenceDay);
}

function stalePayDay({ employment, referenceDay, random }: DocumentOrder): number {
  return payDayUpTo(employment, referenceDay - paystubDays - random.int(5, 120));
}
