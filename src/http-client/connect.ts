import { Socket, type TcpNetConnectOpts } from 'node:net';
import type { TLSSocket, ConnectionOptions as TlsOptions } from 'node:tls';

/** As it is before a library that intercepts requests puts its own in its place, unless that was imported first. */
const connectSocket = Socket.prototype.connect;

/** What a library that intercepts connections (`@mswjs/interceptors`, in msw and nock) makes its own ones through. */
const internalConnections = '__MSW_INTERNAL_CONNECTION_CONTEXT';
const isIntercepted = String(connectSocket).includes(internalConnections);

/** Begins a TCP connection that no library intercepts. */
export function connectTcp(options: TcpNetConnectOpts): Socket {
  const socket = new Socket(options);
  const begin = (): unknown => Reflect.apply(connectSocket, socket, [options]);
  const context = (globalThis as Record<string, unknown>)[internalConnections] as
    | { run(callback: () => unknown): unknown }
    | undefined;
  if (isIntercepted && context !== undefined) context.run(begin);
  else begin();
  return socket;
}

/** Begins a TLS connection that no library intercepts: over a socket of its own, which none of them looks at. */
export function connectTls(tcp: TcpNetConnectOpts, tls: TlsOptions): TLSSocket {
  // Loaded for TLS only.
  return process.getBuiltinModule('node:tls').connect({ ...tls, socket: connectTcp(tcp) });
}
