import type { JsonObject } from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';
import { amount, date, yearOf } from './formats.ts';
import { drawCompanies } from './identities.ts';

/** VAT rates of mainland Portugal, in percent. The general one is the most frequent. */
const rates = [23, 23, 23, 13, 6] as const;

/**
 * Results of an invoice or a receipt, with the documented keys `document:financial-document:…` (`amout_base_total`
 * is spelled so). Base and tax add up to the total; paid and due add up to the total with its rounding.
 */
export function financialDocument(receipt: boolean, random: Random, createdAt: number): JsonObject {
  const [supplier, recipient] = drawCompanies(random);
  const issuedDays = -random.int(1, 45);
  const termDays = receipt ? 0 : random.pick([15, 30, 30, 60]);
  const base = receipt ? random.int(150, 12_000) : random.int(5_000, 900_000);
  const tax = Math.round((base * random.pick(rates)) / 100);
  const total = base + tax;
  const rounding = random.chance(0.2) ? random.pick([-2, -1, 1, 2]) : 0;
  const payable = total + rounding;
  const paid = receipt ? payable : random.chance(0.25) ? Math.round(payable * 0.3) : 0;
  const series = receipt ? 'FS' : 'FT';
  const values: JsonObject = {
    document_type: receipt ? 'receipt' : 'invoice',
    document_identifier: `${series} ${yearOf(createdAt, issuedDays)}/${random.int(1, 9_999)}`,
    supplier_name: supplier.name,
    supplier_tax_number: supplier.taxNumber,
    recipient_name: recipient.name,
    recipient_tax_number: recipient.taxNumber,
    issue_date: date(createdAt, issuedDays),
    due_date: date(createdAt, issuedDays + termDays),
    currency: 'EUR',
    amout_base_total: amount(base),
    amount_tax_total: amount(tax),
    amount_total: amount(total),
    amount_rounding: amount(rounding),
    amount_paid: amount(paid),
    amount_due: amount(payable - paid),
  };
  return prefixed('financial-document', values);
}

/** Gives each field its full key, `document:<kind>:<field>`. */
export function prefixed(kind: string, values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [`document:${kind}:${field}`, value]),
  );
}
