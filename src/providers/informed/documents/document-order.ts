import type { JsonObject } from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';
import type { Applicant } from '../applicants.ts';
import { firstNames, lastNames } from '../data/names.ts';
import type { Employment, Employments } from '../employment.ts';
import type { VerificationStatus } from '../outcome.ts';

/** The inputs of a document. */
export interface DocumentOrder {
  /** The owners of the document. A document of the whole application names all applicants. */
  readonly applicants: readonly Applicant[];
  readonly owner: Applicant;
  /** The job that the document shows, if any. */
  readonly employment: Employment;
  /** All jobs of the owner. */
  readonly employments: Employments;
  /** The application's seed. */
  readonly seed: string;
  /** The day by which the document will be judged. */
  readonly referenceDay: number;
  /** The number of documents of this type and job that the owner already has. The next one is older. */
  readonly ordinal: number;
  /** The results that the scenario requires of the verifications that accept the document, by name. */
  readonly wanted: Readonly<Record<string, VerificationStatus>>;
  readonly random: Random;
}

/** `applicants` of extracted data: the people as the document names them. */
export function namedApplicants(applicants: readonly Applicant[], options: { ssn: boolean }): JsonObject {
  const named: Record<string, JsonObject> = {};
  for (const applicant of applicants) {
    named[applicant.key] = {
      address: applicant.address,
      first_name: applicant.firstName,
      middle_name: applicant.middleName,
      last_name: applicant.lastName,
      suffix: applicant.suffix,
      ssn: options.ssn ? applicant.ssn : null,
    };
  }
  return named;
}

/** `Lucinda May Bonadio`: the name as printed. */
export function printedName(applicant: Applicant): string {
  return [applicant.firstName, applicant.middleName, applicant.lastName, applicant.suffix]
    .filter((part) => part !== null)
    .join(' ');
}

/** The same person under a similar name. */
export function underSimilarName(applicant: Applicant): Applicant {
  const short = applicant.firstName.slice(0, 1);
  return {
    ...applicant,
    firstName: short === applicant.firstName ? `${short}ay` : `${short}.`,
    middleName: null,
  };
}

/** Another person at the same address. */
export function underOtherName(applicant: Applicant, random: Random): Applicant {
  const others = lastNames.filter((name) => name.toLowerCase() !== applicant.lastName.toLowerCase());
  return {
    ...applicant,
    firstName: random.pick(firstNames),
    middleName: null,
    lastName: random.pick(others),
  };
}
