import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { startTcpServer } from './tcp-server.ts';

/** What arrived over one connection, byte for byte. */
export interface RawConnection {
  readonly openedAt: number;
  /** All bytes. */
  bytes: Buffer;
  /** The time and size of each chunk. */
  readonly pieces: { readonly at: number; readonly bytes: number }[];
  /** `fin`: closed properly by the sender. `reset`: by a TCP RST, seen as ECONNRESET. */
  end: 'open' | 'fin' | 'reset';
  endedAt: number | null;
}

/** A request as received: nothing decoded, nothing joined. */
export interface RawRequest {
  readonly connection: number;
  readonly at: number;
  readonly method: string;
  /** As in the request line. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RawReceiver {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly connections: readonly RawConnection[];
  /** The complete requests, in order of completion. */
  readonly requests: readonly RawRequest[];
  /** The response to each complete request; null: none. */
  answerWith(answer: string | null): void;
  /** Writes to the open connections, with or without a request. */
  interject(text: string): void;
  /** Ends the open connections. */
  hangUp(): void;
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

/**
 * A bare TCP server: it records bytes and times, and responds to each complete request.
 * Closed at the end of the test.
 */
export async function startRawReceiver(): Promise<RawReceiver> {
  const connections: RawConnection[] = [];
  const requests: RawRequest[] = [];
  let answer: string | null = ok;
  const open = new Set<Socket>();
  const server = await startTcpServer((socket) => {
    const pieces: RawConnection['pieces'] = [];
    const connection: RawConnection = {
      openedAt: performance.now(),
      bytes: Buffer.alloc(0),
      pieces,
      end: 'open',
      endedAt: null,
    };
    const number = connections.push(connection) - 1;
    const end = (how: 'fin' | 'reset'): void => {
      if (connection.end !== 'open') return;
      connection.end = how;
      connection.endedAt = performance.now();
    };
    open.add(socket);
    let unread = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      connection.bytes = Buffer.concat([connection.bytes, chunk]);
      pieces.push({ at: performance.now(), bytes: chunk.length });
      unread = Buffer.concat([unread, chunk]);
      for (;;) {
        const request = readRequest(unread);
        if (request === null) break;
        unread = unread.subarray(request.length);
        requests.push({ ...request.request, connection: number, at: performance.now() });
        if (answer !== null) socket.write(answer);
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') end('reset');
    });
    socket.on('end', () => end('fin'));
    socket.on('close', () => open.delete(socket));
  });
  onTestFinished(() => server.close());
  return {
    port: server.port,
    url: server.url,
    connections,
    requests,
    answerWith(text) {
      answer = text;
    },
    interject(text) {
      for (const socket of open) socket.write(text);
    },
    hangUp() {
      for (const socket of open) socket.end();
    },
  };
}

function readRequest(
  bytes: Buffer,
): { length: number; request: Omit<RawRequest, 'connection' | 'at'> } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const { method, target, headers } = readHead(bytes);
  const length = end + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < length) return null;
  const query = new URLSearchParams(target.split('?')[1] ?? '');
  return { length, request: { method, target, query, headers, body: bytes.subarray(end + 4, length) } };
}

/** The head of a request, with or without its body; header names in lower case. */
export function readHead(bytes: Buffer): {
  method: string;
  target: string;
  headers: Readonly<Record<string, string>>;
  bodyBytes: number;
} {
  const end = bytes.indexOf('\r\n\r\n');
  const [line = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const [method = '', target = ''] = line.split(' ');
  const headers = Object.fromEntries(
    lines.map((each) => [
      each.slice(0, each.indexOf(':')).toLowerCase(),
      each.slice(each.indexOf(':') + 1).trim(),
    ]),
  );
  return { method, target, headers, bodyBytes: bytes.length - end - 4 };
}
