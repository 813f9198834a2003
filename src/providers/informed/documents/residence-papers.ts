import type { JsonObject } from '../../../core/json.ts';
import { seededRandom } from '../../../core/random.ts';
import { type Applicant, inventAddress } from '../applicants.ts';
import { dayFrom, isoDay, yearOf } from '../calendar.ts';
import { utilities } from '../data/businesses.ts';
import { places } from '../data/places.ts';
import { dollars } from '../money.ts';
import { type DocumentOrder, namedApplicants, printedName } from './document-order.ts';

/** The maximum age of a utility bill, in days. */
export const utilityBillDays = 60;
/** For how many days an expired license is sent to review rather than rejected. */
export const licenseGraceDays = 30;

export function makeUtilityBill(order: DocumentOrder): JsonObject {
  const { random, wanted } = order;
  const stale = wanted.residence === 'fail' && random.chance(0.5);
  const person = atWantedAddress(order, wanted.residence === 'fail' && !stale);
  const day =
    order.referenceDay - (stale ? random.int(utilityBillDays + 5, 240) : random.int(5, utilityBillDays - 5));
  const utility = random.pick(utilities);
  return {
    applicants: namedApplicants([person], { ssn: false }),
    utility_name: utility.provider,
    service_type: utility.service,
    customer_name: printedName(person),
    account_number_last4: String(random.int(0, 9_999)).padStart(4, '0'),
    service_address: person.address,
    statement_date: isoDay(day),
    due_date: isoDay(day + 21),
    amount_due: dollars(random.int(38_00, 264_00)),
  };
}

export function makeDriversLicense(order: DocumentOrder): JsonObject {
  const { wanted, owner, referenceDay } = order;
  const person = atWantedAddress(order, wanted.residence === 'fail');
  // A person has one license, so two copies of it show the same data.
  const own = seededRandom(order.seed).stream(`${owner.key}/license`);
  const number = `${own.pick(['B', 'D', 'F', 'K', 'N', 'S', 'W'])}${own.int(1_000_000, 9_999_999)}`;
  const expiration = expirationDay(order, own.int(1, 4));
  const issued = expiration - own.int(4, 5) * 365 - 1;
  return {
    applicants: namedApplicants([person], { ssn: false }),
    license_number: number,
    issuing_state: person.address.state,
    date_of_birth: isoDay(owner.birthDay),
    issue_date: isoDay(Math.min(issued, referenceDay - 1)),
    expiration_date: isoDay(expiration),
  };
}

/** A license expires on a birthday. An expired one may have any day before the reference day. */
function expirationDay({ random, wanted, owner, referenceDay }: DocumentOrder, yearsLeft: number): number {
  if (wanted.identity === 'fail') return referenceDay - random.int(licenseGraceDays + 1, 700);
  if (wanted.identity === 'review') return referenceDay - random.int(1, licenseGraceDays);
  const [, month, date] = isoDay(owner.birthDay).split('-').map(Number) as [number, number, number];
  return dayFrom(yearOf(referenceDay) + yearsLeft, month, Math.min(date, 28));
}

/** The owner at the stated address, at a similar one, or elsewhere. */
function atWantedAddress({ owner, random, wanted }: DocumentOrder, elsewhere: boolean): Applicant {
  if (elsewhere) {
    const others = places.filter((place) => place.zip !== owner.address.zip.slice(0, 5));
    return { ...owner, address: inventAddress(random, random.pick(others)) };
  }
  if (wanted.residence !== 'review') return owner;
  const unit = owner.address.street_2 === null ? `Apt ${random.int(1, 40)}` : null;
  return { ...owner, address: { ...owner.address, street_2: unit } };
}
