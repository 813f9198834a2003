import { isCallbackUrl } from '../../callback-url.ts';
import type { CallbackType } from '../../contract/contract.ts';
import type { OutboundRequest, SendResult } from './sender.ts';

/** Whether the contract names a status of the consumer's response. A class of statuses, such as `3XX`, names none. */
export function declares({ answers }: Pick<CallbackType, 'answers'>, status: number): boolean {
  return answers.has(String(status));
}

/**
 * The request that follows a redirect which the contract lets the consumer respond with: 307 or 308, which keep method
 * and body (RFC 9110 §15.4.8). Null: there is none to follow.
 */
export function redirectedRequest(
  type: CallbackType,
  request: OutboundRequest,
  result: SendResult,
): OutboundRequest | null {
  if (result.kind === 'unanswered') return null;
  const { statusCode, headers } = result;
  if ((statusCode !== 307 && statusCode !== 308) || !declares(type, statusCode)) return null;
  const { location } = headers;
  if (location === undefined || !URL.canParse(location, request.url)) return null;
  const target = new URL(location, request.url);
  target.hash = '';
  if (!isCallbackUrl(target.href)) return null;
  // A fault on the wire struck the first request.
  const { wire: _, ...plain } = request;
  const isSameOrigin = target.origin === new URL(request.url).origin;
  return {
    ...plain,
    url: target.href,
    headers: isSameOrigin ? request.headers : withoutCredentials(request.headers),
  };
}

/** Another server must not get the credentials of the first one (as in the Fetch standard, HTTP-redirect fetch). */
function withoutCredentials(headers: OutboundRequest['headers']): OutboundRequest['headers'] {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.filter(([name]) => !/^(authorization|cookie|proxy-authorization)$/i.test(name)),
  );
}

/** Whether the consumer wants no more callbacks at the URL: 410, if the contract lets it respond so. */
export function isGone(type: CallbackType | undefined, result: SendResult): boolean {
  return (
    type !== undefined && result.kind === 'answered' && result.statusCode === 410 && type.answers.has('410')
  );
}
