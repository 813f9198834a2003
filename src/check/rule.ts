import type { Facts } from './facts.ts';
import type { Finding, Need } from './finding.ts';
import type { Area, RuleId } from './rule-ids.ts';
import type { Stage } from './stage/stage.ts';

/** One thing that a consumer must survive: texts for its page, and how it is judged. */
export interface Rule {
  readonly id: RuleId;
  readonly area: Area;
  /** What a correct consumer does, as a statement: `A callback that arrives twice takes effect once`. */
  readonly title: string;
  /** Why it happens, and what it costs. */
  readonly why: string;
  /** The public source that says so. */
  readonly source: { readonly title: string; readonly url: string };
  /** How the check provokes it. */
  readonly provoked: string;
  /** What passes. */
  readonly passes: string;
  /** How to fix a consumer that fails. */
  readonly remedy: string;
  /**
   * The rules whose disturbances this one includes. While one of them fails, a failure of this rule is explained by
   * it, and not reported as a failure. Default: none.
   */
  readonly explainedBy?: readonly RuleId[];
  /** Whether it can be judged even if no undisturbed sequence is acknowledged. Default: false. */
  readonly judgesClean?: boolean;
  /** Why the rule does not apply to this provider, in a sentence. Null: it does. */
  applies(facts: Facts): string | null;
  /** What to play, in the order of the report. Ids are unique within the rule. */
  disturbances(facts: Facts): readonly Disturbance[];
}

/** One way of playing a sequence with one change. */
export interface Disturbance {
  /** Stable: the change, and after a slash the outcome that is played, e.g. `final-twice/annotated`. */
  readonly id: string;
  /** Without one of these, it is *not observed*. Default: none. */
  readonly needs?: readonly Need[];
  /**
   * `together`: plays while others do, since it concerns its own ids only. `alone`: nothing else is on its way while it
   * plays. `breaking`: only others of its rule are, and later, since it may end a consumer that is not prepared. `last`: plays nothing, and judges what all others have recorded. Default: `together`.
   */
  readonly plays?: 'together' | 'alone' | 'breaking' | 'last';
  /** Rules that explain its failure, beside those of the rule: while one of them fails, it says nothing. */
  readonly explainedBy?: readonly RuleId[];
  /** Those `alone` that share something, such as a restart, play at the same time, and it happens once for all of them. */
  readonly joins?: 'others' | 'restart';
  /** Whether it sends so much that the consumer may still work on it afterwards. Default: false. */
  readonly isHeavy?: boolean;
  /** Whether it waits for long: then it begins before others. Default: false. */
  readonly isLong?: boolean;
  /** Plays it once, and judges what the consumer did. It may be called again, to see whether a failure repeats. */
  judge(stage: Stage): Promise<Finding>;
}
