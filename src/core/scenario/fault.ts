import type { JsonValue } from '../json.ts';
import type { Expectation } from './expectation.ts';
import type { FaultName } from './fault-schemas.ts';

/** Which deliveries a fault strikes; every member that is given has to fit. */
export interface FaultSelector {
  readonly callback?: string;
  /** 1-based number of the delivery among those of its run that fit the rest. */
  readonly nth?: number;
  /** 1-based number of the attempt. */
  readonly attempt?: number;
  /** By the provider's own selectors. */
  readonly [own: string]: JsonValue | undefined;
}

/** One fault of a scenario: which deliveries, what happens to them, how likely. */
export interface FaultRule {
  readonly on: FaultSelector;
  readonly fault: FaultName;
  /**
   * As it is written (DESIGN §4.3), read: milliseconds for `delay` and `timeout`, `{times, gapMs, concurrent}` for
   * `duplicate`.
   */
  readonly value: JsonValue;
  /** 0…1. */
  readonly probability: number;
  /** What a good consumer does about a delivery that it strikes; absent: acknowledges it. */
  readonly expect?: Expectation;
}
