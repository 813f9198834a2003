import { RingbackError } from '../../core/errors.ts';
import type { ReceivedFile } from '../../core/provider/provider.ts';
import type { Settings } from '../../core/settings.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { type FileLimits, IncomingFile } from '../../files/incoming-file.ts';
import { receiveFile } from '../../files/receive-file.ts';
import type { Reply } from '../http/reply.ts';
import { digestBody } from './body-digest.ts';
import { aborted } from './body-errors.ts';
import { decodeBody } from './decode-request.ts';

/** The names of a provider's settings about files. A provider may lack them. */
export interface FileSettings {
  readonly maxBytes: string;
  readonly minPixels: string;
}

export interface IntakeParts {
  readonly blobs: BlobStore;
  readonly settings: Settings;
  /** The name of the space that owns the files. */
  readonly space: string;
  readonly names: FileSettings;
}

/** Receives the files of one request, within the limits of its space and provider. */
export class Intake {
  readonly #reply: Reply;
  readonly #parts: IntakeParts;
  #state: 'no raw body' | 'waiting' | 'taken' = 'no raw body';

  constructor(reply: Reply, parts: IntakeParts) {
    this.#reply = reply;
    this.#parts = parts;
  }

  /** The body is raw bytes: it waits for `receiveRaw`. */
  expectRaw(): void {
    this.#state = 'waiting';
  }

  /** Reads a file of a form. Its bytes are inspected, not stored: no operation returns the file of a form. */
  receivePart(field: string, fileName: string): IncomingFile {
    return new IncomingFile({ ...limitsOf(this.#parts), field, fileName, blobs: this.#parts.blobs });
  }

  /** Receives the raw body, and stores it. */
  async receiveRaw(options: { fileName: string }): Promise<ReceivedFile> {
    if (this.#state !== 'waiting') throw new Error(`receiveFile cannot be called: ${this.#state}`);
    this.#state = 'taken';
    const { request } = this.#reply;
    if (request.destroyed) throw aborted();
    const { blobs, space, settings } = this.#parts;
    const limit = settings['limits.uploadBytes'];
    if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
    const body = decodeBody(request, { bytes: limit, setting: 'limits.uploadBytes' });
    const digests = digestBody(request);
    this.#reply.invite();
    const file = await receiveFile(body, {
      ...options,
      ...limitsOf(this.#parts),
      blobs,
      owner: { name: space, maxBytes: settings['limits.keptUploadBytes'] },
    });
    try {
      digests.check();
    } catch (error) {
      if (file.blob !== null) this.discard(file.blob);
      throw error;
    }
    return file;
  }

  /** Deletes the bytes of that key. */
  discard(blob: string): void {
    this.#parts.blobs.delete(blob);
  }
}

function limitsOf({ settings, names }: IntakeParts): FileLimits {
  const hardLimitBytes = settings['limits.uploadBytes'];
  return {
    maxBytes: numberSetting(settings, names.maxBytes) ?? hardLimitBytes,
    minPixels: numberSetting(settings, names.minPixels) ?? 0,
    hardLimitBytes,
  };
}

/** A setting that a provider may lack, by its full name. */
export function numberSetting(settings: Settings, name: string): number | undefined {
  const value: unknown = (settings as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'number' ? value : undefined;
}

function tooLarge(limit: number): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit, setting: 'limits.uploadBytes' },
    detail: `Could not read the upload: it is longer than ${limit} bytes. Send less, or raise limits.uploadBytes.`,
    violations: [
      { location: 'body', code: 'limits.uploadBytes', message: `must have at most ${limit} bytes` },
    ],
  });
}
