import { RingbackError } from '../../core/errors.ts';
import { guarded } from '../../platform/guarded.ts';
import { aborted, readingError } from './body-errors.ts';
import type { BodyLimit, BodyStream } from './decode-request.ts';

/**
 * Reads a whole body. Stops at the limit, so that memory never holds more than that.
 * @param keep how many bytes are returned at most; the others are only counted. Default: all
 * @throws {RingbackError} `request.too-large`, `request.aborted`, and those of {@link decodeBody}
 */
export function readBytes(
  stream: BodyStream,
  { bytes: limit, setting }: BodyLimit,
  keep = limit,
): Promise<Buffer> {
  const declared = Number(stream.headers['content-length'] ?? 0);
  if (declared > limit) return Promise.reject(tooLarge(limit, setting, `${declared} bytes`));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = guarded((chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) {
        stream.off('data', onData);
        stream.pause();
        reject(tooLarge(limit, setting, `more than ${limit} bytes`));
        return;
      }
      const room = keep + chunk.length - length;
      if (room >= chunk.length) chunks.push(chunk);
      else if (room > 0) chunks.push(chunk.subarray(0, room));
    }, reject);
    const onClose = (): void => reject(aborted());
    const onEnd = guarded(() => {
      // `close` always follows `end`; without this, every request would allocate an unused error.
      stream.off('close', onClose);
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    }, reject);
    stream.on('data', onData);
    stream.once('end', onEnd);
    stream.once('close', onClose);
    stream.once('error', (error) => reject(readingError(error)));
  });
}

function tooLarge(limit: number, setting: BodyLimit['setting'], given: string): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit, setting },
    detail: `Could not read the body: it is too large. Got ${given}, expected at most ${limit}. Send less, or raise ${setting}.`,
    violations: [{ location: 'body', code: setting, message: `must have at most ${limit} bytes` }],
  });
}
