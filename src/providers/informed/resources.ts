import type { Collection, Resource } from '../../core/engine/records.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { clipped, quoted } from '../../core/quoted.ts';
import type { FileError } from './error-messages.ts';

export const providerName = 'informed';

/** The number of documents by owner and type, e.g. `applicant1 paystub`. */
export type DocumentCounts = { readonly [ownerAndType: string]: number };

type ApplicationData = {
  readonly product: string;
  /** The provider's base URL at the time of the registration, for upload and download URLs. */
  readonly baseUrl: string;
  /** The body of the registration, overridden by the properties of later updates. */
  readonly registration: JsonObject;
  readonly runId: string;
  /** The seed of all data of the application. */
  readonly seed: string;
  /** The key of the signatures in download URLs. */
  readonly signingKey: string;
  readonly updatedAt: number;
  readonly fileIds: readonly string[];
  /** How many files have been uploaded. */
  readonly uploads: number;
  /** Documents found in files, and structured data, in order of creation. */
  readonly documentIds: readonly string[];
  /** The number of documents by owner and type, so that adding one need not read them all. */
  readonly documentCounts: DocumentCounts;
  /** The number of structured data items received. */
  readonly structured: number;
  /** By the id of an update: the `application_update_reference_id` that it carried, or null. */
  readonly updates: { readonly [updateId: string]: string | null };
};

/** `receiving`: the upload is in progress. `failed`: an error callback replaced the extractions. */
type FileState = 'awaiting' | 'receiving' | 'uploaded' | 'extracted' | 'failed';

type FileData = {
  readonly applicationId: string;
  /** The consumer's name for it. */
  readonly fileReferenceId: string;
  /** The scenario in `X-Ringback-Scenario` of the request that announced it. */
  readonly scenario: string | null;
  readonly state: FileState;
  readonly error: FileError | null;
  readonly bytes: number | null;
  readonly mediaType: string | null;
  /** Key of the stored bytes. */
  readonly blob: string | null;
  readonly uploadedAt: number | null;
  /** 0 for the first uploaded file of the application. Null before the upload. */
  readonly uploadIndex: number | null;
  readonly documentIds: readonly string[];
};

export type DocumentData = {
  readonly applicationId: string;
  /** The file that contains it. Null for structured data. */
  readonly fileId: string | null;
  /** The consumer's reference of structured data. Null for a document in a file. */
  readonly documentReferenceId: string | null;
  readonly type: string;
  /** `applicant1`, `applicant2` or `application`. */
  readonly belongsTo: string;
  readonly extracted: JsonObject;
  /** How long its `url` is valid, from `updatedAt`. Null for structured data, which has no URL. */
  readonly urlSeconds: number | null;
  readonly updatedAt: number;
};

/** A stored resource with typed data. */
export interface Stored<T> {
  readonly id: string;
  readonly createdAt: number;
  readonly data: T;
  readonly patch: JsonObject;
}

export type Application = Stored<ApplicationData>;
export type File = Stored<FileData>;
export type Document = Stored<DocumentData>;

interface Kinds {
  readonly application: ApplicationData;
  readonly file: FileData;
  readonly document: DocumentData;
}
type Kind = keyof Kinds;
type Resources = Collection<Resource>;

export function readAs<K extends Kind>(
  resource: Resource | undefined,
  kind: K,
): Stored<Kinds[K]> | undefined {
  if (resource?.provider !== providerName || resource.kind !== kind) return undefined;
  // `putNew` is the only writer of new records, so the kind determines the type of the data.
  return resource as unknown as Stored<Kinds[K]>;
}

export async function find<K extends Kind>(
  resources: Resources,
  kind: K,
  id: string,
): Promise<Stored<Kinds[K]> | undefined> {
  return readAs(await resources.get(id), kind);
}

/** @throws {RingbackError} `resource.not-found` */
export async function findOrFail<K extends Kind>(
  resources: Resources,
  kind: K,
  id: string,
): Promise<Stored<Kinds[K]>> {
  const found = readAs(await resources.get(id), kind);
  if (found === undefined) throw notFound(kind, id);
  return found;
}

export async function findAll<K extends Kind>(
  resources: Resources,
  kind: K,
  ids: readonly string[],
): Promise<readonly Stored<Kinds[K]>[]> {
  const found = await Promise.all(ids.map((id) => find(resources, kind, id)));
  return found.filter((item) => item !== undefined);
}

export async function putNew<K extends Kind>(
  resources: Resources,
  kind: K,
  record: { id: string; createdAt: number; data: Kinds[K] },
): Promise<Stored<Kinds[K]>> {
  const resource: Resource = {
    id: record.id,
    provider: providerName,
    kind,
    createdAt: record.createdAt,
    data: record.data as unknown as JsonObject,
    patch: {},
  };
  await resources.put(resource);
  return { ...record, patch: {} };
}

/**
 * Changes properties of a record's data.
 * @param change must be pure. May throw to reject the change
 * @throws {RingbackError} `resource.not-found` if the record was evicted meanwhile
 */
export async function change<K extends Kind>(
  resources: Resources,
  kind: K,
  id: string,
  change: (data: Kinds[K]) => Partial<Kinds[K]>,
): Promise<Stored<Kinds[K]>> {
  const changed = await resources.update(id, (resource) => {
    const data = resource.data as unknown as Kinds[K];
    return { ...resource, data: { ...data, ...change(data) } as unknown as JsonObject };
  });
  const read = readAs(changed, kind);
  if (read === undefined) throw notFound(kind, id);
  return read;
}

function notFound(kind: Kind, id: string): RingbackError {
  return new RingbackError('resource.not-found', {
    details: { kind, id: clipped(id) },
    detail: `Could not find the ${kind}: there is none with the id ${quoted(id)}. Use an id that this space has given out.`,
  });
}
