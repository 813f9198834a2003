import type { DeliveryRecord, RunSummary, StepRecord, Time } from './records.gen.ts';

export type {
  AttemptRecord,
  BranchRecord,
  ChoiceRecord,
  DeliveryRecord,
  InboxRequestRecord,
  RunRecord,
  StepRecord,
} from './records.gen.ts';

/** What a move of the virtual clock did. */
export interface MoveRecord {
  readonly now: Time;
  /** The number of steps and attempts played. */
  readonly jobs: number;
  /** The number of steps and attempts still pending. */
  readonly pending: number;
  /** The bound that ended the move early, or null. */
  readonly bound: 'horizon' | 'count' | null;
  /** The number of deliveries that had an attempt, or ended, during the move. */
  readonly total: number;
  /**
   * These deliveries, in that order. Fewer than `total` if the space has evicted some, or if there are more than
   * 101,000.
   */
  readonly deliveries: readonly DeliveryRecord[];
}

/** An event of a space, as in its event stream. */
export type SpaceEventRecord = { readonly id: number } & (
  | {
      readonly type: 'run.created';
      readonly at: Time;
      readonly runId: string;
      readonly run: RunSummary;
    }
  | { readonly type: 'run.finished' | 'run.evicted'; readonly at: Time; readonly runId: string }
  | {
      readonly type: 'step.played';
      readonly at: Time;
      readonly runId: string;
      readonly trigger: string;
      readonly subject: string | null;
      readonly step: Pick<StepRecord, 'after' | 'set' | 'callback'>;
    }
  | {
      readonly type:
        | 'delivery.created'
        | 'attempt.ended'
        | 'delivery.delivered'
        | 'delivery.failed'
        | 'delivery.dropped';
      readonly at: Time;
      readonly runId: string | null;
      readonly delivery: DeliveryRecord;
    }
  | {
      readonly type: 'request.faulted';
      readonly at: Time;
      readonly runId: string | null;
      readonly operation: string;
      readonly scenario: string;
      readonly fault: string;
    }
  | { readonly type: 'memory.high'; readonly at: Time; readonly bytes: number; readonly limit: number }
  | { readonly type: 'memory.full'; readonly at: Time; readonly runId: string; readonly message: string }
  | { readonly type: 'space.reset'; readonly at: Time }
  | { readonly type: 'defect'; readonly at: Time; readonly message: string }
  /** Some events are no longer available to the client. */
  | { readonly type: 'gap'; readonly missed: number | null }
);
