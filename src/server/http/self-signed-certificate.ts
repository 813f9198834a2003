import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { machineNow } from '../../platform/machine-time.ts';

/** A private key and its certificate, in PEM. */
export interface SelfSignedCertificate {
  readonly key: string;
  readonly cert: string;
}

const dayMs = 86_400_000;

/**
 * Makes a self-signed certificate for host names and addresses, valid for a year: X.509 v3 (RFC 5280) over a P-256 key, in
 * DER (X.690).
 */
export function selfSignedCertificate(names: readonly string[]): SelfSignedCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const name = sequence(set(sequence(oid('2.5.4.3'), der(0x0c, Buffer.from('localhost')))));
  const now = machineNow();
  // Valid from a day ago: a consumer's clock may be behind ours.
  const validity = sequence(time(now - dayMs), time(now + 365 * dayMs));
  const content = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(randomBytes(16)),
    ecdsaWithSha256,
    name,
    validity,
    name,
    keyInfo,
    der(0xa3, sequence(...extensions([...new Set(names)], keyInfo))),
  );
  const certificate = sequence(content, ecdsaWithSha256, bits(sign('sha256', content, privateKey)));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(certificate),
  };
}

/** Clients accept it as the certificate of a server and, if told to trust it, as its authority. */
function extensions(names: readonly string[], keyInfo: Buffer): readonly Buffer[] {
  // The last 65 bytes of the key's info are the point itself (RFC 5480 §2.2), which identifies it (RFC 5280 §4.2.1.2).
  const keyId = createHash('sha1').update(keyInfo.subarray(-65)).digest();
  return [
    extension('2.5.29.19', true, sequence(yes)),
    // digitalSignature and keyCertSign: bits 0 and 5, two bits unused.
    extension('2.5.29.15', true, der(0x03, Buffer.of(2, 0b1000_0100))),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.14', false, octets(keyId)),
    extension('2.5.29.17', false, sequence(...names.map(alternativeName))),
  ];
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [yes] : []), octets(value));
}

function alternativeName(name: string): Buffer {
  if (isIP(name) !== 0) return der(0x87, addressBytes(name));
  return der(0x82, Buffer.from(domainToASCII(name) || name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes an embedded IPv4 address in hexadecimal digits.
  const { hostname } = new URL(`http://[${address.replace(/%.*/, '')}]`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const all = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** Tag, length and content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), bytes]);
  const size = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | size.length), size, bytes]);
}

function sequence(...items: readonly Buffer[]): Buffer {
  return der(0x30, ...items);
}

function set(...items: readonly Buffer[]): Buffer {
  return der(0x31, ...items);
}

function octets(content: Buffer): Buffer {
  return der(0x04, content);
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.of(0), content);
}

/** A positive number. Its first byte is not zero, and its highest bit, the sign, is clear. */
function integer(bytes: Buffer): Buffer {
  const first = (bytes[0] ?? 0) & 0x7f || 1;
  return der(0x02, Buffer.of(first), bytes.subarray(1));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([40 * first + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let left = number >> 7; left > 0; left >>= 7) digits.unshift(0x80 | (left & 0x7f));
  return digits;
}

/** UTCTime up to 2049, as RFC 5280 §4.1.2.5 demands, then GeneralizedTime. */
function time(ms: number): Buffer {
  const digits = `${new Date(ms).toISOString().replace(/\.\d+Z|[-T:]/g, '')}Z`;
  return digits < '2050' ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const yes = der(0x01, Buffer.of(0xff));
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
