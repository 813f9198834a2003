import { describe, expect, test } from 'vitest';
import type { RequestHead } from '../../../src/core/provider/provider.ts';
import { checkCredentials } from '../../../src/providers/contract/credentials.ts';
import { onlyOperation, read } from '../../core/contract/foreign/support.ts';

const securitySchemes = {
  key: { type: 'apiKey', in: 'header', name: 'X-Key' },
  query: { type: 'apiKey', in: 'query', name: 'Key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
  bearer: { type: 'http', scheme: 'bearer' },
  basic: { type: 'http', scheme: 'basic' },
  certificate: { type: 'mutualTLS' },
};

/** The code of the refusal, or null. */
function check(security: object, request: object, accepted: readonly string[] = []): string | null {
  const paths = { '/a': { get: { operationId: 'get', responses: {}, security } } };
  const operation = onlyOperation(read({ components: { securitySchemes }, paths } as never));
  try {
    checkCredentials({ operation, headers: {}, query: {}, cookies: {}, ...request } as RequestHead, accepted);
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const authorization = (value: string) => ({ headers: { authorization: value } });
const basic = `Basic ${Buffer.from('user:password').toString('base64')}`;

describe('credentials', () => {
  test.each<[string, object, object, string | null]>([
    ['none where none are required', [], {}, null],
    ['none where one alternative requires none', [{ key: [] }, {}], {}, null],
    ['none', [{ key: [] }], {}, 'auth.missing'],
    ['a key in a header', [{ key: [] }], { headers: { 'x-key': 'a' } }, null],
    ['an empty key', [{ key: [] }], { headers: { 'x-key': '' } }, 'auth.missing'],
    ['a key in the query', [{ query: [] }], { query: { Key: 1 } }, null],
    ['a key in a cookie', [{ cookie: [] }], { cookies: { session: 'a' } }, null],
    ['a token', [{ bearer: [] }], authorization('bearer a'), null],
    ['a token whose scheme is in upper case', [{ bearer: [] }], authorization('BEARER a'), null],
    ['a token of another scheme', [{ bearer: [] }], authorization('Basic a'), 'auth.missing'],
    ['user and password', [{ basic: [] }], authorization(basic), null],
    ['a user without password', [{ basic: [] }], authorization(`Basic ${btoa('user')}`), 'auth.missing'],
    ['no base64', [{ basic: [] }], authorization('Basic %'), 'auth.missing'],
    ['one of two that belong together', [{ key: [], bearer: [] }], authorization('Bearer a'), 'auth.missing'],
    ['one of two alternatives', [{ key: [] }, { bearer: [] }], authorization('Bearer a'), null],
    ['no certificate', [{ certificate: [] }], {}, null],
  ])('%s', (_, security, request, code) => {
    expect(check(security, request)).toBe(code);
  });

  test.each<[string, object, object, string | null]>([
    ['the right token', [{ bearer: [] }], authorization('Bearer right'), null],
    ['another token', [{ bearer: [] }], authorization('Bearer wrong'), 'auth.wrong'],
    ['the right user and password', [{ basic: [] }], authorization(basic), null],
    [
      'one of two alternatives',
      [{ key: [] }, { bearer: [] }],
      { headers: { 'x-key': 'wrong', authorization: 'Bearer right' } },
      null,
    ],
    [
      'one right of two',
      [{ key: [], bearer: [] }],
      { headers: { 'x-key': 'wrong', authorization: 'Bearer right' } },
      'auth.wrong',
    ],
    ['a certificate', [{ certificate: [] }], {}, null],
  ])('%s, if some are configured', (_, security, request, code) => {
    expect(check(security, request, ['right', 'user:password'])).toBe(code);
  });
});
