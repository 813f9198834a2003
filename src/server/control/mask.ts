/** The replacement of a secret. */
export const masked = '***';

/** `Authenticate` is a challenge, which contains no secret. */
const secretName = /auth(?!enticate)|credential|cookie|pass|pwd|secret|session|signature|token|key/i;
/** Schemes before the secret in `Authorization`, which are not secret themselves. */
const scheme = /^(Basic|Bearer|Digest|Token|API_KEY)(?= )/i;

/** Whether a header, setting or property of this name contains a secret that logs must not show (DESIGN §5). */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Masks the values of secret headers. The scheme of `Authorization` stays. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? maskValue(value) : value]),
  );
}

/** Headers of a callback that are not the consumer's own. */
const providersOwn: ReadonlySet<string> = new Set(['content-type', 'user-agent', 'accept']);

/**
 * Masks the headers of a callback. What a consumer gives as `callback_headers` is masked under any name, since each may
 * authenticate the provider to its endpoint (`callback_headers[User] = john`).
 */
export function maskCallbackHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      providersOwn.has(name.toLowerCase()) ? value : maskValue(value),
    ]),
  );
}

const secretWords =
  /^(?:auth|authorization|credentials?|hmac|jwt|key|otp|pass|passwd|passphrase|password|pwd|secret|session|sid|sig|signature|token)$|(?:key|password|secret|session|signature|token)$/;

/** The public example key that the mock signs its own downloads with: their URLs are no secret, and are there to be followed. */
const downloadKey = 'AKIAIOSFODNN7EXAMPLE';

/** What the name of a secret has somewhere: most URLs have none of it, and are not looked at further (9 KB a document). */
const secretHint = /auth|cred|hmac|jwt|key|otp|pass|pwd|secret|session|sid|sig|token|code|%/i;

/** Whether a query parameter of this name holds a secret: by its words, since `passengers` and `state` hold none. */
function isSecretParameter(name: string): boolean {
  const words = name
    .replace(/%[0-9a-f]{2}/gi, '-')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  // A code alone is one to log in with; those of countries or errors are called so.
  return words.some((word) => secretWords.test(word)) || words.join('') === 'code';
}

/**
 * The URL with its userinfo masked (RFC 3986 §3.2.1), and the values of query parameters that hold secrets:
 * `https://user:password@host?token=a` → `https://***@host?token=***`. Without scheme and host, it begins with a slash.
 */
export function maskUrl(url: string): string {
  if (!url.includes('@') && !url.includes('?')) return url;
  return maskQuery(url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${masked}@`));
}

function maskQuery(url: string): string {
  const start = url.indexOf('?');
  if (start === -1 || !secretHint.test(url) || !/^(?:[a-z][a-z0-9+.-]*:\/)?\//i.test(url)) return url;
  const end = url.indexOf('#', start);
  const query = maskParameters(url.slice(start, end === -1 ? undefined : end));
  return url.slice(0, start) + query + (end === -1 ? '' : url.slice(end));
}

/** @param query from its `?` on */
function maskParameters(query: string): string {
  if (query.includes(downloadKey)) return query;
  const parameters = query.slice(1).split('&');
  const shown = parameters.map((parameter) => {
    const equals = parameter.indexOf('=');
    const name = parameter.slice(0, equals);
    return equals > 0 && equals < parameter.length - 1 && isSecretParameter(name)
      ? `${name}=${masked}`
      : parameter;
  });
  return `?${shown.join('&')}`;
}

/** Up to the end of an authority, or of a URL within a sentence. An apostrophe ends neither (RFC 3986 §3.2.1). */
const userinfo = /:\/\/[^\s/?#"\\]*@/g;
/** A query, up to the end of a URL within a sentence. */
const queryInText = /\?[^\s"\\<>#]+/g;

/** Masks the userinfo and the secret query parameters of all URLs in a string, such as the body of a callback. */
export function maskUrlsIn(text: string): string {
  const shown = text.includes('@') ? text.replace(userinfo, `://${masked}@`) : text;
  return shown.includes('?') ? shown.replace(queryInText, maskParameters) : shown;
}

function maskValue(value: string): string {
  if (value === '') return '';
  const found = scheme.exec(value)?.[1];
  return found === undefined ? masked : `${found} ${masked}`;
}
