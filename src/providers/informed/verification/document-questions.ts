import type { JsonObject } from '../../../core/json.ts';
import { type Address, type Applicant, addressLine, applicantKeys, fullName } from '../applicants.ts';
import { dayFrom, readDay, usDay, workingDays, yearOf } from '../calendar.ts';
import { bankStatementDays, overdraftLimit } from '../documents/bank-statement.ts';
import { paystubDays } from '../documents/paystub.ts';
import { licenseGraceDays, utilityBillDays } from '../documents/residence-papers.ts';
import { applicationPaperOf } from '../documents/vehicle-papers.ts';
import { dollarText } from '../money.ts';
import { compareAddresses, compareEmployers, compareNames, type Likeness, objectAt } from './compare.ts';
import { type Finding, told } from './finding.ts';
import { depositsOf } from './income.ts';

/** What a document is compared with. */
export interface Expectations {
  /** The people that the document must name: one applicant, or all of the application. */
  readonly applicants: readonly Applicant[];
  readonly employerName: string;
  readonly vin: string;
  readonly referenceDay: number;
}

/** Names of document groups in verifications and their recommendations. */
const categories: Readonly<Record<string, string>> = {
  paystub: 'Current Paystub',
  bank_statement: 'Bank Statement(s) From Last Month',
  w2: 'W-2 From Last Year',
  utility_bill: 'Utility Bill',
  drivers_license: "Driver's License",
  gap_waiver_contract: 'GAP Waiver Contract',
  retail_installment_sales_contract_electronic: 'Retail Installment Sales Contract',
};

export function categoryOf(type: string): string {
  const known = Object.hasOwn(categories, type) ? categories[type] : undefined;
  return known ?? type.replaceAll('_', ' ').replaceAll(/\b\p{L}/gu, (letter) => letter.toUpperCase());
}

/** The questions of a verification about a document that it accepts. The answers follow from the extracted data. */
export function askDocument(
  verification: string,
  type: string,
  data: JsonObject,
  facts: Expectations,
): readonly Finding[] {
  const name = matchesName(data, facts.applicants);
  switch (type) {
    case 'paystub':
      return [
        name,
        issued(data.pay_date, paystubDays, facts),
        elapsed(data.pay_date),
        matchesEmployer(data, facts),
      ];
    case 'bank_statement':
      return [
        name,
        issued(data.statement_period_end, bankStatementDays, facts),
        overdrafts(data),
        deposits(data),
      ];
    case 'w2':
      return [name, taxYear(data, facts), matchesEmployer(data, facts)];
    case 'utility_bill':
      return [name, matchesAddress(data, facts), issued(data.statement_date, utilityBillDays, facts)];
    case 'drivers_license':
      return [name, verification === 'residence' ? matchesAddress(data, facts) : notExpired(data, facts)];
    default:
      return applicationPaperOf(type) === null
        ? [name]
        : [name, ...(type === 'credit_application' ? [] : [matchesVin(data, facts)]), signed(data)];
  }
}

function matchesName(data: JsonObject, applicants: readonly Applicant[]): Finding {
  const people = objectAt(data, 'applicants');
  const found = applicantKeys
    .filter((key) => Object.hasOwn(people, key))
    .map((key) => `${objectAt(people, key).first_name} ${objectAt(people, key).last_name}`);
  const stated = applicants.map(fullName);
  const likenesses = stated.map((one, index) => compareNames(one, found[index] ?? ''));
  return {
    key: 'matches_applicant_name',
    question: "Matches the applicant's name?",
    expected: stated.join(' and '),
    answer: found.join(' and '),
    status: worst(found.length > stated.length ? [...likenesses, 'fail'] : likenesses),
    demand: "must match the applicant's name",
  };
}

function issued(date: JsonObject[string] | undefined, days: number, { referenceDay }: Expectations): Finding {
  const day = readDay(date);
  const earliest = referenceDay - days;
  return {
    key: 'is_issued_recently',
    question: `Issued within ${days} days of the contract date?`,
    expected: `>=${usDay(earliest)}`,
    answer: day === null ? null : usDay(day),
    status: day !== null && day >= earliest ? 'pass' : 'fail',
    demand: `must be issued within ${days} days of the contract date`,
  };
}

/** The number of working days in the year of the pay date, up to that date. */
function elapsed(date: JsonObject[string] | undefined): Finding {
  const day = readDay(date);
  const count = day === null ? 0 : workingDays(dayFrom(yearOf(day), 1, 1), day);
  return told('working_days_elapsed', 'Working days elapsed?', count);
}

function matchesEmployer(data: JsonObject, { employerName }: Expectations): Finding {
  const found = String(data.employer_name);
  return {
    key: 'matches_employer_name',
    question: "Matches the applicant's employer's name?",
    expected: employerName,
    answer: found,
    status: compareEmployers(employerName, found),
    demand: "must match the applicant's employer's name",
  };
}

function overdrafts(data: JsonObject): Finding {
  const amount = typeof data.overdraft_amount === 'number' ? data.overdraft_amount : 0;
  return {
    key: 'has_excessive_overdrafts',
    question: 'Excessive overdrafts?',
    expected: `<=${overdraftLimit}`,
    answer: Number.isInteger(amount) ? amount.toFixed(1) : String(amount),
    status: amount <= overdraftLimit ? 'pass' : 'fail',
    demand: 'must not show excessive overdrafts',
  };
}

/** All monthly deposits: pay and additional incomes. */
function deposits(data: JsonObject): Finding {
  const sum = depositsOf(data).reduce((total, { amount }) => total + amount, 0);
  return told('salient_deposits', 'What are the salient deposits from last month?', dollarText(sum));
}

function taxYear(data: JsonObject, { referenceDay }: Expectations): Finding {
  const expected = yearOf(referenceDay) - 1;
  const answer = typeof data.tax_year === 'number' ? data.tax_year : null;
  return {
    key: 'is_from_last_year',
    question: 'Is it from the year before the contract date?',
    expected: `>=${expected}`,
    answer,
    status: answer !== null && answer >= expected ? 'pass' : 'fail',
    demand: 'must be from the year before the contract date',
  };
}

function matchesAddress(data: JsonObject, { applicants }: Expectations): Finding {
  const people = Object.values(objectAt(data, 'applicants'));
  const found =
    people[0] === undefined ? '' : addressLine(objectAt(people[0], 'address') as unknown as Address);
  const expected = applicants[0] === undefined ? '' : addressLine(applicants[0].address);
  return {
    key: 'matches_address',
    question: "Matches the applicant's address?",
    expected,
    answer: found,
    status: compareAddresses(expected, found),
    demand: "must match the applicant's address",
  };
}

function notExpired(data: JsonObject, { referenceDay }: Expectations): Finding {
  const day = readDay(data.expiration_date);
  const late = day === null ? Number.POSITIVE_INFINITY : referenceDay - day;
  return {
    key: 'is_not_expired',
    question: 'Valid on the contract date?',
    expected: `>=${usDay(referenceDay)}`,
    answer: day === null ? null : usDay(day),
    status: late <= 0 ? 'pass' : late <= licenseGraceDays ? 'review' : 'fail',
    demand: 'must be valid on the contract date',
  };
}

function matchesVin(data: JsonObject, { vin }: Expectations): Finding {
  const found = String(objectAt(data, 'vehicle').vin);
  return {
    key: 'matches_vin',
    question: 'Matches the vehicle identification number?',
    expected: vin,
    answer: found,
    status: found === vin ? 'pass' : 'fail',
    demand: 'must match the vehicle identification number',
  };
}

function signed(data: JsonObject): Finding {
  return {
    key: 'is_signed',
    question: 'Signed by every applicant?',
    expected: 'true',
    answer: data.is_signed === true,
    status: data.is_signed === true ? 'pass' : 'fail',
    demand: 'must be signed by every applicant',
  };
}

function worst(likenesses: readonly Likeness[]): Likeness {
  return (['fail', 'review'] as const).find((likeness) => likenesses.includes(likeness)) ?? 'pass';
}
