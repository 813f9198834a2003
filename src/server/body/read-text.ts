import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { RingbackError } from '../../core/errors.ts';
import { readingError } from './body-errors.ts';
import { type BodyStream, decodeBody } from './decode-request.ts';

/** The beginning of a body as UTF-8 text. */
export interface StartOfText {
  readonly text: string;
  /** True when there was more. */
  readonly truncated: boolean;
}

interface StartOfBody {
  readonly bytes: Buffer;
  readonly truncated: boolean;
}

/**
 * Reads a raw body as UTF-8 text, decoded. What is past `maxBytes` is read and thrown away.
 * @param limitBytes a longer body is refused
 * @throws {RingbackError} `request.content-coding`, `request.malformed`, `request.too-large`, `request.aborted`
 */
export async function readText(
  request: IncomingMessage,
  maxBytes: number,
  limitBytes: number,
): Promise<StartOfText> {
  const body = decodeBody(request, { bytes: limitBytes, setting: 'limits.uploadBytes' });
  return textOf(await readStart(body, maxBytes, limitBytes));
}

/**
 * Reads a raw body like {@link readText}, but refuses no coding: a body that cannot be decoded is read as it came.
 * @throws {RingbackError} `request.too-large`, `request.aborted`
 */
export async function readAnyText(
  request: IncomingMessage,
  maxBytes: number,
  limitBytes: number,
): Promise<StartOfText> {
  const start = await readStart(request, maxBytes, limitBytes);
  return textOf((await decodeStart(start, request.headers, maxBytes, limitBytes)) ?? start);
}

async function readStart(stream: BodyStream, maxBytes: number, limitBytes: number): Promise<StartOfBody> {
  const kept: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (length < maxBytes) kept.push(chunk.subarray(0, maxBytes - length));
      length += chunk.length;
      if (length > limitBytes) {
        throw new RingbackError('request.too-large', {
          details: { limit: limitBytes, setting: 'limits.uploadBytes' },
          detail: `Could not read the body: it is longer than ${limitBytes} bytes. Send less, or raise limits.uploadBytes.`,
        });
      }
    }
  } catch (error) {
    throw readingError(error);
  }
  return { bytes: Buffer.concat(kept), truncated: length > maxBytes };
}

/** The beginning of a coded body; null when it cannot be decoded, or is not coded. */
async function decodeStart(
  { bytes, truncated }: StartOfBody,
  headers: IncomingHttpHeaders,
  maxBytes: number,
  limitBytes: number,
): Promise<StartOfBody | null> {
  if (headers['content-encoding'] === undefined) return null;
  const decoded: Buffer[] = [];
  let length = 0;
  try {
    const coded = Object.assign(Readable.from([bytes]), { headers });
    for await (const chunk of decodeBody(coded, { bytes: limitBytes, setting: 'limits.uploadBytes' })) {
      decoded.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > maxBytes) break;
    }
  } catch {
    return null;
  }
  return {
    bytes: Buffer.concat(decoded).subarray(0, maxBytes),
    truncated: truncated || length > maxBytes,
  };
}

function textOf({ bytes, truncated }: StartOfBody): StartOfText {
  // A decoder holds back the first bytes of a character that the cut went through.
  return { text: new StringDecoder('utf8').write(bytes), truncated };
}
