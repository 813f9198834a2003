import { RingbackError } from '../errors.ts';
import { createScenarioLibrary, type ScenarioLibrary } from '../scenario/library.ts';
import { Deliveries } from './deliveries/deliveries.ts';
import { type ExchangeParts, type Flushes, RequestExchange } from './exchange.ts';
import { ApiFaults } from './faults/api-faults.ts';
import { Runs } from './runs/runs.ts';
import type { Exchange, MoveReport } from './space.ts';
import type { ClockMove, Job, VirtualSchedule } from './time/schedule.ts';
import type { Trace } from './trace.ts';
import type { World } from './world.ts';

/** Plays the runs of one world, their callbacks, and the requests about them. */
export class Engine {
  readonly world: World;
  readonly scenarios: ScenarioLibrary;
  readonly deliveries: Deliveries;
  readonly runs: Runs;
  readonly #exchanges: ExchangeParts;
  readonly #flushes: PendingFlushes;
  /** Requests that wait for a real clock. */
  readonly #waiters = new Map<number, { wake: () => void; fail: (error: Error) => void }>();
  #lastWaiter = 0;

  constructor(world: World) {
    const { contract, providers, scenarios, defaultScenarios } = world.parts;
    this.world = world;
    this.deliveries = new Deliveries(world);
    this.runs = new Runs(world, this.deliveries);
    this.scenarios = createScenarioLibrary({
      scenarios: scenarios(),
      providers,
      contract,
      settings: () => world.settings,
      memory: world.memory,
      ...(defaultScenarios !== undefined && { defaults: defaultScenarios }),
    });
    // A real clock is never moved, so nothing waits for a response to be flushed.
    this.#flushes = new PendingFlushes(world.virtualSchedule !== null);
    this.#exchanges = {
      world,
      runs: this.runs,
      deliveries: this.deliveries,
      scenarios: this.scenarios,
      apiFaults: new ApiFaults(),
      flushes: this.#flushes,
      wait: (ms) => this.wait(ms),
    };
    world.schedule.start((job) => this.#play(job));
  }

  openExchange(operation: string, trace: Trace | null): Exchange {
    return new RequestExchange(this.#exchanges, operation, trace);
  }

  async wait(ms: number): Promise<void> {
    const { schedule, virtualSchedule, clock } = this.world;
    if (virtualSchedule !== null) {
      await virtualSchedule.advanceWithin(ms);
      return;
    }
    const waiter = ++this.#lastWaiter;
    const woken = new Promise<void>((wake, fail) => {
      this.#waiters.set(waiter, { wake, fail });
    });
    await schedule.add({ kind: 'wake', due: clock.now() + ms, waiter });
    await woken;
  }

  /** @param what name of the move, for the error message */
  async move(what: string, move: (schedule: VirtualSchedule) => Promise<ClockMove>): Promise<MoveReport> {
    const { virtualSchedule, watchers, store, parts } = this.world;
    if (virtualSchedule === null) {
      throw new RingbackError('clock.real', {
        details: { space: parts.name },
        detail: `Could not ${what} the clock of space "${parts.name}": it is real, so time passes by itself.`,
      });
    }
    await this.#flushes.over();
    const touched = new Set<string>();
    watchers.add(touched);
    try {
      const moved = await move(virtualSchedule);
      return { ...moved, deliveries: await store.deliveries.getMany(touched) };
    } finally {
      watchers.delete(touched);
    }
  }

  /** Ends the world and its work in flight after a reset of the space. */
  end(): Promise<void> {
    this.#failWaiters('the space was reset');
    return this.world.end();
  }

  /** Starts nothing more, ends the work in flight, and returns the number of jobs that were never played. */
  async close(): Promise<number> {
    const { schedule } = this.world;
    this.#failWaiters('the server stops');
    await schedule.close();
    // Counted last: an attempt that was in flight may have planned a retry.
    return schedule.pending();
  }

  /** Plays a job that is due. Does nothing if its run, delivery or waiter is gone. */
  #play(job: Job): Promise<void> {
    if (job.kind === 'wake') {
      this.#waiters.get(job.waiter)?.wake();
      this.#waiters.delete(job.waiter);
      return Promise.resolve();
    }
    const played = job.kind === 'step' ? this.runs.play(job) : this.runs.attempt(job.deliveryId);
    return played.catch((error: unknown) => {
      const message = `Could not play a job (${job.kind}): ${error instanceof Error ? error.message : String(error)}`;
      this.world.emit({ kind: 'defect', at: this.world.clock.now(), message, error });
    });
  }

  #failWaiters(why: string): void {
    const error = new RingbackError('resource.conflict', {
      details: { kind: 'clock', id: null },
      detail: `Could not wait for the clock: ${why}.`,
    });
    for (const waiter of this.#waiters.values()) waiter.fail(error);
    this.#waiters.clear();
  }
}

/** The responses that are being written, and the moves that wait for them. */
class PendingFlushes implements Flushes {
  readonly #isCounted: boolean;
  readonly #begun = new Set<Exchange>();
  #waiting: (() => void)[] = [];

  constructor(isCounted: boolean) {
    this.#isCounted = isCounted;
  }

  begin(exchange: Exchange): void {
    if (this.#isCounted) this.#begun.add(exchange);
  }

  end(exchange: Exchange): void {
    if (!this.#begun.delete(exchange) || this.#begun.size > 0) return;
    for (const go of this.#waiting.splice(0)) go();
  }

  async over(): Promise<void> {
    while (this.#begun.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
