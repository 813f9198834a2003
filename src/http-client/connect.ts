import { Socket, type TcpNetConnectOpts } from 'node:net';
import type { TLSSocket, ConnectionOptions as TlsOptions } from 'node:tls';

/** The original, from before a library that intercepts requests replaces it, unless that library was imported first. */
const connectSocket = Socket.prototype.connect;

/**
 * The property by which a library that intercepts connections (`@mswjs/interceptors`, in msw and nock) marks its own
 * ones.
 */
const internalConnections = '__MSW_INTERNAL_CONNECTION_CONTEXT';
const isIntercepted = String(connectSocket).includes(internalConnections);

/** Opens a TCP connection that no library intercepts. */
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

/** Opens a TLS connection that no library intercepts, over a socket of its own. */
export function connectTls(tcp: TcpNetConnectOpts, tls: TlsOptions): TLSSocket {
  // Loaded for TLS only.
  return process.getBuiltinModule('node:tls').connect({ ...tls, socket: connectTcp(tcp) });
}
