// Made from the table of settings by "npm run generate". Change what it is made from, not this file.

import type { Duration } from './duration.ts';

/** Settings as they are written. */
export interface CallbackSettings {
  /**
   * A response that takes longer than this, in real time, is recorded as a violation.
   * @default "10s"
   */
  readonly 'callbacks.slowAnswer'?: Duration;
  /**
   * Name of a header with the id of the delivery. All attempts have the same id. A duplicate or a redelivery has another one. Empty: no header.
   * @default ""
   */
  readonly 'callbacks.deliveryIdHeader'?: string;
  /**
   * Whether callbacks have the header `traceparent` of W3C Trace Context. All callbacks of a run have one trace id: that of the submission if it carried one. Each attempt has its own span id. With `false`, only callbacks whose contract declares the header have it.
   * @default true
   */
  readonly 'callbacks.traceparent'?: boolean;
}
