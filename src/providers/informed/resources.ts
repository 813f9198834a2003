import type { Collection, Resource } from '../../core/engine/records.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import type { FileError } from './error-messages.ts';

export const providerName = 'informed';

/** Numbers of documents, by `applicant1 paystub`. */
export type DocumentCounts = { readonly [ownerAndType: string]: number };

/** The stored data of an application, apart from its id. */
type ApplicationData = {
  readonly product: string;
  /** The provider's mount at the registration: upload and download URLs are made from it. */
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
  /** Documents found in files, and structured data, in the order in which they came to be. */
  readonly documentIds: readonly string[];
  /** How many of them there are of each owner and type, so that another one need not read them all. */
  readonly documentCounts: DocumentCounts;
  /** How many pieces of structured data have been sent. */
  readonly structured: number;
  /** By the id of an update: the `application_update_reference_id` that it carried, or null. */
  readonly updates: { readonly [updateId: string]: string | null };
};

/** `receiving`: its bytes are on the way. `failed`: an error callback took the place of its extractions. */
type FileState = 'awaiting' | 'receiving' | 'uploaded' | 'extracted' | 'failed';

type FileData = {
  readonly applicationId: string;
  /** The name that the consumer gave it. */
  readonly fileReferenceId: string;
  /** Scenario that the request which announced it named in `X-Ringback-Scenario`. */
  readonly scenario: string | null;
  readonly state: FileState;
  readonly error: FileError | null;
  readonly bytes: number | null;
  readonly mediaType: string | null;
  /** Key of the stored bytes. */
  readonly blob: string | null;
  readonly uploadedAt: number | null;
  /** 0 for the first file that was uploaded to the application; null before the upload. */
  readonly uploadIndex: number | null;
  readonly documentIds: readonly string[];
};

export type DocumentData = {
  readonly applicationId: string;
  /** The file it was found in; null for structured data. */
  readonly fileId: string | null;
  /** The consumer's reference of structured data; null for a document of a file. */
  readonly documentReferenceId: string | null;
  readonly type: string;
  /** `applicant1`, `applicant2` or `application`. */
  readonly belongsTo: string;
  readonly extracted: JsonObject;
  /** How long its `url` is good for, from `updatedAt`; null for structured data, which has none. */
  readonly urlSeconds: number | null;
  readonly updatedAt: number;
};

/** One stored thing with its data read. */
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
  // The kind says what was put: `putNew` is the only writer of new records.
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
 * Changes some properties of a record's data.
 * @param change must be pure. May throw to reject the change
 * @throws {RingbackError} `resource.not-found` when the record was evicted meanwhile
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
    detail: `Could not find the ${kind}: there is none with the id ${quoted(id)}. Use an id that this space has given out.`,
  });
}
