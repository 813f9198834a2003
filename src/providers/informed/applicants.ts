import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { type Random, seededRandom } from '../../core/random.ts';
import { dayFrom, dayOf, readDay, yearOf } from './calendar.ts';
import { firstNames, lastNames } from './data/names.ts';
import { type Place, places, streets } from './data/places.ts';
import type { Application } from './resources.ts';
import {
  type AdditionalIncome,
  type StatedJob,
  statedAdditionalIncomes,
  statedAddress,
  statedJobs,
  textOf,
} from './stated-applicant.ts';

export type Address = {
  readonly street_address: string;
  readonly street_2: string | null;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
};

/** An applicant of an application: the stated data, with plausible fictional data for the rest. */
export interface Applicant {
  /** `applicant1` or `applicant2`. */
  readonly key: string;
  readonly firstName: string;
  readonly middleName: string | null;
  readonly lastName: string;
  readonly suffix: string | null;
  /** The last four digits. */
  readonly ssn: string;
  readonly birthDay: number;
  readonly phone: string;
  readonly address: Address;
  /** The current jobs as stated, the main one first. */
  readonly jobs: readonly [StatedJob, ...StatedJob[]];
  readonly additionalIncomes: readonly AdditionalIncome[];
}

export const applicantKeys = ['applicant1', 'applicant2'] as const;

/** The day by which documents are judged: the contract's, otherwise the application's, otherwise the registration's. */
export function referenceDay(application: Application): number {
  const { contract_date, application_date } = application.data.registration;
  return readDay(contract_date) ?? readDay(application_date) ?? dayOf(application.createdAt);
}

/** The keys of the applicants in the registration. `applicant1` if there are none. */
export function applicantsOf(application: Application): readonly string[] {
  const stated = application.data.registration.applicants;
  const keys = isJsonObject(stated) ? applicantKeys.filter((key) => isJsonObject(stated[key])) : [];
  return keys.length === 0 ? ['applicant1'] : keys;
}

/**
 * One applicant. Invented properties depend only on the application's seed, its reference day and the key.
 * @param judgedBy the reference day, if already known
 */
export function applicantOf(
  application: Application,
  key: string,
  judgedBy: number = referenceDay(application),
): Applicant {
  const { registration, seed } = application.data;
  const all = registration.applicants;
  const given = isJsonObject(all) && isJsonObject(all[key]) ? all[key] : {};
  const random = seededRandom(seed).stream(key);
  const invented = inventPerson(random, judgedBy);
  return {
    key,
    firstName: textOf(given.first_name) ?? invented.firstName,
    middleName: textOf(given.middle_name) ?? (textOf(given.first_name) === null ? invented.middleName : null),
    lastName: textOf(given.last_name) ?? invented.lastName,
    suffix: textOf(given.suffix),
    ssn: lastFourDigits(given.ssn) ?? invented.ssn,
    birthDay: readDay(given.date_of_birth) ?? invented.birthDay,
    phone: textOf(given.phone) ?? invented.phone,
    address: readAddress(statedAddress(given), invented.address),
    jobs: statedJobs(given),
    additionalIncomes: statedAdditionalIncomes(given),
  };
}

/** `Jo Boren`: the name that documents are compared with. */
export function fullName(person: { readonly firstName: string; readonly lastName: string }): string {
  return `${person.firstName} ${person.lastName}`;
}

/** `8717 S 4th Ave, Inglewood, CA 90305` */
export function addressLine(address: Address): string {
  const unit = address.street_2 === null ? '' : ` ${address.street_2}`;
  return `${address.street_address}${unit}, ${address.city}, ${address.state} ${address.zip}`;
}

export function inventAddress(random: Random, place: Place = random.pick(places)): Address {
  return {
    street_address: `${random.int(100, 9899)} ${random.pick(streets)}`,
    street_2: random.chance(0.25) ? `Apt ${random.int(1, 40)}` : null,
    city: place.city,
    state: place.state,
    zip: place.zip,
  };
}

function inventPerson(random: Random, reference: number) {
  const place = random.pick(places);
  return {
    firstName: random.pick(firstNames),
    middleName: random.chance(0.3) ? random.pick(firstNames) : null,
    lastName: random.pick(lastNames),
    ssn: String(random.int(1, 9999)).padStart(4, '0'),
    birthDay: dayFrom(yearOf(reference) - random.int(22, 64), random.int(1, 12), random.int(1, 28)),
    // 555-0100 to 555-0199 are reserved for fiction.
    phone: `(${place.areaCode}) 555-01${String(random.int(0, 99)).padStart(2, '0')}`,
    address: inventAddress(random, place),
  };
}

/** The stated address. An invalid US state or ZIP code is replaced by an invented one. */
function readAddress(given: JsonValue | undefined, invented: Address): Address {
  if (!isJsonObject(given)) return invented;
  const line = statedStreet(given);
  return {
    street_address: line ?? invented.street_address,
    street_2: line === null ? invented.street_2 : textOf(given.street_2),
    city: textOf(given.city) ?? invented.city,
    state: readState(given.state) ?? invented.state,
    zip: readZip(given.zip ?? given.zip_code) ?? invented.zip,
  };
}

/** The street with its number. Null if the address has none. */
export function statedStreet(address: JsonObject): string | null {
  return textOf(address.street_address) ?? textOf(address.street) ?? textOf(address.address_line_1);
}

/** Two letters; null for anything else. */
export function readState(given: JsonValue | undefined): string | null {
  const state = textOf(given);
  return state !== null && /^[a-z]{2}$/i.test(state) ? state.toUpperCase() : null;
}

/** Five digits, or nine with a hyphen; null for anything else. */
export function readZip(given: JsonValue | undefined): string | null {
  const zip = typeof given === 'number' ? String(given).padStart(5, '0') : textOf(given);
  return zip !== null && /^\d{5}(-\d{4})?$/.test(zip) ? zip : null;
}

/** The last four digits of a social security number; null for what ends otherwise. */
export function lastFourDigits(given: JsonValue | undefined): string | null {
  const number = typeof given === 'number' ? String(given).padStart(9, '0') : textOf(given);
  return /(\d{4})$/.exec(number ?? '')?.[1] ?? null;
}
