import type { Violation } from './errors.ts';

/** Whether a callback can be sent to a value: an absolute http or https URL without blanks and control characters. */
export function isCallbackUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(value) && URL.canParse(value);
}

/** The path of a control API, of any space. Inboxes accept callbacks. */
const controlPath = /^\/(?:@[^/]*\/)?_ringback(?!\/inbox\/)(?:\/|$)/;

/** The warning about a callback URL that a Ringback server refuses with 403. Null for any other URL. */
export function callbackUrlWarning(url: string): Violation | null {
  if (!url.includes('_ringback') || !controlPath.test(new URL(url).pathname)) return null;
  return {
    location: 'callback URL',
    code: 'control.callback',
    message: `Callbacks to ${url} are refused with 403: the control API of a Ringback server does not take callbacks. Give the URL of your endpoint, or of an inbox: /_ringback/inbox/{name}.`,
  };
}
