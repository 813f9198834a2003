import { formatDuration } from '../core/duration.ts';
import type { AttemptErrorCode } from '../core/engine/deliveries/attempt-errors.ts';
import type { OutboundRequest, SendResult } from '../core/engine/deliveries/sender.ts';
import { type Cut, decodeBody } from '../http-client/decode-body.ts';
import type { ResponseHead } from '../http-client/response-parser.ts';
import type { Connection, ConnectionHandler, UsedConnection } from './connection.ts';
import type { ConnectionPool, ConnectionUser } from './connection-pool.ts';
import { describeFailure, type Failure, type Phase } from './failure.ts';
import type { Target } from './target.ts';
import type { Limited, TimeLimit, TimeLimits } from './time-limits.ts';

/** What all exchanges of a sender share. */
export interface ExchangeParts {
  /** Maximum size in bytes of the response body that is kept. */
  readonly maxResponseBytes: number;
  readonly now: () => number;
  /** Contains each exchange from start to end. */
  readonly limits: TimeLimits;
  /** Called for each exchange that closing the sender cuts off. */
  readonly onCutOff: (how: CutOff) => void;
}

/** What closing the sender cuts off: a request in flight, or one waiting for a connection. */
export type CutOff = 'sending' | 'waiting';

/** Sends one request over a connection of the pool and reads its response, with one time limit for everything. */
export function exchange(
  request: OutboundRequest,
  target: Target,
  pool: ConnectionPool,
  parts: ExchangeParts,
): Promise<SendResult> {
  return new Promise((resolve, reject) =>
    new Exchange(request, target, pool, parts, resolve, reject).begin(),
  );
}

/** One object for the whole exchange: it waits for its connection, its time limit and its response. */
class Exchange implements ConnectionHandler, ConnectionUser, Limited {
  readonly startedAt: number;
  readonly #request: OutboundRequest;
  readonly #target: Target;
  readonly #pool: ConnectionPool;
  readonly #parts: ExchangeParts;
  readonly #resolve: (result: SendResult) => void;
  readonly #reject: (error: unknown) => void;
  readonly #limit: TimeLimit;
  #connection: Connection | null = null;
  #phase: Phase = 'waiting';
  /** Nothing from the connection counts anymore, but the body may still be decoded. */
  #over = false;
  #settled = false;
  #statusCode = 0;
  #headers: Readonly<Record<string, string>> = {};
  /** The body received so far. */
  readonly #chunks: Buffer[] = [];
  #bodyBytes = 0;

  constructor(
    request: OutboundRequest,
    target: Target,
    pool: ConnectionPool,
    parts: ExchangeParts,
    resolve: (result: SendResult) => void,
    reject: (error: unknown) => void,
  ) {
    this.startedAt = parts.now();
    this.#request = request;
    this.#target = target;
    this.#pool = pool;
    this.#parts = parts;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#limit = parts.limits.of(request.timeoutMs);
  }

  begin(): void {
    this.#limit.begin(this);
    this.#pool.acquire(this);
  }

  /** A bug in the sender: the exchange ends, whatever its state. */
  break(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#over = true;
    this.#limit.end(this);
    this.#reject(error);
    this.#giveBack(false);
  }

  cutOff(): void {
    this.#safely(() => {
      if (this.#over) return;
      this.#parts.onCutOff(this.#phase === 'waiting' ? 'waiting' : 'sending');
      this.#fail({
        reason: 'closed',
        code: 'stopped',
        message: 'the sender was closed before the response was complete',
      });
    });
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.break(error);
    }
  }

  use(connection: Connection): void {
    this.#connection = connection;
    this.#phase = 'connecting';
    const { method, body } = this.#request;
    this.#safely(() => connection.send({ ...this.#target, method, body }, this));
  }

  onSending(): void {
    this.#phase = 'sent';
  }

  onHead({ statusCode, headers }: ResponseHead): void {
    this.#phase = 'answering';
    this.#statusCode = statusCode;
    this.#headers = headers;
  }

  onData(chunk: Buffer): void {
    if (this.#over) return;
    const room = this.#parts.maxResponseBytes - this.#bodyBytes;
    this.#bodyBytes += chunk.length;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    // The rest could be gigabytes, so the connection is closed rather than read to the end.
    if (chunk.length > room) this.#answer(true, false);
  }

  onComplete(reusable: boolean): void {
    if (!this.#over) this.#answer(false, reusable);
  }

  onFailure(error: Error, { served, asksForCertificate }: UsedConnection): void {
    if (this.#over) return;
    const { place } = this.#target;
    const situation = { place, phase: this.#phase, bodyBytes: this.#bodyBytes, served, asksForCertificate };
    this.#fail(describeFailure(error, situation));
  }

  timeOut(): void {
    const { place } = this.#target;
    const within = `within ${formatDuration(this.#request.timeoutMs)}`;
    const messages: Record<Phase, [AttemptErrorCode, string]> = {
      waiting: ['connect.busy', `no response ${within}: all connections to ${place} were in use`],
      connecting: ['connect.timeout', `no connection to ${place} ${within}`],
      sent: ['timeout', `no response ${within}`],
      answering: [
        'timeout',
        `no complete response ${within}: status ${this.#statusCode} and ${this.#bodyBytes} bytes of the body came`,
      ],
    };
    const [code, message] = messages[this.#phase];
    this.#safely(() => this.#fail({ reason: 'timeout', code, message }));
  }

  #answer(truncated: boolean, reusable: boolean): void {
    const coding = this.#headers['content-encoding'];
    const body: Cut = { bytes: joined(this.#chunks), truncated };
    const durationMs = this.#parts.now() - this.startedAt;
    if (coding === undefined || this.#bodyBytes === 0) {
      this.#finishWith(body, durationMs);
    } else {
      this.#over = true;
      // What cannot be decoded is kept as received.
      decodeBody(body, coding, this.#parts.maxResponseBytes)
        .then((decoded) => this.#finishWith(decoded ?? body, durationMs))
        .catch((error: unknown) => this.break(error));
    }
    this.#giveBack(reusable);
  }

  #finishWith(body: Cut, durationMs: number): void {
    this.#finish({
      kind: 'answered',
      statusCode: this.#statusCode,
      headers: this.#headers,
      body: textOf(body),
      bodyTruncated: body.truncated,
      durationMs,
    });
  }

  #fail(failure: Failure): void {
    if (this.#over) return;
    this.#finish({ kind: 'unanswered', ...failure, durationMs: this.#parts.now() - this.startedAt });
    this.#giveBack(false);
  }

  #finish(result: SendResult): void {
    this.#over = true;
    this.#settled = true;
    this.#limit.end(this);
    this.#resolve(result);
  }

  #giveBack(reusable: boolean): void {
    if (this.#connection === null) this.#pool.leave(this);
    else if (reusable) this.#pool.release(this.#connection);
    else this.#pool.discard(this.#connection);
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

function textOf({ bytes, truncated }: Cut): string {
  // If the limit cuts a character in two, `stream` omits its first part.
  return truncated
    ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })
    : bytes.toString('utf8');
}
