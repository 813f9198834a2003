import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers';
import { RingbackError } from '../core/errors.ts';
import { STATUS_CODES } from '../node-http.ts';
import { aborted } from './body-errors.ts';
import { problemMediaType, problemOf } from './problem.ts';
import type { Reply } from './reply.ts';

/** How long a client has to read the answer before its connection is cut. */
const readingMs = 1_000;

/** An error of Node's parser; `reason` says what was wrong, without `Parse Error` before it. */
interface ParserError extends NodeJS.ErrnoException {
  readonly reason?: string;
}

const http1 = 'Send HTTP/1.1';
const framing = 'Send either one Content-Length, in decimal digits, or Transfer-Encoding: chunked';

/** What to do about it, by Node's code, where the reason alone does not say so. */
const advice: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: http1,
  HPE_INVALID_CONSTANT: http1,
  HPE_INVALID_VERSION: http1,
  HPE_PAUSED_H2_UPGRADE: http1,
  HPE_INVALID_CONTENT_LENGTH: framing,
  HPE_UNEXPECTED_CONTENT_LENGTH: framing,
  HPE_INVALID_TRANSFER_ENCODING: framing,
  HPE_INVALID_CHUNK_SIZE: 'Begin each chunk with its size in hexadecimal digits',
};

/**
 * Answers bytes that are no HTTP request, and requests that take too long: Node's parser has given up, so the answer
 * is written to the socket as it is, and the connection ends.
 * @param last the reply to the last request of the connection: one that is being written is not interrupted
 */
export function answerParserError(error: ParserError, socket: Duplex, last: Reply | null): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
  } else if (last === null || last.over || last.awaitsRequest) {
    socket.end(rawAnswer(problemFor(error, last), statusOf(error.code)));
    setTimeout(() => socket.destroy(), readingMs).unref();
  } else {
    last.whenOver(() => socket.destroy());
  }
}

function problemFor(error: ParserError, last: Reply | null): RingbackError {
  if (error.code === 'HPE_INVALID_EOF_STATE' && last?.request.complete === false) return aborted();
  return new RingbackError('request.malformed', {
    detail: `Failed to read the HTTP request: ${explain(error)}.`,
    violations: [{ location: 'request', code: error.code ?? 'http', message: reasonOf(error) }],
  });
}

function rawAnswer(problem: RingbackError, status: number): string {
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

function reasonOf({ reason, message }: ParserError): string {
  return reason ?? message;
}

function explain(error: ParserError): string {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return 'its headers are longer than 16 KiB. Send fewer or shorter ones';
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'it took too long to arrive. Send it again, faster';
  if (error.code === 'HPE_INVALID_EOF_STATE') return 'it ended before its head did. Send it whole';
  const found = `${reasonOf(error)} (${error.code ?? 'no code'})`;
  const remedy = advice[error.code ?? ''];
  return remedy === undefined ? found : `${found}. ${remedy}`;
}
