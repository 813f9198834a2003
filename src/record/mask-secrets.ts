import { formDecode } from '../core/contract/percent-encoding.ts';
import { pairsOf } from '../core/engine/deliveries/written-content.ts';
import { isSecretName, masked, maskUrlsIn } from '../server/control/mask.ts';
import { isIdName, wordsOf } from './names.ts';
import type { RecordedRequest } from './recorded-request.ts';

const secretWords =
  /^(?:auth|authorization|credentials?|hmac|jwt|otp|pass|passcode|passphrase|passwd|password|pin|pwd|secret|session|sid|sig|signature|token)$/;
/** Words that make a `key` secret. */
const keyWords = /^(?:access|api|auth|client|encryption|private|secret|signing)$/;

/** Whether a property or a parameter of this name holds a secret. */
export function isSecretMember(name: string): boolean {
  const words = wordsOf(name);
  if (isIdName(name) && !words.some((word) => /^(?:session|token)$/.test(word))) return false;
  if (words.some((word) => secretWords.test(word))) return true;
  const joined = words.join('');
  return (
    /(?:password|secret|token|apikey)$/.test(joined) ||
    (words.at(-1) === 'key' && words.some((word) => keyWords.test(word)))
  );
}

/** Secrets that their shape gives away: JWTs, keys of well-known providers, PEM. */
const shapes =
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\b(?:sk|rk|pk)_(?:live|test)_\w{8,}|\bwhsec_[\w+/=-]{8,}|\bgh[pousr]_\w{20,}|\bxox[abprs]-[\w-]{10,}|\bA(?:KIA|SIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)|\b(?:Bearer|Basic) [\w.~+/=-]{8,}/g;

/** Masks what its shape gives away, and credentials in URLs. */
export function maskText(text: string): string {
  return maskUrlsIn(text.replace(shapes, masked));
}

/** Masks secrets in what could not be read: JSON that is broken, or text. */
export function maskUnread(text: string): string {
  return maskText(text)
    .replace(
      /("([^"\\]{1,100})"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}\]"]+)/g,
      (whole, head: string, name: string) => (isSecretMember(name) ? `${head}"${masked}"` : whole),
    )
    .replace(/([\w.[\]-]{1,100})=([^&\s"]+)/g, (whole, name: string) =>
      isSecretMember(name) ? `${name}=${masked}` : whole,
    );
}

/** Whether a header holds a secret, or something that signing computes. */
export function isSecretHeader(name: string): boolean {
  return isSecretName(name) || /digest|hmac|(?:^|-)sig(?:$|-)/i.test(name);
}

/** Shorter ones occur by chance. */
const shortest = 6;

/** The secrets that requests carry in their headers and queries: none of them may occur in a file. */
export function secretsOf(requests: readonly RecordedRequest[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (text: string): void => {
    const secret = text.trim();
    if (secret.length >= shortest && !/^\d{1,4}$/.test(secret)) found.add(secret);
  };
  for (const { headers, target } of requests) {
    for (const [name, value] of headers) {
      if (!isSecretHeader(name)) continue;
      add(value);
      if (/^authorization$|^proxy-authorization$/i.test(name)) addCredentials(value, add);
      // Cookies, and the parts of signatures: `t=…,v1=…`.
      else for (const part of value.split(/[;,]/)) add(part.slice(part.indexOf('=') + 1));
    }
    const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
    for (const [name, text] of pairsOf(query)) if (isSecretMember(name)) add(formDecode(text));
  }
  return found;
}

function addCredentials(value: string, add: (text: string) => void): void {
  const [scheme = '', rest = ''] = value.split(/ (.*)/s);
  add(rest);
  if (scheme.toLowerCase() !== 'basic') return;
  const decoded = Buffer.from(rest, 'base64').toString('utf8');
  for (const part of decoded.split(/:(.*)/s)) add(part);
}

/** A text without the secrets, however they are encoded in it. */
export function withoutSecrets(text: string, secrets: ReadonlySet<string>): string {
  const longestFirst = [...secrets].toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce(
    (left, secret) =>
      [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)].reduce(
        (rest, form) => rest.replaceAll(form, masked),
        left,
      ),
    text,
  );
}
