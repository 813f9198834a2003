import type { AttemptErrorCode } from './attempt-errors.ts';

/**
 * One complete HTTP request to the consumer. The sender adds only `host`, `connection`, `content-length`, a
 * `user-agent` if there is none, an `authorization` made from a URL's userinfo, and `x-ringback-callback`, by which the
 * control API recognizes and rejects callbacks.
 */
export interface OutboundRequest {
  readonly method: string;
  /** Absolute http(s) URL without a fragment. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as bytes or as a string (sent as UTF-8). Null: none. */
  readonly body: string | Uint8Array | null;
  /** The limit from the start of connecting to the end of the response, in real milliseconds. */
  readonly timeoutMs: number;
  /** A fault of the connection, from a script. Default: none. */
  readonly wire?: WireFault;
}

/**
 * A fault of the connection that the sender really causes, over a new connection. Properties combine: of several ends
 * the first one counts, and a silence comes before everything, so that nothing is sent. Bytes are those of the HTTP
 * message. TLS adds its own.
 */
export interface WireFault {
  /** The rate for all bytes of the request, including the head. The timeout of the request still applies. */
  readonly bytesPerSecond?: number;
  /**
   * The connection is reset (TCP RST) after this many bytes of the request, including the head, or after the last byte
   * of a shorter one. 0: right after connecting.
   */
  readonly resetAfterBytes?: number;
  /**
   * Connects, sends nothing for this long in real time, then closes the connection, or resets it if `resetAfterBytes` is
   * set too. `timeoutMs` limits only the time to connect. Closing the sender ends the silence.
   */
  readonly silentForMs?: number;
  /** Only the first half of the body is sent, under the `content-length` of the whole; then the connection closes. */
  readonly cutBodyInHalf?: boolean;
}

/** The result of a request: a response, or the reason why there is none. */
export type SendResult = Answered | Unanswered;

export interface Answered {
  readonly kind: 'answered';
  readonly statusCode: number;
  /** Lower-case names. Several values of one name are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as a string, decoded by its `content-encoding` and truncated at the sender's cap. */
  readonly body: string;
  /** True if the body, encoded or decoded, was longer than the cap. */
  readonly bodyTruncated: boolean;
  /** Real milliseconds from the start of the request to the end of the response. */
  readonly durationMs: number;
}

export interface Unanswered {
  readonly kind: 'unanswered';
  /**
   * `timeout`: no complete response in time. `connection`: refused, reset, no such host, TLS failure.
   * `refused-address`: the sender's own guard did not allow the address. `protocol`: the response is not HTTP.
   * `unsendable`: HTTP does not allow the request. `closed`: the sender was closed.
   */
  readonly reason: 'timeout' | 'connection' | 'refused-address' | 'protocol' | 'unsendable' | 'closed';
  readonly code: AttemptErrorCode;
  /** One sentence for the attempt log. */
  readonly message: string;
  readonly durationMs: number;
}

/** Sends callbacks. The only way out of the engine. */
export interface Sender {
  /** Sends one request. Every failure is an `Unanswered`. Rejects only because of a defect. */
  send(request: OutboundRequest): Promise<SendResult>;
  /**
   * Closes all connections when the requests in flight have ended.
   * @param options.graceMs requests that take longer are aborted and end as `closed`. Default: no limit
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}
