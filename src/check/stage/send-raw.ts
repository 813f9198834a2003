import { once } from 'node:events';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as after } from 'node:timers/promises';
import { connect as connectSecure } from 'node:tls';
import type { Callback } from '../../core/engine/deliveries/delivery.ts';
import { connectTcp } from '../../http-client/connect.ts';

/**
 * How a request goes. `half-then-close`: half of it, then the end of the connection. `half-then-reset`: half of it, then
 * a reset. `stay-open`: half of it, and nothing more until `close`. `before-response`: all of it, and the connection
 * ends before the response. `whole`: all of it. `chunked`: the same, the body in chunks. `head`: the same, as HEAD.
 */
export type RawEnd =
  | 'half-then-close'
  | 'half-then-reset'
  | 'stay-open'
  | 'before-response'
  | 'whole'
  | 'chunked'
  | 'head';

export interface RawResult {
  /** Null: there was no response. */
  readonly status: number | null;
  /** Closes the connection, if it is still open. */
  close(): void;
}

/** How long a consumer may take to read what was sent before the connection ends, in milliseconds. */
const readMs = 60;

/** Sends a callback as bytes over a connection of its own, so that it can go wrong in any place. Never throws. */
export async function sendRaw(
  callback: Callback,
  end: RawEnd,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<RawResult> {
  const { protocol, hostname, port } = new URL(callback.url);
  const address = hostname.replace(/^\[|\]$/g, '');
  const isSecure = protocol === 'https:';
  const tcp = connectTcp({ host: address, port: Number(port || (isSecure ? 443 : 80)) });
  const socket = isSecure ? connectSecure({ socket: tcp, rejectUnauthorized: false }) : tcp;
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received = (received + chunk.toString('latin1')).slice(0, 1_000);
  });
  const stop = (): void => void socket.destroy();
  const overdue = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop);
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
  });
  void closed.then(() => {
    clearTimeout(overdue);
    signal.removeEventListener('abort', stop);
  });
  const connected = once(socket, isSecure ? 'secureConnect' : 'connect').then(
    () => true,
    () => false,
  );
  if (!(await Promise.race([connected, closed.then(() => false)]))) return { status: null, close: stop };

  const { whole, half } = bytesOf(callback, end);
  switch (end) {
    case 'half-then-close':
      socket.write(half);
      await after(readMs);
      socket.end();
      break;
    case 'half-then-reset':
      socket.write(half);
      await after(readMs);
      tcp.resetAndDestroy();
      break;
    case 'stay-open':
      clearTimeout(overdue);
      socket.write(half);
      await after(readMs);
      return { status: null, close: stop };
    case 'before-response':
      socket.write(whole);
      await after(5);
      socket.destroy();
      break;
    default:
      socket.write(whole);
  }
  await closed;
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(received)?.[1];
  return { status: status === undefined ? null : Number(status), close: stop };
}

/** The bytes of a request, and the first half of them: to the middle of the body, or of the head if there is no body. */
function bytesOf({ method, url, headers, body }: Callback, end: RawEnd): { whole: Buffer; half: Buffer } {
  const { host, pathname, search } = new URL(url);
  const bytes = body === null ? Buffer.alloc(0) : Buffer.from(body);
  const isChunked = end === 'chunked';
  const length = bytes.length > 0 || method === 'POST' ? [`content-length: ${bytes.length}`] : [];
  const lines = [
    `${end === 'head' ? 'HEAD' : method} ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(isChunked ? ['transfer-encoding: chunked'] : length),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const whole = Buffer.concat([head, isChunked ? inChunks(bytes) : bytes]);
  const middle = bytes.length > 1 ? head.length + bytes.length / 2 : head.length / 2;
  return { whole, half: whole.subarray(0, Math.floor(middle)) };
}

function inChunks(bytes: Buffer): Buffer {
  const middle = Math.ceil(bytes.length / 2);
  const parts = [bytes.subarray(0, middle), bytes.subarray(middle)].filter(({ length }) => length > 0);
  const chunks = parts.map((part) =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
  );
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}
