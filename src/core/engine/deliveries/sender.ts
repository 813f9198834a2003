import type { AttemptErrorCode } from './attempt-errors.ts';

/**
 * One HTTP request to the consumer, complete. All that is added on the way: `host`, `connection`,
 * `content-length`, a `user-agent` when there is none, an `authorization` made from a URL's userinfo, and the mark
 * `x-ringback-callback`, by which the control API refuses callbacks.
 */
export interface OutboundRequest {
  readonly method: string;
  /** Absolute http(s) URL without a fragment. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's bytes or text (UTF-8), or null for none. */
  readonly body: string | Uint8Array | null;
  /** From the start of connecting to the end of the answer's body, real milliseconds. */
  readonly timeoutMs: number;
  /** What goes wrong on the wire, by a script; absent: nothing. */
  readonly wire?: WireFault;
}

/**
 * A misbehaviour of the connection that the sender plays for real, over a fresh connection of its own. Members
 * combine: of several ends the first one counts, and a silence comes before everything, so that nothing is sent.
 * Bytes are those of the HTTP message; TLS adds its own.
 */
export interface WireFault {
  /** All bytes of the request, its head included, go out at this rate. The time limit of the request holds. */
  readonly bytesPerSecond?: number;
  /**
   * The connection is reset (TCP RST) after this many bytes of the request, including the head, or after the last byte
   * of a shorter one. 0: right after connecting.
   */
  readonly resetAfterBytes?: number;
  /**
   * Connects, sends nothing for so long in real time, then closes; resets when `resetAfterBytes` is there too. Lasts
   * its own time: `timeoutMs` limits the connecting only. Closing the sender cuts it short.
   */
  readonly silentForMs?: number;
  /** Only the first half of the body is sent, under the `content-length` of the whole; then the connection closes. */
  readonly cutBodyInHalf?: boolean;
}

/** What became of a request: an answer, or the reason why there is none. */
export type SendResult = Answered | Unanswered;

export interface Answered {
  readonly kind: 'answered';
  readonly statusCode: number;
  /** Lower-case names; several values of one name joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, decoded as its `content-encoding` says, and cut at the sender's cap. */
  readonly body: string;
  /** True when the body, encoded or decoded, was longer than the cap. */
  readonly bodyTruncated: boolean;
  /** Real milliseconds from the start of the request to the end of the answer. */
  readonly durationMs: number;
}

export interface Unanswered {
  readonly kind: 'unanswered';
  /**
   * `timeout`: no complete answer in time. `connection`: refused, reset, no such host, TLS failure.
   * `refused-address`: the sender's own guard did not allow the address. `protocol`: the answer is not HTTP.
   * `unsendable`: the request itself is not one that HTTP allows. `closed`: the sender was closed.
   */
  readonly reason: 'timeout' | 'connection' | 'refused-address' | 'protocol' | 'unsendable' | 'closed';
  readonly code: AttemptErrorCode;
  /** One sentence for the attempt log. */
  readonly message: string;
  readonly durationMs: number;
}

/** Sends callbacks. The only way out of the engine. */
export interface Sender {
  /** Sends one request. Every failure is an `Unanswered`; rejects by a defect of its own only. */
  send(request: OutboundRequest): Promise<SendResult>;
  /**
   * Ends all connections once the requests under way are over.
   * @param options.graceMs those that take longer are cut off and end as `closed`; default: they have all the time
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}
