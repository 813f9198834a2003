import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** One request, serialized to bytes once. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** The bytes of a request. */
export function encode(request: RawRequest): Buffer {
  const body = Buffer.from(request.body ?? '');
  const headers = { host: '127.0.0.1', ...request.headers, 'content-length': String(body.length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${request.method} ${request.path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/**
 * A keep-alive HTTP/1.1 connection on a bare socket, one request at a time. It costs a fraction of a full client, so
 * that the load generator does not dominate the measurement. It reads responses with a `content-length` or in chunks.
 */
export class Connection {
  readonly #port: number;
  #socket: Socket | null = null;
  #received: Buffer[] = [];
  #size = 0;
  /** The least number of bytes of the response. */
  #needed = 0;
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends the bytes of a request; connects first if needed. A response is valid until the next send. */
  send(bytes: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket ??= this.#connect();
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket?.destroy();
    this.#socket = null;
    this.#forget();
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    const dead = (error?: Error): void => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#forget();
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.reject(error ?? new Error('the connection was closed'));
    };
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', dead);
    socket.on('close', () => dead());
    return socket;
  }

  #read(bytes: Buffer): void {
    this.#received.push(bytes);
    this.#size += bytes.length;
    if (this.#size < this.#needed) return;
    const all = this.#received.length === 1 ? bytes : Buffer.concat(this.#received);
    const read = readAnswer(all);
    if (typeof read === 'number') {
      this.#received = [all];
      this.#needed = read;
      return;
    }
    this.#forget();
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(read);
  }

  #forget(): void {
    this.#received = [];
    this.#size = 0;
    this.#needed = 0;
  }
}

/** The response in the bytes; if it is not complete yet, the least number of bytes that it has. */
function readAnswer(bytes: Buffer): Answer | number {
  const incomplete = bytes.length + 1;
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return incomplete;
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase();
  const status = Number(head.slice(9, 12));
  const start = headEnd + 4;
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length !== undefined) {
    const end = start + Number(length);
    return bytes.length < end ? end : { status, body: bytes.subarray(start, end) };
  }
  if (!head.includes('\r\ntransfer-encoding: chunked')) return { status, body: bytes.subarray(0, 0) };
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return incomplete;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return next;
    if (size === 0) return { status, body: Buffer.concat(parts) };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

/** One request over a new connection. */
export async function sendOnce(port: number, request: RawRequest): Promise<Answer> {
  const connection = new Connection(port);
  try {
    const { status, body } = await connection.send(encode(request));
    return { status, body: Buffer.from(body) };
  } finally {
    connection.close();
  }
}
