import type { Violation } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import { suggest } from '../../core/suggest.ts';
import { applicantKeys, lastFourDigits, readState, readZip, statedStreet } from './applicants.ts';
import { readDay } from './calendar.ts';
import { currentEntries, mostJobs, statedEmployer, textOf } from './stated-applicant.ts';
import { highestIncome, periodNames, periodsPerYear, yearlyIncome } from './stated-income.ts';

/** The properties that a registration may have: documented ones, and others that the mock also reads. */
const known = {
  registration: {
    documented: [
      ...['application_reference_id', 'application_date', 'contract_date', 'application_type'],
      ...['application_status', 'applicants', 'services', 'verifications', 'webhook'],
    ],
    read: ['application_update_reference_id', 'vehicle', 'vin'],
  },
  vehicle: { documented: ['vin'], read: [] },
  applicants: { documented: applicantKeys, read: [] },
  applicant: {
    documented: [
      ...['first_name', 'middle_name', 'last_name', 'suffix', 'email', 'phone', 'ssn', 'date_of_birth'],
      ...['address_info', 'employment_info', 'additional_incomes'],
    ],
    read: ['address', 'employer_name', 'employer', 'income'],
  },
  addressEntry: {
    documented: [
      ...['address', 'is_current', 'start_date', 'end_date', 'residence_type', 'monthly_housing_cost'],
    ],
    read: [],
  },
  address: {
    documented: ['street_address', 'city', 'state', 'zip'],
    read: ['street_2', 'street', 'address_line_1', 'zip_code'],
  },
  employmentEntry: {
    documented: [
      ...['employment_type', 'employer_name', 'is_current', 'occupation', 'income', 'start_date', 'end_date'],
      'business_phone',
    ],
    read: [],
  },
  additionalIncome: { documented: ['source', 'income'], read: [] },
  income: { documented: ['period', 'amount'], read: [] },
} as const satisfies Record<string, { documented: readonly string[]; read: readonly string[] }>;

/**
 * Warns of what has no effect in a registration or an update: unknown properties, and values that cannot be read. It
 * does not warn of documented properties that the mock ignores, such as `email`.
 */
export function registrationWarnings(registration: JsonObject): readonly Violation[] {
  const { applicants } = registration;
  const at = 'body';
  const people = isJsonObject(applicants) ? applicants : {};
  return [
    ...unknownMembers(registration, at, 'registration'),
    ...vehicleWarnings(registration, at),
    ...['application_date', 'contract_date'].flatMap((name) =>
      dayWarning(registration[name], `${at}/${name}`),
    ),
    ...unknownMembers(applicants, `${at}/applicants`, 'applicants'),
    ...applicantKeys.flatMap((key) => applicantWarnings(people[key], `${at}/applicants/${key}`)),
  ];
}

/** Mirrors `statedVin`: if `vehicle` is not an object, `vin` is used. */
function vehicleWarnings({ vehicle, vin }: JsonObject, at: string): readonly Violation[] {
  const vinWarning = (value: JsonValue | undefined, place: string): readonly Violation[] =>
    isUnreadable(value, textOf) ? [unused(place, 'number', JSON.stringify(value), 'a string')] : [];
  if (isJsonObject(vehicle)) {
    return [
      ...unknownMembers(vehicle, `${at}/vehicle`, 'vehicle'),
      ...vinWarning(vehicle.vin, `${at}/vehicle/vin`),
      ...(vin === undefined || vin === null
        ? []
        : [warning(`${at}/vin`, 'Nothing uses this member, since vehicle is given.')]),
    ];
  }
  const isGiven = vehicle !== undefined && vehicle !== null;
  return [
    ...(isGiven ? [unused(`${at}/vehicle`, 'vehicle', JSON.stringify(vehicle), 'an object with a vin')] : []),
    ...vinWarning(vin, `${at}/vin`),
  ];
}

function applicantWarnings(applicant: JsonValue | undefined, at: string): readonly Violation[] {
  if (!isJsonObject(applicant)) return [];
  const { ssn, date_of_birth, address, income, address_info, employment_info } = applicant;
  return [
    ...unknownMembers(applicant, at, 'applicant'),
    ...(isUnreadable(ssn, lastFourDigits) ? [unused(`${at}/ssn`, 'number', hidden(ssn), 'nine digits')] : []),
    ...dayWarning(date_of_birth, `${at}/date_of_birth`),
    ...addressWarnings(address, `${at}/address`),
    ...incomeWarnings(income, `${at}/income`),
    ...['employer_name', 'employer'].flatMap((name) => employerWarnings(applicant[name], `${at}/${name}`)),
    ...entries(address_info, `${at}/address_info`, (entry, place) => [
      ...unknownMembers(entry, place, 'addressEntry'),
      ...addressWarnings(entry.address, `${place}/address`),
    ]),
    ...entries(employment_info, `${at}/employment_info`, (entry, place) => [
      ...unknownMembers(entry, place, 'employmentEntry'),
      ...incomeWarnings(entry.income, `${place}/income`),
    ]),
    ...entries(applicant.additional_incomes, `${at}/additional_incomes`, (entry, place) => [
      ...additionalIncomeWarnings(entry, place),
    ]),
    ...overruled(applicant, at),
    ...surplus(address_info, `${at}/address_info`, 1, 'documents show one current address'),
    ...surplus(
      employment_info,
      `${at}/employment_info`,
      mostJobs,
      'documents show two current employers at most',
    ),
  ];
}

/** Warns of properties of the earlier flat format if the documented ones, which take precedence, are present. */
function overruled(applicant: JsonObject, at: string): readonly Violation[] {
  const by = (member: string, names: readonly string[]): readonly Violation[] =>
    currentEntries(applicant[member]).length === 0
      ? []
      : names
          .filter((name) => applicant[name] !== undefined && applicant[name] !== null)
          .map((name) => warning(`${at}/${name}`, `Nothing uses this member, since ${member} is given.`));
  return [
    ...by('address_info', ['address']),
    ...by('employment_info', ['employer_name', 'employer', 'income']),
  ];
}

/** Warns of current entries beyond the number that documents show. */
function surplus(list: JsonValue | undefined, at: string, most: number, limit: string): readonly Violation[] {
  if (!Array.isArray(list)) return [];
  return currentEntries(list)
    .slice(most)
    .map((entry) => warning(`${at}/${list.indexOf(entry)}`, `Nothing uses this entry: ${limit}.`));
}

function addressWarnings(address: JsonValue | undefined, at: string): readonly Violation[] {
  if (address === undefined || address === null) return [];
  if (!isJsonObject(address)) return [unused(at, 'address', JSON.stringify(address), 'an object')];
  const { state } = address;
  const zip = address.zip === undefined ? 'zip_code' : 'zip';
  return [
    ...unknownMembers(address, at, 'address'),
    ...(textOf(address.street_2) !== null && statedStreet(address) === null
      ? [warning(`${at}/street_2`, 'Nothing uses this member: the address has no street_address.')]
      : []),
    ...(isUnreadable(state, readState)
      ? [unused(`${at}/state`, 'state', JSON.stringify(state), 'two letters')]
      : []),
    ...(isUnreadable(address[zip], readZip)
      ? [unused(`${at}/${zip}`, 'ZIP code', JSON.stringify(address[zip]), 'five digits')]
      : []),
  ];
}

function employerWarnings(employer: JsonValue | undefined, at: string): readonly Violation[] {
  return isUnreadable(employer, statedEmployer)
    ? [unused(at, 'employer', JSON.stringify(employer), 'a name, or an object with a name')]
    : [];
}

function additionalIncomeWarnings(entry: JsonObject, at: string): readonly Violation[] {
  const unknown = unknownMembers(entry, at, 'additionalIncome');
  if (entry.income !== undefined && entry.income !== null) {
    return [...unknown, ...incomeWarnings(entry.income, `${at}/income`)];
  }
  // An unknown property already has a warning.
  return unknown.length > 0 ? unknown : [warning(at, 'Nothing uses this entry: it has no income.')];
}

function incomeWarnings(income: JsonValue | undefined, at: string): readonly Violation[] {
  if (income === undefined || income === null) return [];
  if (!isJsonObject(income)) {
    return [unused(at, 'income', JSON.stringify(income), 'an object with an amount')];
  }
  const unknown = unknownMembers(income, at, 'income');
  const { period, amount } = income;
  if (periodsPerYear(period) === null) {
    const advice = typeof period === 'string' ? suggest(period, periodNames) : '';
    const message = `Nothing uses this income, since its period is unknown: got ${quoted(period)}, expected ${periodNames.join(', ')}.${advice}`;
    return [...unknown, warning(`${at}/period`, message)];
  }
  if (amount === undefined || amount === null) {
    return unknown.length > 0 ? unknown : [warning(at, 'Nothing uses this income: it has no amount.')];
  }
  if (yearlyIncome(income) !== null) return unknown;
  const limit = `$${highestIncome.toLocaleString('en-US')}`;
  const message = `Nothing uses this income: its amount must be more than 0 and at most ${limit} a year; got ${quoted(amount)}.`;
  return [...unknown, warning(`${at}/amount`, message)];
}

function dayWarning(value: JsonValue | undefined, at: string): readonly Violation[] {
  return isUnreadable(value, readDay) ? [unused(at, 'day', JSON.stringify(value), 'YYYY-MM-DD')] : [];
}

/** Whether a value is present, but not one that its property can have. */
function isUnreadable(
  value: JsonValue | undefined,
  read: (value: JsonValue | undefined) => unknown,
): value is JsonValue {
  const isEmpty = value === undefined || value === null || value === '';
  return !isEmpty && read(value) === null;
}

/** Shows only the length of a secret, which logs must not contain. */
function hidden(value: JsonValue): string {
  return `a value of ${String(textOf(value) ?? value).length} characters`;
}

function unknownMembers(
  value: JsonValue | undefined,
  at: string,
  kind: keyof typeof known,
): readonly Violation[] {
  if (!isJsonObject(value)) return [];
  const names: readonly string[] = known[kind].documented;
  const all = [...names, ...known[kind].read];
  return Object.keys(value)
    .filter((name) => !all.includes(name))
    .map((name) => warning(`${at}/${name}`, `Nothing uses this member.${suggest(name, names)}`));
}

function entries(
  list: JsonValue | undefined,
  at: string,
  warn: (entry: JsonObject, place: string) => readonly Violation[],
): readonly Violation[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry, index) => (isJsonObject(entry) ? warn(entry, `${at}/${index}`) : []));
}

function unused(location: string, what: string, got: string, expected: string): Violation {
  return warning(location, `Nothing uses this ${what}: got ${got}, expected ${expected}.`);
}

function warning(location: string, message: string): Violation {
  return { location, code: 'member-unused', message };
}
