import { conditions, refusal, someTime, success } from '../../core/setting-rules.ts';
import type { SettingsTable } from '../../core/settings.ts';

/** How the mock behaves where DocDigitizer's behaviour can differ, or is not published. */
export const docdigitizerSettings = {
  'docdigitizer.apiKeys': {
    type: 'strings',
    default: [],
    text: 'API keys that are accepted. Empty: any key, and any access token.',
    choice: true,
    secret: true,
  },
  'docdigitizer.acceptedStatus': {
    type: 'integer',
    default: 202,
    text: 'Status of the answer to an asynchronous submission.',
    choice: true,
    rule: success,
  },
  'docdigitizer.invalidRequestStatus': {
    type: 'integer',
    default: 400,
    text: 'Status of the answer to a request that the contract does not allow: an unknown `callback_method`, `isSync` together with `useHumanRevision`, a missing file.',
    choice: true,
    rule: refusal,
  },
  'docdigitizer.documentPer': {
    type: ['file', 'request'],
    default: 'file',
    text: 'Whether each file of a submission is one document, or all files of the request are.',
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
    text: 'What happens to `callback_headers` when the method is GET. Ignored ones leave a warning on the run.',
    choice: true,
  },
  'docdigitizer.postBody': {
    type: ['empty', 'form', 'json'],
    default: 'empty',
    text: 'Body of a state callback that goes by POST; the parameters are in the query string in any case.',
    choice: true,
  },
  'docdigitizer.callbackVariant': {
    type: ['documentState', 'documentStateOverview', 'documentStateV1'],
    default: 'documentState',
    text: 'Which form the state callbacks of API v2 have: `documentId`+`state`+`stateText`, `doc_id`+`status`, or `docid`+`status`.',
    choice: false,
  },
  'docdigitizer.v1.errorStatus': {
    type: ['rejected', 'none'],
    default: 'rejected',
    text: 'The `status` that API v1, which documents none for it, calls back with when processing fails; `none`: no callback.',
    choice: true,
  },
  'docdigitizer.initialState': {
    type: 'integer',
    default: 10,
    text: '`state` of a document before its first phase is over.',
    choice: true,
  },
  'docdigitizer.initialStateText': {
    type: 'string',
    default: 'RECEIVED',
    text: '`stateText` of a document before its first phase is over.',
    choice: true,
  },
  'docdigitizer.machineLearningTime': {
    type: 'duration',
    default: '2s',
    text: 'From the submission to phase 1, unless the scenario has `timings.machineLearning`; at most the time to the final state.',
    choice: true,
  },
  'docdigitizer.finalTime': {
    type: 'duration',
    default: '10s',
    text: 'From the submission to the final state, unless the scenario has `timings.final`; also how long a synchronous submission takes.',
    choice: true,
  },
  'docdigitizer.maxFileBytes': {
    type: 'integer',
    default: 25 * 1024 * 1024,
    text: 'Largest file that is accepted, in bytes (documented for v1 as 25 MB, taken as MiB).',
    choice: true,
  },
  'docdigitizer.tooLargeStatus': {
    type: 'integer',
    default: 413,
    text: 'Status of the answer to a submission with a file over `docdigitizer.maxFileBytes`.',
    choice: true,
    rule: refusal,
  },
  'docdigitizer.retryOn': {
    type: 'strings',
    default: [],
    text: 'What is retried: statuses (`503`), classes (`5xx`), `non-2xx`, `timeout`, `network`. None is documented, so none is.',
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
    text: 'The longest `Retry-After` of a consumer that is honoured; 0s: the header is ignored.',
    choice: true,
  },
  'docdigitizer.attemptTimeout': {
    type: 'duration',
    default: '30s',
    text: 'How long one attempt of a state callback may take, in real time.',
    choice: true,
    rule: someTime,
  },
} as const satisfies SettingsTable;
