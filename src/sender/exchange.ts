import type { Dispatcher } from 'undici';
import type { OutboundRequest, SendResult, Unanswered } from '../core/delivery/sender.ts';
import { formatDuration } from '../core/duration.ts';
import type { Connection, ConnectionPool, ConnectionUser } from './connection-pool.ts';
import { describeFailure, type Phase } from './failure.ts';
import type { Target } from './target.ts';
import type { Limited, TimeLimit, TimeLimits } from './time-limits.ts';

/** What all exchanges of a sender share. */
export interface ExchangeParts {
  /** Most bytes of the answer's body that are kept. */
  readonly maxResponseBytes: number;
  readonly now: () => number;
  /** Each exchange is in it from its beginning to its end. */
  readonly limits: TimeLimits;
}

/** Sends one request over a connection of the pool and reads its answer, within one time limit for all of it. */
export function exchange(
  request: OutboundRequest,
  target: Target,
  pool: ConnectionPool,
  parts: ExchangeParts,
): Promise<SendResult> {
  return new Promise((resolve) => new Exchange(request, target, pool, parts, resolve).begin());
}

/** One object for the whole exchange: it waits for its connection, its time limit and its answer by itself. */
class Exchange implements Dispatcher.DispatchHandler, ConnectionUser, Limited {
  readonly startedAt: number;
  readonly #request: OutboundRequest;
  readonly #target: Target;
  readonly #pool: ConnectionPool;
  readonly #parts: ExchangeParts;
  readonly #resolve: (result: SendResult) => void;
  readonly #limit: TimeLimit;
  #connection: Connection | null = null;
  #phase: Phase = 'waiting';
  #over = false;
  #statusCode = 0;
  #headers: Readonly<Record<string, string>> = {};
  /** The body as far as it came; null: nothing of it. */
  #chunks: Buffer[] | null = null;
  #bodyBytes = 0;

  constructor(
    request: OutboundRequest,
    target: Target,
    pool: ConnectionPool,
    parts: ExchangeParts,
    resolve: (result: SendResult) => void,
  ) {
    this.startedAt = parts.now();
    this.#request = request;
    this.#target = target;
    this.#pool = pool;
    this.#parts = parts;
    this.#resolve = resolve;
    // undici's own timeouts are up to a second late and say nothing of the time spent connecting.
    this.#limit = parts.limits.of(request.timeoutMs);
  }

  begin(): void {
    this.#limit.begin(this);
    this.#pool.acquire(this);
  }

  cutOff(): void {
    this.#fail({
      reason: 'closed',
      code: null,
      message: 'the sender was closed before the answer was complete',
    });
  }

  use(connection: Connection): void {
    this.#connection = connection;
    this.#phase = 'connecting';
    const { method, body } = this.#request;
    const { path, headers } = this.#target;
    connection.client.dispatch({ method, path, headers, body }, this);
  }

  onRequestStart(): void {
    this.#phase = 'sent';
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // Interim answers such as 103 come before the real one.
    if (statusCode < 200) return;
    this.#phase = 'answering';
    this.#statusCode = statusCode;
    this.#headers = joinLists(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    const room = this.#parts.maxResponseBytes - this.#bodyBytes;
    this.#bodyBytes += chunk.length;
    this.#chunks ??= [];
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    // The rest could be gigabytes: the connection is ended rather than read to the end.
    if (chunk.length > room) this.#answer(true);
  }

  onResponseEnd(): void {
    if (!this.#over) this.#answer(false);
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#over) return;
    const { place } = this.#target;
    const served = this.#connection?.served ?? 0;
    this.#fail(describeFailure(error, { place, phase: this.#phase, bodyBytes: this.#bodyBytes, served }));
  }

  timeOut(): void {
    const { place } = this.#target;
    const within = `within ${formatDuration(this.#request.timeoutMs)}`;
    const messages: Record<Phase, string> = {
      waiting: `no answer ${within}: all connections to ${place} were in use`,
      connecting: `no connection to ${place} ${within}`,
      sent: `no answer ${within}`,
      answering: `no complete answer ${within}: status ${this.#statusCode} and ${this.#bodyBytes} bytes of the body came`,
    };
    this.#fail({ reason: 'timeout', code: null, message: messages[this.#phase] });
  }

  #answer(truncated: boolean): void {
    this.#finish({
      kind: 'answered',
      statusCode: this.#statusCode,
      headers: this.#headers,
      body: this.#chunks === null ? '' : textOf(this.#chunks, truncated),
      bodyTruncated: truncated,
      durationMs: this.#parts.now() - this.startedAt,
    });
    this.#giveBack(!truncated);
  }

  #fail(failure: Pick<Unanswered, 'reason' | 'code' | 'message'>): void {
    this.#finish({ kind: 'unanswered', ...failure, durationMs: this.#parts.now() - this.startedAt });
    this.#giveBack(false);
  }

  #finish(result: SendResult): void {
    this.#over = true;
    this.#limit.end(this);
    this.#resolve(result);
  }

  #giveBack(reusable: boolean): void {
    if (this.#connection === null) this.#pool.leave(this);
    else if (reusable) this.#pool.release(this.#connection);
    else this.#pool.discard(this.#connection);
  }
}

/** The headers with the several values of one name joined. They are nearly always texts already, and nobody else's. */
function joinLists(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Record<string, string>;
}

function textOf(chunks: readonly Buffer[], truncated: boolean): string {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  // Where the cap cuts a character in two, `stream` leaves out its start.
  return truncated
    ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })
    : bytes.toString('utf8');
}
