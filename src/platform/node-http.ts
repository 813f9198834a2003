/**
 * What the server uses of `node:http` and `node:https`. Every value import of `node:http` would make Node read all of
 * its exports, `WebSocket` among them, and so load its whole `fetch`: a tenth of a start.
 */
export const {
  createServer,
  IncomingMessage,
  ServerResponse,
  STATUS_CODES,
  validateHeaderName,
  validateHeaderValue,
} = process.getBuiltinModule('node:http');

/** Loaded for servers with TLS only. */
export function createTlsServer(
  ...given: Parameters<typeof import('node:https').createServer>
): ReturnType<typeof import('node:https').createServer> {
  return process.getBuiltinModule('node:https').createServer(...given);
}
