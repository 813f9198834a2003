import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { RingbackError } from '../core/errors.ts';
import { aborted } from './body-errors.ts';

/**
 * Reads a raw body as UTF-8 text. What is past `maxBytes` is read and thrown away.
 * @param limitBytes a longer body is refused
 * @throws {RingbackError} `request.too-large`, `request.aborted`
 */
export async function readText(
  request: IncomingMessage,
  maxBytes: number,
  limitBytes: number,
): Promise<{ text: string; truncated: boolean }> {
  const kept: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (length < maxBytes) kept.push(chunk.subarray(0, maxBytes - length));
      length += chunk.length;
      if (length > limitBytes) {
        throw new RingbackError('request.too-large', {
          detail: `Failed to read the body: it is longer than ${limitBytes} bytes. Send less, or raise limits.uploadBytes.`,
        });
      }
    }
  } catch (error) {
    if (error instanceof RingbackError) throw error;
    throw aborted(error);
  }
  // A decoder holds back the first bytes of a character that the cut went through.
  const text = new StringDecoder('utf8').write(Buffer.concat(kept));
  return { text, truncated: length > maxBytes };
}
