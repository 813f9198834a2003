import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from 'node:net';

/** A server on a free loopback port, with counts of its connections. */
export interface TestServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Connections accepted since the start. */
  connections(): number;
  /** Connections open at present. */
  open(): number;
  /** The most connections open at one time. */
  peak(): number;
  close(): Promise<void>;
}

/** An HTTP request as received, with its body. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface TestHttpServer extends TestServer {
  readonly requests: readonly SeenRequest[];
}

/** A raw TCP server: the handler gets every connection. Socket errors are ignored. */
export async function startTcpServer(
  onConnection: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<TestServer> {
  const server = createNetServer((socket) => {
    socket.on('error', () => {});
    // Without a reader, a socket does not detect that the peer has closed.
    socket.resume();
    onConnection(socket);
  });
  return observed(server, host);
}

/** An HTTP server that reads the whole request before its handler responds. */
export async function startHttpServer(
  onRequest: (request: SeenRequest, response: ServerResponse) => void,
  host = '127.0.0.1',
): Promise<TestHttpServer> {
  const requests: SeenRequest[] = [];
  const server = createHttpServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('error', () => {});
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = message;
      const request = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') };
      requests.push(request);
      onRequest(request, response);
    });
  });
  return { ...(await observed(server, host)), requests };
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = await startTcpServer(() => {});
  await server.close();
  return server.port;
}

async function observed(server: Server, host: string): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let peak = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    peak = Math.max(peak, sockets.size);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    connections: () => connections,
    open: () => sockets.size,
    peak: () => peak,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
