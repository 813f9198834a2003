/**
 * The secret that signs while none is configured. One secret fits all schemes: its prefix is that of Standard Webhooks
 * and Stripe, and behind it are 32 bytes, which are also a seed for Ed25519.
 */
export const testSecret = 'whsec_cmluZ2JhY2stdGVzdC1zaWduaW5nLXNlY3JldC4uMDE=';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes behind `whsec_` (Standard Webhooks), or of a secret without it. Null: they are not base64. */
export function webhookSecret(secret: string): Uint8Array | null {
  return base64Bytes(secret.replace(/^whsec_/, ''));
}

/** The bytes of a key for HMAC: those after `base64:` or `hex:`, or the text itself in UTF-8. Null: a wrong form. */
export function hmacKey(secret: string): Uint8Array | null {
  if (secret.startsWith('base64:')) return base64Bytes(secret.slice('base64:'.length));
  if (!secret.startsWith('hex:')) return new TextEncoder().encode(secret);
  const digits = secret.slice('hex:'.length);
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** What PKCS #8 has before the seed of an Ed25519 key (RFC 8410 §7). */
const pkcs8 = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/**
 * The 32 bytes of an Ed25519 private key: in base64, with or without `whsec_`, or as a PEM file in PKCS #8 (RFC 8410
 * §7). Null: a wrong form.
 */
export function ed25519Seed(secret: string): Uint8Array | null {
  const pem = /^\s*-----BEGIN PRIVATE KEY-----([\s\S]+)-----END PRIVATE KEY-----\s*$/.exec(secret)?.[1];
  const bytes = pem === undefined ? webhookSecret(secret) : base64Bytes(pem.replaceAll(/\s/g, ''));
  if (bytes === null) return null;
  if (pem === undefined) return bytes.length === 32 ? bytes : null;
  return bytes.length === 48 && pkcs8.every((byte, i) => bytes[i] === byte) ? bytes.slice(16) : null;
}

function base64Bytes(text: string): Uint8Array | null {
  if (text === '' || !base64.test(text)) return null;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
