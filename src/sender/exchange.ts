import type { Dispatcher } from 'undici';
import type { OutboundRequest, SendResult, Unanswered } from '../core/delivery/sender.ts';
import { formatDuration } from '../core/duration.ts';
import type { Connection, ConnectionPool } from './connection-pool.ts';
import { describeFailure, type Phase } from './failure.ts';

/** The longest wait of one timer of Node. */
export const maxTimerMs = 2 ** 31 - 1;

/** What an exchange needs besides the request. */
export interface ExchangeContext {
  readonly pool: ConnectionPool;
  readonly path: string;
  readonly headers: readonly string[];
  readonly place: string;
  /** Most bytes of the answer's body that are kept. */
  readonly maxResponseBytes: number;
  readonly now: () => number;
  /** The exchanges under way: each is in it from its beginning to its end. */
  readonly running: Set<RunningExchange>;
}

/** An exchange that has not ended. */
export interface RunningExchange {
  /** Ends it at once, since the sender is closed. */
  cutOff(): void;
}

/** Sends one request over a connection of the pool and reads its answer, within one time limit for all of it. */
export function exchange(request: OutboundRequest, context: ExchangeContext): Promise<SendResult> {
  return new Promise((resolve) => new Exchange(request, context, resolve).begin());
}

class Exchange implements Dispatcher.DispatchHandler, RunningExchange {
  readonly #request: OutboundRequest;
  readonly #context: ExchangeContext;
  readonly #resolve: (result: SendResult) => void;
  readonly #startedAt: number;
  #timer: NodeJS.Timeout | undefined;
  #stopWaiting: () => void = () => {};
  #connection: Connection | null = null;
  #phase: Phase = 'waiting';
  #over = false;
  #statusCode = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #bodyBytes = 0;

  constructor(request: OutboundRequest, context: ExchangeContext, resolve: (result: SendResult) => void) {
    this.#request = request;
    this.#context = context;
    this.#resolve = resolve;
    this.#startedAt = context.now();
  }

  begin(): void {
    const { timeoutMs } = this.#request;
    this.#context.running.add(this);
    // undici's own timeouts are up to a second late and say nothing of the time spent connecting.
    this.#timer = setTimeout(() => this.#timeOut(), Math.min(timeoutMs, maxTimerMs));
    this.#stopWaiting = this.#context.pool.acquire((connection) => this.#dispatch(connection));
  }

  cutOff(): void {
    this.#fail({
      reason: 'closed',
      code: null,
      message: 'the sender was closed before the answer was complete',
    });
  }

  #dispatch(connection: Connection): void {
    this.#connection = connection;
    this.#phase = 'connecting';
    const { method, body } = this.#request;
    const { path, headers } = this.#context;
    connection.client.dispatch({ method, path, headers: [...headers], body }, this);
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
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    const room = this.#context.maxResponseBytes - this.#bodyBytes;
    this.#bodyBytes += chunk.length;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    // The rest could be gigabytes: the connection is ended rather than read to the end.
    if (chunk.length > room) this.#answer(true);
  }

  onResponseEnd(): void {
    if (!this.#over) this.#answer(false);
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#over) return;
    const { place } = this.#context;
    const served = this.#connection?.served ?? 0;
    this.#fail(describeFailure(error, { place, phase: this.#phase, bodyBytes: this.#bodyBytes, served }));
  }

  #answer(truncated: boolean): void {
    this.#finish({
      kind: 'answered',
      statusCode: this.#statusCode,
      headers: this.#headers,
      // `stream` leaves out the start of a character that the cap cut in two.
      body: new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(this.#chunks), {
        stream: truncated,
      }),
      bodyTruncated: truncated,
      durationMs: this.#context.now() - this.#startedAt,
    });
    this.#giveBack(!truncated);
  }

  #timeOut(): void {
    if (this.#over) return;
    const { place } = this.#context;
    const within = `within ${formatDuration(this.#request.timeoutMs)}`;
    const messages: Record<Phase, string> = {
      waiting: `no answer ${within}: all connections to ${place} were in use`,
      connecting: `no connection to ${place} ${within}`,
      sent: `no answer ${within}`,
      answering: `no complete answer ${within}: status ${this.#statusCode} and ${this.#bodyBytes} bytes of the body came`,
    };
    this.#fail({ reason: 'timeout', code: null, message: messages[this.#phase] });
  }

  #fail(failure: Pick<Unanswered, 'reason' | 'code' | 'message'>): void {
    this.#finish({ kind: 'unanswered', ...failure, durationMs: this.#context.now() - this.#startedAt });
    this.#giveBack(false);
  }

  #finish(result: SendResult): void {
    this.#over = true;
    this.#context.running.delete(this);
    clearTimeout(this.#timer);
    this.#stopWaiting();
    this.#resolve(result);
  }

  #giveBack(reusable: boolean): void {
    if (this.#connection === null) return;
    if (reusable) this.#context.pool.release(this.#connection);
    else this.#context.pool.discard(this.#connection);
  }
}
