import type { JsonObject } from '../../../core/json.ts';
import { isoDay, monthStart } from '../calendar.ts';
import { balanceAtMonthStart, payDaysWithin } from '../employment.ts';
import { type Cents, dollars } from '../money.ts';
import {
  type DocumentOrder,
  namedApplicants,
  printedName,
  underOtherName,
  underSimilarName,
} from './document-order.ts';

/** The maximum age of a bank statement, in days. */
export const bankStatementDays = 120;
/** The sum of overdrafts, in dollars, up to which they are not excessive. */
export const overdraftLimit = 1_000;

/** The end of a payroll deposit's description, which distinguishes it from other deposits. */
export const payrollSuffix = ' PAYROLL';

/**
 * A statement of one month. Its deposits are the net pay of each pay day and the additional incomes. They add up to
 * their total, and a month begins with the balance that the previous one ends with.
 */
export function makeBankStatement(order: DocumentOrder): JsonObject {
  const { employment, employments, random, owner, seed } = order;
  const defect = defectOf(order);
  const person =
    defect === 'other-name'
      ? underOtherName(owner, random)
      : defect === 'similar-name'
        ? underSimilarName(owner)
        : owner;
  const monthsBack = defect === 'stale' ? random.int(6, 12) : 1 + (order.ordinal % 3);
  const start = monthStart(order.referenceDay, -monthsBack);
  const end = monthStart(start, 1) - 1;
  const deposits = depositsWithin(start, end, order);
  const deposited = deposits.reduce((sum, { amount }) => sum + amount, 0);
  const beginning = balanceAtMonthStart(employments, owner.key, seed, start);
  const ending = balanceAtMonthStart(employments, owner.key, seed, end + 1);
  const overdrafts = defect === 'overdrafts' ? random.int(4, 9) : 0;
  return {
    applicants: namedApplicants([person], { ssn: false }),
    bank_name: employment.bankName,
    account_holder_name: printedName(person),
    account_number_last4: employment.accountLast4,
    account_type: employment.accountType,
    statement_period_start: isoDay(start),
    statement_period_end: isoDay(end),
    beginning_balance: dollars(beginning),
    ending_balance: dollars(ending),
    total_deposits: dollars(deposited),
    total_withdrawals: dollars(beginning + deposited - ending),
    deposits: deposits.map(({ day, description, amount }) => ({
      date: isoDay(day),
      description,
      amount: dollars(amount),
    })),
    overdraft_count: overdrafts,
    overdraft_amount:
      overdrafts === 0 ? 0 : dollars(overdraftLimit * 100 + overdrafts * random.int(20_00, 200_00)),
  };
}

interface Deposit {
  readonly day: number;
  readonly description: string;
  readonly amount: Cents;
}

/** The net pay of each pay day of each job, and each additional income on the first day, in order of days. */
function depositsWithin(
  start: number,
  end: number,
  { employments, owner }: DocumentOrder,
): readonly Deposit[] {
  const pay = employments.flatMap((employment) =>
    payDaysWithin(employment, start, end).map((day) => ({
      day,
      description: `${employment.employerName.toUpperCase()}${payrollSuffix}`,
      amount: employment.net,
    })),
  );
  const additional = owner.additionalIncomes.map(({ source, income }) => ({
    day: start,
    description: source.toUpperCase(),
    amount: Math.round(income / 12),
  }));
  return [...additional, ...pay].toSorted((a, b) => a.day - b.day);
}

function defectOf({
  wanted,
  random,
}: DocumentOrder): 'stale' | 'other-name' | 'similar-name' | 'overdrafts' | null {
  if (wanted.income === 'fail') return random.pick(['stale', 'other-name', 'overdrafts'] as const);
  return wanted.income === 'review' ? 'similar-name' : null;
}
