import type { JsonValue } from '../../json.ts';
import { traceHeader } from '../trace.ts';

interface Addressed {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Basic authentication (RFC 7617) as `wrong` with the password `wrong`. */
const wrongAuthorization = 'Basic d3Jvbmc6d3Jvbmc=';

/** Headers of ours, which are no credentials. */
const noCredentials: readonly string[] = ['content-type', traceHeader];

/**
 * Removes the credentials of a callback, or makes them wrong. Any header from the consumer may contain them. User and
 * password in the URL are sent as a header, too. Without credentials, `wrong` sends some, and `missing` does not apply:
 * it returns null.
 */
export function wrongCredentials({ url, headers }: Addressed, how: JsonValue): Addressed | null {
  const bare = url.replace(/^([a-z]+:\/\/)[^/?#@]*@/i, '$1');
  const own = Object.entries(headers).filter(([name]) => !noCredentials.includes(name.toLowerCase()));
  const others = Object.entries(headers).filter(([name]) => noCredentials.includes(name.toLowerCase()));
  if (how === 'missing') {
    return own.length === 0 && bare === url ? null : { url: bare, headers: Object.fromEntries(others) };
  }
  const wrong = own.map(([name]): [string, string] => [
    name,
    name.toLowerCase() === 'authorization' ? wrongAuthorization : 'wrong',
  ]);
  if (wrong.length === 0) wrong.push(['authorization', wrongAuthorization]);
  return { url: bare, headers: Object.fromEntries([...others, ...wrong]) };
}
