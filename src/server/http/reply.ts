import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Operation } from '../../core/contract/contract.ts';
import { roundMs } from '../../core/duration.ts';
import { type AnswerFaults, noAnswerFaults } from '../../core/engine/faults/api-faults.ts';
import type { RingbackError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { guarded } from '../../platform/guarded.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import { missingBlob } from '../body/blob-errors.ts';
import type { ControlAnswer } from '../control/control-handler.ts';
import type { ServerLog } from '../server-log.ts';
import type { SpaceVisit } from '../space-registry.ts';
import type { AnswerBatch } from './answer-batch.ts';
import type { BlobAnswer } from './answer-blob.ts';
import { isOnTheWire, malform, writeFaulty } from './faulty-response.ts';
import type { Area } from './guard.ts';
import { type JsonPieces, jsonChunks, startOf } from './json-pieces.ts';
import { internalProblem, problemMediaType } from './problem.ts';
import { addProtection } from './protection.ts';

/** A response as it is sent, for checks that the mock satisfies its own contract. */
export interface SentAnswer {
  /** Null if the request reached no operation. */
  readonly operation: Operation | null;
  readonly status: number;
  readonly mediaType: string | null;
  /** The JSON body. Undefined if there is none. Of a long array, only its start. */
  readonly body: JsonValue | undefined;
  /** True if a script responds in place of the provider. Then the contract need not declare the response. */
  readonly scripted: boolean;
}

/** What all replies of a server share. */
export interface ReplyParts {
  readonly answers: AnswerBatch;
  readonly blobs: BlobStore;
  readonly log: ServerLog;
  readonly onAnswer: ((answer: SentAnswer) => void) | undefined;
  readonly onWriteError: (error: unknown) => void;
  /** True once the server is stopping. Then connections are closed after their response. */
  stopping: boolean;
}

const noRuns: readonly string[] = [];
const noHeaders = {};

/**
 * How much of an unwanted body is read after the response, in bytes, so that a client that is still sending can read
 * the response.
 */
const lingerBytes = 128 * 1024 * 1024;
const lingerMs = 60_000;

/** A client that reads nothing of a long array for this time is disconnected, in milliseconds. */
const patienceMs = 60_000;

/** The response to one request: sent exactly once, ended exactly once, logged in one line. */
export class Reply {
  readonly request: IncomingMessage;
  /** The operation that the request was routed to. */
  operation: Operation | null = null;
  /** The scripted faults of the response. Log and checks see the response without them. */
  faults: AnswerFaults = noAnswerFaults;
  /** True once the response is sent or the client has disconnected. */
  over = false;
  readonly #parts: ReplyParts;
  #area: Area = 'provider';
  #readingHeaders: Readonly<Record<string, string>> = noHeaders;
  readonly #response: ServerResponse;
  /** When its request began to arrive, by the monotonic clock. */
  readonly startedAt = steadyNow();
  /** True while the client waits to be asked for its body. */
  #uninvited: boolean;
  #visit: SpaceVisit | null = null;
  #onOver: (() => void)[] | null = null;
  #runs: readonly string[] = noRuns;
  #problem: RingbackError | null = null;
  #scripted = false;

  constructor(parts: ReplyParts, request: IncomingMessage, response: ServerResponse, uninvited: boolean) {
    this.request = request;
    this.#parts = parts;
    this.#response = response;
    this.#uninvited = uninvited;
    response.on(
      'close',
      guarded(() => this.#end(), parts.onWriteError),
    );
    response.on('error', parts.onWriteError);
  }

  /** Adds the protective headers for browsers that the area requires. */
  protect(area: Area): void {
    this.#area = area;
  }

  /** Adds the headers that let a page read the response. */
  allowReading(headers: Readonly<Record<string, string>>): void {
    this.#readingHeaders = headers;
  }

  /** Asks the client for the body, if it waits for that (RFC 9110 §10.1.1). */
  invite(): void {
    if (!this.#uninvited) return;
    this.#uninvited = false;
    this.#response.writeContinue();
  }

  /** The status of the response. Null: nothing of it was sent yet. */
  get status(): number | null {
    return this.#response.headersSent ? this.#response.statusCode : null;
  }

  /** True while the request itself is still arriving and nothing is answered. */
  get awaitsRequest(): boolean {
    return !this.over && !this.request.complete && !this.#response.headersSent;
  }

  /** True while the rest of the request is expected. */
  get awaitsBody(): boolean {
    return this.awaitsRequest && !this.#uninvited;
  }

  /** @param listener called once, when the response is sent or the client has disconnected */
  whenOver(listener: () => void): void {
    if (this.over) listener();
    else if (this.#onOver === null) this.#onOver = [listener];
    else this.#onOver.push(listener);
  }

  /**
   * Calls the listener when the response begins to be written. That does not happen while it waits behind another
   * response of its connection. If the client has disconnected, calls it immediately.
   */
  whenBegun(listener: () => void): void {
    if (this.over || this.#response.socket !== null) listener();
    else this.#response.once('socket', guarded(listener, this.#parts.onWriteError));
  }

  /** Ends the visit when the response is sent or the client has disconnected. */
  holdVisit(visit: SpaceVisit): void {
    if (this.over) visit.leave();
    else this.#visit = visit;
  }

  /** Sends the response of an operation, unless the client has disconnected. If it throws, nothing was sent. */
  send(answer: ControlAnswer & BlobAnswer): void {
    if (this.over) return;
    const headers: Record<string, string | number> = { ...answer.headers };
    if (answer.runs !== undefined && answer.runs.length > 0) {
      this.#runs = answer.runs;
      headers['x-ringback-run'] = answer.runs.join(', ');
    }
    if (answer.blob !== undefined) {
      const { range } = answer;
      const blob = this.#parts.blobs.read(answer.blob.key, range);
      if (blob === undefined) throw missingBlob(answer.blob.key);
      headers['content-type'] = answer.blob.mediaType;
      if (this.faults.malformed) {
        blob.stream.destroy();
        this.#write(answer.status, headers, undefined, '');
        return;
      }
      headers['content-length'] = range === undefined ? blob.size : range.end - range.start + 1;
      this.#begin(answer.status, headers, undefined);
      if (isOnTheWire(this.faults)) this.#sendFaulty(answer.status, headers, blob.stream);
      else this.#stream(blob.stream);
      return;
    }
    if (answer.stream !== undefined) {
      headers['content-type'] = answer.stream.mediaType;
      headers.connection = 'close';
      this.#begin(answer.status, headers, undefined);
      this.#stream(answer.stream.content);
      return;
    }
    const text =
      answer.text?.content ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body));
    if (text !== undefined) headers['content-type'] ??= answer.text?.mediaType ?? 'application/json';
    this.#write(answer.status, headers, answer.body, text);
  }

  /**
   * Sends an object or array while its items are made: a short one immediately, a long one as fast as the client reads.
   */
  async sendPieces({ status, headers: own }: ControlAnswer, pieces: JsonPieces): Promise<void> {
    const chunks = jsonChunks(pieces);
    const first = await chunks.next();
    const second = first.done === true ? first : await chunks.next();
    if (this.over) {
      await chunks.return(undefined);
      return;
    }
    const headers = { ...own, 'content-type': 'application/json' };
    if (second.done === true) {
      this.#write(status, headers, startOf(pieces), first.value ?? '');
      return;
    }
    this.#begin(status, headers, startOf(pieces));
    const start = [first.value ?? '', second.value];
    // The listed items stay in memory until the client has read them or is disconnected.
    this.#response.setTimeout(patienceMs, () => this.#response.destroy());
    this.#stream(Readable.from(joined(start, chunks), { objectMode: false }));
  }

  /** Sends the response of a script in place of the provider's. */
  sendScripted(answer: ControlAnswer, why: RingbackError): void {
    this.#scripted = true;
    this.#problem = why;
    this.send(answer);
  }

  /** Sends an error. */
  sendProblem(
    status: number,
    body: JsonValue,
    headers: Readonly<Record<string, string>>,
    problem: RingbackError | null,
  ): void {
    this.#problem = problem;
    if (this.over) return;
    if (this.#response.headersSent) {
      this.#response.destroy();
      return;
    }
    this.#write(status, { ...headers, 'content-type': problemMediaType }, body, JSON.stringify(body));
  }

  /** Responds with 500 to a request that caused an uncaught error, if still possible. Returns the request's name. */
  breakOff(): readonly string[] {
    if (this.over) return [];
    this.sendProblem(500, internalProblem, { connection: 'close' }, null);
    this.#parts.answers.flush();
    const { method, url } = this.request;
    return [`${method} ${url} (${this.operation?.id ?? 'no operation'})`];
  }

  #write(
    status: number,
    headers: Record<string, string | number>,
    body: JsonValue | undefined,
    intended: string | undefined,
  ): void {
    const text =
      this.faults.malformed && intended !== undefined ? malform(intended, headers['content-type']) : intended;
    if (status >= 200 && status !== 204 && status !== 304) {
      headers['content-length'] = text === undefined ? 0 : Buffer.byteLength(text);
    }
    this.#begin(status, headers, body);
    if (isOnTheWire(this.faults))
      this.#sendFaulty(status, headers, text === undefined ? null : Buffer.from(text));
    else this.#parts.answers.end(this.#response, text);
  }

  /** Writes the head. Throws before anything is sent if a header cannot be written. */
  #begin(status: number, headers: Record<string, string | number>, body: JsonValue | undefined): void {
    // The response is on its way, or its client has disconnected.
    if (this.#uninvited || this.#parts.stopping || isOnTheWire(this.faults)) headers.connection = 'close';
    if (this.faults.faults.length > 0) headers['x-ringback-fault'] = this.faults.faults.join(', ');
    addProtection(headers, this.#area);
    if (this.#readingHeaders !== noHeaders) Object.assign(headers, this.#readingHeaders);
    this.#response.writeHead(status, headers as Record<string, string>);
    const mediaType = headers['content-type'];
    this.#parts.onAnswer?.({
      operation: this.operation,
      status,
      mediaType: mediaType === undefined ? null : String(mediaType),
      body,
      scripted: this.#scripted,
    });
    if (!this.#uninvited && !this.request.complete) this.#linger();
  }

  #sendFaulty(
    status: number,
    headers: Readonly<Record<string, string | number>>,
    content: Buffer | Readable | null,
  ): void {
    const body = this.request.method === 'HEAD' ? null : content;
    if (content !== body && content !== null && !Buffer.isBuffer(content)) content.destroy();
    writeFaulty(this.#response, { status, headers, body }, this.faults).catch((error: unknown) => {
      this.#parts.log.failure('writing a response with faults', error);
      this.#response.destroy();
    });
  }

  #stream(content: Readable): void {
    if (this.request.method === 'HEAD') {
      content.destroy();
      this.#response.end();
      return;
    }
    pipeline(content, this.#response, (error) => {
      if (error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
        this.#parts.log.failure('streaming a response', error);
    });
  }

  /** Continues to read after the response, within bounds: closing a connection with unread bytes could lose the response. */
  #linger(): void {
    const { request } = this;
    let left = lingerBytes;
    const timer = setTimeout(() => request.destroy(), lingerMs).unref();
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) request.destroy();
    });
    request.once('close', () => clearTimeout(timer));
    // The decoder of the body may have stopped reading.
    request.unpipe();
    request.resume();
  }

  #end(): void {
    this.over = true;
    const listeners = this.#onOver;
    // A connection refers to its last reply while it stays open.
    this.#onOver = null;
    for (const listener of listeners ?? []) guarded(listener, this.#parts.onWriteError)();
    const at = this.#visit?.space.clock.now() ?? null;
    this.#visit?.leave();
    // The connection may stay open long after the space was evicted.
    this.#visit = null;
    this.#parts.log.request({
      method: this.request.method ?? '',
      url: this.request.url ?? '',
      operation: this.operation?.id ?? null,
      status: this.status,
      durationMs: roundMs(steadyNow() - this.startedAt),
      runs: this.#runs,
      at,
      isReceipt: this.#isReceipt(),
      problem: this.#problem,
    });
  }

  #isReceipt(): boolean {
    const isInbox = this.operation?.id.startsWith('receiveInbox') === true;
    return isInbox && this.request.headers['user-agent']?.startsWith('ringback/') === true;
  }
}

async function* joined(start: readonly string[], rest: AsyncGenerator<string>): AsyncGenerator<string> {
  // Not yield*: an array's iterator has no throw(), which is what a stream calls when its reader has gone.
  for (const text of start) yield text;
  yield* rest;
}
