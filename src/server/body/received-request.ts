import type { Operation } from '../../core/contract/contract.ts';
import type { OperationRequest, ReceivedFile, UnknownField } from '../../core/provider/provider.ts';
import type { Settings } from '../../core/settings.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import type { ControlRequest } from '../control/control-handler.ts';
import type { Reply } from '../http/reply.ts';
import type { Target } from '../http/request-target.ts';
import type { Route } from '../http/routes.ts';
import type { SpaceVisit } from '../space-registry.ts';
import { Intake } from './intake.ts';
import type { ReadBody } from './read-body.ts';
import { readAnyText, readText } from './read-text.ts';

/** Where a request came to, and with what it is received. */
export interface Reception {
  readonly reply: Reply;
  readonly route: Route;
  readonly path: OperationRequest['path'];
  readonly query: OperationRequest['query'];
  readonly target: Target;
  readonly visit: SpaceVisit;
  readonly settings: Settings;
  readonly blobs: BlobStore;
  /** Absolute URL of the mount; asked for only when a handler wants it. */
  baseUrl(): string;
}

const none: ReadBody = { body: undefined, files: [], unknownFields: [], raw: false };

/** A request as its handler sees it. What few handlers ask for is made when it is asked for. */
export class ReceivedRequest implements OperationRequest {
  readonly operation: Operation;
  readonly path: OperationRequest['path'];
  readonly query: OperationRequest['query'];
  readonly headers: OperationRequest['headers'];
  readonly #reception: Reception;
  #read: ReadBody = none;
  #intake: Intake | null = null;
  #kept: { readonly blob: string; readonly runId: string } | null = null;

  constructor(reception: Reception) {
    this.operation = reception.route.operation;
    this.path = reception.path;
    this.query = reception.query;
    this.headers = textHeaders(reception.reply.request);
    this.#reception = reception;
  }

  get body(): OperationRequest['body'] {
    return this.#read.body;
  }

  get files(): readonly ReceivedFile[] {
    return this.#read.files;
  }

  get unknownFields(): readonly UnknownField[] {
    return this.#read.unknownFields;
  }

  get baseUrl(): string {
    return this.#reception.baseUrl();
  }

  get intake(): Intake {
    const { reply, blobs, settings, route, visit } = this.#reception;
    this.#intake ??= new Intake(reply, {
      blobs,
      settings,
      space: visit.space.name,
      names: route.fileSettings,
    });
    return this.#intake;
  }

  /** Completes the request with its body. */
  complete(read: ReadBody): void {
    this.#read = read;
    if (read.raw) this.intake.expectRaw();
  }

  async receiveFile({ fileName, runId }: { fileName: string; runId: string }): Promise<ReceivedFile> {
    const { visit } = this.#reception;
    const file = await this.intake.receiveRaw({ fileName });
    if (file.blob !== null) {
      this.#kept = { blob: file.blob, runId };
      visit.own(file.blob, runId);
    }
    return file;
  }

  /** The operation failed: the file that it took in is kept for nobody. Its run may be gone already. */
  discardFile(): void {
    if (this.#kept === null) return;
    const { blob, runId } = this.#kept;
    const { visit, blobs } = this.#reception;
    visit.disown(blob, runId);
    blobs.delete(blob);
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

  constructor(reception: Reception, stopping: AbortSignal) {
    super(reception);
    const { reply, settings } = reception;
    this.method = reply.request.method ?? 'GET';
    this.url = reply.request.url ?? '/';
    this.#reply = reply;
    this.#limitBytes = settings['limits.uploadBytes'];
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

/** The headers as texts: of those that a client can send, only `Set-Cookie` is a list in Node, and it is none of ours. */
function textHeaders({ headers }: Reply['request']): OperationRequest['headers'] {
  if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
  return headers as Readonly<Record<string, string>>;
}
