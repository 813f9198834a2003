import type { Socket } from 'node:net';
import { guarded } from '../platform/guarded.ts';
import { connectTcp, connectTls } from './connect.ts';
import { requestHead } from './request-head.ts';
import { type ResponseHandler, type ResponseHead, ResponseParser } from './response-parser.ts';

export interface HttpRequest {
  readonly method: string;
  /** `http:` or `https:`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Aborts the request and its response. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly statusCode: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks of the body. Leaving the loop closes the connection. */
  readonly body: AsyncIterable<Buffer>;
  /** The whole body as UTF-8. */
  text(): Promise<string>;
}

/** How many chunks of a body may wait for their reader before the connection is paused. */
const maxWaiting = 64;

/**
 * Sends one request over a connection of its own.
 * @returns when the head of the response has arrived
 * @throws errors of the connection; `MalformedResponse`; an error without a code if the connection ends early
 */
export function sendRequest(request: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => new Request(request, resolve, reject).begin());
}

class Request implements ResponseHandler {
  readonly #request: HttpRequest;
  readonly #parser: ResponseParser;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (error: unknown) => void;
  #socket: Socket | null = null;
  readonly #waiting: Buffer[] = [];
  #over = false;
  #error: Error | null = null;
  /** Wakes the reader of the body. */
  #wake: () => void = () => undefined;

  constructor(
    request: HttpRequest,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request;
    this.#parser = new ResponseParser(request.method, this);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    const { url, signal, method, headers, body = null } = this.#request;
    const stop = (): void => this.#end(new Error('the request was given up'));
    if (signal?.aborted === true) {
      stop();
      return;
    }
    const { protocol, hostname, port, host, pathname, search } = new URL(url);
    const isSecure = protocol === 'https:';
    const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    const tcp = { host: address, port: Number(port === '' ? (isSecure ? 443 : 80) : port) };
    const socket = isSecure
      ? connectTls(tcp, { host: address, servername: serverName(address) })
      : connectTcp(tcp);
    this.#socket = socket;
    socket.setNoDelay(true);
    const fail = (error: unknown): void => this.#end(error as Error);
    socket.on(
      'data',
      guarded((chunk: Buffer) => this.#parser.push(chunk), fail),
    );
    socket.on('error', (error) => this.#end(error));
    socket.on(
      'end',
      guarded(() => {
        if (!this.#parser.finish())
          this.#end(new Error('the connection ended before the response was complete'));
      }, fail),
    );
    socket.on('close', () => this.#end(new Error('the connection ended before the response was complete')));
    signal?.addEventListener('abort', stop);
    socket.on('close', () => signal?.removeEventListener('abort', stop));
    socket.write(
      requestHead({
        method,
        path: pathname + search,
        host,
        headers: [...Object.entries(headers).flat(), 'connection', 'close'],
        body,
        bodyBytes: body === null ? 0 : Buffer.byteLength(body),
      }),
      'latin1',
    );
    if (body !== null) socket.write(body);
  }

  onHead({ statusCode, headers }: ResponseHead): void {
    const body = { [Symbol.asyncIterator]: () => this.#read() };
    this.#resolve({
      statusCode,
      headers,
      body,
      text: async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of body) chunks.push(chunk);
        return Buffer.concat(chunks).toString('utf8');
      },
    });
  }

  onData(chunk: Buffer): void {
    this.#waiting.push(chunk);
    if (this.#waiting.length >= maxWaiting) this.#socket?.pause();
    this.#wake();
  }

  onEnd(): void {
    this.#end(null);
  }

  #end(error: Error | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#socket?.destroy();
    // Without effect after the head has arrived: then the reader of the body gets the error.
    if (error !== null) this.#reject(error);
    this.#wake();
  }

  async *#read(): AsyncGenerator<Buffer, void> {
    try {
      while (true) {
        const chunk = this.#waiting.shift();
        if (chunk !== undefined) {
          yield chunk;
        } else if (this.#over) {
          if (this.#error !== null) throw this.#error;
          return;
        } else {
          this.#socket?.resume();
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
      }
    } finally {
      this.#end(null);
    }
  }
}

/** SNI contains a host name, never an address (RFC 6066 §3). */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}
