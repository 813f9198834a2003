import { describe, expect, it } from 'vitest';
import { virtualEpoch } from '../../../src/core/engine/time/clock.ts';
import { seededRandom } from '../../../src/core/random.ts';
import {
  classify,
  completeAnnotations,
  partialAnnotations,
} from '../../../src/providers/docdigitizer/results/annotations.ts';
import { amount, date } from '../../../src/providers/docdigitizer/results/formats.ts';
import {
  cardNumber,
  drawAccount,
  drawCompanies,
  taxNumber,
} from '../../../src/providers/docdigitizer/results/identities.ts';

const seeds = Array.from({ length: 200 }, (_, index) => seededRandom(index));

/** Values without their prefix. */
function fieldsOf(documentClass: string, random = seededRandom(1)): Record<string, string> {
  const annotations = completeAnnotations(documentClass, random, virtualEpoch);
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key.split(':')[2] ?? '', String(value)]),
  );
}

const cents = (text: string | undefined): number => Math.round(Number(text) * 100);

/** `DD/MM/YYYY` as a time. */
function timeOf(text: string | undefined): number {
  const [day, month, year] = (text ?? '').split('/').map(Number);
  return Date.UTC(year ?? 0, (month ?? 0) - 1, day ?? 0);
}

describe('results of invoices and receipts', () => {
  it.each(['invoice', 'receipt', 'atm_receipt', 'financial-document'])(
    'have exactly the documented keys for %s',
    (documentClass) => {
      const keys = Object.keys(completeAnnotations(documentClass, seededRandom(1), virtualEpoch)).sort();
      expect(keys).toEqual(
        [
          'recipient_name',
          'recipient_tax_number',
          'supplier_name',
          'supplier_tax_number',
          'document_type',
          'document_identifier',
          'issue_date',
          'due_date',
          'currency',
          'amount_total',
          'amount_tax_total',
          'amount_paid',
          'amount_rounding',
          'amount_due',
          'amout_base_total',
        ]
          .map((field) => `document:financial-document:${field}`)
          .sort(),
      );
    },
  );

  it.each(['invoice', 'receipt'])('the amounts add up in every %s', (documentClass) => {
    for (const random of seeds) {
      const fields = fieldsOf(documentClass, random);
      expect(cents(fields.amout_base_total) + cents(fields.amount_tax_total)).toBe(
        cents(fields.amount_total),
      );
      expect(cents(fields.amount_paid) + cents(fields.amount_due)).toBe(
        cents(fields.amount_total) + cents(fields.amount_rounding),
      );
      for (const name of [
        'amount_total',
        'amount_tax_total',
        'amount_paid',
        'amount_due',
        'amout_base_total',
      ]) {
        expect(fields[name]).toMatch(/^\d+(\.\d{1,2})?$/);
      }
      expect(fields.currency).toBe('EUR');
    }
  });

  it('a receipt has nothing due, and every invoice has an amount due', () => {
    for (const random of seeds) {
      expect(fieldsOf('receipt', random).amount_due).toBe('0');
      expect(cents(fieldsOf('invoice', random).amount_due)).toBeGreaterThan(0);
    }
  });

  it('invoices are issued before the submission, due no earlier, and numbered in their year', () => {
    for (const random of seeds) {
      const fields = fieldsOf('invoice', random);
      expect(fields.issue_date).toMatch(/^\d\d\/\d\d\/\d{4}$/);
      expect(timeOf(fields.issue_date)).toBeLessThan(virtualEpoch);
      expect(timeOf(fields.due_date)).toBeGreaterThanOrEqual(timeOf(fields.issue_date));
      expect(fields.document_identifier).toContain(fields.issue_date?.slice(6));
    }
  });

  it('an invoice names two different companies', () => {
    for (const random of seeds) {
      const [supplier, recipient] = drawCompanies(random);
      expect(supplier.name).not.toBe(recipient.name);
    }
  });
});

describe('results of other classes', () => {
  it('a bank statement balances', () => {
    for (const random of seeds) {
      const fields = fieldsOf('bank_statement', random);
      const closing =
        cents(fields.balance_opening) + cents(fields.amount_credit_total) - cents(fields.amount_debit_total);
      expect(cents(fields.balance_closing)).toBe(closing);
      expect(closing).toBeGreaterThanOrEqual(0);
    }
  });

  it('a payslip deducts tax and social security from the pay', () => {
    for (const random of seeds) {
      const fields = fieldsOf('payslips', random);
      expect(cents(fields.amount_net)).toBe(
        cents(fields.amount_gross) - cents(fields.amount_income_tax) - cents(fields.amount_social_security),
      );
      expect(fields.period).toBe(fields.payment_date?.slice(3));
    }
  });

  it('the holder of a citizen card is an adult, and the card is not expired', () => {
    for (const random of seeds) {
      const fields = fieldsOf('citizen_card_id_front', random);
      expect(virtualEpoch - timeOf(fields.birth_date)).toBeGreaterThanOrEqual(18 * 365 * 86_400_000);
      expect(timeOf(fields.expiry_date)).toBeGreaterThan(virtualEpoch);
    }
  });

  it('an unknown class has its own keys', () => {
    expect(Object.keys(completeAnnotations('Lease Contract', seededRandom(1), virtualEpoch))).toContain(
      'document:lease-contract:document_type',
    );
  });
});

describe('numbers', () => {
  it('a NIF has a valid check digit', () => {
    for (const random of seeds) {
      const nif = taxNumber('5', random);
      const sum = [...nif.slice(0, 8)].reduce(
        (total, digit, index) => total + Number(digit) * (9 - index),
        0,
      );
      expect(nif).toMatch(/^5\d{8}$/);
      expect(Number(nif[8])).toBe(sum % 11 < 2 ? 0 : 11 - (sum % 11));
    }
  });

  it('an IBAN has valid check digits (ISO 13616)', () => {
    for (const random of seeds) {
      const { iban } = drawAccount(random);
      expect(iban).toMatch(/^PT50\d{21}$/);
      const rearranged = `${iban.slice(4)}${iban.slice(0, 4)}`.replaceAll(/[A-Z]/g, (c) =>
        String(Number.parseInt(c, 36)),
      );
      expect(BigInt(rearranged) % 97n).toBe(1n);
    }
  });

  it('the number of a citizen card has a valid check digit over all twelve places', () => {
    for (const random of seeds) {
      const number = cardNumber(random).replaceAll(' ', '');
      expect(number).toMatch(/^\d{9}[A-Z]{2}\d$/);
      const sum = [...number].reverse().reduce((total, place, index) => {
        const value = Number.parseInt(place, 36) * (index % 2 === 1 ? 2 : 1);
        return total + (index % 2 === 1 && value >= 10 ? value - 9 : value);
      }, 0);
      expect(sum % 10).toBe(0);
    }
  });
});

describe('formats', () => {
  it.each([
    [0, 0],
    [5, 0.05],
    [-1, -0.01],
    [123_456, 1234.56],
  ])('writes %i cents as %d', (given, number) => {
    expect(amount(given)).toBe(number);
  });

  it('dates are DD/MM/YYYY, across the turn of the year too', () => {
    expect(date(virtualEpoch)).toBe('01/01/2030');
    expect(date(virtualEpoch, -1)).toBe('31/12/2029');
  });
});

describe('classify', () => {
  it('classify keeps a given class', () => {
    expect(classify('payslips', seededRandom(1))).toBe('payslips');
  });

  it('classify picks one of an array, the same each time', () => {
    const found = new Set(seeds.map((random) => classify('invoice, atm_receipt', random)));
    expect([...found].sort()).toEqual(['atm_receipt', 'invoice']);
    expect(classify('invoice,atm_receipt', seededRandom(7))).toBe(
      classify('invoice,atm_receipt', seededRandom(7)),
    );
  });

  it('classify picks a common class when none is given', () => {
    for (const random of seeds)
      expect(['invoice', 'receipt', 'atm_receipt']).toContain(classify(null, random));
    expect(classify(' , ', seededRandom(1))).toMatch(/^(invoice|receipt|atm_receipt)$/);
  });
});

describe('partialAnnotations', () => {
  it.each(['invoice', 'bank_statement', 'payslips', 'citizen_card_id_front', 'other'])(
    'of %s lack at least one value and have at least one null, and what is there is right',
    (documentClass) => {
      for (const random of seeds) {
        const complete = completeAnnotations(documentClass, random, virtualEpoch);
        const partial = partialAnnotations(complete, random);
        expect(Object.keys(partial).length).toBeLessThan(Object.keys(complete).length);
        expect(Object.values(partial)).toContain(null);
        for (const [key, value] of Object.entries(partial))
          if (value !== null) expect(value).toBe(complete[key]);
        expect(Object.values(complete)).not.toContain(null);
      }
    },
  );
});
