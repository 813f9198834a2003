import type { Violation } from '../../../core/errors.ts';
import { RingbackError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Settings } from '../../../core/settings.ts';
import { suggest } from '../../../core/suggest.ts';
import { applicantKeys, applicantsOf } from '../applicants.ts';
import { applicationPapers } from '../documents/vehicle-papers.ts';
import type { Application } from '../resources.ts';

/** One verification that is to be run, for one applicant or for the `application`. */
export interface RequestedVerification {
  readonly name: string;
  readonly belongsTo: string;
}

/** Verifications of single applicants, with the types of documents that each accepts, the usual one first. */
const applicantVerifications: Readonly<Record<string, readonly string[]>> = {
  income: ['paystub', 'bank_statement', 'w2'],
  residence: ['utility_bill', 'drivers_license'],
  identity: ['drivers_license'],
};

/** Those of the application as a whole: each accepts the paper it is named after. */
const applicationVerifications: ReadonlySet<string> = new Set(applicationPapers);

const verificationNames: readonly string[] = [
  ...Object.keys(applicantVerifications),
  ...applicationVerifications,
];

/** Types of the documents that a verification accepts, the usual one first; none for a name that is not known. */
export function acceptedTypes(name: string): readonly string[] {
  if (applicationVerifications.has(name)) return [name];
  return Object.hasOwn(applicantVerifications, name) ? (applicantVerifications[name] ?? []) : [];
}

/** Names of the verifications that accept a type of document. */
export function verificationsOf(type: string): readonly string[] {
  return verificationNames.filter((name) => acceptedTypes(name).includes(type));
}

/** What the registration asks for: its `verifications`, else the defaults for each applicant. */
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
    if (applicationVerifications.has(name)) return [{ name, belongsTo: 'application' }];
    const named = namesIn(value).filter((key) => key !== 'application');
    const keys =
      named.length > 0 ? applicantKeys.filter((key) => named.includes(key)) : applicantsOf(application);
    return keys.map((belongsTo) => ({ name, belongsTo }));
  });
}

/**
 * Checks `verifications` of a registration or an update.
 * @returns warnings about names that the mock does not know: such a verification is `missing` for ever
 * @throws {RingbackError} `request.invalid` when a value names somebody who cannot be an applicant
 */
export function checkVerifications(verifications: JsonValue | undefined): readonly Violation[] {
  if (!isJsonObject(verifications)) return [];
  const known = [...applicantKeys, 'application'];
  const wrong = Object.entries(verifications).flatMap(([name, value]) =>
    namesIn(value)
      .filter((key) => !known.includes(key))
      .map((key) => ({
        location: `body/verifications/${name}`,
        code: 'enum',
        message: `"${key}" is nobody that a verification belongs to; expected ${known.join(', ')}.${suggest(key, known)}`,
      })),
  );
  if (wrong.length > 0) {
    throw new RingbackError('request.invalid', {
      detail: `Failed to read the verifications: ${wrong.map(({ location, message }) => `${location}: ${message}`).join(' ')}`,
      violations: wrong,
    });
  }
  return Object.keys(verifications)
    .filter((name) => !verificationNames.includes(name))
    .map((name) => ({
      location: `body/verifications/${name}`,
      code: 'verification-unknown',
      message: `The mock knows no documents for this verification and will find it missing.${suggest(name, verificationNames)}`,
    }));
}

/** A name, a list of names, or an object whose keys are names, save those set to false or null. */
function namesIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  if (!isJsonObject(value)) return [];
  return Object.keys(value).filter((key) => value[key] !== false && value[key] !== null);
}
