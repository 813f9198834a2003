import type { JsonObject } from '../json.ts';

/** The base of every stored record. Records are values and never mutated. */
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
  /** The records of these ids, in the order of the ids, without missing ones, in a single call. */
  getMany(ids: Iterable<string>): Promise<readonly T[]>;
  /** Adds the record, or replaces the one with the same id, which keeps its position. */
  put(record: T): Promise<void>;
  /**
   * Replaces a record by the result of `change`, with no other change in between, and returns the new record.
   * Returns `undefined`, without calling `change`, if there is no such record.
   * @param change must be pure. Called again if another writer was faster
   */
  update(id: string, change: (record: T) => T): Promise<T | undefined>;
  delete(id: string): Promise<boolean>;
  /** All records, oldest first. */
  list(): Promise<readonly T[]>;
  count(): Promise<number>;
  clear(): Promise<void>;
  /** The approximate size of its records in memory. */
  readonly bytes: number;
}

/** A resource of the provider's API: a document, an application or a file, depending on `kind`. */
export interface Resource extends Identified {
  readonly provider: string;
  readonly kind: string;
  readonly createdAt: number;
  /** The provider's data, in a shape that the provider chooses. */
  readonly data: JsonObject;
  /** Values that scripts have set. They are merged over those that the provider shows. */
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
  /** The body as a UTF-8 string, truncated at the limit. */
  readonly body: string;
  readonly bodyTruncated: boolean;
  /** The status of the inbox's response. */
  readonly answeredWith: number;
}
