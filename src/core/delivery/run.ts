import type { Violation } from '../errors.ts';
import type { Plan, TimelineStep } from '../scenario/plan.ts';
import type { Identified } from './store.ts';

/** Why a scenario was chosen (DESIGN §4.2, in the order in which the rules apply). */
export type ChoiceRule = 'header' | 'next' | 'file-name' | 'match' | 'content' | 'default';

export interface Choice {
  readonly rule: ChoiceRule;
  /** One sentence: what made the rule fit. */
  readonly because: string;
}

/** One playing of a scenario for one submission. */
export interface Run extends Identified {
  readonly provider: string;
  /** Full name, e.g. `docdigitizer/annotated`. */
  readonly scenario: string;
  readonly choice: Choice;
  /** `operationId` of the submission. */
  readonly operation: string;
  /** The resource that the submission made. */
  readonly resourceId: string;
  readonly createdAt: number;
  /** Where callbacks go; null when the consumer gave no URL: then nobody is notified. */
  readonly target: CallbackTarget | null;
  readonly branches: readonly Branch[];
  /** How many of them have steps to play still, or wait for their start: an application has one for each upload. */
  readonly openBranches: number;
  /** In the order in which the deliveries were made. */
  readonly deliveryIds: readonly string[];
  /** How many of them are not over yet. */
  readonly openDeliveries: number;
  /** Deliveries that wait for the run's next callback, with which a script has swapped them. */
  readonly heldDeliveries: readonly string[];
  /** By fault rule, how many callbacks of the run fitted its `on` so far: what `nth` counts. */
  readonly faultCounts: Readonly<Record<string, number>>;
  /** What the user should know about how the submission was read; nothing was refused for it. */
  readonly warnings: readonly Violation[];
  /** What scripts did to the answers of requests about the run, oldest first; past the first hundred the oldest go. */
  readonly apiFaults: readonly ApiFaultMark[];
  /** How many of them have gone. */
  readonly forgottenApiFaults: number;
}

/** A fault of the API side that came into question for a request: it struck, or chance had it pass. */
export interface ApiFaultMark {
  readonly at: number;
  /** `operationId` of the request. */
  readonly operation: string;
  /** Full name of the scenario whose fault it is. */
  readonly scenario: string;
  /** In a few words, e.g. `status 503`. */
  readonly fault: string;
  readonly struck: boolean;
  /** 0…1. */
  readonly probability: number;
  /** What was drawn; below the probability it strikes. Null: nothing was left to chance. */
  readonly drawn: number | null;
}

/** Where and how the consumer wants to be called. */
export interface CallbackTarget {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A part of a run that one trigger started: the submission itself, a later upload, an update, a quiet period.
 * A run plays until all its branches are over.
 */
export interface Branch {
  /** Which of the plan's triggers it plays. */
  readonly trigger: string;
  /** What it is about, e.g. the id of the uploaded file; null for the run's own resource. */
  readonly subject: string | null;
  /** Full name of the scenario whose plan it plays: an upload may play another one than its run. */
  readonly scenario: string;
  readonly choice: Choice;
  readonly plan: Plan;
  /** The steps it plays: the plan's for its trigger, unless the submission asked for fewer. */
  readonly steps: readonly TimelineStep[];
  /** When its trigger fired; null while the answer to the request that fires it is not sent yet. */
  readonly startedAt: number | null;
  /** How often it was started: a quiet period begins anew with each upload. */
  readonly starts: number;
  /** How many of its steps were carried out before the answer was sent, by the fault `early`. */
  readonly playedEarly: number;
  /** How many of its steps have been carried out since the last start. */
  readonly stepsDone: number;
}

/** The run with another branch in that place. */
export function withBranch(run: Run, index: number, branch: Branch): Run {
  const { branches, openBranches } = branchesWith(run, index, branch);
  return { ...run, branches, openBranches };
}

/** What a run says of its branches with another one in that place, or behind the last one. */
export function branchesWith(
  { branches, openBranches }: Run,
  index: number,
  branch: Branch,
): Pick<Run, 'branches' | 'openBranches'> {
  const old = branches[index];
  const change = Number(isOpen(branch)) - Number(old !== undefined && isOpen(old));
  return {
    branches: old === undefined ? branches.concat(branch) : branches.with(index, branch),
    openBranches: openBranches + change,
  };
}

/** True when all that is open is held back for a next callback, and none is to come. */
export function waitsForNothing(run: Run): boolean {
  const held = run.heldDeliveries.length;
  return held > 0 && run.openDeliveries === held && run.openBranches === 0;
}

/** True when all branches have played all their steps and all deliveries have ended. */
export function isOver(run: Run): boolean {
  return run.openDeliveries === 0 && run.openBranches === 0;
}

function isOpen({ startedAt, stepsDone, steps }: Branch): boolean {
  return startedAt === null || stepsDone < steps.length;
}
