import { RingbackError } from './errors.ts';
import { quoted } from './quoted.ts';
import { readSetting, type SettingEntry } from './read-setting.ts';
import {
  between,
  conditions,
  credentials,
  freeHeaderName,
  headerValue,
  refusal,
  someTime,
  success,
} from './setting-rules.ts';
import { suggest } from './suggest.ts';

/**
 * Every setting: the one table that validation, `--set` and `docs/settings.md` are made from.
 * A setting holds for a space; a scenario's `settings` hold for its runs.
 */
export const settingsTable = {
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
  'informed.credentials': {
    type: 'strings',
    default: [],
    text: 'Accepted `user:password` pairs of HTTP Basic authentication. Empty: any.',
    choice: true,
    rule: credentials,
    secret: true,
  },
  'informed.registeredStatus': {
    type: 'integer',
    default: 201,
    text: 'Status of the answer to a registration.',
    choice: true,
    rule: success,
  },
  'informed.maxFileBytes': {
    type: 'integer',
    default: 80 * 1024 * 1024,
    text: 'Largest file that can be processed, in bytes (documented as 80 MB, taken as MiB); a larger one gets the error callback.',
    choice: true,
  },
  'informed.minImagePixels': {
    type: 'integer',
    default: 100,
    text: 'Smallest width and height of an image that can be processed (documented as 100).',
    choice: false,
  },
  'informed.extractionTime': {
    type: 'duration',
    default: '5s',
    text: 'From the end of an upload to its extractions or error callback, unless the scenario has `timings.extraction`.',
    choice: true,
  },
  'informed.quietPeriod': {
    type: 'duration',
    default: '3s',
    text: 'How long nothing may have been uploaded or extracted before the verifications are run.',
    choice: true,
  },
  'informed.defaultVerifications': {
    type: 'strings',
    default: ['income'],
    text: 'Verifications that are run when the registration asks for `verify` and names none.',
    choice: true,
  },
  'informed.downloadLifetime': {
    type: 'duration',
    default: '1h',
    text: 'How long the `url` of a derived document can be downloaded after its extractions callback.',
    choice: true,
  },
  'informed.retryOn': {
    type: 'strings',
    default: ['429', '500', '502', '503', '504', 'timeout', 'network'],
    text: 'What is retried. The five statuses are documented, connection errors and timeouts are the mock’s choice; `non-2xx` is the other reading of the documentation.',
    choice: true,
    rule: conditions,
  },
  'informed.retryDelays': {
    type: 'durations',
    default: ['1s', '2s', '4s', '8s', '16s'],
    text: 'Waits before the 2nd to 6th attempt: five retries, so six requests at most.',
    choice: true,
  },
  'informed.retryAfterMax': {
    type: 'duration',
    default: '60s',
    text: 'The longest `Retry-After` of a consumer that is honoured.',
    choice: true,
  },
  'informed.attemptTimeout': {
    type: 'duration',
    default: '30s',
    text: 'How long one attempt of a webhook may take, in real time.',
    choice: true,
    rule: someTime,
  },
  'informed.endpointAuthorization': {
    type: 'string',
    default: '',
    text: '`Authorization` header that webhooks carry: the credentials agreed with the consumer out of band. Empty: none.',
    choice: true,
    rule: headerValue,
    secret: true,
  },
  'informed.strict': {
    type: 'boolean',
    default: false,
    text: 'Records a violation for a webhook without HTTPS, which the real provider demands.',
    choice: true,
  },
  'files.inspect': {
    type: 'boolean',
    default: true,
    text: 'Whether the bytes of an uploaded file are judged. With `false` any bytes are a good file, such as made-up ones in a unit test; the file name and the size still count.',
    choice: true,
  },
  'files.repairPdf': {
    type: 'boolean',
    default: true,
    text: 'Whether a damaged PDF that the usual readers repair is a good file. With `false` it is corrupted unless its end, its cross-reference and its trailer are as the standard has them.',
    choice: true,
  },
  'callbacks.slowAnswer': {
    type: 'duration',
    default: '10s',
    text: 'An answer that takes longer than this, in real time, is recorded as a violation.',
    choice: true,
  },
  'callbacks.deliveryIdHeader': {
    type: 'string',
    default: '',
    text: 'Name of a header that carries the id of the delivery: the same in each of its attempts, another one in a duplicate or a redelivery. Empty: none.',
    choice: true,
    rule: freeHeaderName,
  },
  'limits.jsonBytes': {
    type: 'integer',
    default: 1024 * 1024,
    text: 'Largest JSON body that is read, in bytes. With the minimum, the control API can still change the settings.',
    choice: true,
    // V8 has no string of more than 512 MiB, and a response may repeat what was sent.
    rule: between(1_024, 128 * 1024 * 1024),
  },
  'limits.jsonDepth': {
    type: 'integer',
    default: 64,
    text: 'Deepest nesting of a JSON body. With the minimum, the control API can still change the settings.',
    choice: true,
    // JSON.stringify and whatever else walks through a body calls itself once for each level.
    rule: between(16, 1_000),
  },
  'limits.uploadBytes': {
    type: 'integer',
    default: 1024 * 1024 * 1024,
    text: 'Largest upload that is read to its end, in bytes; a longer one is cut off with 413.',
    choice: true,
  },
  'limits.formFiles': {
    type: 'integer',
    default: 100,
    text: 'Most files in one form.',
    choice: true,
  },
  'limits.runs': {
    type: 'integer',
    // An application with a file takes some 45 KiB: more of them would not fit Node's default heap everywhere.
    default: 20_000,
    text: 'Most runs that a space keeps; past it, the one that ended first goes, with its resources, uploads and deliveries, and is counted as `evicted`. Likewise for deliveries fired by hand.',
    choice: true,
  },
  'limits.keptUploadBytes': {
    type: 'integer',
    default: 4 * 1024 * 1024 * 1024,
    text: 'Most bytes of uploads that a space keeps; past it, its oldest go. Counted as `evicted`. `--kept-upload-bytes` limits those of all spaces together.',
    choice: true,
  },
  'limits.memoryBytes': {
    type: 'integer',
    default: 0,
    text: 'Most bytes of memory that a space keeps, uploads aside; past it, the oldest of what takes most goes: runs that have ended, requests of inboxes, callbacks fired by hand. Each is counted as `evicted`. When nothing can go, requests that keep something get 507. 0: three quarters of the memory of the server (`--memory-bytes`), which limits all spaces together in any case.',
    choice: true,
  },
  'limits.inboxRequests': {
    type: 'integer',
    default: 10_000,
    text: 'Most requests that the inboxes of a space keep; past it, the oldest goes. Counted as `evicted`.',
    choice: true,
  },
  'limits.events': {
    type: 'integer',
    default: 1_000,
    text: 'Most events that a space keeps for readers of `GET /_ringback/events` that come back; one that comes too late is told how many it missed.',
    choice: true,
  },
  'limits.eventStreams': {
    type: 'integer',
    default: 100,
    text: 'Most readers of `GET /_ringback/events` at a time; further ones get 429.',
    choice: true,
  },
  'limits.spaceIdle': {
    type: 'duration',
    default: '1h',
    text: 'How long a space other than `default` may go unused, in real time, before it is evicted with all it holds. Open requests, event streams, and jobs that wait or run on the real clock count as use. When another space needs room, one that only waits for the real clock goes after that time, too.',
    choice: true,
  },
} as const satisfies Readonly<Record<string, SettingEntry>>;

export type SettingName = keyof typeof settingsTable;

type ValueOf<T> = T extends readonly string[]
  ? T[number]
  : T extends 'integer' | 'duration'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'durations'
        ? readonly number[]
        : T extends 'strings'
          ? readonly string[]
          : string;

/** All settings, read: durations in milliseconds. */
export type Settings = { readonly [K in SettingName]: ValueOf<(typeof settingsTable)[K]['type']> };

/** Settings as they are written, by name: what `--set`, a scenario's `settings` and the control API take. */
export type SettingsInput = Readonly<Record<string, unknown>>;

const names = Object.keys(settingsTable) as SettingName[];

export const defaultSettings: Settings = Object.freeze(
  Object.fromEntries(
    names.map((name) => [name, readSetting(name, settingsTable[name], settingsTable[name].default)]),
  ),
) as Settings;

/**
 * The base with some settings replaced.
 * @throws {RingbackError} `setting.unknown`, `setting.invalid`
 */
export function withSettings(base: Settings, input: SettingsInput): Settings {
  const entries = Object.entries(input);
  if (entries.length === 0) return base;
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of entries) {
    if (!isSettingName(name)) {
      throw new RingbackError('setting.unknown', {
        detail: `Failed to set ${quoted(name)}: there is no such setting.${suggest(name, names)}`,
        violations: [
          { location: name, code: 'setting.unknown', message: `unknown setting.${suggest(name, names)}` },
        ],
      });
    }
    result[name] = readSetting(name, settingsTable[name], value);
  }
  return Object.freeze(result) as Settings;
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingsTable, name);
}
