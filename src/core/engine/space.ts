import type { JsonObject } from '../json.ts';
import type {
  OperationAnswer,
  OperationHandler,
  OperationRequest,
  ProviderContext,
} from '../provider/provider.ts';
import type { ScenarioLibrary } from '../scenario/library.ts';
import type { TimelineStep } from '../scenario/plan.ts';
import type { Settings, SettingsInput } from '../settings.ts';
import type { Delivery } from './deliveries/delivery.ts';
import type { AnswerFaults } from './faults/api-faults.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { Run } from './runs/run.ts';
import type { SpaceStore } from './store.ts';
import type { Clock } from './time/clock.ts';
import type { ClockMove, MoveCaller } from './time/schedule.ts';

/** An isolated place to play: own resources, scripts, clock, seed and log. What the server, the CLI and the library drive. */
export interface Space {
  readonly name: string;
  readonly seed: number;
  readonly clock: Clock;
  /** Another one after each reset. */
  readonly store: SpaceStore;
  /** The scripts of this space, and the queue of `next`. Another one after each reset. */
  readonly scenarios: ScenarioLibrary;
  readonly settings: Settings;
  /**
   * Replaces some settings.
   * @throws {RingbackError} `setting.unknown`, `setting.invalid`; `memory.full` when they take more than before. Nothing is
   * changed then.
   */
  configure(input: SettingsInput): void;
  /**
   * Opens the handling of one request to the provider.
   * @param operation its `operationId`
   */
  openExchange(operation: string): Exchange;
  /**
   * Moves the virtual clock and responds when the attempts have ended. Throws `clock.real`, `clock.end`.
   * @param caller once it is gone, the move ends where it is
   */
  advance(ms: number, caller?: MoveCaller): Promise<MoveReport>;
  /** Moves the virtual clock until nothing is pending. Throws `clock.real`. */
  settle(caller?: MoveCaller): Promise<MoveReport>;
  /** How many jobs wait for their time. */
  pending(): Promise<number>;
  /** True while steps or attempts come by themselves or are under way: on the real clock only. */
  isBusy(): Promise<boolean>;
  /** Sends a finished delivery again, as a new delivery of the same run. Throws `resource.not-found`, `resource.conflict`. */
  redeliver(deliveryId: string): Promise<Delivery>;
  /** Sends one callback now, without a run. */
  fire(order: FireOrder): Promise<Delivery>;
  /** Waits on the space's clock; moves virtual time on by that much. */
  wait(ms: number): Promise<void>;
  /** How many runs were evicted since the last reset. */
  readonly evictedRuns: number;
  /** How many deliveries fired by hand were evicted since the last reset. */
  readonly evictedDeliveries: number;
  /** Counts all that the space keeps. */
  readonly memory: MemoryBudget;
  /** Called before something more is kept. Throws `memory.full` when there is no room, and nothing can be evicted. */
  makeRoom(): Promise<void>;
  /** Begins a new world in place of the one before; what is under way in that one ends without leaving a trace. */
  reset(): Promise<void>;
  /** Starts nothing more, ends what is in flight, and says how many jobs were never played. */
  close(): Promise<{ unplayed: number }>;
}

/**
 * The handling of one request to the provider, from its arrival until its answer is sent: what its operation may use of the
 * space, and, in this order, what becomes of it. It is open until it is answering and then answered, or abandoned.
 */
export interface Exchange extends ProviderContext {
  /** What scripts do to the answer, as far as is known: complete once the operation is over. */
  readonly faults: AnswerFaults;
  /**
   * Carries out the operation.
   * @throws {RingbackError} `resource.conflict` if the space was reset since the request came, and what the operation throws
   */
  perform(operation: OperationHandler, request: OperationRequest): Promise<OperationAnswer>;
  /** The request failed: what it has begun is taken back, and so is a queued order that it took. */
  abandon(): Promise<void>;
  /**
   * Plays what the fault `early` moves before the response. Called when the response is known, before it is sent.
   * Usually does nothing.
   */
  playEarly(): Promise<void> | undefined;
  /** The answer is being written. From here on, moves of the clock wait for `answered`, if anything starts with it. */
  answering(): void;
  /** The answer is flushed, or the client has gone, perhaps before `answering`: the runs and branches of this request start now. */
  answered(): Promise<void>;
}

export interface MoveReport extends ClockMove {
  /** The deliveries that had an attempt, or ended, during the move, in that order. */
  readonly deliveries: readonly Delivery[];
}

/** A callback to be fired by hand (`POST /_ringback/callbacks`, `ringback trigger`). */
export interface FireOrder {
  /** Callback type, e.g. `informed.extractions`; a bare name will do where it is unique. */
  readonly callback: string;
  /** Absolute http(s) URL. */
  readonly to: string;
  /** Default: the first method that the contract declares for it. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the contract's first example. */
  readonly payload?: JsonObject;
  /** Whether the payload may break the contract, since somebody wrote it. Default: when there is one. */
  readonly isWritten?: boolean;
}

/** What happens in a space, as it happens: the log and the event stream are made from it. */
export type SpaceEvent =
  | { readonly kind: 'run.created'; readonly at: number; readonly runId: string; readonly run: Run }
  | {
      readonly kind: 'run.finished' | 'run.evicted';
      readonly at: number;
      readonly runId: string;
      /** The run as it finished; absent when it was evicted. */
      readonly run?: Run;
    }
  | {
      /** A step was played. Its callbacks, if any, are sent next. */
      readonly kind: 'step.played';
      readonly at: number;
      readonly runId: string;
      /** Full name of the scenario whose step it is: an upload may play another one than its run. */
      readonly scenario: string;
      readonly trigger: string;
      readonly subject: string | null;
      readonly step: TimelineStep;
    }
  | {
      readonly kind: 'delivery.created' | 'delivery.dropped' | 'delivery.delivered' | 'delivery.failed';
      readonly at: number;
      readonly delivery: Delivery;
    }
  | {
      /** The last of `delivery.attempts` has just ended. */
      readonly kind: 'attempt.ended';
      readonly at: number;
      readonly delivery: Delivery;
    }
  | {
      /** A script struck a request on the API side; `runId` is null when the request has no run, or none yet. */
      readonly kind: 'request.faulted';
      readonly at: number;
      readonly runId: string | null;
      readonly operation: string;
      readonly scenario: string;
      readonly fault: string;
    }
  | {
      /** What is kept takes four fifths of what it may: evictions are near. Said once until it takes less again. */
      readonly kind: 'memory.high';
      readonly at: number;
      readonly bytes: number;
      readonly limit: number;
    }
  /** Callbacks of a run were not made, since there was no room for them. */
  | { readonly kind: 'memory.full'; readonly at: number; readonly runId: string; readonly message: string }
  | { readonly kind: 'space.reset'; readonly at: number }
  /** Ringback itself failed. The run continues as far as possible. */
  | { readonly kind: 'defect'; readonly at: number; readonly message: string; readonly error: unknown };

export type SpaceListener = (event: SpaceEvent, space: string) => void;
