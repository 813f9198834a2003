import type { IncomingHttpHeaders } from 'node:http';
import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { RingbackError } from '../../core/errors.ts';
import { aborted } from './body-errors.ts';

/** The bytes of a body, with the headers of its request. */
export type BodyStream = Readable & { readonly headers: IncomingHttpHeaders };

/** The maximum size of a body, and the setting that limits it. */
export interface BodyLimit {
  readonly bytes: number;
  readonly setting: 'limits.jsonBytes' | 'limits.uploadBytes';
}

type Zlib = typeof import('node:zlib');

/** Decoders by the names of content codings (RFC 9110 §8.4.1). */
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
 * Decodes the body of a request according to its `Content-Encoding`. Returns the request itself if there is nothing to
 * decode. Decoding stops at the limit plus one buffer. The stream fails with `request.malformed` if the data does not
 * match the header, and with `request.too-large` beyond the limit, which applies to each coding separately.
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
 * The codings of a body in the order of application, without `identity`.
 * @throws {RingbackError} `request.content-coding` if one is not supported, or there are too many
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
  // Few clients encode what they send, so zlib is loaded on demand.
  const decoder = (decoders[coding] as (zlib: Zlib) => Transform)(process.getBuiltinModule('node:zlib'));
  const body = new DecodedBody(source.headers, coding, limit);
  source.on('error', (error) => body.destroy(error));
  source.once('close', () => {
    if (!source.readableEnded) body.destroy(aborted());
  });
  body.once('close', () => decoder.destroy());
  decoder.on('error', (error) => body.destroy(malformed(coding, error)));
  source.pipe(decoder).pipe(body);
  // A request may be refused before its body is read. An error without a listener would end the process.
  body.on('error', () => undefined);
  return body;
}

/** Counts the output of a decoder. */
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
    detail: `Could not read the body: it cannot be decoded. Got ${given} in Content-Encoding, expected at most ${maxCodings} of ${accepted}. Send the body in one of these, or without a coding.`,
    violations: [
      { location: 'header/content-encoding', code: 'content-coding', message: `must be of ${accepted}` },
    ],
    headers: { 'accept-encoding': accepted },
  });
}

function malformed(coding: string, cause: Error): RingbackError {
  const why = `it is not ${coding} as Content-Encoding says (${cause.message})`;
  return new RingbackError('request.malformed', {
    detail: `Could not read the body: ${why}. Send what the header says, or omit the header.`,
    violations: [{ location: 'body', code: 'content-coding', message: why }],
    cause,
  });
}

function tooLarge(coding: string, { bytes, setting }: BodyLimit): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit: bytes, setting },
    detail: `Could not read the body: it has more than ${bytes} bytes when decoded (${coding}). Send less, or raise ${setting}.`,
    violations: [
      { location: 'body', code: setting, message: `must have at most ${bytes} bytes when decoded` },
    ],
  });
}
