import { expect, test } from 'vitest';
import { providerName } from '../../../src/providers/contract/provider-name.ts';

test.each([
  ['Payment Service API', 'payment-service-api'],
  ['Café & Pão: ordens', 'cafe-pao-ordens'],
  ['3D printing', 'provider-3d-printing'],
  ['日本', 'provider'],
  ['Informed', 'informed-api'],
  [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
])('a contract called %s is the provider %s', (title, name) => {
  expect(providerName(title, new Set(['informed']))).toBe(name);
});
