// Made from the table of settings by "npm run generate". Change what it is made from, not this file.

import type { Duration } from '../../core/duration.ts';

/** Settings as they are written. */
export interface InformedSettings {
  /**
   * Accepted `user:password` pairs of HTTP Basic authentication. Empty: any.
   * @default []
   */
  readonly 'informed.credentials'?: readonly string[];
  /**
   * Status of the answer to a registration.
   * @default 201
   */
  readonly 'informed.registeredStatus'?: number;
  /**
   * Largest file that can be processed, in bytes (documented as 80 MB, taken as MiB); a larger one gets the error callback.
   * @default 83886080
   */
  readonly 'informed.maxFileBytes'?: number;
  /**
   * Smallest width and height of an image that can be processed (documented as 100).
   * @default 100
   */
  readonly 'informed.minImagePixels'?: number;
  /**
   * From the end of an upload to its extractions or error callback, unless the scenario has `timings.extraction`.
   * @default "5s"
   */
  readonly 'informed.extractionTime'?: Duration;
  /**
   * How long nothing may have been uploaded or extracted before the verifications are run.
   * @default "3s"
   */
  readonly 'informed.quietPeriod'?: Duration;
  /**
   * Verifications that are run when the registration asks for `verify` and names none.
   * @default ["income"]
   */
  readonly 'informed.defaultVerifications'?: readonly string[];
  /**
   * How long the `url` of a derived document can be downloaded after its extractions callback.
   * @default "1h"
   */
  readonly 'informed.downloadLifetime'?: Duration;
  /**
   * What is retried. The five statuses are documented, connection errors and timeouts are the mock’s choice; `non-2xx` is the other reading of the documentation.
   * @default ["429","500","502","503","504","timeout","network"]
   */
  readonly 'informed.retryOn'?: readonly string[];
  /**
   * Waits before the 2nd to 6th attempt: five retries, so six requests at most.
   * @default ["1s","2s","4s","8s","16s"]
   */
  readonly 'informed.retryDelays'?: readonly Duration[];
  /**
   * The longest `Retry-After` of a consumer that is honoured.
   * @default "60s"
   */
  readonly 'informed.retryAfterMax'?: Duration;
  /**
   * How long one attempt of a webhook may take, in real time.
   * @default "30s"
   */
  readonly 'informed.attemptTimeout'?: Duration;
  /**
   * `Authorization` header that webhooks carry: the credentials agreed with the consumer out of band. Empty: none.
   * @default ""
   */
  readonly 'informed.endpointAuthorization'?: string;
  /**
   * Records a violation for a webhook without HTTPS, which the real provider demands.
   * @default false
   */
  readonly 'informed.strict'?: boolean;
}
