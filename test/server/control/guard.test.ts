import { describe, expect, it } from 'vitest';
import { isRingbackError } from '../../../src/core/errors.ts';
import { createControlGuard, isLoopbackHost } from '../../../src/server/control/guard.ts';

type Headers = Record<string, string>;

function verdict(
  guard: ReturnType<typeof createControlGuard>,
  headers: Headers,
  id: string | null = 'listRuns',
) {
  try {
    guard(id, headers);
    return 'allowed';
  } catch (error) {
    return isRingbackError(error) ? error.code : error;
  }
}

describe('the guard of the control API', () => {
  const guard = createControlGuard({ token: null, hosts: ['127.0.0.1', 'mock.example.test', '[fe80::1]'] });

  const cases: [string, Headers, string][] = [
    ['localhost', { host: 'localhost:4020' }, 'allowed'],
    ['localhost without a port', { host: 'localhost' }, 'allowed'],
    ['localhost in capitals', { host: 'LOCALHOST:4020' }, 'allowed'],
    ['localhost with the root dot', { host: 'localhost.:4020' }, 'allowed'],
    ['a name under localhost', { host: 'team-a.localhost:4020' }, 'allowed'],
    ['a loopback address', { host: '127.0.0.1:4020' }, 'allowed'],
    ['another loopback address', { host: '127.8.9.10:4020' }, 'allowed'],
    ['the IPv6 loopback address', { host: '[::1]:4020' }, 'allowed'],
    [
      'an address of the local network, which no rebinding can forge',
      { host: '192.168.1.7:4020' },
      'allowed',
    ],
    ['a name that was given', { host: 'Mock.Example.Test' }, 'allowed'],
    ['a foreign name', { host: 'evil.example:4020' }, 'control.forbidden'],
    [
      'a name that only begins like a given one',
      { host: 'mock.example.test.evil.example' },
      'control.forbidden',
    ],
    ['a name that only ends like localhost', { host: 'notlocalhost' }, 'control.forbidden'],
    ['a name that begins with a loopback address', { host: '127.0.0.1.evil.example' }, 'control.forbidden'],
    ['userinfo before the name', { host: 'localhost@evil.example' }, 'control.forbidden'],
    ['no Host at all', {}, 'control.forbidden'],
    ['an empty Host', { host: '' }, 'control.forbidden'],
    ['its own origin', { host: 'localhost:4020', origin: 'http://localhost:4020' }, 'allowed'],
    [
      'a page on another port of this machine',
      { host: 'localhost:4020', origin: 'http://127.0.0.1:3000' },
      'allowed',
    ],
    ['a foreign origin', { host: 'localhost:4020', origin: 'https://evil.example' }, 'control.forbidden'],
    ['a sandboxed page', { host: 'localhost:4020', origin: 'null' }, 'control.forbidden'],
    ['an origin that is no URL', { host: 'localhost:4020', origin: 'localhost' }, 'control.forbidden'],
    [
      'a page on the visitor’s machine, for a server on another',
      { host: '192.168.1.7', origin: 'http://localhost' },
      'control.forbidden',
    ],
    [
      'a cross-site request without an origin',
      { host: 'localhost', 'sec-fetch-site': 'cross-site' },
      'control.forbidden',
    ],
    ['a same-origin request', { host: 'localhost', 'sec-fetch-site': 'same-origin' }, 'allowed'],
    ['an address typed into the browser', { host: 'localhost', 'sec-fetch-site': 'none' }, 'allowed'],
  ];
  it.each(cases)('judges %s', (_, headers, expected) => {
    expect(verdict(guard, headers)).toBe(expected);
  });

  it('says what it got and what would help', () => {
    expect(() => guard('listRuns', { host: 'ringback:4020' })).toThrow(
      /Host is "ringback:4020".*mock\.example\.test.*--allow-host/,
    );
  });

  it('lets anybody call an inbox, and guards the reading of it', () => {
    const strict = createControlGuard({ token: 'secret', hosts: [] });
    expect(
      verdict(strict, { host: 'consumer.example', origin: 'https://a.example' }, 'receiveInboxGet'),
    ).toBe('allowed');
    expect(verdict(strict, { host: 'localhost' }, 'getInbox')).toBe('auth.missing');
    expect(verdict(strict, { host: 'localhost' }, null)).toBe('auth.missing');
  });

  describe('with a token', () => {
    const strict = createControlGuard({ token: 's3cret', hosts: [] });
    const tokens: [string, Headers, string][] = [
      ['none', {}, 'auth.missing'],
      ['the right one as bearer', { authorization: 'Bearer s3cret' }, 'allowed'],
      ['the scheme in lower case', { authorization: 'bearer s3cret' }, 'allowed'],
      ['the right one in its own header', { 'x-ringback-token': 's3cret' }, 'allowed'],
      ['a wrong one', { authorization: 'Bearer s3cre' }, 'auth.wrong'],
      ['a wrong one in its own header', { 'x-ringback-token': 'S3CRET' }, 'auth.wrong'],
      ['an empty one in its own header', { 'x-ringback-token': '' }, 'auth.wrong'],
      ['another scheme', { authorization: 'Basic s3cret' }, 'auth.missing'],
    ];
    it.each(tokens)('judges %s', (_, headers, expected) => {
      expect(verdict(strict, { host: 'localhost', ...headers })).toBe(expected);
    });

    it('refuses a foreign host even with the token', () => {
      expect(verdict(strict, { host: 'evil.example', 'x-ringback-token': 's3cret' })).toBe(
        'control.forbidden',
      );
    });
  });
});

describe('isLoopbackHost', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.0.1', false],
    ['example.com', false],
    ['127.0.0.1.example.com', false],
  ])('says of %s: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
