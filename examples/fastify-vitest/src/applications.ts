import type {
  Application,
  ExtractionsCallback,
  InformedCallback,
  VerificationsCallback,
} from 'ringback/types';
import type { InformedClient, Registration } from './informed-client.ts';

type Verifications = VerificationsCallback['verifications'];

export interface TrackedApplication {
  readonly id: string;
  /** By file id: what became of each file. */
  readonly files: Map<string, { status: 'waiting' | 'extracted' | 'failed'; error: string | null }>;
  /** Type by document id. The id is the key: the same extractions twice change nothing. */
  readonly documents: Map<string, string>;
  verifications: Verifications | null;
  /** Milliseconds since 1970, or null when that is not known. */
  verifiedAt: number | null;
  /** The provider said that it will not verify. */
  isGivenUp: boolean;
}

/** The applications that were registered, and what became of them. */
export class Applications {
  readonly #client: InformedClient;
  readonly #verified: (id: string, verifications: Verifications) => void;
  readonly #tracked = new Map<string, TrackedApplication>();

  /** @param verified what is to be done once for each change of what was found: decide, write a letter … */
  constructor(client: InformedClient, verified: (id: string, verifications: Verifications) => void) {
    this.#client = client;
    this.#verified = verified;
  }

  async register(registration: Registration): Promise<string> {
    const id = await this.#client.register(registration);
    this.#track(id);
    return id;
  }

  async addFile(id: string, file: File): Promise<string> {
    const fileId = await this.#client.addFile(id, file);
    const { files } = this.#track(id);
    // Its extractions may have been faster than the answer to the upload.
    if (!files.has(fileId)) files.set(fileId, { status: 'waiting', error: null });
    return fileId;
  }

  get(id: string): TrackedApplication | undefined {
    return this.#tracked.get(id);
  }

  get size(): number {
    return this.#tracked.size;
  }

  async onCallback(callback: InformedCallback): Promise<void> {
    const application = this.#tracked.get(callback.application_id);
    if (application === undefined) return this.#ask(callback.application_id);
    switch (callback.event_type) {
      case 'extractions':
        return this.#extracted(application, callback);
      case 'verifications':
        return this.#verify(application, callback.verifications);
      case 'error':
        if (typeof callback.file_id === 'string') {
          application.files.set(callback.file_id, {
            status: 'failed',
            error: callback.error_message ?? null,
          });
        } else {
          application.isGivenUp = true;
        }
    }
  }

  /** Asks for every application that is not complete: a callback may have been lost. */
  async reconcile(): Promise<void> {
    const open = [...this.#tracked.values()].filter(
      ({ files, verifications, isGivenUp }) =>
        [...files.values()].some(({ status }) => status === 'waiting') ||
        (verifications === null && !isGivenUp),
    );
    for (const { id } of open) await this.#ask(id);
  }

  #extracted({ files, documents }: TrackedApplication, callback: ExtractionsCallback): void {
    for (const [type, list] of Object.entries(callback.documents)) {
      for (const { document_id, file_ids } of list) {
        documents.set(document_id, type);
        for (const file of file_ids) files.set(file, { status: 'extracted', error: null });
      }
    }
  }

  async #verify(application: TrackedApplication, verifications: Verifications): Promise<void> {
    const at = newest(verifications);
    const { verifications: known, verifiedAt } = application;
    if (known !== null && at !== null && verifiedAt !== null && at < verifiedAt) return;
    const isKnown = known !== null && findings(known) === findings(verifications);
    // Two that differ, and neither is newer: only the provider knows which one holds.
    if (known !== null && !isKnown && (at === null || at === verifiedAt)) return this.#ask(application.id);
    this.#keep(application, verifications);
  }

  async #ask(id: string): Promise<void> {
    const present = await this.#client.get(id);
    // Nobody has registered it: somebody else's, or made up.
    if (present === null) return;
    this.#take(this.#track(id), present);
  }

  #take(application: TrackedApplication, { files, documents, verifications }: Application): void {
    for (const { file_id, status, error_message } of files) {
      const known = status === 'extracted' || status === 'failed' ? status : 'waiting';
      application.files.set(file_id, { status: known, error: error_message });
    }
    for (const { document_id, document_type } of documents)
      application.documents.set(document_id, document_type);
    if (Object.keys(verifications).length > 0) this.#keep(application, verifications);
  }

  #keep(application: TrackedApplication, verifications: Verifications): void {
    const isNews =
      application.verifications === null || findings(application.verifications) !== findings(verifications);
    application.verifications = verifications;
    application.verifiedAt = newest(verifications) ?? application.verifiedAt;
    if (isNews) this.#verified(application.id, verifications);
  }

  #track(id: string): TrackedApplication {
    const known = this.#tracked.get(id);
    if (known !== undefined) return known;
    const fresh: TrackedApplication = {
      id,
      files: new Map(),
      documents: new Map(),
      verifications: null,
      verifiedAt: null,
      isGivenUp: false,
    };
    this.#tracked.set(id, fresh);
    return fresh;
  }
}

/** What was found, whatever the order of the properties: `income applicant1 pass`. */
export function findings(verifications: Verifications): string {
  return Object.entries(verifications)
    .flatMap(([name, list]) => list.map(({ belongs_to, status }) => `${name} ${belongs_to} ${status}`))
    .sort()
    .join(', ');
}

function newest(verifications: Verifications): number | null {
  const times = Object.values(verifications)
    .flat()
    .map(({ updated_at }) => (typeof updated_at === 'string' ? Date.parse(updated_at) : Number.NaN));
  return times.length === 0 || times.some(Number.isNaN) ? null : Math.max(...times);
}
