import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import { guarded } from '../platform/guarded.ts';

/** The bytes of a body, and whether it was truncated. */
export interface Cut {
  readonly bytes: Buffer;
  readonly truncated: boolean;
}

/** No legitimate body has more codings. */
const maxCodings = 4;

/**
 * Decodes a body according to its `content-encoding` (RFC 9110 §8.4.1), up to the limit.
 * @returns null if a coding is unknown or the bytes are malformed
 */
export async function decodeBody(body: Cut, codings: string, maxBytes: number): Promise<Cut | null> {
  const names = codings
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '' && each !== 'identity');
  if (names.length > maxCodings) return null;
  let cut = body;
  for (const name of names.reverse()) {
    const decoder = decoderOf(name, cut);
    const decoded = decoder === null ? null : await run(decoder, cut.bytes, maxBytes);
    if (decoded === null) return null;
    cut = { bytes: decoded.bytes, truncated: decoded.truncated || cut.truncated };
  }
  return cut;
}

function decoderOf(coding: string, { bytes, truncated }: Cut): Transform | null {
  // A truncated body is decoded as far as it goes.
  const zlib = truncated ? { finishFlush: constants.Z_SYNC_FLUSH } : {};
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(zlib);
    case 'deflate':
      // Many servers omit the zlib header that RFC 9110 requires.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate(zlib) : createInflateRaw(zlib);
    case 'br':
      return createBrotliDecompress(truncated ? { finishFlush: constants.BROTLI_OPERATION_FLUSH } : {});
    case 'zstd':
      return createZstdDecompress(truncated ? { finishFlush: constants.ZSTD_e_flush } : {});
    default:
      return null;
  }
}

function run(decoder: Transform, bytes: Buffer, maxBytes: number): Promise<Cut | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (truncated: boolean): void => {
      resolve({ bytes: Buffer.concat(chunks), truncated });
      decoder.destroy();
    };
    const take = (chunk: Buffer): void => {
      const room = maxBytes - size;
      size += chunk.length;
      if (room >= 0) chunks.push(chunk.subarray(0, Math.max(0, room)));
      // The rest could be gigabytes.
      if (size > maxBytes) done(true);
    };
    decoder.on('data', guarded(take, reject));
    decoder.on(
      'end',
      guarded(() => done(false), reject),
    );
    decoder.on('error', () => resolve(null));
    decoder.end(bytes);
  });
}
