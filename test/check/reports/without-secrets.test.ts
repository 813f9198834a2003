import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/check/reports/without-secrets.ts';

it.each<[string, unknown, (string | undefined)[], unknown]>([
  ['credentials in any string', { a: ['x Bearer s3cret-1 y'] }, ['Bearer s3cret-1'], { a: ['x *** y'] }],
  ['what follows the scheme', { token: 's3cret-1' }, ['Bearer s3cret-1'], { token: '***' }],
  ['names of properties', { 's3cret-1': 1 }, [undefined, 's3cret-1'], { '***': 1 }],
  ['no word that is too short to be told from others', { a: 'to be' }, ['be'], { a: 'to be' }],
  ['nothing without credentials', { a: null, b: 1 }, [undefined], { a: null, b: 1 }],
])('masking replaces %s', (_, report, secrets, masked) => {
  expect(withoutSecrets(report, secrets)).toEqual(masked);
});
