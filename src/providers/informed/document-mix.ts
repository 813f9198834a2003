import type { Random } from '../../core/random.ts';
import { applicantPapers, documentsToShowAll, otherDocument } from './documents/make-document.ts';
import { applicationPaperOf, applicationPapers } from './documents/vehicle-papers.ts';
import type { Dossier } from './dossier.ts';
import type { Outcome, VerificationStatus } from './outcome.ts';
import type { DocumentCounts, DocumentData } from './resources.ts';
import {
  acceptedTypes,
  type RequestedVerification,
  verificationsOf,
} from './verification/requested-verifications.ts';

/** A document that a file contains. */
export interface PlannedDocument {
  readonly type: string;
  readonly belongsTo: string;
  /** The number of earlier documents of its type and owner. */
  readonly ordinal: number;
}

/** Hints in file names about the content. All that match apply. */
const nameHints: readonly [RegExp, string][] = [
  [/pay[\s_-]*(stub|slip|check)/i, 'paystub'],
  [/bank/i, 'bank_statement'],
  [/licen[sc]e/i, 'drivers_license'],
  [/utility|electric[\s_-]*bill|water[\s_-]*bill|gas[\s_-]*bill/i, 'utility_bill'],
  [/(^|[^a-z0-9])w-?2([^a-z0-9]|$)/i, 'w2'],
  ...applicationPapers.map((type): [RegExp, string] => [
    new RegExp(type.replaceAll('_', '[\\s_-]*'), 'i'),
    type,
  ]),
];

/** The verification results that the scenario requires, by name. */
export function wantedStatuses(outcome: Outcome): Readonly<Record<string, VerificationStatus>> {
  return typeof outcome.verifications === 'string' ? {} : outcome.verifications;
}

/**
 * Decides which documents a file contains. The first rule that gives some applies: those that the outcome names; those
 * that the file's name suggests; one for each requested verification that has none yet; one, drawn at random. Of
 * paystubs and W-2s, there is one for each current employer that has none yet. Types that only a `missing` verification
 * accepts are left out, unless the outcome names them.
 */
export function planDocuments(facts: {
  dossier: Dossier;
  outcome: Outcome;
  /** Called only if neither the outcome nor the file's name determines the content. */
  requested: () => readonly RequestedVerification[];
  fileName: string;
  uploadIndex: number;
  /** How many documents the application already has. */
  existing: DocumentCounts;
  random: Random;
}): readonly PlannedDocument[] {
  const { dossier, outcome, existing, fileName, random } = facts;
  const planned: PlannedDocument[] = [];
  const count = (type: string, owner: string): number =>
    planned.reduce(
      (sum, document) => (document.type === type && document.belongsTo === owner ? sum + 1 : sum),
      existing[countKey(type, owner)] ?? 0,
    );
  const add = (type: string, owner: string): void => {
    planned.push({ type, belongsTo: owner, ordinal: count(type, owner) });
  };
  /** One, or one for each of the owner's jobs that no document shows yet. */
  const addAll = (type: string, owner: string): void => {
    const missing = documentsToShowAll(type, dossier, owner) - count(type, owner);
    for (let i = 0; i < Math.max(1, missing); i++) add(type, owner);
  };
  const owners = dossier.keys;
  const hintedOwner = ownerHint(dossier, fileName);
  const ownerOf = (type: string): string => {
    if (applicationPaperOf(type) !== null) return 'application';
    if (hintedOwner !== null) return hintedOwner;
    const least = Math.min(...owners.map((owner) => count(type, owner)));
    return owners.find((owner) => count(type, owner) === least) ?? 'applicant1';
  };

  if (outcome.documents !== null) {
    const last = outcome.documents.length - 1;
    for (const type of outcome.documents[Math.min(facts.uploadIndex, last)] ?? []) add(type, ownerOf(type));
    return planned;
  }

  const wanted = wantedStatuses(outcome);
  const allowed = (type: string): boolean =>
    verificationsOf(type).every((name) => wanted[name] !== 'missing');
  const hinted = nameHints.filter(([pattern]) => pattern.test(fileName)).map(([, type]) => type);
  for (const type of hinted.filter(allowed)) addAll(type, ownerOf(type));
  if (planned.length > 0) return planned;

  if (hinted.length === 0) {
    for (const { name, belongsTo } of facts.requested()) {
      const types = acceptedTypes(name);
      if (hintedOwner !== null && belongsTo !== hintedOwner && belongsTo !== 'application') continue;
      if (types.some((type) => count(type, belongsTo) > 0)) continue;
      const type = types.find(allowed);
      if (type !== undefined) addAll(type, belongsTo);
    }
  }
  if (planned.length > 0) return planned;

  const candidates = applicantPapers.filter(allowed);
  const type = candidates.length === 0 ? otherDocument : random.pick(candidates);
  add(type, ownerOf(type));
  return planned;
}

/** The counts after adding documents. */
export function withDocuments(
  counts: DocumentCounts,
  documents: readonly Pick<DocumentData, 'type' | 'belongsTo'>[],
): DocumentCounts {
  const sums: Record<string, number> = { ...counts };
  for (const { type, belongsTo } of documents) {
    const key = countKey(type, belongsTo);
    sums[key] = (sums[key] ?? 0) + 1;
  }
  return sums;
}

function countKey(type: string, owner: string): string {
  return `${owner} ${type}`;
}

/** The applicant that a file's name contains, by number or by name. Null if it contains none or both. */
function ownerHint(dossier: Dossier, fileName: string): string | null {
  const name = fileName.toLowerCase();
  if (/applicant[\s_-]*2|co-?(applicant|borrower)/.test(name))
    return dossier.keys.includes('applicant2') ? 'applicant2' : null;
  if (/applicant[\s_-]*1/.test(name)) return 'applicant1';
  const words = new Set(name.split(/[^\p{L}\p{M}]+/u));
  const meant = dossier.keys.filter((key) => {
    const { firstName, lastName } = dossier.applicant(key);
    return words.has(firstName.toLowerCase()) || words.has(lastName.toLowerCase());
  });
  return meant.length === 1 ? (meant[0] ?? null) : null;
}
