import { expect, test } from 'vitest';
import { credentialsOf, sharedCredentials } from '../../src/check/stage/credentials.ts';

type Given = Parameters<typeof credentialsOf>[0];

const callback = (url: string, headers: Record<string, string> = {}): Given => ({
  headers: { accept: '*/*', ...headers },
  target: { url, method: 'POST', headers },
});
const url = 'http://consumer.test/hook';

test.each([
  ['Authorization', callback(url, { 'X-Api-Key': 'k', Authorization: 'Bearer s' }), 'Bearer s'],
  ['a header that is called like a secret', callback(url, { 'X-Api-Key': 'k', tenant: '7' }), 'k'],
  ['a parameter of the own URL', callback(`${url}?tenant=7&access_token=t`), 't'],
])('finds %s', (_, given, expected) => {
  expect(credentialsOf(given)?.value).toBe(expected);
});

test('what is no secret is none', () => {
  expect(credentialsOf(callback(`${url}?tenant=7&keyword=a`, { 'Idempotency-Key': 'i' }))).toBeNull();
});

test('others take their place, and the rest stays', () => {
  const byHeader = credentialsOf(callback(url, { 'X-Api-Key': 'k', tenant: '7' }));
  expect(byHeader?.with('other')).toEqual({ to: url, headers: { tenant: '7', 'X-Api-Key': 'other' } });
  expect(byHeader?.with(null)).toEqual({ to: url, headers: { tenant: '7' } });
  const byQuery = credentialsOf(callback(`${url}?tenant=7&token=t`));
  expect(byQuery?.with('a b').to).toBe(`${url}?tenant=7&token=a+b`);
  expect(byQuery?.with(null).to).toBe(`${url}?tenant=7`);
});

test('a token of each callback is no secret of the endpoint', () => {
  const [one, other] = [callback(`${url}?token=1`), callback(`${url}?token=2`)];
  expect(sharedCredentials([one, one])).toBe('1');
  expect(sharedCredentials([one, other])).toBeNull();
  expect(sharedCredentials([])).toBeNull();
});
