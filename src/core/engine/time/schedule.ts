/**
 * Something that happens at a given time. Plain data, so that a schedule may store it outside this process.
 * Jobs with the same due time run in the order in which they were added.
 */
export type Job = StepJob | AttemptJob | WakeJob;

/** A step of a run's branch is due. */
export interface StepJob {
  readonly kind: 'step';
  readonly due: number;
  readonly runId: string;
  readonly branch: number;
  /** Index into the branch's steps. */
  readonly step: number;
  /** The branch's `starts` when the job was added. Restarting the branch makes its old jobs void. */
  readonly start: number;
}

/** An attempt of a delivery is due. */
export interface AttemptJob {
  readonly kind: 'attempt';
  readonly due: number;
  readonly deliveryId: string;
}

/** A request that waits for the clock (a synchronous submission, a latency) continues. */
export interface WakeJob {
  readonly kind: 'wake';
  readonly due: number;
  readonly waiter: number;
}

export type JobHandler = (job: Job) => Promise<void>;

/** Stores jobs until they are due, then passes each to the handler, once and never early. */
export interface Schedule {
  /** Sets who handles jobs. Called once, before the first `add`. A handler never rejects. */
  start(handler: JobHandler): void;
  add(job: Job): Promise<void>;
  /** How many jobs wait. */
  pending(): Promise<number>;
  /** True if a job is scheduled on a real clock, or a handler runs, which may add another job. */
  isBusy(): Promise<boolean>;
  /** Removes all waiting jobs. Running handlers continue. */
  clear(): Promise<void>;
  /** Starts no further job, and ends moves of the clock. Resolves when all running handlers have ended. */
  close(): Promise<void>;
}

/** The result of `advance` and `settle`. */
export interface ClockMove {
  /** The time after the move. */
  readonly now: number;
  /** How many jobs ran. */
  readonly jobs: number;
  /** How many jobs are still waiting. */
  readonly pending: number;
  /** The bound that ended the move early, or null. */
  readonly bound: 'horizon' | 'count' | null;
}

/** The caller of a move, such as an `AbortSignal`. If the caller disconnects, the move ends after the current job. */
export interface MoveCaller {
  readonly aborted: boolean;
}

export interface SettleLimits {
  readonly horizonMs?: number;
  readonly maxJobs?: number;
}

/** A schedule whose clock is moved by calls. The clock does not move while a handler runs. */
export interface VirtualSchedule extends Schedule {
  /** Runs, in order, all jobs due within `ms` from now, then sets the clock to that time. Throws `clock.end`. */
  advance(ms: number, caller?: MoveCaller): Promise<ClockMove>;
  /** Runs jobs until none waits, for at most `horizonMs` of virtual time and `maxJobs` jobs. */
  settle(limits?: SettleLimits, caller?: MoveCaller): Promise<ClockMove>;
  /** Like `advance`, but can be called during another move, by a request that a handler causes. */
  advanceWithin(ms: number): Promise<ClockMove>;
}

/** The bounds of `settle` (DESIGN §5): 30 virtual days, and enough jobs for any scenario that ends. */
export const settleHorizonMs = 30 * 86_400_000;
export const settleMaxJobs = 1_000_000;
