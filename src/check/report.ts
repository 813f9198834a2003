import type { JsonValue } from '../core/json.ts';
import type { RuleId } from './rule-ids.ts';

/**
 * How a rule or one of its disturbances ended. `unstable`: it failed once, and not again when it was repeated.
 * `not-observed`: the check could not tell. `not-applicable`: the provider or the options have no part for it.
 */
export type CheckResult = 'passed' | 'failed' | 'unstable' | 'not-observed' | 'not-applicable';

/** All results, in the order in which reports list them. */
export const checkResults: readonly CheckResult[] = [
  'failed',
  'unstable',
  'passed',
  'not-observed',
  'not-applicable',
];

/** What a check of a consumer found. A plain JSON value: every report is made from it. */
export interface CheckReport {
  /** The URL that was checked. Passwords in it are `***`. */
  readonly consumer: string;
  /** Name of the provider whose callbacks were played. */
  readonly provider: string;
  /** Every rule, also those that did not apply, in the order of {@link RuleId}. */
  readonly rules: readonly RuleReport[];
  /** The number of rules with each result. */
  readonly counts: Readonly<Record<CheckResult, number>>;
  /** How long the check took. */
  readonly seconds: number;
}

/** The result of one rule: the worst one of its disturbances. */
export interface RuleReport {
  readonly id: RuleId;
  readonly title: string;
  readonly result: CheckResult;
  /** Why, in a sentence or two: what differed, or what was missing to tell. */
  readonly because: string;
  /** Empty if the rule does not apply. */
  readonly disturbances: readonly DisturbanceReport[];
}

/** The result of one disturbance. */
export interface DisturbanceReport {
  /** Unique within the rule and the same for each check, e.g. `final-twice/annotated`. */
  readonly id: string;
  readonly result: CheckResult;
  /** The state that a correct consumer has, or in words how it responds. */
  readonly expected: JsonValue;
  /** What the check saw: a state of the same form, or words. */
  readonly observed: JsonValue;
  /** The requests of the last play, in the order in which they began. Empty if nothing was sent. */
  readonly exchange: readonly ExchangeRecord[];
}

/** One request of a play, and its response. Secrets are `***`. */
export interface ExchangeRecord {
  /** `callback`: the provider called the consumer. `api`: the consumer called the provider. `check`: the check sent it. */
  readonly kind: 'callback' | 'api' | 'check';
  /** Milliseconds since the play began. */
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The first 4,096 characters of the body. Null: there is none, or it is not recorded. */
  readonly body: string | null;
  /** What a script did to the request, in words. */
  readonly faults: readonly string[];
  /** Null: there was no response. */
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** The first 4,096 characters. */
    readonly body: string;
  } | null;
  /** Why there was no response, in a sentence. Null: there was one. */
  readonly error: string | null;
  /** Milliseconds until the end of the response or the failure. */
  readonly ms: number;
}
