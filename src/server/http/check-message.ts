import type { IncomingMessage } from 'node:http';
import { RingbackError } from '../../core/errors.ts';

/** The `uri-host [ ":" port ]` of RFC 9110 §7.2 and RFC 3986 §3.2. An empty one is well-formed. */
const authority =
  /^(?:\[[0-9A-Fa-f:.]+(?:%25[\w.~-]+)?\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::\d{0,5})?$/;
const absoluteForm = /^https?:\/\/([^/?#]*)/i;

/**
 * Rejects messages that Node's parser accepts and HTTP/1.1 does not (RFC 9112). Sets `headers.host` to the host of an
 * absolute target, which overrides the header (§3.2.2).
 * @throws {RingbackError} `request.malformed`, `request.http-version`, `request.transfer-coding`
 */
export function checkMessage(request: IncomingMessage): void {
  const { headers, httpVersion, httpVersionMajor, url = '/' } = request;
  if (httpVersionMajor !== 1) throw unknownVersion(`HTTP/${httpVersion}`);
  checkHost(request);
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') throw unknownCoding(coding);
  if (url.charCodeAt(0) === 47 /* / */) return;
  const target = absoluteForm.exec(url)?.[1];
  if (target !== undefined) {
    if (target === '' || !authority.test(target) || target.startsWith(':'))
      throw malformed('target', `its target has no host. Got ${quoted(url)}, expected http://host/path`);
    headers.host = target;
  } else if (url === '*' && request.method !== 'OPTIONS') {
    throw malformed('target', 'the target * is valid for OPTIONS only. Send a path');
  }
}

function checkHost({ headers, rawHeaders, httpVersion }: IncomingMessage): void {
  const { host } = headers;
  if (host === undefined) {
    if (httpVersion !== '1.1') return;
    throw malformed('header/host', 'it has no Host header. Send one, as HTTP/1.1 requires', 'required');
  }
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  if (count > 1) throw malformed('header/host', `it has ${count} Host headers. Send one`);
  if (!authority.test(host))
    throw malformed(
      'header/host',
      `its Host header is malformed. Got ${quoted(host)}, expected host or host:port`,
    );
}

/** The error for an unsupported version of HTTP. */
export function unknownVersion(given: string): RingbackError {
  return new RingbackError('request.http-version', {
    detail: `Could not read the HTTP request: its version is not supported. Got ${given}, expected HTTP/1.1 or HTTP/1.0.`,
    headers: { connection: 'close' },
  });
}

function unknownCoding(given: string): RingbackError {
  return new RingbackError('request.transfer-coding', {
    detail: `Could not read the HTTP request: its transfer coding is not supported. Got ${quoted(given)}, expected chunked. Compress with Content-Encoding.`,
    violations: [
      { location: 'header/transfer-encoding', code: 'transfer-coding', message: 'must be chunked' },
    ],
    headers: { connection: 'close' },
  });
}

function malformed(location: string, why: string, code = 'http'): RingbackError {
  const message = code === 'required' ? 'must be there in HTTP/1.1' : why;
  return new RingbackError('request.malformed', {
    detail: `Could not read the HTTP request: ${why}.`,
    violations: [{ location, code, message }],
    headers: { connection: 'close' },
  });
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
