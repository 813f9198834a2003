/** A callback of a real provider, as it came. */
export interface RecordedRequest {
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  /** When the provider had its response, or gave up. */
  readonly endedAt: number;
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly target: string;
  /** In the order of sending. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Without content coding. */
  readonly body: Uint8Array;
  /** Whether the body was longer than what is kept. */
  readonly isCut: boolean;
  readonly result: RecordedResult;
}

/**
 * How a request ended. `unreachable`: the endpoint was down, so the provider got 502. `given-up`: the provider
 * disconnected before it had a response. `incomplete`: it disconnected before its request was complete.
 */
export type RecordedResult =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unreachable' | 'given-up' | 'incomplete' };

export function isAcknowledged({ result }: RecordedRequest): boolean {
  return result.kind === 'answered' && result.status >= 200 && result.status < 300;
}

/** The value of a header, or undefined. */
export function headerOf({ headers }: RecordedRequest, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
