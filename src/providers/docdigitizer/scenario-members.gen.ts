// Made from scenario-language.ts by "npm run generate". Change what it is made from, not this file.

import type { Duration } from '../../core/duration.ts';
import type { JsonObject } from '../../core/json.ts';

export interface DocDigitizerOutcomeMembers {
  /** The final state: ANNOTATED (91), REJECTED (92) or ERROR (999). */
  readonly final: 'annotated' | 'rejected' | 'error';
  /** Why the document is rejected, as in the results data. */
  readonly reason?: string;
  /** Several reasons. */
  readonly reasons?: readonly string[];
  /** Annotations that replace or extend the generated ones, by key, e.g. document:financial-document:currency. */
  readonly annotations?: JsonObject;
}

export interface DocDigitizerTimings {
  /**
   * Time from the submission to phase 1.
   * @default the setting docdigitizer.machineLearningTime, or `final` if that is shorter
   */
  readonly machineLearning?: Duration;
  /**
   * Time from the submission to the final state.
   * @default the setting docdigitizer.finalTime, or `machineLearning` if that is longer
   */
  readonly final?: Duration;
}

export interface DocDigitizerSelectors {
  /** State of a DocDigitizer callback, as a number or name. */
  readonly state?: string | number;
}

export interface DocDigitizerContradictions {
  /** A second, different final state. */
  readonly state: number;
  /** A second, different final outcome. */
  readonly final: 'annotated' | 'rejected' | 'error';
}
