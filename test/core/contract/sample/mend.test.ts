import { expect, test } from 'vitest';
import { mend } from '../../../../src/core/contract/sample/mend.ts';
import type { JsonValue } from '../../../../src/core/json.ts';
import { options } from './sampling.ts';

const violation = (location: string, message = 'wrong') => ({ location, code: 'test', message });

test.each<[string, JsonValue, JsonValue, JsonValue]>([
  ['a property', { properties: { a: { type: 'string' } } }, { a: 1, b: 2 }, { b: 2 }],
  ['a property of an item', { items: { properties: { a: false } } }, [{ a: 1, b: 2 }, 3], [{ b: 2 }, 3]],
  ['an item', { items: { type: 'integer' } }, [1, 'x', 2], [1, 2]],
])('removes %s at fault', (_, schema, value, expected) => {
  const { validate } = options(schema);
  expect(mend({ value, violations: validate(value) }, validate)).toEqual({ value: expected, violations: [] });
});

test('removes the property that a message names', () => {
  const validate = (value: unknown) =>
    'x/y' in (value as { a: object }).a ? [violation('/a', 'must not have the property "x/y"')] : [];
  const value = { a: { 'x/y': 1, z: 2 } };
  expect(mend({ value, violations: validate(value) }, validate).value).toEqual({ a: { z: 2 } });
});

test('keeps a value that no change makes better', () => {
  const violations = [violation('/a')];
  const value = { a: 1 };
  expect(mend({ value, violations }, () => violations)).toEqual({ value, violations });
});

test('gives up after sixty checks', () => {
  let checks = 0;
  const value = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]));
  const violations = Object.keys(value).map((key) => violation(`/${key}`));
  mend({ value, violations }, () => {
    checks++;
    return violations;
  });
  expect(checks).toBe(60);
});
