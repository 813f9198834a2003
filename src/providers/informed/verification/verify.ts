import type { JsonObject } from '../../../core/json.ts';
import type { Settings } from '../../../core/settings.ts';
import {
  type Applicant,
  addressLine,
  applicantOf,
  applicantsOf,
  fullName,
  referenceDay,
} from '../applicants.ts';
import { verificationTime } from '../calendar.ts';
import { statedVin, vehicleOf } from '../documents/vehicle-papers.ts';
import { type Employments, employmentsOf } from '../employment.ts';
import type { VerificationStatus } from '../outcome.ts';
import type { Application, Document, File } from '../resources.ts';
import { askDocument, categoryOf, type Expectations } from './document-questions.ts';
import { type Finding, questionsOf, statusOf, told, unanswered } from './finding.ts';
import { askIncome, documentsByJob } from './income.ts';
import {
  acceptedTypes,
  type RequestedVerification,
  requestedVerifications,
} from './requested-verifications.ts';

/** Everything that an application has when its verifications run. */
export interface Available {
  readonly application: Application;
  /** The files that have been extracted. */
  readonly files: readonly File[];
  readonly documents: readonly Document[];
  readonly settings: Settings;
  readonly now: number;
}

/** `verifications` of the callback: by name, one item for each applicant, or one for the application. */
export function verify(available: Available): JsonObject {
  const results: Record<string, JsonObject[]> = {};
  for (const requested of requestedVerifications(available.application, available.settings)) {
    const items = results[requested.name] ?? [];
    items.push(verifyOne(requested, available));
    results[requested.name] = items;
  }
  return results;
}

function verifyOne(requested: RequestedVerification, available: Available): JsonObject {
  const { name, belongsTo } = requested;
  const { application, now } = available;
  const keys = belongsTo === 'application' ? applicantsOf(application) : [belongsTo];
  const applicants = keys.map((key) => applicantOf(application, key));
  const types = acceptedTypes(name);
  const documents = available.documents.filter(
    ({ data }) => data.belongsTo === belongsTo && types.includes(data.type),
  );
  const [owner] = applicants;
  if (owner === undefined) throw new RangeError('an application has at least one applicant');
  const employments = employmentsOf(owner, application.data.seed);
  const facts = expectationsOf(application, applicants);
  const jobs = documentsByJob(documents, employments);
  const asked = documents.map((document) => {
    const { type, extracted } = document.data;
    const { employerName } = employments[jobs.get(document.id) ?? 0] ?? employments[0];
    return { document, findings: askDocument(name, type, extracted, { ...facts, employerName }) };
  });
  const overall = overallFindings(name, owner, employments, documents);
  const status: VerificationStatus =
    documents.length === 0 ? 'missing' : statusOf([...overall, ...asked.flatMap(({ findings }) => findings)]);
  const acceptable: Record<string, JsonObject[]> = {};
  for (const { document, findings } of asked) {
    const list = acceptable[document.data.type] ?? [];
    list.push(acceptableDocument(document, findings, available.files));
    acceptable[document.data.type] = list;
  }
  return {
    status,
    belongs_to: belongsTo,
    updated_at: verificationTime(now),
    description: describe(name, status, overall, documents.length),
    ...(overall.length === 0 ? {} : { verification_questions: questionsOf(overall) }),
    acceptable_documents: acceptable,
    recommendations: recommend(requested, documents.length === 0, overall, asked, owner),
  };
}

function expectationsOf(
  application: Application,
  applicants: readonly Applicant[],
): Omit<Expectations, 'employerName'> {
  const day = referenceDay(application);
  const { seed, registration } = application.data;
  return {
    applicants,
    referenceDay: day,
    vin: vehicleOf(seed, day, statedVin(registration)).vin,
  };
}

function acceptableDocument(
  document: Document,
  findings: readonly Finding[],
  files: readonly File[],
): JsonObject {
  const file = files.find(({ id }) => id === document.data.fileId);
  return {
    document_id: document.id,
    file_ids: file === undefined ? [] : [file.id],
    file_reference_ids: file === undefined ? [] : [file.data.fileReferenceId],
    category: categoryOf(document.data.type),
    document_questions: questionsOf(findings),
  };
}

/** The questions about a verification as a whole. Empty for the papers of an application. */
function overallFindings(
  name: string,
  owner: Applicant,
  employments: Employments,
  documents: readonly Document[],
): readonly Finding[] {
  switch (name) {
    case 'income': {
      const { jobs, additionalIncomes } = owner;
      return askIncome({ stated: jobs, additional: additionalIncomes, employments, documents });
    }
    case 'residence': {
      const question = "What is the applicant's residence address?";
      return documents.length === 0
        ? [unanswered('por_residence_address', question, '')]
        : [told('por_residence_address', question, addressLine(owner.address))];
    }
    default:
      return [];
  }
}

function describe(
  name: string,
  status: VerificationStatus,
  overall: readonly Finding[],
  documents: number,
): string {
  const label = name.replaceAll('_', ' ');
  switch (status) {
    case 'pass':
      return overall.some(({ key }) => key === 'poi_matches_stated_income')
        ? "The applicant's income is in-line with what s/he stated."
        : `The documents satisfy the ${label} verification.`;
    case 'fail':
      return `The documents do not satisfy the ${label} verification.`;
    case 'review':
      return `The documents for the ${label} verification have to be looked at by a person.`;
    case 'missing':
      return documents === 0
        ? `No acceptable document was found for the ${label} verification.`
        : `A document is still missing for the ${label} verification.`;
  }
}

/** What would make the verification pass, one sentence each. */
function recommend(
  { name, belongsTo }: RequestedVerification,
  missing: boolean,
  overall: readonly Finding[],
  asked: readonly { document: Document; findings: readonly Finding[] }[],
  owner: Applicant,
): readonly string[] {
  const forAll = belongsTo === 'application';
  if (missing) {
    const [usual] = acceptedTypes(name).map(categoryOf);
    const what = withArticle(usual ?? categoryOf(name));
    return [forAll ? `The application must include ${what}.` : `${fullName(owner)} must supply ${what}.`];
  }
  const whose = forAll ? 'The' : `${fullName(owner)}'s`;
  const open = (findings: readonly Finding[]): readonly Finding[] =>
    findings.filter(({ status }) => status !== 'pass');
  const sentences = [
    ...open(overall).map(({ demand }) => `${whose} ${demand}.`),
    ...asked.flatMap(({ document, findings }) =>
      open(findings).map(({ demand }) => `${whose} ${categoryOf(document.data.type)} ${demand}.`),
    ),
  ];
  return [...new Set(sentences)];
}

function withArticle(noun: string): string {
  return `${/^[AEIOU]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
