import { createHash, createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { ed25519Seed, hmacKey } from '../core/signing/secret.ts';
import type { Signing } from '../core/signing/signing.ts';
import { bytesOf, type Content, headerOf, type Signature, visibleUrl } from './content.ts';

/** Signs a request as RFC 9421 describes, once with each secret: `sig1`, `sig2` … */
export function signMessage(content: Content, { components, keyId, algorithm, secrets }: Signing): Signature {
  const companions: Record<string, string> = components.includes('content-digest')
    ? { 'content-digest': `sha-256=:${createHash('sha256').update(bytesOf(content)).digest('base64')}:` }
    : {};
  const lines = components.flatMap((name) => {
    const value = companions[name] ?? componentOf(content, name);
    return value === undefined ? [] : [{ name: quoted(name), value }];
  });
  const isEd25519 = algorithm === 'ed25519';
  const inputs: string[] = [];
  const signatures: string[] = [];
  for (const [index, secret] of secrets.entries()) {
    const label = `sig${index + 1}`;
    const id = index === 0 ? keyId : `${keyId}-${index + 1}`;
    const covered = lines.map(({ name }) => name).join(' ');
    const parameters = `(${covered});created=${content.timestamp};keyid=${quoted(id)};alg=${quoted(isEd25519 ? 'ed25519' : 'hmac-sha256')}`;
    // The signature base of §2.5.
    const base = [
      ...lines.map(({ name, value }) => `${name}: ${value}`),
      `"@signature-params": ${parameters}`,
    ].join('\n');
    const bytes = isEd25519
      ? sign(null, Buffer.from(base), privateKey(secret))
      : createHmac('sha256', hmacKey(secret) ?? secret)
          .update(base)
          .digest();
    inputs.push(`${label}=${parameters}`);
    signatures.push(`${label}=:${bytes.toString('base64')}:`);
  }
  return {
    signature: { 'signature-input': inputs.join(', '), signature: signatures.join(', ') },
    companions,
  };
}

/** The value of a component (§2.1, §2.2). Undefined: the request has no such header. */
function componentOf(content: Content, name: string): string | undefined {
  const url = visibleUrl(content);
  switch (name) {
    case '@method':
      return content.method;
    case '@target-uri':
      return url.href;
    case '@authority':
      return url.host;
    case '@scheme':
      return url.protocol.slice(0, -1);
    case '@request-target':
      return url.pathname + url.search;
    case '@path':
      return url.pathname;
    case '@query':
      return url.search === '' ? '?' : url.search;
    case 'content-length':
      return content.body === null ? undefined : String(bytesOf(content).length);
    default:
      return headerOf(content, name)?.trim();
  }
}

/** A string of structured fields (RFC 8941 §4.1.6). */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** The key with this seed, in PKCS #8 (RFC 8410 §7). */
function privateKey(secret: string): KeyObject {
  const seed = ed25519Seed(secret);
  if (seed === null) throw new RangeError('the secret is no private key of Ed25519');
  const start = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([start, seed]), format: 'der', type: 'pkcs8' });
}

/** The public key that belongs to a secret for Ed25519, in base64 (SPKI). */
export function publicKeyOf(secret: string): string {
  return createPublicKey(privateKey(secret)).export({ format: 'der', type: 'spki' }).toString('base64');
}
