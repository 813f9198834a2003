import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { OperationAnswer } from '../../core/provider/provider.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { missingBlob } from '../body/blob-errors.ts';
import { type ByteRange, judgeConditions, readRange } from './conditional-request.ts';

/** A response with stored bytes, or with a part of them. */
export interface BlobAnswer extends OperationAnswer {
  /** The bytes to send. Default: all. */
  readonly range?: ByteRange;
}

/** The maximum number of cached entity tags. Computing one requires reading the file. */
const maxTags = 1_000;

/** Responds to requests for stored bytes as HTTP and S3 do: entity tags, conditions, ranges. */
export class BlobAnswers {
  readonly #blobs: BlobStore;
  /** By keys of uploads. */
  readonly #tags = new Map<string, string>();

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /**
   * Determines the response from the conditions and the range of a request (RFC 9110 §13.2.2, §14.2).
   * @throws {RingbackError} `resource.not-found` when the bytes are no longer stored
   */
  async answer(answer: OperationAnswer, { method, headers }: IncomingMessage): Promise<BlobAnswer> {
    const { blob } = answer;
    if (blob === undefined) return answer;
    const { size, etag } = await this.#look(blob.key);
    const modifiedAt = blob.modifiedAt === undefined ? null : Math.floor(blob.modifiedAt / 1_000) * 1_000;
    const shared = {
      ...answer.headers,
      'accept-ranges': 'bytes',
      etag,
      ...(modifiedAt !== null && { 'last-modified': new Date(modifiedAt).toUTCString() }),
    };
    const verdict = judgeConditions(headers, { etag, modifiedAt });
    if (verdict === 304) return { status: 304, headers: shared };
    if (verdict === 412) return refused(answer, 412, shared);
    const range = method === 'GET' ? readRange(headers, { size, etag, modifiedAt }) : null;
    if (range === null) return { ...answer, headers: shared };
    if (range === 'unsatisfiable')
      return refused(answer, 416, { ...shared, 'content-range': `bytes */${size}` });
    const contentRange = `bytes ${range.start}-${range.end}/${size}`;
    return { ...answer, status: 206, headers: { ...shared, 'content-range': contentRange }, range };
  }

  /** The size and the MD5 of the bytes, which S3 uses as entity tag. */
  async #look(key: string): Promise<{ size: number; etag: string }> {
    const kept = this.#blobs.read(key);
    if (kept === undefined) throw missingBlob(key);
    const { size, stream } = kept;
    const known = this.#tags.get(key);
    if (known !== undefined) {
      stream.destroy();
      return { size, etag: known };
    }
    const hash = createHash('md5');
    for await (const chunk of stream) hash.update(chunk as Buffer);
    const etag = `"${hash.digest('hex')}"`;
    if (this.#tags.size >= maxTags) this.#tags.delete(this.#tags.keys().next().value as string);
    this.#tags.set(key, etag);
    return { size, etag };
  }
}

function refused(
  answer: OperationAnswer,
  status: 412 | 416,
  headers: OperationAnswer['headers'],
): BlobAnswer {
  const given = answer.blob?.refusals?.[status];
  return { status, ...given, headers: { ...headers, ...given?.headers } };
}
