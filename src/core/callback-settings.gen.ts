// Made from the table of settings by "npm run generate". Change what it is made from, not this file.

import type { Duration } from './duration.ts';

/** Settings as they are written. */
export interface CallbackSettings {
  /**
   * An answer that takes longer than this, in real time, is recorded as a violation.
   * @default "10s"
   */
  readonly 'callbacks.slowAnswer'?: Duration;
  /**
   * Name of a header that carries the id of the delivery: the same in each of its attempts, another one in a duplicate or a redelivery. Empty: none.
   * @default ""
   */
  readonly 'callbacks.deliveryIdHeader'?: string;
}
