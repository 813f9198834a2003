import type { DocumentResource } from 'ringback/types';
import type { DocDigitizerClient } from './docdigitizer-client.ts';

/** What a state callback says. It is news of a document, not the truth about it. */
export interface DocumentNews {
  readonly documentId: string;
  readonly state: number;
}

export interface TrackedDocument {
  readonly id: string;
  /** As last learnt; null before the first news. */
  state: number | null;
  results: DocumentResource['results'] | null;
}

const finalStates: readonly number[] = [91, 92, 999];
const machineLearning = 30;

/** The documents that were submitted, and what became of them. In earnest: a table with a unique key on the id. */
export class Documents {
  readonly #client: DocDigitizerClient;
  readonly #finished: (document: DocumentResource) => void;
  readonly #tracked = new Map<string, TrackedDocument>();

  /** @param finished what is to be done once for each final state of a document: book it, tell somebody … */
  constructor(client: DocDigitizerClient, finished: (document: DocumentResource) => void) {
    this.#client = client;
    this.#finished = finished;
  }

  async submit(file: File, callbackUrl: string, authorization: string): Promise<string> {
    const id = await this.#client.submit(file, callbackUrl, authorization);
    // A callback may have been faster than this answer.
    if (!this.#tracked.has(id)) this.#tracked.set(id, { id, state: null, results: null });
    return id;
  }

  get(id: string): TrackedDocument | undefined {
    return this.#tracked.get(id);
  }

  get size(): number {
    return this.#tracked.size;
  }

  async onNews({ documentId, state }: DocumentNews): Promise<void> {
    const document = this.#tracked.get(documentId);
    if (document !== undefined) {
      const isDuplicate = document.state === state;
      const isLate = isFinal(document.state) && state === machineLearning;
      if (isDuplicate || isLate) return;
      if (state === machineLearning) {
        document.state = state;
        return;
      }
    }
    // All else is a final state, whose results are to be fetched anyway; or contradicts what is known; or is about a
    // document that is not known, or not yet. The provider knows which.
    await this.#ask(documentId);
  }

  /** Asks for every document that nothing final was heard of: a callback may have been lost. */
  async reconcile(): Promise<void> {
    const open = [...this.#tracked.values()].filter(({ state }) => !isFinal(state));
    for (const { id } of open) await this.#ask(id);
  }

  async #ask(id: string): Promise<void> {
    const present = await this.#client.get(id);
    if (present === null) return;
    const known = this.#tracked.get(id)?.state;
    this.#tracked.set(id, { id, state: present.state, results: present.results });
    if (isFinal(present.state) && present.state !== known) this.#finished(present);
  }
}

function isFinal(state: number | null): boolean {
  return state !== null && finalStates.includes(state);
}
