import { isCallbackUrl } from './callback-url.ts';
import { retryConditionPattern } from './engine/deliveries/retry-policy.ts';
import { templatePieces, templateProblems } from './scenario/templates.ts';

/** What a setting has to be beyond its type. */
export interface SettingRule {
  /** E.g. `a status from 200 to 299`. */
  readonly expected: string;
  /** @param value read: a duration in milliseconds */
  fits(value: unknown): boolean;
  /** What to change in a value that does not fit, in sentences. Default: nothing more is said. */
  advice?(value: unknown): string;
}

function statusFrom(first: number, last: number): SettingRule {
  return {
    expected: `a status from ${first} to ${last}`,
    fits: (status) => Number(status) >= first && Number(status) <= last,
  };
}

export function between(least: number, most: number): SettingRule {
  return {
    expected: `an integer from ${least} to ${most}`,
    fits: (number) => Number(number) >= least && Number(number) <= most,
  };
}

function eachLike(pattern: RegExp, expected: string): SettingRule {
  return { expected, fits: (texts) => Array.isArray(texts) && texts.every((text) => pattern.test(text)) };
}

export const success = statusFrom(200, 299);
export const refusal = statusFrom(400, 599);
export const conditions = eachLike(
  new RegExp(retryConditionPattern),
  'a list of statuses such as 503, classes such as 5xx, non-2xx, timeout or network',
);
const templated: Pick<Required<SettingRule>, 'fits' | 'advice'> = {
  fits: (text) => templateProblems(String(text), true).length === 0,
  advice: (text) => templateProblems(String(text), true)[0]?.message ?? '',
};
export const optionalUrl: SettingRule = {
  ...templated,
  expected: 'an absolute http or https URL, which may have templates, or an empty string',
  fits: (url) => url === '' || (templated.fits(url) && couldBeUrl(String(url))),
};
export const template: SettingRule = { ...templated, expected: 'a text, which may have templates' };

/** Whether a text is a URL when its templates are filled. One at the start may have all of it. */
function couldBeUrl(text: string): boolean {
  const [first, ...others] = templatePieces(text);
  const rest = others.map((piece) => (typeof piece === 'string' ? piece : 'x')).join('');
  return typeof first === 'object' || isCallbackUrl(`${first}${rest}`);
}
export const credentials = eachLike(/^[^:]+:/, 'a list of user:password');
export const someTime: SettingRule = { expected: 'a duration from 1ms', fits: (ms) => Number(ms) >= 1 };
/** RFC 9110 §5.5. */
export const headerValue: SettingRule = {
  expected: 'the value of a header: one line, no control characters, nothing beyond Latin-1',
  fits: (text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(String(text)),
};

/** Headers that the request has already, or that belong to the connection (RFC 9110 §7.6.1). */
const takenHeaders =
  /^(host|connection|content-.*|transfer-encoding|keep-alive|upgrade|expect|te|trailer|user-agent|authorization|cookie|traceparent)$/i;

/** RFC 9110 §5.1. */
export const freeHeaderName: SettingRule = {
  expected: 'the name of a header that the callback does not have yet, e.g. X-Delivery-Id',
  fits: (text) =>
    text === '' || (/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(String(text)) && !takenHeaders.test(String(text))),
};
