import type { JsonValue } from '../json.ts';
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
import type { Trace } from './trace.ts';

/** An isolated instance with its own resources, scripts, clock, seed and log. Server, CLI and library control it. */
export interface Space {
  readonly name: string;
  readonly seed: number;
  readonly clock: Clock;
  /** A reset replaces it. */
  readonly store: SpaceStore;
  /** The scripts of this space, and the queue of `next`. A reset replaces it. */
  readonly scenarios: ScenarioLibrary;
  readonly settings: Settings;
  /**
   * Replaces some settings.
   * @throws {RingbackError} `setting.unknown`, `setting.invalid`; `memory.full` when they take more than before. Then
   * nothing is changed.
   */
  configure(input: SettingsInput): void;
  /**
   * Starts the handling of one request to the provider.
   * @param operation its `operationId`
   * @param trace what its runs belong to. Default: the trace that the request carries
   */
  openExchange(operation: string, trace?: Trace | null): Exchange;
  /**
   * Moves the virtual clock and responds when the attempts have ended. Throws `clock.real`, `clock.end`.
   * @param caller when it disconnects, the move stops
   */
  advance(ms: number, caller?: MoveCaller): Promise<MoveReport>;
  /** Moves the virtual clock until nothing is pending. Throws `clock.real`. */
  settle(caller?: MoveCaller): Promise<MoveReport>;
  /** How many jobs wait for their time. */
  pending(): Promise<number>;
  /** True while steps or attempts are running or scheduled on the real clock. */
  isBusy(): Promise<boolean>;
  /** Sends a finished delivery again, as a new delivery of the same run. Throws `resource.not-found`, `resource.conflict`. */
  redeliver(deliveryId: string): Promise<Delivery>;
  /** Sends one callback now, without a run. */
  fire(order: FireOrder): Promise<Delivery>;
  /** Waits on the space's clock. A virtual clock moves by that much. */
  wait(ms: number): Promise<void>;
  /** How many runs were evicted since the last reset. */
  readonly evictedRuns: number;
  /** How many deliveries fired by hand were evicted since the last reset. */
  readonly evictedDeliveries: number;
  /** Counts the memory of the space. */
  readonly memory: MemoryBudget;
  /** Call it before storing something. Throws `memory.full` when there is no room and nothing can be evicted. */
  makeRoom(): Promise<void>;
  /** Replaces the world with a new one. Work in flight in the old one ends without effect. */
  reset(): Promise<void>;
  /** Starts nothing more, ends the work in flight, and returns the number of jobs that were never played. */
  close(): Promise<{ unplayed: number }>;
}

/**
 * One request to the provider, from its arrival until its response is sent: the context of its operation, and then, in
 * this order, the methods for its stages. It is open until it is answering and then answered, or abandoned.
 */
export interface Exchange extends ProviderContext {
  /** The faults of the response so far. Complete when the operation has ended. */
  readonly faults: AnswerFaults;
  /**
   * Carries out the operation.
   * @throws {RingbackError} `resource.conflict` if the space was reset after the request arrived; errors of the operation
   */
  perform(operation: OperationHandler, request: OperationRequest): Promise<OperationAnswer>;
  /** Undoes what a failed request has started, and returns the queued order that it took. */
  abandon(): Promise<void>;
  /**
   * Plays what the fault `early` moves before the response. Called when the response is known, before it is sent.
   * Usually does nothing.
   */
  playEarly(): Promise<void> | undefined;
  /** The response is being written. Moves of the clock now wait for `answered`, if anything starts with it. */
  answering(): void;
  /** Starts the runs and branches of this request: the response is flushed, or the client has disconnected. */
  answered(): Promise<void>;
}

export interface MoveReport extends ClockMove {
  /** The deliveries that had an attempt, or ended, during the move, in that order. */
  readonly deliveries: readonly Delivery[];
}

/** A callback to be fired by hand (`POST /_ringback/callbacks`, `ringback trigger`). */
export interface FireOrder {
  /** Callback type, e.g. `informed.extractions`; or its name or event, if that is unique. */
  readonly callback: string;
  /** Absolute http(s) URL. */
  readonly to: string;
  /** Default: the first method that the contract declares for it. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: what the provider sends, or the contract's first example. */
  readonly payload?: JsonValue;
  /** Whether the payload may violate the contract, since a user wrote it. Default: true if there is a payload. */
  readonly isWritten?: boolean;
  /** The message that it repeats in other words: `callback.messageId` of a delivery. Default: a new one. */
  readonly messageId?: string;
}

/** An event of a space. The log and the event stream are made from these. */
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
  /** Callbacks of a run were not made, because memory is full. */
  | { readonly kind: 'memory.full'; readonly at: number; readonly runId: string; readonly message: string }
  /** Callbacks of a run are not sent, for the reason given: the URL is unknown, for example. */
  | {
      readonly kind: 'callback.unsent';
      readonly at: number;
      readonly runId: string;
      readonly message: string;
    }
  /** The code of a provider failed, so that a request got 500. Nothing of the request was kept. */
  | {
      readonly kind: 'provider.failed';
      readonly at: number;
      readonly operation: string;
      readonly message: string;
    }
  | { readonly kind: 'space.reset'; readonly at: number }
  /** Ringback itself failed. The run continues as far as possible. */
  | { readonly kind: 'defect'; readonly at: number; readonly message: string; readonly error: unknown };

export type SpaceListener = (event: SpaceEvent, space: string) => void;
