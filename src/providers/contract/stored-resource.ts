import type { Collection, Resource } from '../../core/engine/records.ts';
import { type JsonObject, objectOf } from '../../core/json.ts';
import type { ResourceView } from '../../core/provider/provider.ts';
import type { ResourceKind } from './resource-map.ts';

/** Which resource a request is about. */
export interface ResourceAddress {
  readonly provider: string;
  readonly kind: ResourceKind;
  /** Path of its collection: `/users/u1/cards`. */
  readonly collection: string;
  readonly id: string;
}

type StoredData = {
  /** The run that created it. It is evicted with it. */
  readonly runId: string;
  readonly collection: string;
  readonly id: string;
  /** What it shows, by property. */
  readonly state: JsonObject;
  /** The reference to the schema of its state. */
  readonly shape: string;
  /** Whether Ringback chose its id. After it is deleted, such an id is a 404. */
  readonly isGivenOut: boolean;
  readonly isDeleted: boolean;
};

/** A resource that was created or changed. */
export interface StoredResource {
  /** Its key in the store: its id, or the path of the resource if another one has that id. */
  readonly key: string;
  readonly createdAt: number;
  readonly data: StoredData;
}

/** Reads a record. Null: it is none of this provider's. */
export function readStored(record: Resource | undefined, provider: string): StoredResource | null {
  if (record?.provider !== provider) return null;
  // `putStored` is the only writer of records of this provider.
  return { key: record.id, createdAt: record.createdAt, data: record.data as unknown as StoredData };
}

/** How the data of a space shows a resource. Null: it was deleted. */
export function viewStored(record: Resource, provider: string): ResourceView | null {
  const stored = readStored(record, provider);
  if (stored === null || stored.data.isDeleted) return null;
  return { collection: record.kind, view: stored.data.state };
}

/** Finds a resource, also one that was deleted. */
export async function findStored(
  resources: Collection<Resource>,
  address: ResourceAddress,
): Promise<StoredResource | null> {
  for (const key of [address.id, pathOf(address)]) {
    const found = readStored(await resources.get(key), address.provider);
    if (found !== null && isAt(found, address)) return found;
  }
  return null;
}

/** The key for a new resource. */
export async function keyFor(resources: Collection<Resource>, address: ResourceAddress): Promise<string> {
  const taken = await resources.get(address.id);
  const own = readStored(taken, address.provider);
  return taken === undefined || (own !== null && isAt(own, address)) ? address.id : pathOf(address);
}

/** The resources of a collection, the oldest first. Deleted ones are included. */
export async function listStored(
  resources: Collection<Resource>,
  { provider, collection }: Pick<ResourceAddress, 'provider' | 'collection'>,
): Promise<readonly StoredResource[]> {
  const found: StoredResource[] = [];
  for (const record of await resources.list()) {
    const stored = readStored(record, provider);
    if (stored?.data.collection === collection) found.push(stored);
  }
  return found;
}

export async function putStored(
  resources: Collection<Resource>,
  { provider, kind }: Pick<ResourceAddress, 'provider' | 'kind'>,
  { key, createdAt, data }: StoredResource,
): Promise<void> {
  await resources.put({
    id: key,
    provider,
    kind: kind.name,
    createdAt,
    data: data as unknown as JsonObject,
    patch: {},
  });
}

/** Changes the state of a resource, with no other change in between. */
export async function changeStored(
  resources: Collection<Resource>,
  key: string,
  change: (state: JsonObject) => JsonObject,
): Promise<void> {
  await resources.update(key, (record) => ({
    ...record,
    data: { ...record.data, state: change(objectOf(record.data.state)) },
  }));
}

function isAt({ data }: StoredResource, { collection, id }: ResourceAddress): boolean {
  return data.id === id && data.collection === collection;
}

function pathOf({ collection, id }: ResourceAddress): string {
  return `${collection}/${encodeURIComponent(id)}`;
}
