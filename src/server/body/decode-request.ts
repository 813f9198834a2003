import type { IncomingHttpHeaders } from 'node:http';
import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { RingbackError } from '../../core/errors.ts';
import { aborted } from './body-errors.ts';

/** The bytes of a body, with the headers of its request. */
export type BodyStream = Readable & { readonly headers: IncomingHttpHeaders };

/** How many bytes a body may have, and the setting that says so. */
export interface BodyLimit {
  readonly bytes: number;
  readonly setting: 'limits.jsonBytes' | 'limits.uploadBytes';
}

type Zlib = typeof import('node:zlib');

/** What makes a decoder, by the names of content codings (RFC 9110 §8.4.1). */
const decoders: Readonly<Record<string, (zlib: Zlib) => Transform>> = {
  gzip: (zlib) => zlib.createGunzip(),
  'x-gzip': (zlib) => zlib.createGunzip(),
  deflate: (zlib) => zlib.createInflate(),
  br: (zlib) => zlib.createBrotliDecompress(),
};

const accepted = 'gzip, deflate, br';

/** A header can name thousands of codings, and each costs a decoder. */
const maxCodings = 3;

/**
 * Gives the body of a request decoded as its `Content-Encoding` says; the request itself when there is nothing to decode.
 * Decoding goes no further than the limit and a buffer. The stream fails with `request.malformed` for data that are not
 * what the header says, and with `request.too-large` past the limit, which holds for each coding by itself.
 * @throws {RingbackError} `request.content-coding`
 */
export function decodeBody(request: BodyStream, limit: BodyLimit): BodyStream {
  const codings = contentCodings(request.headers);
  if (codings.length === 0) return request;
  let body = request;
  // The last one was applied last.
  for (const coding of codings.toReversed()) body = decodeOne(body, coding, limit);
  return body;
}

/**
 * The codings of a body in the order in which they were applied, without `identity`.
 * @throws {RingbackError} `request.content-coding` for one that cannot be decoded, or too many of them
 */
function contentCodings(headers: IncomingHttpHeaders): readonly string[] {
  const header = headers['content-encoding'];
  if (header === undefined) return [];
  const codings = header
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const unknown = codings.find((coding) => !Object.hasOwn(decoders, coding));
  if (unknown !== undefined) throw unsupported(`the content coding ${JSON.stringify(unknown.slice(0, 100))}`);
  if (codings.length > maxCodings) throw unsupported(`${codings.length} content codings`);
  return codings;
}

function decodeOne(source: BodyStream, coding: string, limit: BodyLimit): BodyStream {
  // Few clients code what they send: a start need not load zlib.
  const decoder = (decoders[coding] as (zlib: Zlib) => Transform)(process.getBuiltinModule('node:zlib'));
  const body = new DecodedBody(source.headers, coding, limit);
  source.on('error', (error) => body.destroy(error));
  source.once('close', () => {
    if (!source.readableEnded) body.destroy(aborted());
  });
  body.once('close', () => decoder.destroy());
  decoder.on('error', (error) => body.destroy(malformed(coding, error)));
  source.pipe(decoder).pipe(body);
  // A request may be refused before its body is read: an error without a listener would end the process.
  body.on('error', () => undefined);
  return body;
}

/** Counts what a decoder gives. */
class DecodedBody extends Transform {
  readonly headers: IncomingHttpHeaders;
  readonly #coding: string;
  readonly #limit: BodyLimit;
  #bytes = 0;

  constructor(headers: IncomingHttpHeaders, coding: string, limit: BodyLimit) {
    super();
    this.headers = headers;
    this.#coding = coding;
    this.#limit = limit;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limit.bytes) done(tooLarge(this.#coding, this.#limit));
    else done(null, chunk);
  }
}

function unsupported(given: string): RingbackError {
  return new RingbackError('request.content-coding', {
    detail: `Failed to read the body: it cannot be decoded. Got ${given} in Content-Encoding, expected at most ${maxCodings} of ${accepted}. Send the body in one of these, or without a coding.`,
    violations: [
      { location: 'header/content-encoding', code: 'content-coding', message: `must be of ${accepted}` },
    ],
    headers: { 'accept-encoding': accepted },
  });
}

function malformed(coding: string, cause: Error): RingbackError {
  const why = `it is not ${coding} as Content-Encoding says (${cause.message})`;
  return new RingbackError('request.malformed', {
    detail: `Failed to read the body: ${why}. Send what the header says, or omit the header.`,
    violations: [{ location: 'body', code: 'content-coding', message: why }],
    cause,
  });
}

function tooLarge(coding: string, { bytes, setting }: BodyLimit): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit: bytes, setting },
    detail: `Failed to read the body: it has more than ${bytes} bytes when decoded (${coding}). Send less, or raise ${setting}.`,
    violations: [
      { location: 'body', code: setting, message: `must have at most ${bytes} bytes when decoded` },
    ],
  });
}
