import type { LookupFunction } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SendResult } from '../../src/core/engine/deliveries/sender.ts';
import { createAddressPolicy } from '../../src/sender/address-policy.ts';
import { createHttpSender } from '../../src/sender/http-sender.ts';
import { startHttpServer } from '../support/tcp-server.ts';
import { post, serve, unanswered } from './sender-helpers.ts';

/** The addresses of each name; all other names are unknown. */
const names: Readonly<Record<string, readonly string[]>> = {
  'loop.test': ['127.0.0.1'],
  'loop.test.': ['127.0.0.1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'mixed.test': ['169.254.169.254', '127.0.0.1'],
  'meta.test': ['169.254.169.254'],
  'meta6.test': ['fd00:ec2::254'],
  'mapped-meta.test': ['::ffff:169.254.169.254'],
  'nat64-meta.test': ['64:ff9b::a9fe:a9fe'],
  'zoned.test': ['fe80::a9fe:a9fe%lo'],
  'xn--mnchen-3ya.test': ['127.0.0.1'],
  // These names are metadata services whatever they resolve to.
  'metadata.google.internal': ['127.0.0.1'],
  'metadata.google.internal.': ['127.0.0.1'],
  'metadata.packet.net': ['127.0.0.1'],
};

function open(allow: readonly string[]) {
  const asked: string[] = [];
  const resolve: LookupFunction = (hostname, options, done) => {
    asked.push(hostname);
    const found = (names[hostname.toLowerCase()] ?? []).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    if (found.length === 0) {
      const unknown = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
      done(unknown, options.all === true ? [] : '');
    } else if (options.all === true) done(null, found);
    else done(null, found[0]?.address ?? '', found[0]?.family);
  };
  const sender = createHttpSender({
    allow: createAddressPolicy(allow),
    now: () => performance.now(),
    resolve,
  });
  onTestFinished(() => sender.close());
  return { sender, asked };
}

function codeOf(result: SendResult): string {
  return result.kind === 'answered' ? String(result.statusCode) : result.code;
}

describe('a callback URL to this machine', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'HTTP://127.0.0.1:PORT/',
    'http:127.0.0.1:PORT/',
    'http:\\\\127.0.0.1:PORT/',
    'http://127.0.0.1:PORT',
    'http://127.0.0.1:PORT?x=1',
    'http://127.0.0.1.:PORT/',
    'http://127.1:PORT/',
    'http://127.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0X7F.1:PORT/',
    'http://0x7f.0x0.0x0.0x1:PORT/',
    'http://017700000001:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0177.0.0.01:PORT/',
    'http://0x7f.1.:PORT/',
    'http://%31%32%37.0.0.1:PORT/',
    'http://127。0。0。1:PORT/',
    'http://127．0．0．1:PORT/',
    'http://１２７.0.0.1:PORT/',
    'http://①②⑦.0.0.1:PORT/',
    'http://127.0.0.1:PORT/#fragment',
    'http://user:password@127.0.0.1:PORT/',
    'http://169.254.169.254@127.0.0.1:PORT/',
    'http://169.254.169.254:80@127.0.0.1:PORT/',
    'http://a@127.0.0.1:PORT/@169.254.169.254/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[0:0:0:0:0:FFFF:127.0.0.1]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0:PORT/',
    'http://0x0:PORT/',
    'http://localhost.:PORT/',
    'http://team-a.localhost:PORT/',
    'http://TEAM-A.LOCALHOST:PORT/',
    'http://a.b.localhost.:PORT/',
    'http://loop.test:PORT/',
    'http://LOOP.Test:PORT/',
    'http://loop.test.:PORT/',
    'http://mapped.test:PORT/',
    'http://mixed.test:PORT/',
    'http://münchen.test:PORT/',
    'http://XN--MNCHEN-3YA.test:PORT/',
    'http://ｌｏｏｐ.test:PORT/',
  ])('%s is called', async (form) => {
    const { port } = await serve(startHttpServer((_, response) => response.end()));
    const { sender } = open([]);
    expect(codeOf(await sender.send(post(form.replace('PORT', String(port)))))).toBe('200');
  });

  it.each(['team-a.localhost', 'A.LOCALHOST', 'a.b.localhost.', 'localhost.'])(
    'does not ask a resolver for %s',
    async (host) => {
      const { port } = await serve(startHttpServer((_, response) => response.end()));
      const { sender, asked } = open([]);
      expect(codeOf(await sender.send(post(`http://${host}:${port}/`)))).toBe('200');
      expect(asked).toEqual([]);
    },
  );
});

/** Forms of metadata and link-local addresses, and of names that resolve to them. */
const guarded = [
  'http://169.254.169.254/',
  'http://169.254.169.254./',
  'http://169.254.43518/',
  'http://169.16689662/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0XA9FEA9FE/',
  'http://0xa9.0xfe.0xa9.0xfe/',
  'http://0251.0376.0251.0376/',
  'http://025177524776/',
  'http://0251.254.0xa9.254/',
  'http://①⑥⑨.254.169.254/',
  'http://１６９.２５４.１６９.２５４/',
  'http://169。254。169。254/',
  'http://%31%36%39.254.169.254/',
  'http://127.0.0.1@169.254.169.254/',
  'http://127.0.0.1:80@169.254.169.254/',
  'http:\\\\169.254.169.254\\latest',
  'http://169.254.169.254:80/',
  'https://169.254.169.254/',
  'http://169.254.170.2/',
  'http://169.254.170.23/',
  'http://169.254.42.42/',
  'http://169.254.0.23/',
  'http://169.254.1.1/',
  'http://100.100.100.200/',
  'http://0x646464c8/',
  'http://100.96.0.96/',
  'http://168.63.129.16/',
  'http://2822734096/',
  'http://192.0.0.192/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[0:0:0:0:0:ffff:a9fe:a9fe]/',
  'http://[::169.254.169.254]/',
  'http://[::ffff:0:169.254.169.254]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[64:ff9b:1::a9fe:a9fe]/',
  'http://[64:ff9b:1:a9fe:a9:fe00::]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[2002:A9FE:A9FE::1]/',
  'http://[2001:0:1::5601:5601]/',
  'http://[2001:db8::5efe:169.254.169.254]/',
  'http://[::ffff:100.100.100.200]/',
  'http://[64:ff9b::168.63.129.16]/',
  'http://[::ffff:192.0.0.192]/',
  'http://[fd00:ec2::254]/',
  'http://[FD00:EC2::254]/',
  'http://[fd00:0ec2:0:0:0:0:0:0254]/',
  'http://[fd00:ec2::23]/',
  'http://[fd20:ce::254]/',
  'http://[fd20:00ce::0254]/',
  'http://[fd00:42::42]/',
  'http://[fd00:c1::a9fe:a9fe]/',
  'http://[fd00:a9fe:a9fe::1]/',
  'http://[fd00:100::100:200]/',
  'http://[fe80::a9fe:a9fe]/',
  'http://[fe80::1]/',
  'http://[febf::1]/',
  'http://meta.test/',
  'http://META.TEST/',
  'http://meta6.test/',
  'http://mapped-meta.test/',
  'http://nat64-meta.test/',
  'http://zoned.test/',
  'http://metadata.google.internal/',
  'http://metadata.google.internal./',
  'http://Metadata.Google.Internal/',
  'http://metadata.packet.net/',
];

describe('a callback URL to a metadata service or a link-local address', () => {
  describe.each([
    ['without entries', []],
    ['with *', ['*']],
    ['with ranges that include it', ['0.0.0.0/0', '::/0', 'fd00::/8', '*.test', '*.internal', '*.net']],
  ])('%s', (_, allow) => {
    it.each(guarded)('%s is not called', async (url) => {
      const result = await open(allow).sender.send(post(url));
      expect(result).toMatchObject({ reason: 'refused-address', code: 'address.blocked' });
      expect(unanswered(result).message).toContain(
        'a cloud metadata service or link-local address is called only if an entry',
      );
    });
  });
});

describe('an invalid callback URL', () => {
  it.each([
    'http://[fe80::1%25lo]/',
    'http://[fe80::1%lo]/',
    'http://[::1%25lo]/',
    'http://169.254.169.256/',
    'http://1.2.3.4.5/',
    'http://0xa9fea9fe0/',
    'http://[::ffff:169.254.169]/',
    'http://169.254.169.254%00.test/',
    'http://loop.test%2f@169.254.169.254:99999/',
    'http:///',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:25/',
    'javascript:alert(1)',
    '//127.0.0.1/',
    'http://127.0.0.1:0/',
  ])('%s is not sent', async (url) => {
    expect(await open(['*']).sender.send(post(url))).toMatchObject({ reason: 'unsendable' });
  });
});
