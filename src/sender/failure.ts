import { errors } from 'undici';
import type { Unanswered } from '../core/delivery/sender.ts';
import { isRingbackError } from '../core/errors.ts';

/** How far an exchange had come: waiting for a connection, making it, request written, answer begun. */
export type Phase = 'waiting' | 'connecting' | 'sent' | 'answering';

/** What is known of an exchange when it fails. */
export interface Situation {
  /** Host and port, for the message. */
  readonly place: string;
  readonly phase: Phase;
  /** Bytes of the answer's body that came. */
  readonly bodyBytes: number;
  /** Requests that were answered over the connection before this one. */
  readonly served: number;
}

/** A connection ended because a script wanted it so. Its message is the attempt's. */
export class ScriptedEnd extends Error {}

type Failure = Pick<Unanswered, 'reason' | 'code' | 'message'>;

interface SystemError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly errors?: unknown;
  readonly data?: unknown;
}

const nameErrors = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NONAME', 'EAI_NODATA']);
const closedErrors = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET']);
/** llhttp's word for an answer that ended before its declared end. */
const cutAnswer = /Invalid EOF state/;
/** OpenSSL's verification results that Node gives as codes, and Node's own check of the certificate's names. */
const certificateError =
  /^(CERT_|CRL_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)/;
const tlsError = /^(ERR_TLS_|ERR_SSL_|EPROTO$)/;
/** undici's refusals of answers that HTTP/1.1 allows but a callback has no use for. */
const unexpectedAnswer = /^bad (response|upgrade)$/;

/** Says in one sentence why there is no answer, as exactly as the error allows. */
export function describeFailure(error: unknown, situation: Situation): Failure {
  const { code: rawCode, message: rawMessage } = asSystemError(error);
  const code = typeof rawCode === 'string' ? rawCode : null;
  const text = typeof rawMessage === 'string' ? rawMessage : String(error);
  const { place, phase } = situation;
  if (isRingbackError(error)) return { reason: 'refused-address', code: null, message: error.message };
  if (error instanceof ScriptedEnd) return { reason: 'connection', code: null, message: error.message };
  if (error instanceof errors.HTTPParserError) {
    if (cutAnswer.test(text)) return closed(situation, 'HPE_INVALID_EOF_STATE');
    return {
      reason: 'protocol',
      code,
      message: `answer of ${place} is not HTTP: ${parserText(text, asSystemError(error).data)}`,
    };
  }
  if (code === null) return { reason: 'connection', code, message: `request to ${place} failed: ${text}` };
  if (code === 'ECONNREFUSED') {
    return {
      reason: 'connection',
      code,
      message: `connection refused by ${refusers(error) ?? place} (${code})`,
    };
  }
  if (nameErrors.has(code)) {
    return { reason: 'connection', code, message: `the host name of ${place} cannot be resolved (${code})` };
  }
  if (certificateError.test(code)) {
    return {
      reason: 'connection',
      code,
      message: `TLS certificate of ${place} not trusted: ${text} (${code})`,
    };
  }
  if (phase === 'connecting' && (tlsError.test(code) || /before secure TLS connection/.test(text))) {
    return {
      reason: 'connection',
      code,
      message: `no TLS connection to ${place}: ${tlsText(text)} (${code})`,
    };
  }
  if (
    code.startsWith('UND_ERR_INVALID_ARG') ||
    code === 'UND_ERR_NOT_SUPPORTED' ||
    code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'
  ) {
    return { reason: 'unsendable', code, message: `the request cannot be sent: ${text}` };
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    if (phase === 'answering') return closed(situation, code);
    return {
      reason: 'protocol',
      code,
      message: `answer of ${place} is not HTTP: its content-length is contradictory`,
    };
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { reason: 'protocol', code, message: `answer of ${place} has headers of more than 16 KiB` };
  }
  if (unexpectedAnswer.test(text)) {
    return { reason: 'protocol', code, message: `answer of ${place} is not HTTP: ${text}` };
  }
  if (closedErrors.has(code) && phase !== 'connecting') return closed(situation, code);
  const doing = phase === 'connecting' ? `no connection to ${place}` : `connection to ${place} lost`;
  return {
    reason: 'connection',
    code,
    message: `${doing}: ${text}${text.includes(code) ? '' : ` (${code})`}`,
  };
}

function closed({ place, phase, bodyBytes, served }: Situation, code: string): Failure {
  if (phase === 'answering') {
    const message = `${place} closed the connection in the middle of its answer, after ${bodyBytes} bytes of the body (${code})`;
    return { reason: 'connection', code, message };
  }
  const earlier = served === 0 ? '' : `, which had answered ${served} before`;
  return {
    reason: 'connection',
    code,
    message: `${place} closed the connection without an answer (${code})${earlier}`,
  };
}

/** The parser's own reason, without what undici puts around it, and what it stopped at. */
function parserText(text: string, data: unknown): string {
  const reason = /\((.*)\)$/.exec(text)?.[1] ?? text;
  return typeof data === 'string' && data !== ''
    ? `${reason}, at ${JSON.stringify(data.slice(0, 40))}`
    : reason;
}

/** OpenSSL's own reason, without the address, library, file and line that it puts around it. */
function tlsText(text: string): string {
  const reason = /:SSL routines:[^:]*:([^:\n]+)/.exec(text)?.[1];
  if (reason === undefined) return text;
  return reason === 'wrong version number' ? `${reason}, as when it speaks plain HTTP` : reason;
}

/** The addresses that refused: several when a host name has several and each was tried. */
function refusers(error: unknown): string | null {
  const { errors } = asSystemError(error);
  const all = Array.isArray(errors) ? errors.map(asSystemError) : [asSystemError(error)];
  const places = all.flatMap(({ address, port }) =>
    typeof address === 'string'
      ? [`${address.includes(':') ? `[${address}]` : address}:${String(port)}`]
      : [],
  );
  return places.length === 0 ? null : places.join(' and ');
}

function asSystemError(error: unknown): SystemError {
  return typeof error === 'object' && error !== null ? error : {};
}
