import type { JsonObject, JsonValue } from '../../../core/json.ts';
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
  // The names are written out, since nearly every document has them and composing them takes longer than all else.
  return {
    'document:financial-document:document_type': receipt ? 'receipt' : 'invoice',
    'document:financial-document:document_identifier': `${series} ${yearOf(createdAt, issuedDays)}/${random.int(1, 9_999)}`,
    'document:financial-document:supplier_name': supplier.name,
    'document:financial-document:supplier_tax_number': supplier.taxNumber,
    'document:financial-document:recipient_name': recipient.name,
    'document:financial-document:recipient_tax_number': recipient.taxNumber,
    'document:financial-document:issue_date': date(createdAt, issuedDays),
    'document:financial-document:due_date': date(createdAt, issuedDays + termDays),
    'document:financial-document:currency': 'EUR',
    'document:financial-document:amout_base_total': amount(base),
    'document:financial-document:amount_tax_total': amount(tax),
    'document:financial-document:amount_total': amount(total),
    'document:financial-document:amount_rounding': amount(rounding),
    'document:financial-document:amount_paid': amount(paid),
    'document:financial-document:amount_due': amount(payable - paid),
  };
}

/** Gives each field its full key, `document:<kind>:<field>`. */
export function prefixed(kind: string, values: JsonObject): JsonObject {
  const full: Record<string, JsonValue> = {};
  for (const field of Object.keys(values)) full[`document:${kind}:${field}`] = values[field] ?? null;
  return full;
}
