import type { Collection, Identified, SpaceStore } from '../core/delivery/store.ts';

export interface MemoryStoreOptions {
  /** Freezes every record that is put, so that code which changes one in place fails. For tests. Default false. */
  freeze?: boolean;
}

/** A space's records in this process's memory. */
export function createMemoryStore(options: MemoryStoreOptions = {}): SpaceStore {
  const freeze = options.freeze ?? false;
  return {
    resources: new MemoryCollection(freeze),
    runs: new MemoryCollection(freeze),
    deliveries: new MemoryCollection(freeze),
    inbox: new MemoryCollection(freeze),
  };
}

class MemoryCollection<T extends Identified> implements Collection<T> {
  readonly #records = new Map<string, T>();
  readonly #freeze: boolean;

  constructor(freeze: boolean) {
    this.#freeze = freeze;
  }

  async get(id: string): Promise<T | undefined> {
    return this.#records.get(id);
  }

  async getMany(ids: Iterable<string>): Promise<readonly T[]> {
    const found: T[] = [];
    for (const id of ids) {
      const record = this.#records.get(id);
      if (record !== undefined) found.push(record);
    }
    return found;
  }

  async put(record: T): Promise<void> {
    this.#records.set(record.id, this.#freeze ? deepFreeze(record) : record);
  }

  async update(id: string, change: (record: T) => T): Promise<T | undefined> {
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    const changed = change(record);
    this.#records.set(id, this.#freeze ? deepFreeze(changed) : changed);
    return changed;
  }

  async delete(id: string): Promise<boolean> {
    return this.#records.delete(id);
  }

  async list(): Promise<readonly T[]> {
    return [...this.#records.values()];
  }

  async count(): Promise<number> {
    return this.#records.size;
  }

  async clear(): Promise<void> {
    this.#records.clear();
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
