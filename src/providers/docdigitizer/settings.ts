import { conditions, refusal, someTime, success } from '../../core/setting-rules.ts';
import type { SettingsTable } from '../../core/settings.ts';

/** How the mock behaves where DocDigitizer's behaviour can differ, or is not published. */
export const docdigitizerSettings = {
  'docdigitizer.apiKeys': {
    type: 'strings',
    default: [],
    text: 'Accepted API keys. Empty: any key, and any access token.',
    choice: true,
    secret: true,
  },
  'docdigitizer.acceptedStatus': {
    type: 'integer',
    default: 202,
    text: 'Status of the response to an asynchronous submission.',
    choice: true,
    rule: success,
  },
  'docdigitizer.invalidRequestStatus': {
    type: 'integer',
    default: 400,
    text: 'Status of the response to a request that violates the contract: an unknown `callback_method`, `isSync` together with `useHumanRevision`, a missing file.',
    choice: true,
    rule: refusal,
  },
  'docdigitizer.documentPer': {
    type: ['file', 'request'],
    default: 'file',
    text: '`file`: each file of a submission is one document. `request`: all files of a submission together are one document.',
    choice: true,
  },
  'docdigitizer.syncWithHumanRevision': {
    type: ['reject', 'accept'],
    default: 'reject',
    text: 'What happens to `isSync=true` without `useHumanRevision=false`.',
    choice: true,
  },
  'docdigitizer.headersOnGet': {
    type: ['ignore', 'send'],
    default: 'ignore',
    text: 'What happens to `callback_headers` when the method is GET. If they are ignored, the run has a warning.',
    choice: true,
  },
  'docdigitizer.postBody': {
    type: ['empty', 'form', 'json'],
    default: 'empty',
    text: 'Body of a state callback by POST. The parameters are always in the query string.',
    choice: true,
  },
  'docdigitizer.callbackVariant': {
    type: ['documentState', 'documentStateOverview', 'documentStateV1'],
    default: 'documentState',
    text: 'Form of the state callbacks of API v2: `documentId`+`state`+`stateText`, `doc_id`+`status`, or `docid`+`status`.',
    choice: false,
  },
  'docdigitizer.v1.errorStatus': {
    type: ['rejected', 'none'],
    default: 'rejected',
    text: '`status` of the API v1 callback when processing fails. API v1 documents none. `none`: no callback.',
    choice: true,
  },
  'docdigitizer.initialState': {
    type: 'integer',
    default: 10,
    text: '`state` of a document until the end of phase 1.',
    choice: true,
  },
  'docdigitizer.initialStateText': {
    type: 'string',
    default: 'RECEIVED',
    text: '`stateText` of a document until the end of phase 1.',
    choice: true,
  },
  'docdigitizer.machineLearningTime': {
    type: 'duration',
    default: '2s',
    text: 'Time from the submission to phase 1, unless the scenario has `timings.machineLearning`. At most the time to the final state.',
    choice: true,
  },
  'docdigitizer.finalTime': {
    type: 'duration',
    default: '10s',
    text: 'Time from the submission to the final state, unless the scenario has `timings.final`. Also the duration of a synchronous submission.',
    choice: true,
  },
  'docdigitizer.maxFileBytes': {
    type: 'integer',
    default: 25 * 1024 * 1024,
    text: 'Maximum size of an accepted file, in bytes (documented for v1 as 25 MB, read as MiB).',
    choice: true,
  },
  'docdigitizer.tooLargeStatus': {
    type: 'integer',
    default: 413,
    text: 'Status of the response to a submission with a file larger than `docdigitizer.maxFileBytes`.',
    choice: true,
    rule: refusal,
  },
  'docdigitizer.retryOn': {
    type: 'strings',
    default: [],
    text: 'Which failures are retried: statuses (`503`), classes (`5xx`), `non-2xx`, `timeout`, `network`. The provider documents none, so the default is none.',
    choice: true,
    rule: conditions,
  },
  'docdigitizer.retryDelays': {
    type: 'durations',
    default: [],
    text: 'Waits before the 2nd, 3rd, … attempt of a state callback.',
    choice: true,
  },
  'docdigitizer.retryAfterMax': {
    type: 'duration',
    default: '0s',
    text: 'The longest `Retry-After` of a consumer that is honored. 0s: the header is ignored.',
    choice: true,
  },
  'docdigitizer.attemptTimeout': {
    type: 'duration',
    default: '30s',
    text: 'Timeout of one attempt of a state callback, in real time.',
    choice: true,
    rule: someTime,
  },
} as const satisfies SettingsTable;
