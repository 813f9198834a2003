import type { Violation } from '../../../core/errors.ts';
import { RingbackError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { quoted } from '../../../core/quoted.ts';
import type { Settings } from '../../../core/settings.ts';
import { suggest } from '../../../core/suggest.ts';
import { applicantKeys, applicantsOf } from '../applicants.ts';
import { applicationPapers, typesOfPaper } from '../documents/vehicle-papers.ts';
import type { Application } from '../resources.ts';
import { readOwners } from './owners.ts';

/** One requested verification, for one applicant or for the `application`. */
export interface RequestedVerification {
  readonly name: string;
  readonly belongsTo: string;
}

/** Verifications of single applicants, with the types of documents that each accepts. The usual type is first. */
const applicantVerifications: Readonly<Record<string, readonly string[]>> = {
  income: ['paystub', 'bank_statement', 'w2'],
  residence: ['utility_bill', 'drivers_license'],
  identity: ['drivers_license'],
};

/** Verifications of the application as a whole. Each accepts the paper that it is named after, in any form. */
const applicationVerifications: ReadonlySet<string> = new Set(applicationPapers);

const verificationNames: readonly string[] = [
  ...Object.keys(applicantVerifications),
  ...applicationVerifications,
];

/** Types of the documents that a verification accepts, the usual one first. Empty for an unknown verification. */
export function acceptedTypes(name: string): readonly string[] {
  if (applicationVerifications.has(name)) return typesOfPaper(name);
  return Object.hasOwn(applicantVerifications, name) ? (applicantVerifications[name] ?? []) : [];
}

/** Names of the verifications that accept a type of document. */
export function verificationsOf(type: string): readonly string[] {
  return verificationNames.filter((name) => acceptedTypes(name).includes(type));
}

/** Types of documents that some verification accepts. */
export const acceptableTypes: readonly string[] = [...new Set(verificationNames.flatMap(acceptedTypes))];

/** The verifications that the registration requests: its `verifications`, else the defaults for each applicant. */
export function requestedVerifications(
  application: Application,
  settings: Settings,
): readonly RequestedVerification[] {
  const { verifications } = application.data.registration;
  const asked: JsonObject =
    isJsonObject(verifications) && Object.keys(verifications).length > 0
      ? verifications
      : Object.fromEntries(settings['informed.defaultVerifications'].map((name) => [name, []]));
  return Object.entries(asked).flatMap(([name, value]) => {
    const { all, named } = readOwners(value);
    const isWanted = all || named.length > 0;
    if (applicationVerifications.has(name)) return isWanted ? [{ name, belongsTo: 'application' }] : [];
    const names = named.map((one) => one.name);
    const everyone = all || (isWanted && names.every((one) => one === 'application'));
    const keys = everyone ? applicantsOf(application) : applicantKeys.filter((key) => names.includes(key));
    return keys.map((belongsTo) => ({ name, belongsTo }));
  });
}

const owners: readonly string[] = [...applicantKeys, 'application'];

/**
 * Checks `verifications` of a registration or an update.
 * @returns warnings about unknown names (such a verification stays `missing`), and about owners and properties without
 *   effect
 * @throws {RingbackError} `request.invalid` if a value cannot be read, or names a person who cannot be an applicant
 */
export function checkVerifications(verifications: JsonValue | undefined): readonly Violation[] {
  if (!isJsonObject(verifications)) return [];
  const wrong = Object.entries(verifications).flatMap(([name, value]) => mistakesIn(name, value));
  if (wrong.length > 0) {
    throw new RingbackError('request.invalid', {
      detail: `Could not read the verifications: ${wrong.map(({ location, message }) => `${location}: ${message}`).join(' ')}`,
      violations: wrong,
    });
  }
  return Object.entries(verifications).flatMap(([name, value]) => warningsOf(name, value));
}

function mistakesIn(verification: string, value: JsonValue): readonly Violation[] {
  const at = `body/verifications/${verification}`;
  const { named, unreadable } = readOwners(value);
  const known = isJsonObject(value) ? [...owners, 'belongs_to'] : owners;
  return [
    ...unreadable.map((one) => ({
      location: `${at}${one.at}`,
      code: 'type',
      message: `got ${quoted(one.got)}, expected ${one.expected}.`,
    })),
    ...named
      .filter(({ name }) => !owners.includes(name))
      .map(({ name, at: place }) => ({
        location: `${at}${place}`,
        code: 'enum',
        message: `${quoted(name)} is not an applicant; expected ${owners.join(', ')}.${suggest(name, known)}`,
      })),
  ];
}

function warningsOf(verification: string, value: JsonValue): readonly Violation[] {
  const location = `body/verifications/${verification}`;
  const { named, unused } = readOwners(value);
  const warnings: Violation[] = unused.map((place) => ({
    location: `${location}${place}`,
    code: 'member-unused',
    message: 'Nothing uses this member.',
  }));
  const isForAll = applicationVerifications.has(verification);
  if (!verificationNames.includes(verification)) {
    const message = `The mock has no documents for this verification and will find it missing.${suggest(verification, verificationNames)}`;
    warnings.push({ location, code: 'verification-unknown', message });
  } else if (isForAll && named.some(({ name }) => name !== 'application')) {
    const message = 'This verification belongs to the application as a whole. It is run once.';
    warnings.push({ location, code: 'verification-owner', message });
  } else if (!isForAll && named.some(({ name }) => name === 'application')) {
    const message = 'This verification belongs to applicants, not to the application.';
    warnings.push({ location, code: 'verification-owner', message });
  }
  return warnings;
}
