import type { Resource } from '../../core/engine/records.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ProviderContext } from '../../core/provider/provider.ts';
import { clipped, quoted } from '../../core/quoted.ts';
import type { JudgedContent } from '../judged-content.ts';

export const providerName = 'docdigitizer';

/**
 * The stored data of a document. Everything else follows from its id, its run and the clock, so that a million documents
 * fit in memory.
 */
export interface DocumentData {
  readonly runId: string;
  /** One file, unless the document consists of all files of its submission. */
  readonly files: readonly DocumentFile[];
  /** The submitted class. Absent if none was given. */
  readonly documentClass?: string;
  /** Of `X-Docdigitizer-Tag`; absent when there are none. */
  readonly tags?: readonly string[];
  /** Id of the v1 task that is evicted with this document. */
  readonly taskId?: string;
}

export interface DocumentFile {
  readonly name: string;
  readonly type: JudgedContent['type'];
  readonly bytes: number;
}

/** The names of a document's files as one string. */
export function fileName(data: DocumentData): string {
  return data.files.map((file) => file.name).join(', ');
}

/**
 * Finds the document of a request.
 * @throws {RingbackError} `resource.not-found`
 * @throws {ScriptedAnswer} when its scenario responds in place of the provider
 */
export async function findDocument(id: string, context: ProviderContext): Promise<Resource> {
  const found = await context.resources.get(id);
  if (found !== undefined && found.provider === providerName && found.kind === 'document') {
    await context.runForRequest(documentData(found).runId);
    return found;
  }
  throw new RingbackError('resource.not-found', {
    details: { kind: 'document', id: clipped(id) },
    detail: `Could not find the document ${quoted(id)}: this space has none with that id. Use a document_id that a submission has returned since the last reset.`,
    violations: [{ location: 'path/docid', code: 'resource.not-found', message: 'no such document' }],
  });
}

const noPatch: JsonObject = {};

export function toResource(id: string, createdAt: number, data: DocumentData): Resource {
  return {
    id,
    provider: providerName,
    kind: 'document',
    createdAt,
    data: data as unknown as JsonObject,
    patch: noPatch,
  };
}

/** The stored data of a document. Only `toResource` creates resources of this kind. */
export function documentData(document: Resource): DocumentData {
  return document.data as unknown as DocumentData;
}
