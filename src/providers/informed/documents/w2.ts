import type { JsonObject } from '../../../core/json.ts';
import { dayFrom, yearOf } from '../calendar.ts';
import { payDaysOfYear } from '../employment.ts';
import { type Cents, dollars } from '../money.ts';
import {
  type DocumentOrder,
  namedApplicants,
  printedName,
  underOtherName,
  underSimilarName,
} from './document-order.ts';

/** A wage and tax statement: the sums of all pay days of the year before the reference day's. */
export function makeW2(order: DocumentOrder): JsonObject {
  const { employment, owner, random } = order;
  const defect = defectOf(order);
  const person =
    defect === 'other-name'
      ? underOtherName(owner, random)
      : defect === 'similar-name'
        ? underSimilarName(owner)
        : owner;
  const year = yearOf(order.referenceDay) - (defect === 'stale' ? random.int(3, 5) : 1);
  const count = payDaysOfYear(employment, dayFrom(year, 12, 31));
  const withheld = (description: string): number => {
    const deduction = employment.deductions.find((candidate) => candidate.description === description);
    return dollars(((deduction?.amount ?? 0) as Cents) * count);
  };
  const wages = dollars(employment.gross * count);
  return {
    applicants: namedApplicants([person], { ssn: true }),
    tax_year: year,
    employer_name: employment.employerName,
    employer_address: employment.employerAddress,
    employer_identification_number: employment.employerNumber,
    employee_name: printedName(person),
    wages,
    federal_income_tax_withheld: withheld('Federal income tax'),
    social_security_wages: wages,
    social_security_tax_withheld: withheld('Social security'),
    medicare_wages: wages,
    medicare_tax_withheld: withheld('Medicare'),
  };
}

function defectOf({ wanted, random }: DocumentOrder): 'stale' | 'other-name' | 'similar-name' | null {
  if (wanted.income === 'fail') return random.pick(['stale', 'other-name'] as const);
  return wanted.income === 'review' ? 'similar-name' : null;
}
