import type { Operation } from '../../core/contract/contract.ts';
import type { OperationRequest, ReceivedFile, UnknownField } from '../../core/provider/provider.ts';
import type { ControlRequest } from '../control/control-handler.ts';
import type { Reply } from '../http/reply.ts';
import type { SpaceVisit } from '../space-registry.ts';
import type { Intake } from './intake.ts';
import type { ReadBody } from './read-body.ts';
import { readAnyText, readText } from './read-text.ts';

/** What a request is made of, once its body is read. */
export interface RequestParts
  extends Pick<OperationRequest, 'operation' | 'path' | 'query' | 'headers' | 'cookies'> {
  readonly read: ReadBody;
  readonly intake: Intake;
  readonly visit: SpaceVisit;
  /** The absolute base URL of the provider, computed on demand. */
  baseUrl(): string;
  /** Absolute URL of the request. */
  absoluteUrl(): string;
}

/** A request as its handler sees it. */
export class ReceivedRequest implements OperationRequest {
  readonly operation: Operation;
  readonly path: OperationRequest['path'];
  readonly query: OperationRequest['query'];
  readonly headers: OperationRequest['headers'];
  readonly cookies: OperationRequest['cookies'];
  readonly #parts: RequestParts;
  #kept: { readonly blob: string; readonly runId: string } | null = null;

  constructor(parts: RequestParts) {
    this.operation = parts.operation;
    this.path = parts.path;
    this.query = parts.query;
    this.headers = parts.headers;
    this.cookies = parts.cookies;
    this.#parts = parts;
  }

  get body(): OperationRequest['body'] {
    return this.#parts.read.body;
  }

  get files(): readonly ReceivedFile[] {
    return this.#parts.read.files;
  }

  get unknownFields(): readonly UnknownField[] {
    return this.#parts.read.unknownFields;
  }

  get baseUrl(): string {
    return this.#parts.baseUrl();
  }

  get absoluteUrl(): string {
    return this.#parts.absoluteUrl();
  }

  async receiveFile({ fileName, runId }: { fileName: string; runId: string }): Promise<ReceivedFile> {
    const { intake, visit } = this.#parts;
    const file = await intake.receiveRaw({ fileName });
    if (file.blob !== null) {
      this.#kept = { blob: file.blob, runId };
      visit.own(file.blob, runId);
    }
    return file;
  }

  /** The operation failed, so the file that it received is discarded. Its run may be evicted already. */
  discardFile(): void {
    if (this.#kept === null) return;
    const { blob, runId } = this.#kept;
    const { visit, intake } = this.#parts;
    visit.disown(blob, runId);
    intake.discard(blob);
  }
}

/** A request to the control API as its handler sees it. */
export class ReceivedControlRequest extends ReceivedRequest implements ControlRequest {
  readonly method: string;
  readonly url: string;
  readonly #reply: Reply;
  readonly #limitBytes: number;
  readonly #stopping: AbortSignal;
  #signal: AbortSignal | null = null;

  constructor(parts: RequestParts, reply: Reply, limitBytes: number, stopping: AbortSignal) {
    super(parts);
    this.method = reply.request.method ?? 'GET';
    this.url = reply.request.url ?? '/';
    this.#reply = reply;
    this.#limitBytes = limitBytes;
    this.#stopping = stopping;
  }

  readText(maxBytes: number): ReturnType<ControlRequest['readText']> {
    this.#reply.invite();
    return readText(this.#reply.request, maxBytes, this.#limitBytes);
  }

  readAnyText(maxBytes: number): ReturnType<ControlRequest['readText']> {
    this.#reply.invite();
    return readAnyText(this.#reply.request, maxBytes, this.#limitBytes);
  }

  get signal(): AbortSignal {
    if (this.#signal === null) {
      const gone = new AbortController();
      this.#reply.whenOver(() => gone.abort());
      this.#signal = AbortSignal.any([gone.signal, this.#stopping]);
    }
    return this.#signal;
  }
}

/**
 * The headers as strings. Of the headers that a client can send, only `Set-Cookie` is an array in Node, and no
 * operation reads it.
 */
export function textHeaders({ headers }: Reply['request']): OperationRequest['headers'] {
  if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
  return headers as Readonly<Record<string, string>>;
}
