import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { type MemoryBudget, unlimitedMemory } from '../../core/engine/memory-budget.ts';
import { deliveryBytes, runBytes, stepBytes } from '../../core/engine/record-bytes.ts';
import type { SpaceEvent } from '../../core/engine/space.ts';

/** The next item for a reader: an event with its id, or a gap of evicted events. */
export type NextEvent =
  | { readonly kind: 'event'; readonly id: number; readonly event: SpaceEvent }
  | {
      readonly kind: 'gap';
      /** Id of the last event that is no longer available to the reader. */
      readonly id: number;
      /** The number of missed events. Null if they are from before a reset or eviction of the space. */
      readonly missed: number | null;
    };

export interface EventLogOptions {
  /**
   * Id of the first event. Ids increase by one. A later log of the same space must start higher, so that a reader of an
   * earlier one gets a gap and never continues at a wrong place.
   */
  readonly firstId: number;
  /** The current maximum number of events. */
  readonly limit: () => number;
  /** Counts the memory of the events. They may use a sixteenth of its limit, since they are copies. Default: no limit. */
  readonly memory?: Pick<MemoryBudget, 'add' | 'limit'>;
}

/** The share of a space's memory that its events may use. */
const share = 1 / 16;

/** The last events of one space, for its readers. Events are values, so storing them costs little. */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly #memory: Pick<MemoryBudget, 'add' | 'limit'>;
  /** The oldest first, after empty places of evicted ones. */
  readonly #events: (SpaceEvent | null)[] = [];
  /** Index of the oldest event. */
  #first = 0;
  /** The size of each event, at the same index. */
  readonly #sizes: number[] = [];
  #bytes = 0;
  readonly #listeners = new Set<(event: SpaceEvent) => void>();
  #nextId: number;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#memory = options.memory ?? unlimitedMemory();
    this.#nextId = options.firstId;
  }

  /** Id of the newest event. One below the first id if there was none yet. */
  get lastId(): number {
    return this.#nextId - 1;
  }

  /** The number of readers. */
  get readers(): number {
    return this.#listeners.size;
  }

  /** Stores an event. A reset removes all earlier ones. */
  add(event: SpaceEvent): void {
    if (event.kind === 'space.reset') {
      this.#events.length = 0;
      this.#sizes.length = 0;
      this.#first = 0;
      this.#count(-this.#bytes);
    }
    const size = eventBytes(event);
    this.#events.push(event);
    this.#sizes.push(size);
    this.#count(size);
    this.#nextId++;
    // Called before the eviction, so that waiting readers get the event even if it is not stored.
    for (const listener of this.#listeners) listener(event);
    this.#drop();
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#memory.add(bytes);
  }

  get #kept(): number {
    return this.#events.length - this.#first;
  }

  /** Evicts the oldest event. Empty places are removed later, many at a time, since moving the others is expensive. */
  #drop(): void {
    const most = this.#options.limit();
    const mostBytes = this.#memory.limit * share;
    while (this.#kept > 0 && (this.#kept > most || this.#bytes > mostBytes)) {
      this.#count(-(this.#sizes[this.#first] ?? 0));
      this.#events[this.#first++] = null;
    }
    if (this.#first <= this.#kept) return;
    this.#events.splice(0, this.#first);
    this.#sizes.splice(0, this.#first);
    this.#first = 0;
  }

  /**
   * The item after the event with that id. Null if there is none yet.
   * @param id 0: from the oldest stored event. An unknown id belongs to an earlier log
   */
  after(id: number): NextEvent | null {
    const { firstId } = this.#options;
    const oldest = this.#nextId - this.#kept;
    const stranger = id !== 0 && (id < firstId - 1 || id > this.lastId);
    if (stranger) return { kind: 'gap', id: oldest - 1, missed: null };
    const next = Math.max(id + 1, firstId);
    if (next < oldest) return { kind: 'gap', id: oldest - 1, missed: oldest - next };
    const event = this.#events[this.#first + next - oldest] ?? null;
    return event === null ? null : { kind: 'event', id: next, event };
  }

  /** Calls the listener with each event once it is stored, until the returned function is called. */
  listen(listener: (event: SpaceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** The size of an event, including the records that it refers to, since it may outlive them. */
function eventBytes(event: SpaceEvent): number {
  switch (event.kind) {
    case 'run.created':
    case 'run.finished':
      return base + (event.run === undefined ? 0 : runBytes(event.run));
    case 'step.played':
      return base + stepBytes(event.step);
    case 'defect':
    case 'memory.full':
    case 'callback.unsent':
    case 'provider.failed':
      return base + event.message.length;
    case 'run.evicted':
    case 'request.faulted':
    case 'memory.high':
    case 'space.reset':
      return base;
    default:
      return base + deliveryBytes(event.delivery) + responseBytes(event.delivery);
  }
}

const base = 300;

function responseBytes({ attempts }: Delivery): number {
  let bytes = 0;
  for (const { response } of attempts) bytes += response?.body.length ?? 0;
  return bytes;
}
