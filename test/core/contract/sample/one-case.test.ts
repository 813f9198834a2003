import { expect, test } from 'vitest';
import { textOfPatterns } from '../../../../src/core/contract/sample/patterns.ts';
import { seededRandom } from '../../../../src/core/random.ts';

test('a pattern that matches both cases gives one case', () => {
  const limits = { minLength: 0, maxLength: 100, preferred: [], isVaried: true };
  const text = textOfPatterns(['^[uU][rR][nN]:[a-fA-F0-9]{20}$'], seededRandom('1'), limits);
  expect(text).toMatch(/^urn:[a-f0-9]{20}$/);
});
