// Made from the table of settings by "npm run generate". Change what it is made from, not this file.

import type { Duration } from '../../core/duration.ts';

/** Settings as they are written. */
export interface DocDigitizerSettings {
  /**
   * API keys that are accepted. Empty: any key, and any access token.
   * @default []
   */
  readonly 'docdigitizer.apiKeys'?: readonly string[];
  /**
   * Status of the answer to an asynchronous submission.
   * @default 202
   */
  readonly 'docdigitizer.acceptedStatus'?: number;
  /**
   * Status of the answer to a request that the contract does not allow: an unknown `callback_method`, `isSync` together with `useHumanRevision`, a missing file.
   * @default 400
   */
  readonly 'docdigitizer.invalidRequestStatus'?: number;
  /**
   * Whether each file of a submission is one document, or all files of the request are.
   * @default "file"
   */
  readonly 'docdigitizer.documentPer'?: 'file' | 'request';
  /**
   * What happens to `isSync=true` without `useHumanRevision=false`.
   * @default "reject"
   */
  readonly 'docdigitizer.syncWithHumanRevision'?: 'reject' | 'accept';
  /**
   * What happens to `callback_headers` when the method is GET. Ignored ones leave a warning on the run.
   * @default "ignore"
   */
  readonly 'docdigitizer.headersOnGet'?: 'ignore' | 'send';
  /**
   * Body of a state callback that goes by POST; the parameters are in the query string in any case.
   * @default "empty"
   */
  readonly 'docdigitizer.postBody'?: 'empty' | 'form' | 'json';
  /**
   * Which form the state callbacks of API v2 have: `documentId`+`state`+`stateText`, `doc_id`+`status`, or `docid`+`status`.
   * @default "documentState"
   */
  readonly 'docdigitizer.callbackVariant'?: 'documentState' | 'documentStateOverview' | 'documentStateV1';
  /**
   * The `status` that API v1, which documents none for it, calls back with when processing fails; `none`: no callback.
   * @default "rejected"
   */
  readonly 'docdigitizer.v1.errorStatus'?: 'rejected' | 'none';
  /**
   * `state` of a document before its first phase is over.
   * @default 10
   */
  readonly 'docdigitizer.initialState'?: number;
  /**
   * `stateText` of a document before its first phase is over.
   * @default "RECEIVED"
   */
  readonly 'docdigitizer.initialStateText'?: string;
  /**
   * From the submission to phase 1, unless the scenario has `timings.machineLearning`; at most the time to the final state.
   * @default "2s"
   */
  readonly 'docdigitizer.machineLearningTime'?: Duration;
  /**
   * From the submission to the final state, unless the scenario has `timings.final`; also how long a synchronous submission takes.
   * @default "10s"
   */
  readonly 'docdigitizer.finalTime'?: Duration;
  /**
   * Largest file that is accepted, in bytes (documented for v1 as 25 MB, taken as MiB).
   * @default 26214400
   */
  readonly 'docdigitizer.maxFileBytes'?: number;
  /**
   * Status of the answer to a submission with a file over `docdigitizer.maxFileBytes`.
   * @default 413
   */
  readonly 'docdigitizer.tooLargeStatus'?: number;
  /**
   * What is retried: statuses (`503`), classes (`5xx`), `non-2xx`, `timeout`, `network`. None is documented, so none is.
   * @default []
   */
  readonly 'docdigitizer.retryOn'?: readonly string[];
  /**
   * Waits before the 2nd, 3rd, … attempt of a state callback.
   * @default []
   */
  readonly 'docdigitizer.retryDelays'?: readonly Duration[];
  /**
   * The longest `Retry-After` of a consumer that is honoured; 0s: the header is ignored.
   * @default "0s"
   */
  readonly 'docdigitizer.retryAfterMax'?: Duration;
  /**
   * How long one attempt of a state callback may take, in real time.
   * @default "30s"
   */
  readonly 'docdigitizer.attemptTimeout'?: Duration;
}
