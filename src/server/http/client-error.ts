import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers';
import { RingbackError } from '../../core/errors.ts';
import { STATUS_CODES } from '../../platform/node-http.ts';
import { aborted } from '../body/body-errors.ts';
import { unknownVersion } from './check-message.ts';
import { problemMediaType, problemOf } from './problem.ts';
import type { Reply } from './reply.ts';

/** How long a client has to read the response before its connection is closed. */
const readingMs = 1_000;

/** An error of Node's parser. `reason` is its cause, without the prefix `Parse Error`. */
interface ParserError extends NodeJS.ErrnoException {
  readonly reason?: string;
}

const http1 = 'Send HTTP/1.1';
const framing = 'Send either one Content-Length, in decimal digits, or Transfer-Encoding: chunked';

/** Remedies by Node's code, for reasons that do not suggest one. */
const advice: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: http1,
  HPE_INVALID_CONSTANT: http1,
  HPE_INVALID_VERSION: http1,
  HPE_INVALID_CONTENT_LENGTH: framing,
  HPE_UNEXPECTED_CONTENT_LENGTH: framing,
  HPE_INVALID_TRANSFER_ENCODING: framing,
  HPE_INVALID_CHUNK_SIZE: 'Start each chunk with its size in hexadecimal digits',
};

/**
 * Responds to bytes that are not an HTTP request, and to requests that take too long. Node's parser has given up, so the
 * response is written directly to the socket, and the connection ends.
 * @param last the reply to the last request of the connection. It is not interrupted while it is being written
 */
export function answerParserError(error: ParserError, socket: Duplex, last: Reply | null): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
  } else if (last?.request.complete === false && !last.awaitsRequest) {
    // The response was sent before the request was complete. The remaining bytes are not a new request.
    last.whenOver(() => socket.end());
  } else if (last === null || last.over || last.awaitsRequest) {
    endWith(socket, problemFor(error, last), statusOf(error));
  } else {
    last.whenOver(() => socket.destroy());
  }
}

/** Responds to CONNECT (RFC 9110 §9.3.6): the server is not a proxy. Node passes the bare connection. */
export function answerConnect(socket: Duplex, last: Reply | null): void {
  const answer = (): void => {
    if (socket.writable) endWith(socket, notProxy, 405);
    else socket.destroy();
  };
  if (last === null) answer();
  else last.whenOver(answer);
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

const notProxy = new RingbackError('route.method-not-allowed', {
  details: { method: 'CONNECT', allowed: methods },
  detail:
    'Could not open a tunnel: Ringback is not a proxy. Call its own URL, and exclude it from the proxy settings of the client (HTTP_PROXY, HTTPS_PROXY).',
  headers: { allow: methods.join(', ') },
});

/** Responds on a connection that exceeds the limit. */
export function refuseConnection(socket: Duplex, limit: number): void {
  const detail = `Could not accept a connection: ${limit} are open, and all of them have requests in progress.`;
  endWith(socket, new RingbackError('server.busy', { detail, headers: { 'retry-after': '1' } }), 503);
}

/** Responds to a request that arrives too slowly. */
export function refuseSlow(socket: Duplex, reply: Reply): void {
  answerParserError(
    Object.assign(new Error('it arrived too slowly'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
    socket,
    reply,
  );
}

function endWith(socket: Duplex, problem: RingbackError, status: number): void {
  socket.on('error', () => undefined);
  socket.end(rawAnswer(problem, status));
  setTimeout(() => socket.destroy(), readingMs).unref();
}

function problemFor(error: ParserError, last: Reply | null): RingbackError {
  if (statusOf(error) === 505)
    return unknownVersion(reasonOf(error) === preface ? 'HTTP/2' : 'another version');
  if (error.code === 'HPE_INVALID_EOF_STATE' && last?.request.complete === false) return aborted();
  return new RingbackError('request.malformed', {
    detail: `Could not read the HTTP request: ${explain(error)}.`,
    violations: [{ location: 'request', code: error.code ?? 'http', message: reasonOf(error) }],
  });
}

function rawAnswer(problem: RingbackError, status: number): string {
  const body = JSON.stringify(problemOf(problem, status));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(problem.headers)
      .filter(([name]) => name !== 'connection')
      .map(([name, value]) => `${name}: ${value}`),
    'connection: close',
    'x-content-type-options: nosniff',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The reason of Node's parser for an unknown version of HTTP/1, and for the first line of HTTP/2. */
const version = 'Invalid HTTP version';
const preface = 'Pause on PRI/Upgrade';

function statusOf({ code, reason }: ParserError): number {
  if (reason === version || reason === preface) return 505;
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return 400;
}

function reasonOf({ reason, message }: ParserError): string {
  return reason ?? message;
}

function explain(error: ParserError): string {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return 'its headers are too long. Send fewer or shorter ones, or start the server with a higher --max-header-bytes';
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'it took too long to arrive. Send it faster';
  if (error.code === 'HPE_INVALID_EOF_STATE') return 'it ended before its head was complete. Send it again';
  const found = `${reasonOf(error)} (${error.code ?? 'no code'})`;
  const remedy = advice[error.code ?? ''];
  return remedy === undefined ? found : `${found}. ${remedy}`;
}
