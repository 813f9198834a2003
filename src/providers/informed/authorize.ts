import { RingbackError } from '../../core/errors.ts';
import type { ProviderContext, RequestHead } from '../../core/provider/provider.ts';

/** Operations whose URL itself grants access. */
const open: ReadonlySet<string> = new Set(['uploadFile', 'downloadDocument']);

/** The challenge of Basic authentication (RFC 7617 §2). */
const challenge = { 'www-authenticate': 'Basic realm="informed", charset="UTF-8"' };

/**
 * HTTP Basic authentication (RFC 7617). Any user and password are accepted unless the setting `informed.credentials`
 * names some.
 * @throws {RingbackError} `auth.missing`, `auth.wrong`
 */
export function authorize(request: RequestHead, context: ProviderContext): void {
  if (open.has(request.operation.id)) return;
  const header = request.headers.authorization;
  if (header === undefined || header.trim() === '') {
    throw new RingbackError('auth.missing', {
      headers: challenge,
      detail:
        'Could not authenticate: there is no Authorization header. Send HTTP Basic credentials, e.g. curl -u user:password.',
    });
  }
  const encoded = /^basic\s+(\S+)$/i.exec(header.trim())?.[1];
  const pair = encoded === undefined ? null : decode(encoded);
  if (pair === null || !pair.includes(':')) {
    throw new RingbackError('auth.wrong', {
      headers: challenge,
      detail: `Could not authenticate: the Authorization header is not "Basic" followed by user:password in base64.`,
    });
  }
  const accepted = context.settings['informed.credentials'];
  if (accepted.length > 0 && !accepted.includes(pair)) {
    throw new RingbackError('auth.wrong', {
      headers: challenge,
      detail: `Could not authenticate: the user "${pair.slice(0, pair.indexOf(':'))}" with this password is not among the credentials of the setting informed.credentials.`,
    });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Decodes Base64 of UTF-8 text. Null if it is malformed. */
function decode(encoded: string): string | null {
  try {
    const text = atob(encoded);
    // Nearly all are ASCII, which is the same in UTF-8.
    if (/^[\0-\x7f]*$/.test(text)) return text;
    return utf8.decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
