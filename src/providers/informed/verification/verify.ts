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
import { type Employment, employmentOf } from '../employment.ts';
import { type Cents, centsOf, dollarText } from '../money.ts';
import type { VerificationStatus } from '../outcome.ts';
import type { Application, Document, File } from '../resources.ts';
import { askDocument, categoryOf, type Expectations, salientDeposits } from './document-questions.ts';
import { type Finding, questionsOf, statusOf, told } from './finding.ts';
import {
  acceptedTypes,
  type RequestedVerification,
  requestedVerifications,
} from './requested-verifications.ts';

/** Everything that an application has at the time its verifications are run. */
export interface Available {
  readonly application: Application;
  /** The files that have been extracted. */
  readonly files: readonly File[];
  readonly documents: readonly Document[];
  readonly settings: Settings;
  readonly now: number;
}

/** `verifications` of the callback: by name, one item for each applicant or for the application. */
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
  const employment = employmentOf(owner, application.data.seed);
  const facts = expectationsOf(application, applicants, employment);
  const asked = documents.map((document) => ({
    document,
    findings: askDocument(name, document.data.type, document.data.extracted, facts),
  }));
  const overall = overallFindings(name, owner, documents);
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
    description: describe(name, status, overall),
    ...(overall.length === 0 ? {} : { verification_questions: questionsOf(overall) }),
    acceptable_documents: acceptable,
    recommendations: recommend(requested, documents.length === 0, overall, asked, owner),
  };
}

function expectationsOf(
  application: Application,
  applicants: readonly Applicant[],
  employment: Employment,
): Expectations {
  const day = referenceDay(application);
  const { seed, registration } = application.data;
  return {
    applicants,
    employment,
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

/** Below nine tenths of what was stated, a person has to see; below three quarters it fails. */
const statedShares = { pass: 0.9, review: 0.75 };

/** The overarching questions; none for the papers of an application. */
function overallFindings(name: string, owner: Applicant, documents: readonly Document[]): readonly Finding[] {
  switch (name) {
    case 'income': {
      const question = 'What is the income from the employer?';
      const income = incomeOf(documents);
      if (income === null) return [unanswered('poi_income_from_employer', question)];
      const finding = told('poi_income_from_employer', question, dollarText(income.yearly));
      return owner.statedIncome === null || !income.gross
        ? [finding]
        : [finding, matchesStated(income.yearly, owner.statedIncome)];
    }
    case 'residence': {
      const question = "What is the applicant's residence address?";
      return documents.length === 0
        ? [unanswered('por_residence_address', question)]
        : [told('por_residence_address', question, addressLine(owner.address))];
    }
    default:
      return [];
  }
}

function unanswered(key: string, question: string): Finding {
  return { key, question, expected: '', answer: null, status: 'missing', demand: '' };
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

/** Income a year: of the latest paystub, else of the W-2, both gross; else the payroll deposits of a month times twelve. */
function incomeOf(documents: readonly Document[]): { yearly: Cents; gross: boolean } | null {
  const latest = (type: string, member: string): JsonObject | undefined =>
    documents
      .filter(({ data }) => data.type === type)
      .map(({ data }) => data.extracted)
      .toSorted((a, b) => String(b[member]).localeCompare(String(a[member]), 'en'))[0];
  const paystub = latest('paystub', 'pay_date');
  if (paystub !== undefined) {
    const periods = paystub.pay_frequency === 'weekly' ? 52 : 26;
    return { yearly: centsOf(paystub.gross_pay) * periods, gross: true };
  }
  const w2 = latest('w2', 'tax_year');
  if (w2 !== undefined) return { yearly: centsOf(w2.wages), gross: true };
  const statement = latest('bank_statement', 'statement_period_end');
  return statement === undefined ? null : { yearly: salientDeposits(statement) * 12, gross: false };
}

function describe(name: string, status: VerificationStatus, overall: readonly Finding[]): string {
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
      return `No acceptable document was found for the ${label} verification.`;
  }
}

/** What would let the verification pass, a sentence each. */
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
