import type { CallbackType } from '../../contract/contract.ts';
import type { Settings } from '../../settings.ts';
import { traceHeader } from '../trace.ts';
import type { Delivery } from './delivery.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * The headers of an attempt before it is signed.
 * @param traceparent makes that header. One that a script sets is sent unchanged
 */
export function attemptHeaders(
  { id, callback }: Delivery,
  type: CallbackType | undefined,
  settings: Settings,
  traceparent: () => string,
): Headers {
  const headers = withHeader(callback.headers, settings['callbacks.deliveryIdHeader'], id);
  const isTraced = settings['callbacks.traceparent'] || (type !== undefined && declaresTrace(type));
  if (!isTraced || headerOf(headers, traceHeader) !== undefined) return headers;
  return { ...headers, [traceHeader]: traceparent() };
}

/** The value of a header. @param name in lower case */
export function headerOf(headers: Headers, name: string): string | undefined {
  for (const own in headers)
    if (own.length === name.length && own.toLowerCase() === name) return headers[own];
  return undefined;
}

/** Sets one of our headers, replacing any of that name. Without a name, returns the headers unchanged. */
function withHeader(headers: Headers, name: string, value: string): Headers {
  if (name === '') return headers;
  const others = Object.entries(headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...Object.fromEntries(others), [name]: value };
}

function declaresTrace({ parameters }: CallbackType): boolean {
  return parameters.some((each) => each.in === 'header' && each.name.toLowerCase() === traceHeader);
}
