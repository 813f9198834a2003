import type { Random } from '../../../core/random.ts';
import { banks, cities, companies, men, streets, surnames, women } from './names.ts';

export interface Person {
  readonly sex: 'F' | 'M';
  readonly givenNames: string;
  readonly surname: string;
  /** A private person's tax number: begins with 1, 2 or 3. */
  readonly taxNumber: string;
}

export interface Company {
  readonly name: string;
  /** A company's tax number: begins with 5. */
  readonly taxNumber: string;
}

export function drawPerson(random: Random): Person {
  const sex = random.pick(['F', 'M'] as const);
  return {
    sex,
    givenNames: random.pick(sex === 'F' ? women : men),
    surname: `${random.pick(surnames)} ${random.pick(surnames)}`,
    taxNumber: taxNumber(random.pick(['1', '2', '3']), random),
  };
}

/** Two companies that differ: who sells and who buys. */
export function drawCompanies(random: Random): readonly [Company, Company] {
  const first = random.int(0, companies.length - 1);
  const second = (first + random.int(1, companies.length - 1)) % companies.length;
  const company = (index: number): Company => ({
    name: companies[index] ?? companies[0],
    taxNumber: taxNumber('5', random),
  });
  return [company(first), company(second)];
}

export function drawAddress(random: Random): string {
  const city = random.pick(cities);
  return `${random.pick(streets)}, ${random.int(1, 220)}, ${city.postal}-${digits(3, random)} ${city.name}`;
}

/** A Portuguese IBAN with valid check digits: the 21 digits of the NIB end in theirs, those of `PT` are always 50. */
export function drawAccount(random: Random): { bank: string; iban: string } {
  const bank = random.pick(banks);
  const account = `${bank.code}${digits(4, random)}${digits(11, random)}`;
  const check = 98 - Number(BigInt(`${account}00`) % 97n);
  return { bank: bank.name, iban: `PT50${account}${String(check).padStart(2, '0')}` };
}

/**
 * A NIF: nine digits, the last a check digit modulo 11 (Decreto-Lei 14/2013).
 * @param first the digit for the kind of taxpayer
 */
export function taxNumber(first: string, random: Random): string {
  const body = first + digits(7, random);
  return body + checkDigit(body);
}

/** The number of a citizen card, `12345678 9 AB1`: civil number, its check digit, version, check digit of all. */
export function cardNumber(random: Random): string {
  const civil = digits(8, random);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const version = random.pick([...letters]) + random.pick([...letters]);
  const body = civil + checkDigit(civil) + version;
  return `${civil} ${checkDigit(civil)} ${version}${cardCheckDigit(body)}`;
}

/** @param count 15 at most: more would not fit a number */
export function digits(count: number, random: Random): string {
  let number = 0;
  for (let i = 0; i < count; i++) number = number * 10 + random.int(0, 9);
  return String(number).padStart(count, '0');
}

const zero = '0'.charCodeAt(0);

/** Weights fall to 2 at the last digit; a remainder of 0 or 1 gives 0. */
function checkDigit(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum += (body.charCodeAt(i) - zero) * (body.length + 1 - i);
  const rest = sum % 11;
  return rest < 2 ? '0' : String(11 - rest);
}

/** Luhn over base-36 values, as printed on the card: every second one from the right is doubled. */
function cardCheckDigit(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i++) {
    const value = Number.parseInt(body[body.length - 1 - i] ?? '0', 36);
    const doubled = i % 2 === 0 ? value * 2 : value;
    sum += doubled >= 10 && i % 2 === 0 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}
