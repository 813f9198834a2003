import { expect, test } from 'vitest';
import {
  formDecode,
  percentDecode,
  percentEncode,
  percentEncodeReserved,
} from '../../../src/core/contract/percent-encoding.ts';

test.each([
  [percentEncode, "a-._~b/ é!'()*", 'a-._~b%2F%20%C3%A9%21%27%28%29%2A'],
  [percentEncode, 'half \ud800', 'half%20%EF%BF%BD'],
  [percentEncodeReserved, 'https://a.test/b?c=[d]', 'https://a.test/b?c=[d]'],
  [percentEncodeReserved, 'a%2Fb 50%', 'a%2Fb%2050%25'],
  [percentEncodeReserved, 'a&b#c+d', 'a%26b%23c%2Bd'],
  [percentDecode, 'a%2Fb+c', 'a/b+c'],
  [percentDecode, '50% %C3%A9 %FF', '50% é \ufffd'],
  [formDecode, 'a+b%2Bc', 'a b+c'],
])('%o of %j is %j', (convert, text, expected) => {
  expect(convert(text)).toBe(expected);
});
