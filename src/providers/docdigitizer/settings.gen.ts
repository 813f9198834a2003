// Made from the table of settings by "npm run generate". Change what it is made from, not this file.

import type { Duration } from '../../core/duration.ts';

/** Settings as they are written. */
export interface DocDigitizerSettings {
  /**
   * Accepted API keys. Empty: any key, and any access token.
   * @default []
   */
  readonly 'docdigitizer.apiKeys'?: readonly string[];
  /**
   * Status of the response to an asynchronous submission.
   * @default 202
   */
  readonly 'docdigitizer.acceptedStatus'?: number;
  /**
   * Status of the response to a request that violates the contract: an unknown `callback_method`, `isSync` together with `useHumanRevision`, a missing file.
   * @default 400
   */
  readonly 'docdigitizer.invalidRequestStatus'?: number;
  /**
   * `file`: each file of a submission is one document. `request`: all files of a submission together are one document.
   * @default "file"
   */
  readonly 'docdigitizer.documentPer'?: 'file' | 'request';
  /**
   * What happens to `isSync=true` without `useHumanRevision=false`.
   * @default "reject"
   */
  readonly 'docdigitizer.syncWithHumanRevision'?: 'reject' | 'accept';
  /**
   * What happens to `callback_headers` when the method is GET. If they are ignored, the run has a warning.
   * @default "ignore"
   */
  readonly 'docdigitizer.headersOnGet'?: 'ignore' | 'send';
  /**
   * Body of a state callback by POST. The parameters are always in the query string.
   * @default "empty"
   */
  readonly 'docdigitizer.postBody'?: 'empty' | 'form' | 'json';
  /**
   * Form of the state callbacks of API v2: `documentId`+`state`+`stateText`, `doc_id`+`status`, or `docid`+`status`.
   * @default "documentState"
   */
  readonly 'docdigitizer.callbackVariant'?: 'documentState' | 'documentStateOverview' | 'documentStateV1';
  /**
   * `status` of the API v1 callback when processing fails. API v1 documents none. `none`: no callback.
   * @default "rejected"
   */
  readonly 'docdigitizer.v1.errorStatus'?: 'rejected' | 'none';
  /**
   * `state` of a document until the end of phase 1.
   * @default 10
   */
  readonly 'docdigitizer.initialState'?: number;
  /**
   * `stateText` of a document until the end of phase 1.
   * @default "RECEIVED"
   */
  readonly 'docdigitizer.initialStateText'?: string;
  /**
   * Time from the submission to phase 1, unless the scenario has `timings.machineLearning`. At most the time to the final state.
   * @default "2s"
   */
  readonly 'docdigitizer.machineLearningTime'?: Duration;
  /**
   * Time from the submission to the final state, unless the scenario has `timings.final`. Also the duration of a synchronous submission.
   * @default "10s"
   */
  readonly 'docdigitizer.finalTime'?: Duration;
  /**
   * Maximum size of an accepted file, in bytes (documented for v1 as 25 MB, read as MiB).
   * @default 26214400
   */
  readonly 'docdigitizer.maxFileBytes'?: number;
  /**
   * Status of the response to a submission with a file larger than `docdigitizer.maxFileBytes`.
   * @default 413
   */
  readonly 'docdigitizer.tooLargeStatus'?: number;
  /**
   * Which failures are retried: statuses (`503`), classes (`5xx`), `non-2xx`, `timeout`, `network`. The provider documents none, so the default is none.
   * @default []
   */
  readonly 'docdigitizer.retryOn'?: readonly string[];
  /**
   * Waits before the 2nd, 3rd, … attempt of a state callback.
   * @default []
   */
  readonly 'docdigitizer.retryDelays'?: readonly Duration[];
  /**
   * The longest `Retry-After` of a consumer that is honored. 0s: the header is ignored.
   * @default "0s"
   */
  readonly 'docdigitizer.retryAfterMax'?: Duration;
  /**
   * Timeout of one attempt of a state callback, in real time.
   * @default "30s"
   */
  readonly 'docdigitizer.attemptTimeout'?: Duration;
}
