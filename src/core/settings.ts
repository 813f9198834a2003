import { RingbackError } from './errors.ts';
import { clipped, quoted } from './quoted.ts';
import { readSetting, type SettingEntry } from './read-setting.ts';
import { between, freeHeaderName, optionalUrl } from './setting-rules.ts';
import { checkSigning, signingSettings } from './signing/settings.ts';
import { didYouMean, nearestName } from './suggest.ts';

/** Settings by name: what validation, `--set` and `docs/settings.md` are made from. */
export type SettingsTable = Readonly<Record<string, SettingEntry>>;

/** The engine's own settings. Each provider brings its own table. */
const coreSettings = {
  'files.inspect': {
    type: 'boolean',
    default: true,
    text: 'Whether the bytes of an uploaded file are inspected. With `false`, any bytes count as a valid file, such as dummy bytes in a unit test. File name and size are still checked.',
    choice: true,
  },
  'files.repairPdf': {
    type: 'boolean',
    default: true,
    text: 'Whether a damaged PDF that common readers repair counts as a valid file. With `false` it counts as corrupted, unless its end, cross-reference and trailer conform to the standard.',
    choice: true,
  },
  'callbacks.slowAnswer': {
    type: 'duration',
    default: '10s',
    text: 'A response that takes longer than this, in real time, is recorded as a violation.',
    choice: true,
  },
  'callbacks.deliveryIdHeader': {
    type: 'string',
    default: '',
    text: 'Name of a header with the id of the delivery. All attempts have the same id. A duplicate or a redelivery has another one. Empty: no header.',
    choice: true,
    rule: freeHeaderName,
  },
  'callbacks.traceparent': {
    type: 'boolean',
    default: true,
    text: 'Whether callbacks have the header `traceparent` of W3C Trace Context. All callbacks of a run have one trace id: that of the submission if it carried one. Each attempt has its own span id. With `false`, only callbacks whose contract declares the header have it.',
    choice: true,
  },
  'webhooks.to': {
    type: 'string',
    default: '',
    text: 'URL that the webhooks of your own contract are sent to. It may have templates, such as `{{request.body.tenant}}`. Empty: they are not sent.',
    choice: false,
    rule: optionalUrl,
  },
  ...signingSettings,
  'limits.jsonBytes': {
    type: 'integer',
    default: 1024 * 1024,
    text: 'Maximum size of a JSON body, in bytes. With the minimum, the control API can still change the settings.',
    choice: true,
    // V8 has no string of more than 512 MiB, and a response may repeat what was sent.
    rule: between(1_024, 128 * 1024 * 1024),
  },
  'limits.jsonDepth': {
    type: 'integer',
    default: 64,
    text: 'Maximum nesting of a JSON body. With the minimum, the control API can still change the settings.',
    choice: true,
    // JSON.stringify and other code that walks through a body calls itself once for each level.
    rule: between(16, 1_000),
  },
  'limits.uploadBytes': {
    type: 'integer',
    default: 1024 * 1024 * 1024,
    text: 'Maximum size of an upload, in bytes. A longer one is cut off with 413.',
    choice: true,
  },
  'limits.formFiles': {
    type: 'integer',
    default: 100,
    text: 'Maximum number of files in one form.',
    choice: true,
  },
  'limits.runs': {
    type: 'integer',
    // An application with a file takes some 45 KiB: more of them would not fit Node's default heap everywhere.
    default: 20_000,
    text: 'Maximum number of runs that a space keeps. Beyond it, the run that ended first is evicted with its resources, uploads and deliveries, and counted as `evicted`. The same limit applies to callbacks that you send by hand.',
    choice: true,
  },
  'limits.keptUploadBytes': {
    type: 'integer',
    default: 4 * 1024 * 1024 * 1024,
    text: 'Maximum size in bytes of the uploads that a space keeps. Beyond it, the oldest are evicted and counted as `evicted`. `--kept-upload-bytes` limits all spaces together.',
    choice: true,
  },
  'limits.memoryBytes': {
    type: 'integer',
    default: 0,
    text: 'Maximum memory in bytes that a space uses, without uploads. Beyond it, the oldest records of the largest kind are evicted: runs that have ended, inbox requests, or callbacks sent by hand. Each is counted as `evicted`. If nothing can be evicted, requests that would store something get 507. 0: three quarters of the memory of the server (`--memory-bytes`), which always limits all spaces together.',
    choice: true,
  },
  'limits.inboxRequests': {
    type: 'integer',
    default: 10_000,
    text: 'Maximum number of requests that the inboxes of a space keep. Beyond it, the oldest are evicted and counted as `evicted`.',
    choice: true,
  },
  'limits.events': {
    type: 'integer',
    default: 1_000,
    text: 'Maximum number of events that a space keeps for clients that reconnect to `GET /_ringback/events`. A client that reconnects too late gets the number of events it missed.',
    choice: true,
  },
  'limits.eventStreams': {
    type: 'integer',
    default: 100,
    text: 'Maximum number of clients of a space that read `GET /_ringback/events`, or wait with `wait=`, at the same time. Further ones get 429.',
    choice: true,
  },
  'limits.spaceIdle': {
    type: 'duration',
    default: '1h',
    text: 'How long a space other than `default` may be idle, in real time, before it is evicted. Open requests, event streams, and pending or running jobs on the real clock count as use. When another space needs room, a space that only waits for the real clock is also evicted after that time.',
    choice: true,
  },
} as const satisfies Readonly<Record<string, SettingEntry>>;

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

/** What a table's settings are once they are read: durations in milliseconds. */
export type SettingsOf<T extends SettingsTable> = { readonly [K in keyof T]: ValueOf<T[K]['type']> };

/**
 * The types of all settings by name. A provider adds those of its own: `declare module '…/core/settings.ts' { interface
 * SettingTypes extends SettingsOf<typeof itsTable> {} }`.
 */
export interface SettingTypes extends SettingsOf<typeof coreSettings> {}

/** All settings of a space. */
export type Settings = { readonly [K in keyof SettingTypes]: SettingTypes[K] };

export type SettingName = keyof Settings;

/** Settings as they are written, by name: what `--set`, a scenario's `settings` and the control API take. */
export type SettingsInput = Readonly<Record<string, unknown>>;

/** Where a provider's settings come from. */
type SettingsOwners = ReadonlyMap<string, { readonly settings?: SettingsTable }>;

/** Every setting that there is with these providers: theirs, then the engine's. */
export function settingsTable(providers: SettingsOwners): SettingsTable {
  const own = [...providers.values()].map(({ settings = {} }) => settings);
  return Object.assign({}, ...own, coreSettings);
}

const tables = new WeakMap<Settings, SettingsTable>();

/** The table that settings were read with. */
export function tableOf(settings: Settings): SettingsTable {
  return tables.get(settings) ?? coreSettings;
}

/** The defaults of every setting that there is with these providers. */
export function defaultSettings(providers: SettingsOwners): Settings {
  const table = settingsTable(providers);
  const defaults = Object.entries(table).map(([name, entry]) => [
    name,
    readSetting(name, entry, entry.default),
  ]);
  return frozen(Object.fromEntries(defaults), table);
}

/**
 * The base with some settings replaced.
 * @throws {RingbackError} `setting.unknown`, `setting.invalid`; also for signing settings that do not fit each other
 */
export function withSettings(base: Settings, input: SettingsInput): Settings {
  const entries = Object.entries(input);
  if (entries.length === 0) return base;
  const table = tableOf(base);
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of entries) {
    const entry = Object.hasOwn(table, name) ? table[name] : undefined;
    if (entry === undefined) {
      const suggestion = nearestName(name, Object.keys(table));
      const hint = didYouMean(suggestion);
      throw new RingbackError('setting.unknown', {
        details: { name: clipped(name), suggestion },
        detail: `Could not set ${quoted(name)}: there is no such setting.${hint}`,
        violations: [{ location: name, code: 'setting.unknown', message: `unknown setting.${hint}` }],
      });
    }
    result[name] = readSetting(name, entry, value);
  }
  const settings = frozen(result, table);
  if (entries.some(([name]) => name.startsWith('signing.'))) checkSigning(settings);
  return settings;
}

function frozen(settings: Record<string, unknown>, table: SettingsTable): Settings {
  const result = Object.freeze(settings) as unknown as Settings;
  tables.set(result, table);
  return result;
}
