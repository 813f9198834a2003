import { describe, expect, it } from 'vitest';
import { isRingbackError } from '../../src/core/errors.ts';
import {
  type Area,
  createGuard,
  type Guard,
  type GuardOptions,
  isLoopbackHost,
} from '../../src/server/http/guard.ts';

type Headers = Record<string, string>;

function make(change: Partial<GuardOptions> = {}): Guard {
  return createGuard({
    token: null,
    container: false,
    hosts: ['127.0.0.1', 'mock.example.test', '[fe80::1]', '*.preview.test'],
    providerHosts: ['api.informediq.com', '*.tenants.test'],
    origins: new Set(['https://app.example.test', 'chrome-extension://abcdef']),
    publicOrigin: 'https://mock.example.test',
    ...change,
  });
}

function admit(guard: Guard, headers: Headers, area: Area, method = 'GET') {
  return guard({ area, method, headers });
}

function verdict(guard: Guard, headers: Headers, area: Area, method = 'GET') {
  try {
    admit(guard, headers, area, method);
    return 'allowed';
  } catch (error) {
    return isRingbackError(error) ? error.code : error;
  }
}

const no = false;
const yes = true;

describe('the guard', () => {
  const guard = make();

  const cases: [string, Headers, control: boolean, provider: boolean][] = [
    ['localhost', { host: 'localhost:4020' }, yes, yes],
    ['localhost without a port', { host: 'localhost' }, yes, yes],
    ['localhost in capitals', { host: 'LOCALHOST:4020' }, yes, yes],
    ['localhost with the root dot', { host: 'localhost.:4020' }, yes, yes],
    ['a name under localhost', { host: 'team-a.localhost:4020' }, yes, yes],
    ['a loopback address', { host: '127.0.0.1:4020' }, yes, yes],
    ['another loopback address', { host: '127.8.9.10:4020' }, yes, yes],
    ['the IPv6 loopback address', { host: '[::1]:4020' }, yes, yes],
    ['an address of the local network, which no rebinding can forge', { host: '192.168.1.7:4020' }, yes, yes],
    ['Docker’s name for this machine', { host: 'host.docker.internal:4020' }, yes, yes],
    ['a name that was given', { host: 'Mock.Example.Test' }, yes, yes],
    ['a name under one that was given', { host: 'pr-7.preview.test:8080' }, yes, yes],
    ['the name above', { host: 'preview.test' }, no, no],
    ['a real provider’s name', { host: 'api.informediq.com' }, no, yes],
    ['a name under a server of the contract', { host: 'acme.tenants.test' }, no, yes],
    ['a foreign name', { host: 'evil.example:4020' }, no, no],
    ['a name that only begins like a given one', { host: 'mock.example.test.evil.example' }, no, no],
    ['a name that only ends like localhost', { host: 'notlocalhost' }, no, no],
    ['a name that begins with a loopback address', { host: '127.0.0.1.evil.example' }, no, no],
    ['a name that begins with a real provider’s', { host: 'api.informediq.com.evil.example' }, no, no],
    ['userinfo before the name', { host: 'localhost@evil.example' }, no, no],
    ['no Host at all, which no browser leaves out', {}, no, yes],
    ['an empty Host', { host: '' }, no, no],
    ['its own origin', { host: 'localhost:4020', origin: 'http://localhost:4020' }, yes, yes],
    ['its own origin on the default port', { host: 'localhost:80', origin: 'http://localhost' }, yes, yes],
    ['its public origin', { host: '127.0.0.1:4020', origin: 'https://mock.example.test' }, yes, yes],
    ['a page on another port', { host: 'localhost:4020', origin: 'http://localhost:3000' }, no, yes],
    [
      'a page at another name of this machine',
      { host: 'localhost:4020', origin: 'http://127.0.0.1:3000' },
      no,
      yes,
    ],
    ['a page on the default port', { host: 'localhost:4020', origin: 'http://localhost' }, no, yes],
    [
      'a page on another port of an address',
      { host: '192.168.1.7:4020', origin: 'http://192.168.1.7:3000' },
      no,
      yes,
    ],
    ['a foreign origin', { host: 'localhost:4020', origin: 'https://evil.example' }, no, no],
    ['a sandboxed page', { host: 'localhost:4020', origin: 'null' }, no, no],
    ['an origin that is no URL', { host: 'localhost:4020', origin: 'localhost' }, no, no],
    ['an empty origin', { host: 'localhost:4020', origin: '' }, no, no],
    [
      'a page on the visitor’s machine, for a server on another',
      { host: '192.168.1.7', origin: 'http://localhost' },
      no,
      no,
    ],
    [
      'what a page’s own server passes on',
      { host: 'mock.example.test', origin: 'http://localhost:5173', 'sec-fetch-site': 'same-origin' },
      no,
      yes,
    ],
    ['a cross-site request without an origin', { host: 'localhost', 'sec-fetch-site': 'cross-site' }, no, no],
    [
      'a cross-site request with its own origin',
      { host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'cross-site' },
      no,
      no,
    ],
    ['a same-site request without an origin', { host: 'localhost', 'sec-fetch-site': 'same-site' }, no, yes],
    ['a same-origin request', { host: 'localhost', 'sec-fetch-site': 'same-origin' }, yes, yes],
    ['an address typed into the browser', { host: 'localhost', 'sec-fetch-site': 'none' }, yes, yes],
    ['an origin that was allowed', { host: 'localhost', origin: 'https://app.example.test' }, yes, yes],
    [
      'an allowed origin of another site',
      { host: 'localhost', origin: 'https://app.example.test', 'sec-fetch-site': 'cross-site' },
      yes,
      yes,
    ],
    ['an allowed extension', { host: 'localhost', origin: 'chrome-extension://abcdef' }, yes, yes],
    [
      'an allowed origin on another port',
      { host: 'localhost', origin: 'https://app.example.test:8443' },
      no,
      no,
    ],
    ['an allowed origin by another scheme', { host: 'localhost', origin: 'http://app.example.test' }, no, no],
    [
      'an image in an allowed page, which has no Origin',
      { host: 'localhost', referer: 'https://app.example.test/x?y', 'sec-fetch-site': 'cross-site' },
      yes,
      yes,
    ],
    [
      'an image in a foreign page',
      {
        host: 'localhost',
        referer: 'https://evil.example/https://app.example.test',
        'sec-fetch-site': 'cross-site',
      },
      no,
      no,
    ],
    [
      'an allowed origin at a foreign name',
      { host: 'evil.example', origin: 'https://app.example.test' },
      no,
      no,
    ],
  ];
  it.each(cases)('judges %s', (_, headers, control, provider) => {
    expect(verdict(guard, headers, 'control')).toBe(control ? 'allowed' : 'control.forbidden');
    expect(verdict(guard, headers, 'provider')).toBe(provider ? 'allowed' : 'request.forbidden');
    expect(verdict(guard, headers, 'inbox')).toBe('allowed');
  });

  it('names the option that allows a host, and its value', () => {
    expect(() => admit(guard, { host: 'ringback:4020' }, 'provider')).toThrow(
      `Could not accept the request: Host is "ringback:4020", which is not a name of this server. To allow it, start the server with --allow-host ringback, in code with allowHosts: ['ringback'].`,
    );
    expect(() => admit(guard, { host: 'ringback:4020' }, 'control')).toThrow(/--allow-host ringback,/);
  });

  it('names the option that allows a page, and its value', () => {
    const headers = { host: 'localhost:4020', origin: 'http://localhost:3000' };
    expect(() => admit(guard, headers, 'control')).toThrow(
      `Could not use the control API: a page of http://localhost:3000 sent it, which is another origin than that of this server. To allow it, start the server with --allow-origin http://localhost:3000, in code with allowOrigins: ['http://localhost:3000'].`,
    );
  });

  it.each(['a b', '$(reboot)', 'x`id`', "x';'", 'x'.repeat(5_000)])(
    'suggests no Host or Origin to copy that a shell would interpret: %#',
    (text) => {
      for (const headers of [{ host: text }, { host: 'localhost', origin: `http://${text}` }])
        expect(() => admit(guard, headers, 'control')).toThrow(
          expect.objectContaining({
            message: expect.not.stringMatching(/--allow-(host|origin) \S*[ `$']|.{1000}/),
          }),
        );
    },
  );

  describe('for an allowed page', () => {
    const headers = { host: 'localhost', origin: 'https://app.example.test' };

    it('lets it read the response, without cookies', () => {
      expect(admit(guard, headers, 'provider')).toEqual({
        headers: {
          vary: 'Origin',
          'access-control-allow-origin': 'https://app.example.test',
          'access-control-expose-headers': '*',
        },
        isPreflight: false,
        mayMakeSpace: true,
      });
    });

    it('allows its preflight request, with the headers that it names', () => {
      const asked = {
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,x-a',
      };
      for (const area of ['provider', 'control', 'inbox'] as const) {
        expect(admit(make({ token: 'secret' }), { ...headers, ...asked }, area, 'OPTIONS')).toEqual({
          headers: {
            vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
            'access-control-allow-origin': 'https://app.example.test',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'authorization,x-a',
            'access-control-max-age': '600',
          },
          isPreflight: true,
          mayMakeSpace: false,
        });
      }
    });

    it('still requires the token', () => {
      expect(verdict(make({ token: 'secret' }), headers, 'control')).toBe('auth.missing');
    });
  });

  it.each(['http://localhost:3000', 'https://evil.example', 'null'])(
    'refuses the preflight request of a page of %s',
    (origin) => {
      const headers = { host: 'localhost:4020', origin, 'access-control-request-method': 'POST' };
      expect(verdict(guard, headers, 'provider', 'OPTIONS')).toBe('request.forbidden');
      expect(verdict(guard, headers, 'control', 'OPTIONS')).toBe('control.forbidden');
      expect(admit(guard, headers, 'inbox', 'OPTIONS')).toMatchObject({ isPreflight: false });
    },
  );

  it('marks responses as varying by Origin as soon as one is allowed', () => {
    expect(admit(guard, { host: 'localhost' }, 'provider').headers).toEqual({ vary: 'Origin' });
    expect(admit(make({ origins: new Set() }), { host: 'localhost' }, 'provider').headers).toEqual({});
  });

  it('refuses callbacks on the control API, and accepts them at inboxes and providers', () => {
    const callback = { host: 'localhost', 'x-ringback-callback': '1' };
    expect(verdict(guard, callback, 'control')).toBe('control.callback');
    expect(verdict(make({ token: 's' }), { ...callback, 'x-ringback-token': 's' }, 'control')).toBe(
      'control.callback',
    );
    expect(verdict(guard, callback, 'inbox')).toBe('allowed');
    expect(verdict(guard, callback, 'provider')).toBe('allowed');
  });

  describe('with a token', () => {
    const strict = make({ token: 's3 cr=et' });
    const tokens: [string, Headers, string][] = [
      ['none', {}, 'auth.missing'],
      ['the right one as bearer', { authorization: 'Bearer s3 cr=et' }, 'allowed'],
      ['the scheme in lower case', { authorization: 'bearer s3 cr=et' }, 'allowed'],
      ['two spaces after the scheme', { authorization: 'Bearer  s3 cr=et' }, 'allowed'],
      ['the right one in its own header', { 'x-ringback-token': 's3 cr=et' }, 'allowed'],
      ['a wrong one', { authorization: 'Bearer s3 cr=e' }, 'auth.wrong'],
      ['its first word', { authorization: 'Bearer s3' }, 'auth.wrong'],
      ['a wrong one in its own header', { 'x-ringback-token': 'S3 CR=ET' }, 'auth.wrong'],
      ['an empty one in its own header', { 'x-ringback-token': '' }, 'auth.wrong'],
      ['the scheme alone', { authorization: 'Bearer' }, 'auth.missing'],
      ['another scheme', { authorization: 'Basic s3 cr=et' }, 'auth.missing'],
    ];
    it.each(tokens)('judges %s', (_, headers, expected) => {
      expect(verdict(strict, { host: 'localhost', ...headers }, 'control')).toBe(expected);
    });

    it('accepts any host with the token, which no page that rebinds a name has', () => {
      const token = { 'x-ringback-token': 's3 cr=et' };
      expect(verdict(strict, { host: 'ringback:4020', ...token }, 'control')).toBe('allowed');
      expect(verdict(strict, { host: 'ringback:4020', ...token }, 'provider')).toBe('allowed');
      const bearer = { authorization: 'Bearer s3 cr=et' };
      expect(verdict(strict, { host: 'ringback:4020', ...bearer }, 'control')).toBe('allowed');
      expect(verdict(strict, { host: 'ringback:4020', ...bearer }, 'provider')).toBe('request.forbidden');
      const wrong = { 'x-ringback-token': 'x' };
      expect(verdict(strict, { host: 'ringback:4020', ...wrong }, 'control')).toBe('control.forbidden');
      expect(verdict(strict, { host: 'ringback:4020' }, 'control')).toBe('control.forbidden');
    });

    it('still refuses a foreign page with the token', () => {
      const headers = { host: 'localhost', origin: 'https://evil.example', 'x-ringback-token': 's3 cr=et' };
      expect(verdict(strict, headers, 'control')).toBe('control.forbidden');
    });

    it.each<[string, Headers, Area, boolean | string]>([
      ['a provider’s client', {}, 'provider', no],
      ['a provider’s client with the token', { 'x-ringback-token': 's3 cr=et' }, 'provider', yes],
      ['a provider’s client with a wrong one', { 'x-ringback-token': 'x' }, 'provider', 'auth.wrong'],
      ['the credentials of a provider', { authorization: 'Bearer s3 cr=et' }, 'provider', no],
      ['a caller of an inbox', {}, 'inbox', no],
      ['a caller of an inbox with the token', { 'x-ringback-token': 's3 cr=et' }, 'inbox', yes],
      ['a caller of an inbox with a wrong one', { 'x-ringback-token': 'x' }, 'inbox', no],
      ['a caller of the control API', { authorization: 'Bearer s3 cr=et' }, 'control', yes],
    ])('lets only holders of the token make spaces: %s', (_, headers, area, expected) => {
      if (typeof expected === 'string')
        expect(verdict(strict, { host: 'localhost', ...headers }, area)).toBe(expected);
      else expect(admit(strict, { host: 'localhost', ...headers }, area).mayMakeSpace).toBe(expected);
    });
  });

  describe('in a container', () => {
    const open = make({ token: 's3cret', container: true });
    const host = { host: 'mock.ns.svc.cluster.local:4020' };

    it('accepts any host at providers and inboxes, and the token alone opens the control API', () => {
      expect(verdict(open, host, 'provider')).toBe('allowed');
      expect(verdict(open, host, 'inbox')).toBe('allowed');
      expect(verdict(open, host, 'control')).toBe('auth.missing');
      expect(verdict(open, { ...host, 'x-ringback-token': 'x' }, 'control')).toBe('auth.wrong');
      expect(verdict(open, { ...host, authorization: 'Bearer s3cret' }, 'control')).toBe('allowed');
    });

    it('still refuses foreign pages', () => {
      expect(verdict(open, { ...host, origin: 'https://evil.example' }, 'provider')).toBe(
        'request.forbidden',
      );
    });

    it('lets anyone read the health, and only holders of the token make spaces by it', () => {
      const health = (headers: Headers) =>
        open({ area: 'control', isHealth: true, method: 'GET', headers }).mayMakeSpace;
      expect(health({})).toBe(false);
      expect(health({ host: '10.1.2.3:4020' })).toBe(false);
      expect(health({ ...host, 'x-ringback-token': 'x' })).toBe(false);
      expect(health({ ...host, authorization: 'Bearer s3cret' })).toBe(true);
      const elsewhere = make({ token: 's3cret' });
      expect(() => elsewhere({ area: 'control', isHealth: true, method: 'GET', headers: host })).toThrow();
    });
  });

  it.each<[string, Headers, boolean]>([
    ['this machine', { host: 'localhost' }, yes],
    ['a foreign name', { host: 'evil.example' }, no],
    ['a foreign page', { host: 'localhost', origin: 'https://evil.example' }, no],
  ])('lets callers of an inbox make spaces from %s: %s', (_, headers, expected) => {
    expect(admit(guard, headers, 'inbox').mayMakeSpace).toBe(expected);
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
  ])('is for %s: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
