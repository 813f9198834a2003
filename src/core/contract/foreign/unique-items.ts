import type { FuncKeywordDefinition } from 'ajv/dist/2020.js';
import { isJsonObject } from '../../json.ts';

/**
 * `uniqueItems` (JSON Schema 2020-12 §6.4.3 of the validation). Takes time in proportion to the array, not to its square
 * as the one of Ajv.
 */
export function uniqueItems(): FuncKeywordDefinition {
  const validate: NonNullable<FuncKeywordDefinition['validate']> = (
    isUnique: boolean,
    items: readonly unknown[],
  ) => {
    const pair = isUnique ? firstPair(items) : undefined;
    if (pair === undefined) return true;
    validate.errors = [{ keyword: 'uniqueItems', params: pair }];
    return false;
  };
  return { keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', validate };
}

/** The indexes of two equal items. */
function firstPair(items: readonly unknown[]): { readonly j: number; readonly i: number } | undefined {
  const seen = new Map<unknown, number>();
  for (const [i, item] of items.entries()) {
    const isScalar = typeof item !== 'object' || item === null;
    // A text of an object begins with a brace or bracket, behind a character that sets it apart from a string.
    const key = isScalar ? item : `\0${canonical(item)}`;
    const j = seen.get(key);
    if (j !== undefined) return { j, i };
    seen.set(key, i);
  }
  return undefined;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
