import type { JsonValue } from '../../core/json.ts';

/** A scenario without its name, provider and match, as `defineScenario` takes it. */
export type Script = Readonly<
  Partial<
    Record<
      'outcome' | 'timings' | 'timeline' | 'faults' | 'respond' | 'retry' | 'settings' | 'seed',
      JsonValue
    >
  >
>;

/** One final outcome of the provider, and the script that leads there undisturbed. */
export interface Outcome {
  /** Short and stable, used in ids of disturbances: `annotated`. */
  readonly id: string;
  readonly script: Script;
  /** Whether only the callback tells it, and the API does not: then polling cannot find it out. Default: false. */
  readonly isOnlyInCallback?: boolean;
}

/** One callback of the sequence of an outcome, as its first undisturbed play had it. */
export interface Step {
  /** What it says, in a word: `30`, `verifications`. */
  readonly id: string;
  /** Callback type, e.g. `informed.extractions`. */
  readonly type: string;
  /** The `on` of a fault that strikes this callback only: its name, and which of that name it is. */
  readonly on: { readonly callback: string; readonly nth: number };
}

/** An outcome that was played undisturbed. */
export interface PlayedOutcome extends Outcome {
  /** At least one. The last one has the outcome. */
  readonly steps: readonly [Step, ...Step[]];
}
