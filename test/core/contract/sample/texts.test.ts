import { describe, expect, test } from 'vitest';
import { hasFormat, textOfFormat, textOfName, wordsOf } from '../../../../src/core/contract/sample/texts.ts';
import { seededRandom } from '../../../../src/core/random.ts';

const source = { random: seededRandom('1'), now: Date.UTC(2026, 10, 30, 12) };

test.each([
  ['customerEmail_address', ['customer', 'email', 'address']],
  ['HTTPServerURL', ['http', 'server', 'url']],
  ['__x--Y2Z', ['x', 'y2', 'z']],
])('the words of %s are %j', (name, words) => {
  expect(wordsOf(name)).toEqual(words);
});

test.each([
  ['email', 'a@b.test', true],
  ['email', 'a', false],
  ['date', '2026-01-31', true],
  ['date', '31.1.2026', false],
  ['date-time', '2026-01-31T10:00:00.5+02:00', true],
  ['date-time', '2026-01-31', false],
  ['uuid', 'x', false],
  ['uri', 'urn:a:b', true],
  ['uri', '/a', false],
  ['ipv4', '1.2.3', false],
  ['unknown', 'anything', true],
])('%s: %s has the format: %s', (format, text, expected) => {
  expect(hasFormat(format, text)).toBe(expected);
});

describe('a text', () => {
  test.each(['date-time', 'date', 'time', 'email', 'uuid', 'uri', 'url', 'ipv4', 'ipv6', 'hostname'])(
    'of the format %s has it',
    (format) => {
      for (let i = 0; i < 20; i++)
        expect(hasFormat(format, textOfFormat(format, source, 'x') ?? '')).toBe(true);
    },
  );

  test.each([
    ['name', 'customer', /^[A-Z]\w+ [A-Z]\w+$/],
    ['name', 'product', /^[A-Z][a-z]+ [a-z]+$/],
    ['currencyCode', '', /^[A-Z]{3}$/],
    ['callback_url', '', /^https:\/\/example\.com\//],
    ['orderNumber', '', /^order-\d{6}$/],
  ])('for %s of a %s is plausible', (name, parent, expected) => {
    expect(textOfName(name, parent, source)).toMatch(expected);
  });
});
