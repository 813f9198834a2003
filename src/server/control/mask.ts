/** What stands in place of a secret. */
export const masked = '***';

/** `Authenticate` is a challenge, which gives nothing away. */
const secretName = /auth(?!enticate)|credential|cookie|pass|pwd|secret|session|signature|token|key/i;
/** Words that may stand before the secret in `Authorization`: they say how to log in, not as whom. */
const scheme = /^(Basic|Bearer|Digest|Token|API_KEY)(?= )/i;

/** Whether a header, setting or member of this name holds something that a log must not show (DESIGN §5). */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** The headers with the values of secret ones masked; of `Authorization` the scheme stays. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? maskValue(value) : value]),
  );
}

/** What a callback carries besides the consumer's own headers. */
const providersOwn: ReadonlySet<string> = new Set(['content-type', 'user-agent', 'accept']);

/**
 * The headers of a callback: what a consumer has given as `callback_headers` is masked whatever its name, since any of
 * them may be what its endpoint knows the provider by (`callback_headers[User] = john`).
 */
export function maskCallbackHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      providersOwn.has(name.toLowerCase()) ? value : maskValue(value),
    ]),
  );
}

/** The URL with its userinfo masked (RFC 3986 §3.2.1): `https://user:password@host` → `https://***@host`. */
export function maskUrl(url: string): string {
  if (!url.includes('@')) return url;
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${masked}@`);
}

/** Up to what ends an authority, or the text that a URL stands in: an apostrophe does neither (RFC 3986 §3.2.1). */
const userinfo = /:\/\/[^\s/?#"\\]*@/g;

/** A text, such as a callback's body, with the userinfo of all URLs in it masked. */
export function maskUrlsIn(text: string): string {
  return text.includes('@') ? text.replace(userinfo, `://${masked}@`) : text;
}

function maskValue(value: string): string {
  if (value === '') return '';
  const found = scheme.exec(value)?.[1];
  return found === undefined ? masked : `${found} ${masked}`;
}
