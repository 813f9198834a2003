/**
 * What the server uses of `node:http` and `node:https`. Importing values from `node:http` would make Node.js evaluate
 * all its exports, including `WebSocket`, and so load its whole `fetch`: a tenth of the startup time.
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
