import { RingbackError } from './errors.ts';
import { clipped, quoted } from './quoted.ts';
import { readSetting, type SettingEntry } from './read-setting.ts';
import { between, freeHeaderName } from './setting-rules.ts';
import { didYouMean, nearestName } from './suggest.ts';

/** Settings by name: what validation, `--set` and `docs/settings.md` are made from. */
export type SettingsTable = Readonly<Record<string, SettingEntry>>;

/** The engine's own settings. Each provider brings its own table. */
const coreSettings = {
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

export type CoreSettings = typeof coreSettings;
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
 * @throws {RingbackError} `setting.unknown`, `setting.invalid`
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
        detail: `Failed to set ${quoted(name)}: there is no such setting.${hint}`,
        violations: [{ location: name, code: 'setting.unknown', message: `unknown setting.${hint}` }],
      });
    }
    result[name] = readSetting(name, entry, value);
  }
  return frozen(result, table);
}

function frozen(settings: Record<string, unknown>, table: SettingsTable): Settings {
  const result = Object.freeze(settings) as unknown as Settings;
  tables.set(result, table);
  return result;
}
