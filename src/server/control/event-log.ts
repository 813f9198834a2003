import type { SpaceEvent } from '../../core/delivery/space.ts';

/** What comes next for a reader: an event with its id, or word that events before it are gone. */
export type NextEvent =
  | { readonly kind: 'event'; readonly id: number; readonly event: SpaceEvent }
  | {
      readonly kind: 'gap';
      /** Id of the last event that the reader cannot have any more. */
      readonly id: number;
      /** How many those are; null: events of an earlier life of the space, nobody knows how many. */
      readonly missed: number | null;
    };

export interface EventLogOptions {
  /**
   * Id of the first event. Ids grow by one. A later log of the same space has to start higher, so that a reader of an
   * earlier one is told of a gap and never continued at a wrong place.
   */
  readonly firstId: number;
  /** Most events to keep, as of now. */
  readonly limit: () => number;
}

/** The last events of one space, for those who watch it. Events are values, so keeping them costs little. */
export class EventLog {
  readonly #options: EventLogOptions;
  /** The oldest first, and before them places of some that have gone. */
  readonly #events: (SpaceEvent | null)[] = [];
  /** Where the oldest is. */
  #first = 0;
  readonly #listeners = new Set<() => void>();
  #nextId: number;

  constructor(options: EventLogOptions) {
    this.#options = options;
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
      this.#first = 0;
    }
    this.#events.push(event);
    this.#nextId++;
    // Before the oldest go: those who wait get it even when none is to be kept.
    for (const listener of this.#listeners) listener();
    this.#drop(this.#kept - this.#options.limit());
  }

  get #kept(): number {
    return this.#events.length - this.#first;
  }

  /** Lets the oldest go. Their places go later, many at a time: moving all that follow costs more than an event. */
  #drop(count: number): void {
    for (let i = 0; i < count; i++) this.#events[this.#first++] = null;
    if (this.#first <= this.#kept) return;
    this.#events.splice(0, this.#first);
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
