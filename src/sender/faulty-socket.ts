import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import type { WireFault } from '../core/engine/deliveries/sender.ts';
import { guarded } from '../platform/guarded.ts';
import { ScriptedEnd } from './failure.ts';

/** Shortest wait between two pieces of a slow request. */
const tickMs = 10;

/** The connection below a faulty socket. */
export interface FaultyLine {
  /** The socket to write to: TCP, or TLS over it. */
  readonly socket: Socket;
  /** The TCP connection, since only TCP can be reset. */
  readonly tcp: Socket;
  /** Bytes of the request's body. */
  readonly bodyBytes: number;
  readonly now: () => number;
}

/**
 * A socket for one HTTP request, whose bytes are counted, delayed and cut off according to a script. Received bytes are
 * passed on unchanged. Destroyed with a `ScriptedEnd` when the script ends the connection.
 */
export class FaultySocket extends Duplex {
  readonly #line: FaultyLine;
  readonly #fault: WireFault;
  #head: Buffer | null = Buffer.alloc(0);
  #headBytes = 0;
  #sent = 0;
  #startedAt: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Whether the consumer has sent everything. */
  #heard = false;
  #closing = false;

  constructor(line: FaultyLine, fault: WireFault) {
    super({ allowHalfOpen: false });
    this.#line = line;
    this.#fault = fault;
    const { socket } = line;
    socket.on(
      'data',
      guarded((chunk: Buffer) => {
        if (!this.push(chunk)) socket.pause();
      }, this.#fail),
    );
    socket.on(
      'end',
      guarded(() => {
        this.#heard = true;
        this.push(null);
      }, this.#fail),
    );
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      // Received bytes are still unread.
      if (!this.#heard) this.destroy();
    });
  }

  readonly #fail = (error: unknown): void => {
    this.destroy(error as Error);
  };

  override _read(): void {
    this.#line.socket.resume();
  }

  override _write(
    chunk: Buffer | string,
    encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    this.#measureHead(bytes);
    const limit = this.#limit();
    this.#send(bytes.subarray(0, limit - this.#sent), (error) => {
      if (error !== undefined && error !== null) done(error);
      else if (this.#sent >= limit) this.#end();
      else done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    if (!this.#closing) this.#line.socket.destroy();
    done(error);
  }

  /** Finds the end of the head (RFC 9112 §2.1), which is needed to find half of the body. */
  #measureHead(bytes: Buffer): void {
    if (this.#head === null) return;
    this.#head = Buffer.concat([this.#head, bytes]);
    const end = this.#head.indexOf('\r\n\r\n');
    if (end === -1) return;
    this.#headBytes = end + 4;
    this.#head = null;
  }

  /** How many bytes are sent before the script ends the connection. */
  #limit(): number {
    const { resetAfterBytes = Number.POSITIVE_INFINITY } = this.#fault;
    if (this.#head !== null) return resetAfterBytes;
    const whole = this.#headBytes + this.#line.bodyBytes;
    const cutAt = this.#cutAt();
    return Number.isFinite(resetAfterBytes) ? Math.min(resetAfterBytes, whole, cutAt) : cutAt;
  }

  #cutAt(): number {
    if (this.#fault.cutBodyInHalf !== true) return Number.POSITIVE_INFINITY;
    return this.#headBytes + Math.floor(this.#line.bodyBytes / 2);
  }

  /** Sends bytes at the scripted rate: byte `n` is sent `n / rate` after the first one. */
  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    const { socket, now } = this.#line;
    const { bytesPerSecond: rate } = this.#fault;
    if (rate === undefined || bytes.length === 0) {
      this.#sent += bytes.length;
      if (bytes.length === 0) done();
      else socket.write(bytes, done);
      return;
    }
    this.#startedAt ??= now();
    const allowed = 1 + Math.floor(((now() - this.#startedAt) * rate) / 1000) - this.#sent;
    const piece = bytes.subarray(0, Math.max(0, allowed));
    const rest = bytes.subarray(piece.length);
    this.#sent += piece.length;
    if (rest.length === 0) {
      socket.write(piece, done);
      return;
    }
    if (piece.length > 0) socket.write(piece);
    this.#timer = setTimeout(
      guarded(() => this.#send(rest, done), this.#fail),
      Math.max(tickMs, 1000 / rate),
    );
  }

  #end(): void {
    const { socket, tcp, bodyBytes } = this.#line;
    const { resetAfterBytes } = this.#fault;
    this.#closing = true;
    if (resetAfterBytes !== undefined && resetAfterBytes <= this.#cutAt()) {
      tcp.resetAndDestroy();
      const whole = this.#head === null && this.#sent === this.#headBytes + bodyBytes;
      const extent = whole ? `the whole request of ${count(this.#sent)}` : count(this.#sent);
      this.destroy(new ScriptedEnd(`connection reset after ${extent}, as scripted`));
    } else {
      socket.destroySoon();
      const half = this.#sent - this.#headBytes;
      this.destroy(
        new ScriptedEnd(`connection closed after ${half} of ${count(bodyBytes)} of the body, as scripted`),
      );
    }
  }
}

function count(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
