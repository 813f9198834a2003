/** Whether a callback can be sent to it: an absolute http or https URL without blanks and control characters. */
export function isCallbackUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(value) && URL.canParse(value);
}
