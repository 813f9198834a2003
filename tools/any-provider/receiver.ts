import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedCallback {
  readonly method: string;
  /** Absolute URL. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A consumer's endpoint that takes every request. */
export interface Receiver {
  readonly origin: string;
  /** The status of its responses from now on. */
  status: number;
  /** What came since the last call. */
  take(): readonly ReceivedCallback[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  let received: ReceivedCallback[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { method = '', url = '', headers } = request;
    received.push({ method, url: `${receiver.origin}${url}`, headers, body });
    const bare = receiver.status === 204 || receiver.status === 205 || receiver.status >= 300;
    if (bare) response.writeHead(receiver.status).end();
    else response.writeHead(receiver.status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    status: 200,
    take() {
      const taken = received;
      received = [];
      return taken;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return receiver;
}
