import type { JsonObject } from '../../../core/json.ts';
import { seededRandom } from '../../../core/random.ts';
import type { Dossier } from '../dossier.ts';
import type { VerificationStatus } from '../outcome.ts';
import { makeBankStatement } from './bank-statement.ts';
import { type DocumentOrder, namedApplicants } from './document-order.ts';
import { makePaystub } from './paystub.ts';
import { makeDriversLicense, makeUtilityBill } from './residence-papers.ts';
import { applicationPaperOf, makeApplicationPaper, statedVin, vehicleOf } from './vehicle-papers.ts';
import { makeW2 } from './w2.ts';

/** The documents of single applicants that the mock can generate. */
const makers: Readonly<Record<string, (order: DocumentOrder) => JsonObject>> = {
  paystub: makePaystub,
  bank_statement: makeBankStatement,
  w2: makeW2,
  utility_bill: makeUtilityBill,
  drivers_license: makeDriversLicense,
};

/** Types of documents that come from an employer: each shows one job. */
const employerPapers: ReadonlySet<string> = new Set(['paystub', 'w2']);

/** The number of documents of a type that show all jobs of an applicant. 1 for types without jobs. */
export function documentsToShowAll(type: string, dossier: Dossier, owner: string): number {
  return employerPapers.has(type) && owner !== 'application' ? dossier.employments(owner).length : 1;
}

export const applicantPapers = [
  'paystub',
  'bank_statement',
  'w2',
  'utility_bill',
  'drivers_license',
] as const;

/** Type of a document that no verification accepts. */
export const otherDocument = 'other';

/**
 * The data extracted from one document. For a type that the mock cannot generate, only the people that it names.
 * @param label distinguishes the document from others of the application
 */
export function makeDocument(
  dossier: Dossier,
  document: {
    type: string;
    belongsTo: string;
    ordinal: number;
    wanted: Readonly<Record<string, VerificationStatus>>;
    label: string;
  },
): JsonObject {
  const { seed, registration } = dossier.application.data;
  const { keys } = dossier;
  const ownerKey = document.belongsTo === 'application' ? (keys[0] ?? 'applicant1') : document.belongsTo;
  const employments = dossier.employments(ownerKey);
  const round = documentsToShowAll(document.type, dossier, ownerKey);
  const order: DocumentOrder = {
    applicants: keys.map((key) => dossier.applicant(key)),
    owner: dossier.applicant(ownerKey),
    employment: employments[document.ordinal % round] ?? employments[0],
    employments,
    seed,
    referenceDay: dossier.referenceDay,
    ordinal: Math.floor(document.ordinal / round),
    wanted: document.wanted,
    random: seededRandom(seed).stream(`document/${document.label}`),
  };
  const paper = applicationPaperOf(document.type);
  if (paper !== null) {
    const vehicle = vehicleOf(seed, order.referenceDay, statedVin(registration));
    return makeApplicationPaper(paper, order, vehicle);
  }
  const make = Object.hasOwn(makers, document.type) ? makers[document.type] : undefined;
  return make?.(order) ?? { applicants: namedApplicants([order.owner], { ssn: false }) };
}
