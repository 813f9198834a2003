import type { JsonObject } from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';
import { prefixed } from './financial-document.ts';
import { amount, date, yearOf } from './formats.ts';
import {
  cardNumber,
  digits,
  drawAccount,
  drawAddress,
  drawCompanies,
  drawPerson,
  taxNumber,
} from './identities.ts';

// The keys of these classes are not published. They follow the form of the documented ones.

/** Results of a bank statement: opening balance, credits and debits add up to the closing balance. */
export function bankStatement(random: Random, createdAt: number): JsonObject {
  const holder = drawPerson(random);
  const account = drawAccount(random);
  const endDays = -random.int(3, 20);
  const opening = random.int(20_000, 600_000);
  const credits = random.int(80_000, 350_000);
  const debits = random.int(30_000, Math.min(300_000, opening + credits));
  return prefixed('bank-statement', {
    document_type: 'bank_statement',
    bank_name: account.bank,
    account_iban: account.iban,
    holder_name: `${holder.givenNames} ${holder.surname}`,
    holder_address: drawAddress(random),
    period_start: date(createdAt, endDays - 30),
    period_end: date(createdAt, endDays),
    currency: 'EUR',
    balance_opening: amount(opening),
    amount_credit_total: amount(credits),
    amount_debit_total: amount(debits),
    balance_closing: amount(opening + credits - debits),
  });
}

/** Results of a payslip: gross less income tax and social security (11 %) is net. */
export function payslip(random: Random, createdAt: number): JsonObject {
  const [employer] = drawCompanies(random);
  const employee = drawPerson(random);
  const paidDays = -random.int(2, 28);
  const gross = random.int(90_000, 420_000);
  const socialSecurity = Math.round(gross * 0.11);
  const incomeTax = Math.round((gross * random.int(4, 28)) / 100);
  const paid = date(createdAt, paidDays);
  return prefixed('payslip', {
    document_type: 'payslip',
    employer_name: employer.name,
    employer_tax_number: employer.taxNumber,
    employee_name: `${employee.givenNames} ${employee.surname}`,
    employee_tax_number: employee.taxNumber,
    employee_social_security_number: `1${digits(10, random)}`,
    period: paid.slice(3),
    payment_date: paid,
    currency: 'EUR',
    amount_gross: amount(gross),
    amount_income_tax: amount(incomeTax),
    amount_social_security: amount(socialSecurity),
    amount_net: amount(gross - incomeTax - socialSecurity),
  });
}

/** Results of the front of a citizen card; its holder is 18 to 80 years old and the card is not expired. */
export function citizenCardFront(random: Random, createdAt: number): JsonObject {
  const holder = drawPerson(random);
  const bornDays = -random.int(18 * 366, 80 * 365);
  return prefixed('citizen-card', {
    document_type: 'citizen_card_id_front',
    surname: holder.surname,
    given_names: holder.givenNames,
    sex: holder.sex,
    height: (random.int(150, 198) / 100).toFixed(2),
    nationality: 'PRT',
    birth_date: date(createdAt, bornDays),
    document_number: cardNumber(random),
    expiry_date: date(createdAt, random.int(60, 3_600)),
  });
}

/**
 * Results of a class for which the mock has no model.
 * @param documentClass the submitted class, in lower case
 */
export function otherDocument(documentClass: string, random: Random, createdAt: number): JsonObject {
  const holder = drawPerson(random);
  const issuedDays = -random.int(1, 90);
  return prefixed(documentClass.replaceAll('_', '-'), {
    document_type: documentClass,
    document_identifier: `${yearOf(createdAt, issuedDays)}/${digits(5, random)}`,
    issue_date: date(createdAt, issuedDays),
    holder_name: `${holder.givenNames} ${holder.surname}`,
    holder_tax_number: taxNumber('2', random),
  });
}
