import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';
import { financialDocument } from './financial-document.ts';
import { bankStatement, citizenCardFront, otherDocument, payslip } from './other-documents.ts';

/** The classes of documents that were submitted without one. */
const usualClasses = ['invoice', 'invoice', 'invoice', 'receipt', 'atm_receipt'] as const;

const financialClasses: readonly string[] = [
  'invoice',
  'financial_document',
  'credit_note',
  'invoice_receipt',
];
const receiptClasses: readonly string[] = ['receipt', 'atm_receipt'];

/**
 * Chooses the class of a document.
 * @param declared the submitted class, or several separated by commas. Null: none
 */
export function classify(declared: string | null, random: Random): string {
  const classes = namesIn(declared ?? '');
  const [first, second] = classes;
  if (first !== undefined && second === undefined) return first;
  return random.stream('class').pick(first === undefined ? usualClasses : classes);
}

/** The names of a list with commas. */
function namesIn(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * The complete results of a document, by key. The same class, random source and time give the same data.
 * @param documentClass one class, as {@link classify} returns it
 * @param createdAt when the document was submitted, which is after all dates in it
 */
export function completeAnnotations(documentClass: string, random: Random, createdAt: number): JsonObject {
  const name = documentClass.toLowerCase().replaceAll(/[\s-]+/g, '_');
  const data = random.stream('data');
  if (receiptClasses.includes(name)) return financialDocument(true, data, createdAt);
  if (financialClasses.includes(name)) return financialDocument(false, data, createdAt);
  switch (name) {
    case 'bank_statement':
      return bankStatement(data, createdAt);
    case 'payslips':
    case 'payslip':
      return payslip(data, createdAt);
    case 'citizen_card_id_front':
      return citizenCardFront(data, createdAt);
    default:
      return otherDocument(name, data, createdAt);
  }
}

/** The results of machine learning alone. At least one value is null, and at least one is missing. */
export function partialAnnotations(complete: JsonObject, random: Random): JsonObject {
  const chance = random.stream('partial');
  const keys = Object.keys(complete).filter((key) => !key.endsWith(':document_type'));
  if (keys.length < 2) return complete;
  const unread = chance.int(0, keys.length - 1);
  const missing = (unread + chance.int(1, keys.length - 1)) % keys.length;
  const partial: Record<string, JsonValue> = { ...complete };
  keys.forEach((key, index) => {
    const fate = chance.float();
    if (index === missing || (index !== unread && fate < 0.1)) delete partial[key];
    else if (index === unread || fate < 0.25) partial[key] = null;
  });
  return partial;
}
