import type { Branch, Clock, Delivery, LiveEvent, Run } from '../api/records.ts';

/** How the page is connected to the server. */
export type Connection = 'connecting' | 'live' | 'lost';

/** What the page says about the server, until it is closed. */
export interface Notice {
  readonly tone: 'info' | 'warn' | 'bad';
  readonly text: string;
}

/** The id of the group of callbacks that were sent by hand: they belong to no run. */
export const byHand = '';

/** The runs and deliveries of the space, as far as the page has heard. Listeners are called once per frame at most. */
export class Store {
  readonly runs = new Map<string, Run>();
  readonly deliveries = new Map<string, Delivery>();
  /** Ids of the deliveries of each run, the oldest first. Those of no run are under {@link byHand}. */
  readonly deliveriesOf = new Map<string, string[]>();
  /** The timelines of the runs that were looked at. One that has changed since is missing. */
  readonly timelines = new Map<string, readonly Branch[]>();
  connection: Connection = 'connecting';
  notice: Notice | null = null;
  clock: Clock | null = null;
  /** The real time at which {@link clock} was read. */
  clockReadAt = 0;
  /** True until everything that the server keeps has been read. */
  loading = true;
  evicted = 0;
  /** Grows with each change. */
  version = 0;
  readonly #listeners = new Set<() => void>();
  #frame = 0;

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    this.version++;
    if (this.#frame !== 0) return;
    // A hidden page has no frames.
    const tell = (): void => {
      this.#frame = 0;
      for (const listener of this.#listeners) listener();
    };
    this.#frame = document.hidden ? setTimeout(tell, 250) : requestAnimationFrame(tell);
  }

  clear(): void {
    this.runs.clear();
    this.deliveries.clear();
    this.deliveriesOf.clear();
    this.timelines.clear();
    this.evicted = 0;
    this.changed();
  }

  say(notice: Notice | null): void {
    this.notice = notice;
    this.changed();
  }

  setClock(clock: Clock): void {
    this.clock = clock;
    this.clockReadAt = Date.now();
    this.changed();
  }

  /** The time of the space in milliseconds. */
  now(): number {
    const { clock } = this;
    if (clock === null) return Date.now();
    const read = Date.parse(clock.now);
    return clock.kind === 'virtual' ? read : read + Date.now() - this.clockReadAt;
  }

  putRun(run: Run): void {
    this.runs.set(run.id, run);
  }

  /** Takes a delivery, unless a newer version of it is known: lists and events arrive in any order. */
  putDelivery(delivery: Delivery): void {
    const known = this.deliveries.get(delivery.id);
    if (known !== undefined && progress(known) > progress(delivery)) return;
    this.deliveries.set(delivery.id, delivery);
    if (known !== undefined) return;
    const owner = delivery.runId ?? byHand;
    const ids = this.deliveriesOf.get(owner);
    if (ids === undefined) this.deliveriesOf.set(owner, [delivery.id]);
    else insert(ids, delivery, this.deliveries);
  }

  apply(event: LiveEvent): void {
    switch (event.type) {
      case 'run.created':
        if (!this.runs.has(event.runId)) this.putRun(event.run);
        break;
      case 'run.finished':
        this.#setState(event.runId, 'finished');
        break;
      case 'run.evicted':
        this.#forget(event.runId);
        break;
      case 'step.played':
        this.timelines.delete(event.runId);
        this.#setState(event.runId, 'playing');
        break;
      case 'delivery.created':
      case 'attempt.ended':
      case 'delivery.delivered':
      case 'delivery.failed':
      case 'delivery.dropped':
        if (event.type === 'delivery.created' && event.runId !== null) this.#setState(event.runId, 'playing');
        this.putDelivery(event.delivery);
        break;
      case 'callback.unsent':
      case 'memory.full':
      case 'provider.failed':
      case 'defect':
        this.notice = { tone: 'bad', text: event.message };
        break;
      default:
        break;
    }
    if ('at' in event) this.#moveTo(event.at);
    this.changed();
  }

  #moveTo(at: string): void {
    const { clock } = this;
    if (clock?.kind === 'virtual' && Date.parse(at) > Date.parse(clock.now))
      this.clock = { ...clock, now: at };
  }

  #setState(runId: string, state: Run['state']): void {
    const run = this.runs.get(runId);
    if (run !== undefined && run.state !== state) this.runs.set(runId, { ...run, state });
  }

  #forget(runId: string): void {
    this.runs.delete(runId);
    this.timelines.delete(runId);
    for (const id of this.deliveriesOf.get(runId) ?? []) this.deliveries.delete(id);
    this.deliveriesOf.delete(runId);
    this.evicted++;
  }
}

function progress({ attempts, endedAt }: Delivery): number {
  return attempts.length * 2 + (endedAt === null ? 0 : 1);
}

/** Keeps the ids in the order of their creation. Nearly all are added at one end. */
function insert(ids: string[], delivery: Delivery, all: ReadonlyMap<string, Delivery>): void {
  const isAfter = (id: string | undefined): boolean => {
    const other = id === undefined ? undefined : all.get(id);
    if (other === undefined) return true;
    return (
      other.createdAt < delivery.createdAt ||
      (other.createdAt === delivery.createdAt && other.nth < delivery.nth)
    );
  };
  let place = ids.length;
  while (place > 0 && !isAfter(ids[place - 1])) place--;
  ids.splice(place, 0, delivery.id);
}
