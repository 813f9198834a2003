import { isIP } from 'node:net';
import { machineNow } from '../../platform/machine-time.ts';

/** A private key and its certificate, in PEM. */
export interface LocalCertificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Makes a certificate that signs itself, for localhost, 127.0.0.1, ::1 and the names given, good for a year.
 * The library is imported here, since a server without TLS does not need it.
 */
export async function localCertificate(names: readonly string[]): Promise<LocalCertificate> {
  const { generate } = await import('selfsigned');
  const all = [...new Set(['localhost', '127.0.0.1', '::1', ...names])];
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // A day back: a consumer's clock may be behind ours.
    notBeforeDate: new Date(machineNow() - 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: all.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return { key, cert };
}
