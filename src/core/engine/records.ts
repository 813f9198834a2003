import type { JsonObject } from '../json.ts';

/** What every stored record has. Records are values and never mutated. */
export interface Identified {
  readonly id: string;
}

/**
 * A set of records of one kind, in the order in which they were first put.
 * A record is a value. What `get` returns may or may not be the object that was put, so no code relies on identity,
 * and every change goes through `put` or `update`.
 */
export interface Collection<T extends Identified> {
  get(id: string): Promise<T | undefined>;
  /** The records of these ids, in their order, without those that are not there: in one go. */
  getMany(ids: Iterable<string>): Promise<readonly T[]>;
  /** Adds the record, or replaces the one with its id in its place. */
  put(record: T): Promise<void>;
  /**
   * Replaces a record by what `change` makes of it, with no other change in between, and returns the new one.
   * Returns `undefined`, without calling `change`, when there is no such record.
   * @param change pure; may be called again when another writer came first
   */
  update(id: string, change: (record: T) => T): Promise<T | undefined>;
  delete(id: string): Promise<boolean>;
  /** All records, oldest first. */
  list(): Promise<readonly T[]>;
  count(): Promise<number>;
  clear(): Promise<void>;
  /** What its records take in memory, about. */
  readonly bytes: number;
}

/** A thing of the provider's API: a document, an application, a file. `kind` says which. */
export interface Resource extends Identified {
  readonly provider: string;
  readonly kind: string;
  readonly createdAt: number;
  /** What the provider keeps of it; its shape is the provider's own. */
  readonly data: JsonObject;
  /** What the scripts have set on it: merged over what the provider shows. */
  readonly patch: JsonObject;
}

/** A request that an inbox received. */
export interface InboxRequest extends Identified {
  readonly inbox: string;
  readonly receivedAt: number;
  readonly method: string;
  /** Path and query string as received. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Body as text (UTF-8), cut at the limit. */
  readonly body: string;
  readonly bodyTruncated: boolean;
  /** The status of the inbox's response. */
  readonly answeredWith: number;
}
