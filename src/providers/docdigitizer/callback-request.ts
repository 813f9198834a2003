import { isCallbackUrl } from '../../core/callback-url.ts';
import type { CallbackTarget } from '../../core/engine/runs/run.ts';
import { RingbackError, type Violation } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import type { Settings } from '../../core/settings.ts';

/** How a submission asks to be notified. */
export interface CallbackRequest {
  /** Absolute http(s) URL without a fragment. Null: no callbacks. */
  readonly url: string | null;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
}

/** Shared by all submissions without headers, to save memory. */
const noHeaders: CallbackRequest['headers'] = {};
const noWarnings: readonly Violation[] = [];

/** Headers that frame the request. The sender sets them, and a second one would break it. */
const framingHeaders: readonly string[] = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Reads `callback_method`, `callback_headers` and the URL field of a submission's form, and fills in their defaults:
 * GET, no headers, no callbacks (callback feature, “The information that you need to provide”).
 * @param urlField `callbackUrl` in API v2, `callback_url` in v1
 * @throws {RingbackError} `request.invalid`, with the place `body/<field>`
 */
export function readCallbackRequest(
  form: JsonObject,
  urlField: 'callbackUrl' | 'callback_url',
  settings: Settings,
): CallbackRequest {
  return {
    url: readUrl(form[urlField], urlField, settings),
    method: form.callback_method === 'POST' ? 'POST' : 'GET',
    headers: readHeaders(form.callback_headers, settings),
  };
}

/**
 * Where the callbacks go, and what the user should know about it: headers are sent only when the method is POST
 * (callback feature, “To be authenticated the “POST” method must be used”), unless a setting says otherwise.
 */
export function targetOf(
  request: CallbackRequest,
  settings: Settings,
): { target: CallbackTarget | null; warnings: readonly Violation[] } {
  const { url, method, headers } = request;
  if (url === null) return { target: null, warnings: noWarnings };
  const names = headers === noHeaders ? [] : Object.keys(headers);
  const ignored = names.length > 0 && method === 'GET' && settings['docdigitizer.headersOnGet'] === 'ignore';
  if (!ignored) return { target: { url, method, headers }, warnings: noWarnings };
  const warning: Violation = {
    location: 'body/callback_headers',
    code: 'callback-headers-ignored',
    message: `The headers ${names.join(', ')} are not sent: callbacks go by GET, and headers need callback_method=POST.`,
  };
  return { target: { url, method, headers: noHeaders }, warnings: [warning] };
}

function readUrl(value: JsonValue | undefined, field: string, settings: Settings): string | null {
  if (value === undefined) return null;
  if (!isCallbackUrl(value)) {
    throw invalidField(
      field,
      'format',
      value,
      'an absolute http or https URL such as https://example.com/callback',
      settings,
    );
  }
  const hash = value.indexOf('#');
  const url = hash === -1 ? value : value.slice(0, hash);
  // Kept unchanged, except for characters that a request line cannot contain.
  return /^[\x21-\x7e]+$/.test(url) ? url : new URL(url).href;
}

function readHeaders(value: JsonValue | undefined, settings: Settings): CallbackRequest['headers'] {
  if (!isJsonObject(value)) return noHeaders;
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    const field = `callback_headers/${name}`;
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw invalidField(
        field,
        'format',
        name,
        'a header name of letters, digits and - (RFC 9110 §5.1)',
        settings,
      );
    }
    if (framingHeaders.includes(name.toLowerCase())) {
      throw invalidField(field, 'format', name, 'another header: the sender sets this one', settings);
    }
    if (typeof text !== 'string' || !/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      // The value may be a secret, so it is not repeated.
      throw invalidField(
        field,
        'format',
        '***',
        'a header value: one line of Latin-1 text (RFC 9110 §5.5)',
        settings,
      );
    }
    headers[name] = text;
  }
  return headers;
}

/** The error for a form field that the contract allows and the provider rejects. A setting determines its status. */
export function invalidField(
  field: string,
  code: string,
  given: JsonValue,
  expected: string,
  settings: Settings,
): RingbackError {
  const message = `got ${quoted(given)}, expected ${expected}`;
  return new RingbackError('request.invalid', {
    detail: `Could not read the field "${field}": ${message}`,
    violations: [{ location: `body/${field}`, code, message }],
    status: settings['docdigitizer.invalidRequestStatus'],
  });
}
