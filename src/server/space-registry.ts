import { formatDuration } from '../core/duration.ts';
import type { Space } from '../core/engine/space.ts';
import { RingbackError } from '../core/errors.ts';
import { machineNow, steadyNow } from '../platform/machine-time.ts';
import { defaultSpace } from './http/request-target.ts';

/** The spaces of a server. A space is created when it is first used, and evicted when it is no longer in use. */
export interface SpaceRegistry {
  /**
   * Returns the space of that name, and creates it if needed. For callers in this process. Requests use {@link enter}.
   * @throws {RingbackError} `resource.conflict` once the registry is closed, `space.limit` when there are too many
   */
  get(name: string): Space;
  /**
   * Opens the space for a request. It cannot be evicted until the request leaves. If the space does not exist, it is
   * created, which may evict the least recently used one. Only that is asynchronous.
   * @param mayMake whether a missing space may be created. Default true
   * @throws {RingbackError} like `get`, but `space.limit` only if every space is in use; `space.unknown`
   */
  enter(name: string, mayMake?: boolean): SpaceVisit | Promise<SpaceVisit>;
  /** Marks the space of that name as not idle. */
  touch(name: string): void;
  /**
   * Removes the uploads of a space, after a reset or the eviction of a run, and returns their keys.
   * @param runId the run whose uploads to remove. Default: every run of the space
   */
  disown(name: string, runId?: string): readonly string[];
  /** The spaces, in order of creation. */
  list(): readonly Space[];
  /** The use of each space, in order of creation. */
  usage(): readonly SpaceUsage[];
  /** The maximum number of spaces. */
  readonly limit: number;
  /** The number of evictions since the start. */
  readonly evicted: number;
  /** Evicts the spaces that have been idle for their setting `limits.spaceIdle`. */
  sweep(): Promise<void>;
  /** Closes all spaces. `unplayed` is the number of jobs that were never played. Later calls return the same result. */
  close(): Promise<{ unplayed: number }>;
}

/** A request that uses a space. */
export interface SpaceVisit {
  readonly space: Space;
  /** Assigns an upload to a run, with which it is evicted. */
  own(blob: string, runId: string): void;
  /** Removes an upload from a run that continues. */
  disown(blob: string, runId: string): void;
  /** Ends the visit. Call it once. */
  leave(): void;
}

/** The use of a space. Times are real, in milliseconds since 1970. */
export interface SpaceUsage {
  readonly space: Space;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** The number of requests that are using it. */
  readonly visits: number;
}

/** An evicted space. */
export interface Eviction {
  readonly space: Space;
  /** Keys of its uploads. */
  readonly blobs: readonly string[];
  readonly reason: 'idle' | 'limit';
  /** The number of pending steps and attempts that are lost. */
  readonly jobs: number;
  /** How long it was unused, in real milliseconds. */
  readonly idleMs: number;
}

export interface SpaceRegistryOptions {
  /** The maximum number of spaces. Default 1,000. */
  readonly limit?: number;
  /** The current time, in milliseconds since 1970. Default: the machine's. */
  readonly now?: () => number;
  /**
   * A monotonic time in milliseconds, by which idle spaces are found. Default: `now` if given, otherwise that of the
   * process.
   */
  readonly steady?: () => number;
  /** Called for each evicted space, before another one can take its name. */
  readonly onEvict?: (eviction: Eviction) => void;
  /** Called if an evicted space cannot be closed. */
  readonly onFailure?: (what: string, error: unknown) => void;
}

/** @param makeSpace called once for each name, and again after an eviction */
export function createSpaceRegistry(
  makeSpace: (name: string) => Space,
  options: SpaceRegistryOptions = {},
): SpaceRegistry {
  return new MemorySpaceRegistry(makeSpace, options);
}

interface Entry {
  readonly space: Space;
  readonly createdAt: number;
  /** Keys of uploads, by run. */
  readonly blobs: Map<string, Set<string>>;
  /** A monotonic time. */
  lastUsed: number;
  visits: number;
}

class Visit implements SpaceVisit {
  readonly space: Space;
  readonly #entry: Entry;
  readonly #steady: () => number;

  constructor(entry: Entry, steady: () => number) {
    this.space = entry.space;
    this.#entry = entry;
    this.#steady = steady;
  }

  own(blob: string, runId: string): void {
    const { blobs } = this.#entry;
    const ofRun = blobs.get(runId);
    if (ofRun === undefined) blobs.set(runId, new Set([blob]));
    else ofRun.add(blob);
  }

  disown(blob: string, runId: string): void {
    const { blobs } = this.#entry;
    const ofRun = blobs.get(runId);
    if (ofRun?.delete(blob) && ofRun.size === 0) blobs.delete(runId);
  }

  leave(): void {
    this.#entry.visits--;
    this.#entry.lastUsed = this.#steady();
  }
}

class MemorySpaceRegistry implements SpaceRegistry {
  readonly limit: number;
  readonly #makeSpace: (name: string) => Space;
  readonly #now: () => number;
  readonly #steady: () => number;
  readonly #onEvict: (eviction: Eviction) => void;
  readonly #onFailure: (what: string, error: unknown) => void;
  readonly #entries = new Map<string, Entry>();
  /** Evicted spaces that are closing. */
  readonly #closing = new Set<Promise<void>>();
  #evicted = 0;
  #closed: Promise<{ unplayed: number }> | null = null;

  constructor(makeSpace: (name: string) => Space, options: SpaceRegistryOptions) {
    this.#makeSpace = makeSpace;
    this.limit = options.limit ?? 1_000;
    this.#now = options.now ?? machineNow;
    this.#steady = options.steady ?? options.now ?? steadyNow;
    this.#onEvict = options.onEvict ?? (() => undefined);
    this.#onFailure = options.onFailure ?? (() => undefined);
  }

  get evicted(): number {
    return this.#evicted;
  }

  get(name: string): Space {
    const entry = this.#entries.get(name) ?? this.#make(name);
    entry.lastUsed = this.#steady();
    return entry.space;
  }

  enter(name: string, mayMake = true): SpaceVisit | Promise<SpaceVisit> {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return this.#visit(entry);
    if (mayMake) return this.#enterNew(name);
    throw new RingbackError('space.unknown', {
      details: { name },
      detail: `Could not open the space "${name}": it does not exist, and this request may not create it. Create it with the control API, e.g. GET /@${name}/_ringback/health with the token if one is set, or send X-Ringback-Token.`,
    });
  }

  async #enterNew(name: string): Promise<SpaceVisit> {
    let entry = this.#entries.get(name);
    // While this waits, another request may take the free place, or create this very space.
    while (entry === undefined) {
      const mustWait = (): boolean => this.#closed === null && this.#isFull();
      if (mustWait()) await this.#makeRoom(name);
      entry = this.#entries.get(name) ?? (mustWait() ? undefined : this.#make(name));
    }
    return this.#visit(entry);
  }

  touch(name: string): void {
    const entry = this.#entries.get(name);
    if (entry !== undefined) entry.lastUsed = this.#steady();
  }

  disown(name: string, runId?: string): readonly string[] {
    const blobs = this.#entries.get(name)?.blobs;
    if (blobs === undefined) return [];
    if (runId === undefined) {
      const keys = keysOf(blobs);
      blobs.clear();
      return keys;
    }
    const ofRun = blobs.get(runId);
    blobs.delete(runId);
    return [...(ofRun ?? [])];
  }

  list(): readonly Space[] {
    return [...this.#entries.values()].map(({ space }) => space);
  }

  usage(): readonly SpaceUsage[] {
    const now = this.#now();
    const steady = this.#steady();
    return [...this.#entries.values()].map(({ space, createdAt, lastUsed, visits }) => ({
      space,
      createdAt,
      lastUsedAt: now - (steady - lastUsed),
      visits,
    }));
  }

  async sweep(): Promise<void> {
    for (const entry of [...this.#entries.values()]) {
      const isIdle = (): boolean =>
        this.#steady() - entry.lastUsed >= entry.space.settings['limits.spaceIdle'] && this.#mayGo(entry);
      if (isIdle() && !(await entry.space.isBusy()) && isIdle()) this.#evict(entry, 'idle');
    }
  }

  close(): Promise<{ unplayed: number }> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<{ unplayed: number }> {
    const ends = await Promise.all(this.list().map((space) => space.close()));
    await Promise.all(this.#closing);
    return { unplayed: ends.reduce((sum, end) => sum + end.unplayed, 0) };
  }

  #isFull(): boolean {
    return this.#entries.size >= this.limit;
  }

  #make(name: string): Entry {
    if (this.#closed !== null) {
      throw new RingbackError('resource.conflict', {
        details: { kind: 'space', id: name },
        detail: `Could not open the space "${name}": the server is stopping.`,
      });
    }
    if (this.#isFull()) throw this.#full(name);
    const now = this.#now();
    const entry: Entry = {
      space: this.#makeSpace(name),
      createdAt: now,
      blobs: new Map(),
      lastUsed: this.#steady(),
      visits: 0,
    };
    this.#entries.set(name, entry);
    return entry;
  }

  #visit(entry: Entry): SpaceVisit {
    entry.visits++;
    entry.lastUsed = this.#steady();
    return new Visit(entry, this.#steady);
  }

  /**
   * Evicts the least recently used space of the first group that has any: spaces without runs; spaces without pending
   * work; spaces that only wait for the real clock and have been idle for `limits.spaceIdle`. The jobs of the last
   * group are lost.
   */
  async #makeRoom(name: string): Promise<void> {
    const byLastUse = [...this.#entries.values()].sort((a, b) => a.lastUsed - b.lastUsed);
    const isResting = async ({ space }: Entry): Promise<boolean> => !(await space.isBusy());
    const isEmpty = async (entry: Entry): Promise<boolean> =>
      (await entry.space.store.runs.count()) === 0 && (await isResting(entry));
    const onlyWaits = async (entry: Entry): Promise<boolean> =>
      this.#idleLeft(entry) <= 0 && (await entry.space.pending()) > 0;
    for (const fits of [isEmpty, isResting, onlyWaits]) {
      for (const entry of byLastUse) {
        if (!this.#mayGo(entry) || !(await fits(entry))) continue;
        if (!this.#isFull()) return;
        if (!this.#mayGo(entry)) continue;
        const jobs = fits === onlyWaits ? await entry.space.pending() : 0;
        if (this.#mayGo(entry)) this.#evict(entry, 'limit', jobs);
        return;
      }
    }
    if (this.#isFull()) throw this.#full(name);
  }

  /** The time until a space has been idle for its limit, in milliseconds. */
  #idleLeft({ space, lastUsed }: Entry): number {
    return lastUsed + space.settings['limits.spaceIdle'] - this.#steady();
  }

  /** `default` is never evicted: its user may only be taking a break. */
  #mayGo(entry: Entry): boolean {
    const { name } = entry.space;
    return entry.visits === 0 && name !== defaultSpace && this.#entries.get(name) === entry;
  }

  #evict(entry: Entry, reason: Eviction['reason'], jobs = 0): void {
    const { space, blobs } = entry;
    this.#entries.delete(space.name);
    this.#evicted++;
    const closing: Promise<void> = space
      .close()
      .then(
        () => undefined,
        (error: unknown) => this.#onFailure(`closing the evicted space "${space.name}"`, error),
      )
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    this.#onEvict({ space, blobs: keysOf(blobs), reason, jobs, idleMs: this.#steady() - entry.lastUsed });
  }

  #full(name: string): RingbackError {
    const unused = [...this.#entries.values()].filter((entry) => this.#mayGo(entry));
    const first = Math.min(...unused.map((entry) => this.#idleLeft(entry)));
    const wait =
      unused.length === 0 || first <= 0
        ? ''
        : ` The first space that only waits for the real clock makes room in ${formatDuration(Math.ceil(first / 1_000) * 1_000)}, once it has been idle for its limits.spaceIdle.`;
    return new RingbackError('space.limit', {
      details: { limit: this.limit },
      detail: `Could not open the space "${name}": there are ${this.limit} spaces already, and all of them are in use.${wait} Reset one that you no longer need, or start the server with a higher --max-spaces.`,
    });
  }
}

function keysOf(blobs: Entry['blobs']): readonly string[] {
  return [...blobs.values()].flatMap((keys) => [...keys]);
}
