import { describe, expect, it } from 'vitest';
import type { OutboundRequest } from '../../src/core/engine/deliveries/sender.ts';
import { targetReader } from '../../src/sender/target.ts';

const to = (url: string, headers: Readonly<Record<string, string>> = {}): OutboundRequest => ({
  method: 'POST',
  url,
  headers,
  body: null,
  timeoutMs: 1_000,
});

const authorities = [
  'consumer.test',
  'CONSUMER.test:8080',
  '127.0.0.1:80',
  '[::1]:4020',
  'consumer.test:443',
];
const rests = [
  '',
  '/',
  '/hook',
  '//hook//deep/',
  '/hook?documentId=0a-1b&state=91&stateText=ANNOTATED',
  '/a/../b',
  '/a/./b?c=/../d',
  '/a/%2e%2E/b',
  '/a/.hidden',
  '/with space?and one here',
  '/ümlaut?ü',
  "/it's?it's",
  '/a"<>`{}^|b?a"<>`{}^|b',
  '/back\\slash',
  '/trailing ',
  '/new\nline',
  '/%zz?%zz',
  '/(a)!$&*+,;=:@~-_',
  '?no=path',
  '?slash=/later',
  '#fragment',
  '/hook#fragment',
  '\\backslash/path',
];

const mark = ['x-ringback-callback', '1'];

describe('the target of a request', () => {
  it.each(['http', 'https', 'HTTP'])(
    'is what the URL standard says, on first and repeated use, for %s',
    (scheme) => {
      const read = targetReader(null);
      let compared = 0;
      for (const authority of authorities) {
        for (const rest of [...rests, ...rests]) {
          const url = `${scheme}://${authority}${rest}`;
          const { origin, pathname, search, hostname } = new URL(url);
          const target = read(to(url));
          expect(target, url).toMatchObject({ origin, path: pathname + search });
          expect(target, url).toHaveProperty('place', expect.stringMatching(/:\d+$/));
          expect(target, url).toHaveProperty('place', expect.stringContaining(hostname));
          compared++;
        }
      }
      expect(compared).toBe(authorities.length * rests.length * 2);
    },
  );

  it('is the server of its own URL despite extra slashes before the host', () => {
    const read = targetReader(null);
    for (const name of ['a', 'b', 'a']) {
      for (const start of ['http:///', 'https:///', 'http:////', 'http://\t/']) {
        expect(read(to(`${start}${name}.test/hook`)), start + name).toMatchObject({
          origin: new URL(`${start}${name}.test/hook`).origin,
          path: '/hook',
        });
      }
    }
  });

  it('uses user and password as its authorization each time, unless one is given, and never shows them', () => {
    const read = targetReader(null);
    const authorization = `Basic ${Buffer.from('jöhn:p:w%').toString('base64')}`;
    for (let i = 0; i < 2; i++) {
      expect(read(to('http://j%C3%B6hn:p:w%@consumer.test/hook'))).toEqual({
        origin: 'http://consumer.test',
        host: 'consumer.test',
        path: '/hook',
        place: 'consumer.test:80',
        headers: ['authorization', authorization, ...mark],
        bodyBytes: 0,
      });
      expect(read(to('http://john:pw@consumer.test/hook', { Authorization: 'Bearer x' }))).toMatchObject({
        headers: ['Authorization', 'Bearer x', ...mark],
      });
    }
  });

  it('adds a user agent to requests without one', () => {
    const read = targetReader('ringback/1');
    expect(read(to('http://consumer.test/'))).toMatchObject({
      headers: ['user-agent', 'ringback/1', ...mark],
    });
    expect(read(to('http://consumer.test/', { 'User-Agent': 'me' }))).toMatchObject({
      headers: ['User-Agent', 'me', ...mark],
    });
  });

  it('marks every request as a callback, whatever headers it is given', () => {
    const read = targetReader(null);
    for (const name of ['x-ringback-callback', 'X-Ringback-Callback']) {
      expect(read(to('http://consumer.test/', { [name]: '' }))).toMatchObject({ headers: mark });
    }
  });

  it('hides the password of a URL that cannot be parsed', () => {
    expect(targetReader(null)(to('http://user:se/cret@host.test/x y'))).toEqual({
      problem: expect.not.stringContaining('cret'),
    });
  });

  it('is invalid at port 0', () => {
    expect(targetReader(null)(to('http://127.0.0.1:0/cb'))).toEqual({
      problem: 'the URL has port 0, where nothing can listen',
    });
  });

  it.each(['ftp://consumer.test/', 'http://', 'http:///', 'http://a b/', 'consumer.test/hook', '/hook'])(
    'is invalid for %j, on repeated use too',
    (url) => {
      const read = targetReader(null);
      const problem = URL.canParse(url)
        ? expect.stringContaining('not http')
        : expect.stringContaining('cannot be read');
      for (let i = 0; i < 2; i++) expect(read(to(url))).toEqual({ problem });
    },
  );
});
