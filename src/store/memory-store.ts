import type { Delivery } from '../core/engine/deliveries/delivery.ts';
import type { MemoryBudget } from '../core/engine/memory-budget.ts';
import {
  chargedPlans,
  deliveryBytes,
  deliveryGrowth,
  inboxRequestBytes,
  resourceBytes,
  resourceGrowth,
  runBytes,
} from '../core/engine/record-bytes.ts';
import type { Collection, Identified, InboxRequest, Resource } from '../core/engine/records.ts';
import type { Run } from '../core/engine/runs/run.ts';
import type { SpaceStore } from '../core/engine/store.ts';
import type { Plan } from '../core/scenario/plan.ts';
import { SharedTexts, smallLength } from './shared-texts.ts';

export interface MemoryStoreOptions {
  /** Freezes every stored record, so that code which mutates one fails. For tests. Default: false. */
  freeze?: boolean;
  /** Counts the memory of the records. Default: not counted. */
  memory?: Pick<MemoryBudget, 'add'>;
}

/** Creates a store for the records of a space, in the memory of this process. */
export function createMemoryStore(options: MemoryStoreOptions = {}): SpaceStore {
  return {
    resources: new MemoryCollection(options, (count) => new ResourceKind(count)),
    runs: new MemoryCollection(options, (count) => new RunKind(count)),
    deliveries: new MemoryCollection(options, (count) => new DeliveryKind(count)),
    inbox: new MemoryCollection(options, (count) => new InboxKind(count)),
  };
}

type Count = (bytes: number) => void;

/** Counts the records of one kind, and stores what several of them share only once. */
interface RecordKind<T> {
  /** Counts a new record. Returns the record to keep. */
  add(record: T): T;
  /** Counts a changed record in place of an old one. Returns the record to keep. */
  change(old: T, changed: T): T;
  remove(record: T): void;
  /** Removes all records. */
  clear(): void;
}

class MemoryCollection<T extends Identified> implements Collection<T> {
  readonly #records = new Map<string, T>();
  readonly #kind: RecordKind<T>;
  readonly #memory: Pick<MemoryBudget, 'add'> | undefined;
  readonly #freeze: boolean;
  #bytes = 0;

  constructor({ freeze = false, memory }: MemoryStoreOptions, kindOf: (count: Count) => RecordKind<T>) {
    this.#freeze = freeze;
    this.#memory = memory;
    this.#kind = kindOf((bytes) => this.#count(bytes));
  }

  get bytes(): number {
    return this.#bytes;
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
    const old = this.#records.get(record.id);
    this.#keep(old === undefined ? this.#kind.add(record) : this.#kind.change(old, record));
  }

  async update(id: string, change: (record: T) => T): Promise<T | undefined> {
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    return this.#keep(this.#kind.change(record, change(record)));
  }

  async delete(id: string): Promise<boolean> {
    const record = this.#records.get(id);
    if (record === undefined) return false;
    this.#kind.remove(record);
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
    this.#kind.clear();
    this.#count(-this.#bytes);
  }

  #keep(record: T): T {
    const kept = this.#freeze ? deepFreeze(record) : record;
    this.#records.set(record.id, kept);
    return kept;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#memory?.add(bytes);
  }
}

class ResourceKind implements RecordKind<Resource> {
  readonly #count: Count;

  constructor(count: Count) {
    this.#count = count;
  }

  add(record: Resource): Resource {
    this.#count(resourceBytes(record));
    return record;
  }

  change(old: Resource, changed: Resource): Resource {
    this.#count(resourceGrowth(old, changed));
    return changed;
  }

  remove(record: Resource): void {
    this.#count(-resourceBytes(record));
  }

  clear(): void {}
}

class RunKind implements RecordKind<Run> {
  readonly #count: Count;
  /** How many runs play a plan that nothing else may refer to anymore. */
  readonly #plans = new Map<Plan, number>();

  constructor(count: Count) {
    this.#count = count;
  }

  add(record: Run): Run {
    this.#count(runBytes(record));
    this.#hold(record);
    return record;
  }

  change(old: Run, changed: Run): Run {
    this.#count(runBytes(changed) - runBytes(old));
    if (old.branches !== changed.branches) {
      this.#hold(changed);
      this.#letGo(old);
    }
    return changed;
  }

  remove(record: Run): void {
    this.#count(-runBytes(record));
    this.#letGo(record);
  }

  clear(): void {
    this.#plans.clear();
  }

  #hold(run: Run): void {
    for (const plan of chargedPlans(run)) {
      const uses = this.#plans.get(plan) ?? 0;
      if (uses === 0) this.#count(plan.bytes ?? 0);
      this.#plans.set(plan, uses + 1);
    }
  }

  #letGo(run: Run): void {
    for (const plan of chargedPlans(run)) {
      const uses = (this.#plans.get(plan) ?? 0) - 1;
      if (uses > 0) this.#plans.set(plan, uses);
      else if (this.#plans.delete(plan)) this.#count(-(plan.bytes ?? 0));
    }
  }
}

class DeliveryKind implements RecordKind<Delivery> {
  readonly #count: Count;
  readonly #texts: SharedTexts;

  constructor(count: Count) {
    this.#count = count;
    this.#texts = new SharedTexts(count);
  }

  add(record: Delivery): Delivery {
    this.#count(deliveryBytes(record));
    return this.#withTexts(record, 0);
  }

  /** Attempts are only added. Existing ones never change. */
  change(old: Delivery, changed: Delivery): Delivery {
    this.#count(deliveryGrowth(old, changed));
    let same = 0;
    while (same < old.attempts.length && old.attempts[same] === changed.attempts[same]) same++;
    const kept = changed.attempts.length === same ? changed : this.#withTexts(changed, same);
    this.#release(old, same);
    return kept;
  }

  remove(record: Delivery): void {
    this.#count(-deliveryBytes(record));
    this.#release(record, 0);
  }

  clear(): void {
    this.#texts.clear();
  }

  #withTexts(delivery: Delivery, from: number): Delivery {
    let attempts: Delivery['attempts'] | null = null;
    for (let i = from; i < delivery.attempts.length; i++) {
      const attempt = delivery.attempts[i];
      const response = attempt?.response;
      if (attempt === undefined || response === null || response === undefined) continue;
      const body = this.#texts.keep(response.body);
      if (body.length > smallLength)
        attempts = (attempts ?? delivery.attempts).with(i, { ...attempt, response: { ...response, body } });
    }
    return attempts === null ? delivery : { ...delivery, attempts };
  }

  #release({ attempts }: Delivery, from: number): void {
    for (let i = from; i < attempts.length; i++) {
      const body = attempts[i]?.response?.body;
      if (body !== undefined) this.#texts.release(body);
    }
  }
}

class InboxKind implements RecordKind<InboxRequest> {
  readonly #count: Count;
  readonly #texts: SharedTexts;

  constructor(count: Count) {
    this.#count = count;
    this.#texts = new SharedTexts(count);
  }

  add(record: InboxRequest): InboxRequest {
    this.#count(inboxRequestBytes(record));
    const body = this.#texts.keep(record.body);
    return { ...record, body };
  }

  change(old: InboxRequest, changed: InboxRequest): InboxRequest {
    const kept = this.add(changed);
    this.remove(old);
    return kept;
  }

  remove(record: InboxRequest): void {
    this.#count(-inboxRequestBytes(record));
    this.#texts.release(record.body);
  }

  clear(): void {
    this.#texts.clear();
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
