/**
 * Something that is to happen at a time. Plain data: a schedule may keep it outside this process.
 * Jobs of one due time run in the order in which they were added.
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
  /** The branch's `starts` when the job was added: a branch that was started again makes its old jobs void. */
  readonly start: number;
}

/** An attempt of a delivery is due. */
export interface AttemptJob {
  readonly kind: 'attempt';
  readonly due: number;
  readonly deliveryId: string;
}

/** A request that waits for the clock (a synchronous submission, a latency) goes on. */
export interface WakeJob {
  readonly kind: 'wake';
  readonly due: number;
  readonly waiter: number;
}

export type JobHandler = (job: Job) => Promise<void>;

/** Keeps jobs until their time has come, then hands each to the handler, once, never early. */
export interface Schedule {
  /** Sets who handles jobs. Called once, before the first `add`. A handler never rejects. */
  start(handler: JobHandler): void;
  add(job: Job): Promise<void>;
  /** How many jobs wait. */
  pending(): Promise<number>;
  /** True when something happens by itself: a job waits for a time that comes, or a handler runs, which may add another job. */
  isBusy(): Promise<boolean>;
  /** Forgets all jobs that wait; handlers that run go on. */
  clear(): Promise<void>;
  /** Starts no further job, and ends moves of the clock. Resolves when the handlers that run have ended. */
  close(): Promise<void>;
}

/** What `advance` and `settle` did. */
export interface ClockMove {
  /** The time after the move. */
  readonly now: number;
  /** How many jobs ran. */
  readonly jobs: number;
  /** How many jobs wait still. */
  readonly pending: number;
  /** Why the move ended with jobs waiting that it should have run, or null. */
  readonly bound: 'horizon' | 'count' | null;
}

/** Who asked for a move: an `AbortSignal`. A move whose caller has gone ends after the job that it plays. */
export interface MoveCaller {
  readonly aborted: boolean;
}

export interface SettleLimits {
  readonly horizonMs?: number;
  readonly maxJobs?: number;
}

/** A schedule whose time is moved by hand. The clock stands still while a handler runs. */
export interface VirtualSchedule extends Schedule {
  /** Runs, in order, all jobs due within `ms` from now, then sets the clock to that time. Throws `clock.end`. */
  advance(ms: number, caller?: MoveCaller): Promise<ClockMove>;
  /** Runs jobs until none waits, for at most `horizonMs` of virtual time and `maxJobs` jobs. */
  settle(limits?: SettleLimits, caller?: MoveCaller): Promise<ClockMove>;
  /** Like `advance`, but may be called while another move is under way, from a handler's request back to us. */
  advanceWithin(ms: number): Promise<ClockMove>;
}

/** The bounds of `settle` (DESIGN §5): 30 virtual days, and enough jobs for any scenario that ends. */
export const settleHorizonMs = 30 * 86_400_000;
export const settleMaxJobs = 1_000_000;
