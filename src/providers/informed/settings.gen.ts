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
   * Status of the response to a registration.
   * @default 201
   */
  readonly 'informed.registeredStatus'?: number;
  /**
   * Maximum size of a file that can be processed, in bytes (documented as 80 MB, read as MiB). A larger one gets the error callback.
   * @default 83886080
   */
  readonly 'informed.maxFileBytes'?: number;
  /**
   * Minimum width and height of an image that can be processed, in pixels (documented as 100).
   * @default 100
   */
  readonly 'informed.minImagePixels'?: number;
  /**
   * Time from the end of an upload to its extractions or error callback, unless the scenario has `timings.extraction`.
   * @default "5s"
   */
  readonly 'informed.extractionTime'?: Duration;
  /**
   * How long to wait after the last upload or extraction before the verifications run.
   * @default "3s"
   */
  readonly 'informed.quietPeriod'?: Duration;
  /**
   * Verifications that run when the registration asks for `verify` without naming any.
   * @default ["income"]
   */
  readonly 'informed.defaultVerifications'?: readonly string[];
  /**
   * How long the `url` of a derived document is valid after its extractions callback.
   * @default "1h"
   */
  readonly 'informed.downloadLifetime'?: Duration;
  /**
   * Which failures are retried. The five statuses are documented. Connection errors and timeouts are the mock’s choice. `non-2xx` is the other reading of the documentation.
   * @default ["429","500","502","503","504","timeout","network"]
   */
  readonly 'informed.retryOn'?: readonly string[];
  /**
   * Waits before the 2nd to 6th attempt: five retries, so at most six requests.
   * @default ["1s","2s","4s","8s","16s"]
   */
  readonly 'informed.retryDelays'?: readonly Duration[];
  /**
   * The longest `Retry-After` of a consumer that is honored.
   * @default "60s"
   */
  readonly 'informed.retryAfterMax'?: Duration;
  /**
   * Timeout of one attempt of a webhook, in real time.
   * @default "30s"
   */
  readonly 'informed.attemptTimeout'?: Duration;
  /**
   * `Authorization` header of the webhooks: the credentials that provider and consumer agreed out of band. Empty: none.
   * @default ""
   */
  readonly 'informed.endpointAuthorization'?: string;
  /**
   * Records a violation for a webhook without HTTPS, which the real provider requires.
   * @default false
   */
  readonly 'informed.strict'?: boolean;
}
