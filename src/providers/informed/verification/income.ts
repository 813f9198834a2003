import type { JsonObject } from '../../../core/json.ts';
import { payrollSuffix } from '../documents/bank-statement.ts';
import type { Employments } from '../employment.ts';
import { type Cents, centsOf, dollarText } from '../money.ts';
import type { Document } from '../resources.ts';
import type { AdditionalIncome, StatedJob } from '../stated-applicant.ts';
import { compareEmployers } from './compare.ts';
import { type Finding, told, unanswered } from './finding.ts';

/** An income below 90 % of the stated one needs review. Below 75 % it fails. */
const statedShares = { pass: 0.9, review: 0.75 };

const ordinals = ['', 'second '] as const;

/** A person's stated income, and the documents that show it. */
export interface IncomeFacts {
  readonly stated: readonly StatedJob[];
  readonly additional: readonly AdditionalIncome[];
  readonly employments: Employments;
  readonly documents: readonly Document[];
}

/**
 * The questions of the verification `income`: the income from each employer, and how the total compares with the stated
 * one.
 */
export function askIncome(facts: IncomeFacts): readonly Finding[] {
  const incomes = facts.employments.map((_, index) => incomeFrom(index, facts));
  return [
    ...incomes.map((income, index) => employerFinding(income, index)),
    ...additionalFindings(facts),
    ...statedFindings(incomes, facts),
  ];
}

function employerFinding(income: Income | null, index: number): Finding {
  const ordinal = ordinals[index] ?? '';
  const key = `poi_income_from_${ordinal.trim()}${ordinal === '' ? '' : '_'}employer`;
  const question = `What is the income from the ${ordinal}employer?`;
  return income === null
    ? unanswered(key, question, `income from the ${ordinal}employer must be shown by a document`)
    : told(key, question, dollarText(income.yearly));
}

/** Only a bank statement shows income that does not come from an employer. */
function additionalFindings({ additional, documents }: IncomeFacts): readonly Finding[] {
  const statement = latest(documents, 'bank_statement', 'statement_period_end');
  if (additional.length === 0 || statement === undefined) return [];
  const monthly = depositsOf(statement)
    .filter(({ description }) => !description.endsWith(payrollSuffix))
    .reduce((sum, { amount }) => sum + amount, 0);
  return [told('poi_additional_income', 'What is the additional income?', dollarText(monthly * 12))];
}

/** Compares gross incomes with the stated ones. An unknown one is not compared. */
function statedFindings(incomes: readonly (Income | null)[], { stated }: IncomeFacts): readonly Finding[] {
  let [found, expected] = [0, 0];
  for (const [index, job] of stated.entries()) {
    if (job.income === null) continue;
    const income = incomes[index] ?? null;
    if (income?.gross !== true) return [];
    found += income.yearly;
    expected += job.income;
  }
  return expected === 0 ? [] : [matchesStated(found, expected)];
}

function matchesStated(yearly: Cents, stated: Cents): Finding {
  const share = yearly / stated;
  return {
    key: 'poi_matches_stated_income',
    question: 'Is the income in line with what the applicant stated?',
    expected: `>=${dollarText(Math.round(stated * statedShares.pass))}`,
    answer: dollarText(yearly),
    status: share >= statedShares.pass ? 'pass' : share >= statedShares.review ? 'review' : 'fail',
    demand: 'income must be in line with what was stated',
  };
}

interface Income {
  readonly yearly: Cents;
  readonly gross: boolean;
}

/**
 * The yearly income from one job: of its latest paystub, else of its W-2, both gross. Otherwise its monthly payroll
 * deposits times twelve.
 */
function incomeFrom(job: number, { employments, documents }: IncomeFacts): Income | null {
  const shown = documentsByJob(documents, employments);
  const own = documents.filter((document) => shown.get(document.id) === job);
  const paystub = latest(own, 'paystub', 'pay_date');
  if (paystub !== undefined) {
    const periods = paystub.pay_frequency === 'weekly' ? 52 : 26;
    return { yearly: centsOf(paystub.gross_pay) * periods, gross: true };
  }
  const w2 = latest(own, 'w2', 'tax_year');
  if (w2 !== undefined) return { yearly: centsOf(w2.wages), gross: true };
  const statement = latest(documents, 'bank_statement', 'statement_period_end');
  const pay = statement === undefined ? [] : payOf(job, statement, employments);
  return pay.length === 0
    ? null
    : { yearly: pay.reduce((sum, amount) => sum + amount, 0) * 12, gross: false };
}

/** The job that each paystub and W-2 shows, by document id. */
export function documentsByJob(
  documents: readonly Document[],
  employments: Employments,
): ReadonlyMap<string, number> {
  const byJob = new Map<string, number>();
  for (const type of ['paystub', 'w2']) {
    const papers = documents.filter(({ data }) => data.type === type);
    const jobs = jobsMeant(
      papers.map(({ data }) => String(data.extracted.employer_name)),
      employments,
    );
    for (const [index, { id }] of papers.entries()) byJob.set(id, jobs[index] ?? 0);
  }
  return byJob;
}

/** The job of each employer name: the one that the name resembles, else the first that no other name resembles. */
function jobsMeant(names: readonly string[], employments: Employments): readonly number[] {
  const resembled = names.map((name) => {
    const likenesses = employments.map(({ employerName }) => compareEmployers(employerName, name));
    const equal = likenesses.indexOf('pass');
    return equal === -1 ? likenesses.indexOf('review') : equal;
  });
  const open = employments.findIndex((_, job) => !resembled.includes(job));
  return resembled.map((job) => (job === -1 ? Math.max(0, open) : job));
}

function payOf(job: number, statement: JsonObject, employments: Employments): readonly Cents[] {
  const payroll = depositsOf(statement).filter(({ description }) => description.endsWith(payrollSuffix));
  const names = payroll.map(({ description }) => description.slice(0, -payrollSuffix.length));
  const jobs = jobsMeant(names, employments);
  return payroll.filter((_, index) => jobs[index] === job).map(({ amount }) => amount);
}

/** The deposits of a bank statement. */
export function depositsOf(statement: JsonObject): readonly { description: string; amount: Cents }[] {
  const all = Array.isArray(statement.deposits) ? (statement.deposits as readonly JsonObject[]) : [];
  return all.map(({ description, amount }) => ({
    description: String(description),
    amount: centsOf(amount),
  }));
}

/** The data of the latest document of a type, by a property that sorts as a string. */
function latest(documents: readonly Document[], type: string, member: string): JsonObject | undefined {
  return documents
    .filter(({ data }) => data.type === type)
    .map(({ data }) => data.extracted)
    .toSorted((a, b) => String(b[member]).localeCompare(String(a[member]), 'en'))[0];
}
