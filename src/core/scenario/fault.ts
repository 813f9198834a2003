import type { JsonObject, JsonValue } from '../json.ts';
import type { Expectation } from './expectation.ts';
import type { FaultName } from './fault-schemas.ts';

/** Which deliveries a fault strikes. All given properties must match. */
export interface FaultSelector {
  /** Type, event or name of the callback. */
  readonly callback?: string;
  /** Properties that the payload has, as a subset. */
  readonly payload?: JsonObject;
  /** 1-based number of the delivery among those of its run that match the other properties. */
  readonly nth?: number;
  /** 1-based number of the attempt. */
  readonly attempt?: number;
  /** By the provider's own selectors. */
  readonly [own: string]: JsonValue | undefined;
}

/** One fault of a scenario: which deliveries it strikes, how, and with what probability. */
export interface FaultRule {
  readonly on: FaultSelector;
  readonly fault: FaultName;
  /**
   * The value from the script (DESIGN §4.3), except milliseconds for `delay` and `timeout`, and
   * `{times, gapMs, concurrent}` for `duplicate`.
   */
  readonly value: JsonValue;
  /** 0…1. */
  readonly probability: number;
  /** How a good consumer responds to a delivery that it strikes. Default: it acknowledges the delivery. */
  readonly expect?: Expectation;
}
