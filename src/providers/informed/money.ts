/** Computed amounts are whole cents, so that every sum is exact. */
export type Cents = number;

/** Cents as a JSON number: 123456 → 1234.56. */
export function dollars(cents: Cents): number {
  return cents / 100;
}

/** Cents as verification questions show them: 2059680 → `$20,596.80`. */
export function dollarText(cents: Cents): string {
  const sign = cents < 0 ? '-' : '';
  const [whole, fraction] = (Math.abs(cents) / 100).toFixed(2).split('.') as [string, string];
  return `${sign}$${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}

/** Reads an amount of extracted data as cents. */
export function centsOf(amount: unknown): Cents {
  return typeof amount === 'number' && Number.isFinite(amount) ? Math.round(amount * 100) : 0;
}
