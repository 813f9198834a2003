import type { Duplex } from 'node:stream';
import { RingbackError } from '../core/errors.ts';
import { STATUS_CODES } from '../node-http.ts';
import { problemMediaType, problemOf } from './problem.ts';
import type { Reply } from './reply.ts';

/** How long a client has to read the answer before its connection is cut. */
const readingMs = 1_000;

/**
 * Answers bytes that are no HTTP request, and requests that take too long: Node's parser has given up, so the answer
 * is written to the socket as it is, and the connection ends.
 * @param last the reply to the last request of the connection: one that is being written is not interrupted
 */
export function answerParserError(error: NodeJS.ErrnoException, socket: Duplex, last: Reply | null): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
  } else if (last === null || last.over || last.awaitsRequest) {
    socket.end(rawAnswer(error));
    setTimeout(() => socket.destroy(), readingMs).unref();
  } else {
    last.whenOver(() => socket.destroy());
  }
}

function rawAnswer(error: NodeJS.ErrnoException): string {
  const status = statusOf(error.code);
  const problem = new RingbackError('request.malformed', {
    detail: `Failed to read the HTTP request: ${explain(error)}.`,
    violations: [{ location: 'request', code: error.code ?? 'http', message: error.message }],
  });
  const body = JSON.stringify(problemOf(problem, status));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return 400;
}

function explain(error: NodeJS.ErrnoException): string {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return 'its headers are longer than 16 KiB. Send fewer or shorter ones';
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'it took too long to arrive. Send it again, faster';
  return `${error.message} (${error.code ?? 'no code'}). Send HTTP/1.1`;
}
