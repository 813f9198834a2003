import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { now } from './process.ts';

/** A consumer's response to one callback. Default: an immediate 200. */
export interface Reply {
  readonly status?: number;
  readonly delayMs?: number;
}

/**
 * Called for each callback.
 * @param key the last segment of its path: what was submitted with that callback URL
 * @param at when its last byte arrived, by `now()`
 */
export type OnCallback = (key: string, at: number) => Reply | undefined;

export interface Receiver {
  readonly port: number;
  /** The callback URL of a key. */
  url(key: string | number): string;
  /** Set by the code that waits for callbacks. */
  onCallback: OnCallback;
  close(): Promise<void>;
}

const answerOf = (status: number): string =>
  `HTTP/1.1 ${status} Bench\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n`;
const okay = answerOf(200);

/** A consumer on a bare socket, so that a callback costs as little as possible. Reads bodies with a `content-length` only. */
export async function createReceiver(): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const receiver = { onCallback: (() => undefined) as OnCallback };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    let received: Buffer | null = null;
    socket.on('data', (bytes) => {
      received = received === null ? bytes : Buffer.concat([received, bytes]);
      while (received !== null) {
        const end = requestEnd(received);
        if (end < 0 || received.length < end) return;
        const reply = receiver.onCallback(keyOf(received), now());
        received = received.length > end ? received.subarray(end) : null;
        answer(socket, reply);
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(receiver, {
    port,
    url: (key: string | number) => `http://127.0.0.1:${port}/cb/${key}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}

function answer(socket: Socket, reply: Reply | undefined): void {
  if (reply === undefined) {
    socket.write(okay);
    return;
  }
  const text = answerOf(reply.status ?? 200);
  if (reply.delayMs === undefined) socket.write(text);
  else setTimeout(() => socket.write(text), reply.delayMs);
}

/** The end of the first request in the bytes; -1: its head is not complete. */
function requestEnd(bytes: Buffer): number {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return -1;
  if (bytes[0] === 0x47) return headEnd + 4; // GET: no body
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headEnd))?.[1];
  return headEnd + 4 + Number(length ?? 0);
}

/** The last segment of the path in the request's first line. */
function keyOf(bytes: Buffer): string {
  const line = bytes.toString('latin1', 0, bytes.indexOf('\r\n'));
  const path = line.slice(line.indexOf(' ') + 1, line.lastIndexOf(' '));
  const query = path.indexOf('?');
  const bare = query < 0 ? path : path.slice(0, query);
  return bare.slice(bare.lastIndexOf('/') + 1);
}
