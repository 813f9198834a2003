import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { type MemoryBudget, unlimitedMemory } from '../../core/engine/memory-budget.ts';
import { deliveryBytes, runBytes, stepBytes } from '../../core/engine/record-bytes.ts';
import type { SpaceEvent } from '../../core/engine/space.ts';

/** What comes next for a reader: an event with its id, or word that events before it are gone. */
export type NextEvent =
  | { readonly kind: 'event'; readonly id: number; readonly event: SpaceEvent }
  | {
      readonly kind: 'gap';
      /** Id of the last event that the reader cannot have any more. */
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
  /** Most events to keep, as of now. */
  readonly limit: () => number;
  /** Counts what the events take. Of what it allows, they get a sixteenth: they are copies. Default: without a limit. */
  readonly memory?: Pick<MemoryBudget, 'add' | 'limit'>;
}

/** What part of a space's memory its events may take. */
const share = 1 / 16;

/** The last events of one space, for those who watch it. Events are values, so keeping them costs little. */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly #memory: Pick<MemoryBudget, 'add' | 'limit'>;
  /** The oldest first, and before them places of some that have gone. */
  readonly #events: (SpaceEvent | null)[] = [];
  /** Where the oldest is. */
  #first = 0;
  /** What each of them takes, in the same places. */
  readonly #sizes: number[] = [];
  #bytes = 0;
  readonly #listeners = new Set<() => void>();
  #nextId: number;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#memory = options.memory ?? unlimitedMemory();
    this.#nextId = options.firstId;
  }

  /** Id of the newest event; one below the first id when there was none yet. */
  get lastId(): number {
    return this.#nextId - 1;
  }

  /** How many watch it. */
  get readers(): number {
    return this.#listeners.size;
  }

  /** Keeps an event. A reset forgets what was before it. */
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
    // Before the oldest are evicted: waiting readers get it even if none is stored.
    for (const listener of this.#listeners) listener();
    this.#drop();
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#memory.add(bytes);
  }

  get #kept(): number {
    return this.#events.length - this.#first;
  }

  /** Lets the oldest go. Their places go later, many at a time: moving all that follow costs more than an event. */
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
   * What follows the event of an id, or null when nothing does yet.
   * @param id 0: all that is kept; an id that this log has not given is one of an earlier log
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

  /** Calls the listener after each event, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** What an event takes, with the records that it refers to: it may outlive them. */
function eventBytes(event: SpaceEvent): number {
  switch (event.kind) {
    case 'run.created':
    case 'run.finished':
      return base + (event.run === undefined ? 0 : runBytes(event.run));
    case 'step.played':
      return base + stepBytes(event.step);
    case 'defect':
    case 'memory.full':
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
