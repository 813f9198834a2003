import { connect } from 'node:net';

/** What arrived over a connection that carried one request. */
export interface RawAnswer {
  readonly bytes: Buffer;
  /** `ECONNRESET` when the server reset the connection; null when it ended it. */
  readonly error: string | null;
  /** Real milliseconds from the request to the last byte. */
  readonly tookMs: number;
  /** The number of chunks that arrived. */
  readonly pieces: number;
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request over a new connection, and reads until the server ends or resets it. */
export function sendRaw(port: number, request: RawRequest): Promise<RawAnswer> {
  return sendText(port, toText(request));
}

export function sendText(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let error: string | null = null;
    let startedAt = 0;
    let lastAt = 0;
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      startedAt = lastAt = performance.now();
      socket.write(text);
    });
    socket.on('data', (chunk) => {
      lastAt = performance.now();
      chunks.push(chunk);
    });
    socket.on('error', (failure: NodeJS.ErrnoException) => {
      error = failure.code ?? failure.message;
    });
    socket.on('close', () =>
      resolve({ bytes: Buffer.concat(chunks), error, tookMs: lastAt - startedAt, pieces: chunks.length }),
    );
  });
}

/** @param connection `close` unless more requests follow */
export function toText({ method, path, headers = {}, body = '' }: RawRequest, connection = 'close'): string {
  const all = {
    host: '127.0.0.1',
    connection,
    ...headers,
    ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Head and body of a complete response. */
export function split(bytes: Buffer): { status: number; head: string; body: string } {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) throw new Error(`The answer has no end of its head: ${text}`);
  return { status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) };
}
