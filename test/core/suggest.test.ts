import { expect, test } from 'vitest';
import { suggest } from '../../src/core/suggest.ts';

test.each<[string, string[], string]>([
  ['calback', ['callback', 'payload'], ' Did you mean "callback"?'],
  ['POST', ['get', 'post'], ' Did you mean "post"?'],
  [
    'informed/pasword-protected',
    ['informed/complete', 'informed/password-protected'],
    ' Did you mean "informed/password-protected"?',
  ],
  ['xylophone', ['callback', 'payload'], ''],
  ['', ['ab', 'abc'], ''],
  ['x', ['a', 'b'], ''],
  ['anything', [], ''],
  ['same', ['same'], ' Did you mean "same"?'],
])('%j among %j gives %j', (given, known, advice) => {
  expect(suggest(given, known)).toBe(advice);
});

test('any iterable of names is accepted', () => {
  expect(suggest('on', new Map([['one', 1]]).keys())).toBe(' Did you mean "one"?');
});
