import type { AttemptErrorCode } from '../core/engine/deliveries/attempt-errors.ts';
import type { Unanswered } from '../core/engine/deliveries/sender.ts';
import { isRingbackError } from '../core/errors.ts';
import { MalformedResponse } from '../http-client/response-parser.ts';
import { ConnectionClosed, type UsedConnection } from './connection.ts';

/** The phase of an exchange: waiting for a connection, connecting, request written, response started. */
export type Phase = 'waiting' | 'connecting' | 'sent' | 'answering';

/** The state of an exchange when it fails. */
export interface Situation extends UsedConnection {
  /** Host and port, for the message. */
  readonly place: string;
  readonly phase: Phase;
  /** Bytes received of the response body. */
  readonly bodyBytes: number;
}

/** A connection that a script ended on purpose. Its message is that of the attempt. */
export class ScriptedEnd extends Error {}

export type Failure = Pick<Unanswered, 'reason' | 'code' | 'message'>;

interface SystemError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly errors?: unknown;
}

const unknownNames = new Set(['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA']);
const resolverErrors = new Set(['EAI_AGAIN', 'EAI_FAIL']);
const closedErrors = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
/** Results of OpenSSL's verification that Node.js gives as codes, and Node's own check of the certificate's names. */
const certificateError =
  /^(CERT_|CRL_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)/;
/** Those that trusting one more certificate authority would fix. */
const unknownAuthority =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT)/;
/** How to send callbacks regardless of the certificate. */
const acceptsAny = '--insecure-callbacks (in the test kit: insecureCallbacks)';
const tlsError = /^(ERR_TLS_|ERR_SSL_|EPROTO$)/;
/** The alert of TLS 1.3 for it (RFC 8446 §6.2). */
const certificateRequired = /CERTIFICATE_REQUIRED/;

/** Says in one sentence why there is no response, as exactly as the error allows. */
export function describeFailure(error: unknown, situation: Situation): Failure {
  const { place, phase, asksForCertificate } = situation;
  if (isRingbackError(error)) {
    return { reason: 'refused-address', code: 'address.blocked', message: error.message };
  }
  if (error instanceof ScriptedEnd) return connection('scripted', error.message);
  if (error instanceof MalformedResponse) {
    const message = `response of ${place} is not HTTP: ${error.message}`;
    return { reason: 'protocol', code: 'response.malformed', message };
  }
  if (error instanceof ConnectionClosed) {
    return phase === 'connecting'
      ? connection('connect.failed', `no connection to ${place}: it was closed while it was being opened`)
      : closed(situation, null);
  }
  const { code: rawCode, message: rawMessage } = asSystemError(error);
  const text = typeof rawMessage === 'string' ? rawMessage : String(error);
  if (typeof rawCode !== 'string') return connection('connect.failed', `request to ${place} failed: ${text}`);
  const code = rawCode;
  if (code === 'ECONNREFUSED') {
    return connection('connect.refused', `connection refused by ${refusers(error) ?? place} (${code})`);
  }
  if (unknownNames.has(code) || resolverErrors.has(code)) {
    const message = `the host name of ${place} cannot be resolved (${code})`;
    return connection(unknownNames.has(code) ? 'dns.not-found' : 'dns.failed', message);
  }
  if (certificateError.test(code)) {
    const cure = unknownAuthority.test(code)
      ? `Add its certificate to NODE_EXTRA_CA_CERTS, or start with ${acceptsAny}`
      : `Start with ${acceptsAny} to accept it`;
    return connection(
      'tls.untrusted',
      `TLS certificate of ${place} not trusted: ${text} (${code}). ${cure}.`,
    );
  }
  if (certificateRequired.test(code)) return wantsCertificate(place, code);
  if (phase === 'connecting' && (tlsError.test(code) || /before secure TLS connection/.test(text))) {
    if (asksForCertificate) return wantsCertificate(place, code);
    return connection('tls.failed', `no TLS connection to ${place}: ${tlsText(text)} (${code})`);
  }
  if (closedErrors.has(code) && phase !== 'connecting') return closed(situation, code);
  const lost = phase === 'connecting' ? `no connection to ${place}` : `connection to ${place} lost`;
  const message = `${lost}: ${text}${text.includes(code) ? '' : ` (${code})`}`;
  return connection(phase === 'connecting' ? 'connect.failed' : 'connection.closed', message);
}

function connection(code: AttemptErrorCode, message: string): Failure {
  return { reason: 'connection', code, message };
}

function closed(
  { place, phase, bodyBytes, served, asksForCertificate }: Situation,
  code: string | null,
): Failure {
  const how = code === null ? '' : ` (${code})`;
  if (phase === 'answering') {
    const message = `${place} closed the connection in the middle of its response, after ${bodyBytes} bytes of the body${how}`;
    return connection('connection.closed', message);
  }
  // In TLS 1.3 the handshake is complete for the client before the server notices the missing certificate.
  if (asksForCertificate && served === 0) return wantsCertificate(place, code);
  const earlier = served === 0 ? '' : `, which had served ${served} before`;
  return connection('connection.closed', `${place} closed the connection without a response${how}${earlier}`);
}

function wantsCertificate(place: string, code: string | null): Failure {
  const how = code === null ? '' : ` (${code})`;
  const message = `${place} asked for a client certificate and closed the connection${how}. Ringback sends none, so let the endpoint accept callbacks without one`;
  return connection('tls.client-certificate', message);
}

/** OpenSSL's own reason, without the address, library, file and line around it. */
function tlsText(text: string): string {
  const reason = /:SSL routines:[^:]*:([^:\n]+)/.exec(text)?.[1];
  if (reason === undefined) return text;
  return reason === 'wrong version number' ? `${reason}, as when it speaks plain HTTP` : reason;
}

/** The addresses that refused. A host name may have several, and each was tried. */
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
