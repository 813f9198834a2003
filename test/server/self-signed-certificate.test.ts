import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../src/server/http/self-signed-certificate.ts';

const names = [
  'localhost',
  '127.0.0.1',
  '::1',
  'mock',
  '*.preview.test',
  'bücher.example',
  '10.1.2.3',
  '2001:db8::1:0:ff',
  '::ffff:192.0.2.1',
];
const { key, cert } = selfSignedCertificate(names);
const dayMs = 86_400_000;

function openssl(args: readonly string[], input: string): string {
  return execFileSync('openssl', args, { input, encoding: 'utf8' });
}

describe('the self-signed certificate', () => {
  it('is a well-formed X.509 v3 certificate, as openssl reads it', () => {
    const text = openssl(['x509', '-noout', '-text'], cert);
    for (const line of [
      /Version: 3 \(0x2\)/,
      /Signature Algorithm: ecdsa-with-SHA256/,
      /Issuer: CN ?= ?localhost/,
      /Subject: CN ?= ?localhost/,
      /ASN1 OID: prime256v1/,
      /X509v3 Basic Constraints: critical\s+CA:TRUE\n/,
      /X509v3 Key Usage: critical\s+Digital Signature, Certificate Sign\n/,
      /X509v3 Extended Key Usage:\s+TLS Web Server Authentication\n/,
      /DNS:localhost, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1, DNS:mock, DNS:\*\.preview\.test, /,
      /DNS:xn--bcher-kva\.example, IP Address:10\.1\.2\.3, IP Address:2001:DB8:0:0:0:1:0:FF, /,
    ])
      expect(text).toMatch(line);
    expect(openssl(['asn1parse'], cert)).not.toContain('Error');
  });

  it('is signed by its own key, which openssl accepts with it', () => {
    const parsed = new X509Certificate(cert);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.checkIssued(parsed)).toBe(true);
    expect(openssl(['pkey', '-pubout'], key)).toBe(openssl(['x509', '-noout', '-pubkey'], cert));
    const folder = mkdtempSync(join(tmpdir(), 'ringback-certificate-'));
    const file = join(folder, 'cert.pem');
    writeFileSync(file, cert);
    const verify = [
      'verify',
      '-x509_strict',
      '-check_ss_sig',
      '-purpose',
      'sslserver',
      '-CAfile',
      file,
      file,
    ];
    expect(openssl(verify, '')).toBe(`${file}: OK\n`);
    rmSync(folder, { recursive: true });
  });

  it('is valid from a day ago for a year, with a unique serial number', () => {
    const { validFromDate, validToDate, serialNumber } = new X509Certificate(cert);
    expect(Math.abs(validFromDate.getTime() + dayMs - Date.now())).toBeLessThan(60_000);
    expect(validToDate.getTime() - validFromDate.getTime()).toBe(366 * dayMs);
    expect(new X509Certificate(selfSignedCertificate([]).cert).serialNumber).not.toBe(serialNumber);
  });

  it.each(['localhost', 'mock', 'a.preview.test', '127.0.0.1', '::1', '10.1.2.3', '2001:db8::1:0:ff'])(
    'is trusted for %s by a TLS client that is given it',
    async (servername) => {
      const server = createServer({ key, cert }, (socket) => socket.end()).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const isName = /[a-z]/.test(servername) && !servername.includes(':');
      const client = connect({
        host: '127.0.0.1',
        port,
        ca: cert,
        ...(isName && { servername }),
        checkServerIdentity: () => undefined,
      });
      await once(client, 'secureConnect');
      expect(client.authorized).toBe(true);
      const parsed = client.getPeerX509Certificate();
      expect(isName ? parsed?.checkHost(servername) : parsed?.checkIP(servername)).toBeDefined();
      client.destroy();
      server.close();
    },
  );

  it('is not trusted for another name', () => {
    const parsed = new X509Certificate(cert);
    expect(parsed.checkHost('other.test')).toBeUndefined();
    expect(parsed.checkIP('10.1.2.4')).toBeUndefined();
  });
});
