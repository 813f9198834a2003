// Writes the public types that schemas and tables describe, with their descriptions: `node tools/public-types.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../src/core/json.ts';
import type { Provider } from '../src/core/provider/provider.ts';
import type { SettingEntry } from '../src/core/read-setting.ts';
import { duration } from '../src/core/scenario/duration-schema.ts';
import { scenarioSchemaFiles } from '../src/core/scenario/scenario-schema.ts';
import { type SettingsTable, settingsTable } from '../src/core/settings.ts';
import type { OptionEntry } from '../src/options/option-entry.ts';
import { serverOptionsByName } from '../src/options/server-options.ts';
import { bundledProviders } from '../src/providers/bundled.ts';
import {
  docLines,
  docText,
  indented,
  interfaceText,
  last,
  literalText,
  type MemberOptions,
} from './type-text.ts';

const root = join(import.meta.dirname, '..');

function header(source: string): string {
  return `// Made from ${source} by "npm run generate". Change what it is made from, not this file.\n\n`;
}

/** A part of a schema, by the names that lead to it. */
function at(schema: JsonObject, ...names: readonly string[]): JsonObject {
  return names.reduce((part, name) => part[name] as JsonObject, schema);
}

/** The properties of a scenario; `scenario-input.ts` says which combine. */
function scenarioMembers(): string {
  const schema = scenarioSchemaFiles(bundledProviders).get('schemas/scenario.schema.json') as JsonObject;
  const refs = { duration: 'Duration' };
  const fault = at(schema, '$defs', 'fault');
  const apiFault = at(schema, '$defs', 'apiFault');
  const faultNames = names(fault, ['on', 'probability', 'expect']);
  const apiFaultNames = names(apiFault, ['operation', 'times', 'probability', 'headers', 'body']);
  const parts = [
    interfaceText('ScenarioMembers<L extends LanguageShape, Step, Fault, ApiFault, Retry>', schema, {
      refs,
      types: {
        provider: "L['provider']",
        match: 'MatchMembers<L>',
        outcome: "L['outcome']",
        timings: "L['timings']",
        timeline: 'readonly Step[]',
        faults: 'readonly Fault[]',
        retry: 'Retry',
        respond: 'readonly ApiFault[]',
        settings: "L['settings'] & CallbackSettings",
      },
    }),
    interfaceText('MatchMembers<L extends LanguageShape>', at(schema, 'properties', 'match'), {
      types: { operation: "L['operation']" },
    }),
    interfaceText(
      'StepMembers<Trigger extends string, Callback extends string>',
      at(schema, '$defs', 'step'),
      {
        refs,
        // Every body of the bundled providers is an object.
        types: { on: 'Trigger', callback: 'Callback', payload: 'JsonObject' },
      },
    ),
    interfaceText('RetryPolicyInput', at(schema, 'properties', 'retry', 'else'), {
      refs,
      types: { on: 'readonly (number | string)[]' },
    }),
    interfaceText('SelectorMembers<L extends LanguageShape>', at(fault, 'properties', 'on'), {
      types: { callback: "L['callback']" },
      without: names(at(fault, 'properties', 'on'), ['callback', 'payload', 'nth', 'attempt']),
    }),
    interfaceText('FaultMembers<L extends LanguageShape>', fault, {
      types: { on: "SelectorMembers<L> & L['selectors']" },
      without: faultNames,
    }),
    values('FaultValues<L extends LanguageShape, Duplicate>', fault, faultNames, {
      refs,
      types: {
        contradict: "'unknown-id' | 'stale' | L['contradiction']",
        duplicate: 'Duplicate',
      },
    }),
    interfaceText('DuplicateMembers', at(fault, 'properties', 'duplicate'), { refs }),
    interfaceText('ApiFaultMembers<Operation extends string>', apiFault, {
      types: { operation: 'Operation' },
      without: apiFaultNames,
    }),
    values('ApiFaultValues', apiFault, apiFaultNames, { refs }),
  ];
  const imports = `import type { CallbackSettings } from '../callback-settings.gen.ts';
import type { Duration } from '../duration.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ExactlyOne, LanguageShape } from './language-shape.ts';
`;
  return `${header('src/core/scenario/scenario-schema.ts')}${imports}\n${parts.join('\n')}`;
}

/** The parts of the scenario language that a provider defines, with the names that `scenario-input.ts` combines. */
function languageMembers(name: string, type: string): string {
  const { language } = bundledProviders.get(name) as Provider;
  const { outcome = {}, timings = {}, selectors = {}, contradictions = {} } = language ?? {};
  const refs = { duration: 'Duration' };
  const part = (suffix: string, properties: JsonObject, required: readonly string[] = []): string =>
    interfaceText(`${type}${suffix}`, { properties, required }, { refs });
  const schemasOf = (parts: Readonly<Record<string, { readonly schema: JsonObject }>>): JsonObject =>
    Object.fromEntries(Object.entries(parts).map(([key, { schema }]) => [key, schema]));
  const parts = [
    interfaceText(`${type}OutcomeMembers`, outcome, { refs }),
    part('Timings', Object.fromEntries(Object.entries(timings).map(([key, text]) => [key, duration(text)]))),
    part('Selectors', schemasOf(selectors)),
    part('Contradictions', schemasOf(contradictions), Object.keys(contradictions)),
  ];
  const text = parts.join('\n');
  const json = /\bJsonObject\b/.test(text) ? `import type { JsonObject } from '../../core/json.ts';\n` : '';
  const imports = `import type { Duration } from '../../core/duration.ts';\n${json}`;
  return `${header('scenario-language.ts')}${imports}\n${text}`;
}

function names(schema: JsonObject, others: readonly string[]): string[] {
  return Object.keys(schema.properties as JsonObject).filter((name) => !others.includes(name));
}

/** Properties from which a mapped type picks one: all required. */
function values(head: string, schema: JsonObject, which: readonly string[], options: MemberOptions): string {
  const without = names(schema, which);
  return interfaceText(head, { ...schema, required: which }, { ...options, without });
}

/** Settings as written, each with its description and default. */
function settingsText(name: string, table: SettingsTable, core: string): string {
  const members = Object.entries(table).map(([key, entry]) => {
    const doc = docLines([entry.text, `@default ${JSON.stringify(entry.default)}`]);
    return `${doc}readonly '${key}'?: ${settingType(entry)};`;
  });
  const text = `export interface ${name} {\n${members.join('\n')}\n}\n`;
  const imports = /\bDuration\b/.test(text) ? `import type { Duration } from '${core}/duration.ts';\n\n` : '';
  return `${header('the table of settings')}${imports}/** Settings as they are written. */\n${text}`;
}

function settingType({ type }: SettingEntry): string {
  if (typeof type === 'object') return type.map((word) => `'${word}'`).join(' | ');
  const types = {
    string: 'string',
    integer: 'number',
    boolean: 'boolean',
    duration: 'Duration',
    durations: 'readonly Duration[]',
    strings: 'readonly string[]',
  };
  return types[type];
}

/** Options of a server as code gives them, each with its description, default and example. */
function optionsText(
  name: string,
  { names = serverOptionsByName, call, settings, time }: OptionsStyle,
): string {
  const members = [...names].map(([key, entry]) => {
    const own = call === 'startProvider' ? entry.startProvider : undefined;
    const shown = own?.default ?? entry.default;
    const described = {
      // The names of the command line are those of code here.
      description: entry.text.replaceAll(/--([a-z-]+)/g, (_, flag: string) => `\`${codeName(flag)}\``),
      ...(shown !== null && { default: shown }),
    };
    const value = literalText(own?.example ?? entry.example);
    const isParsed = entry.type === 'time' && time === 'number';
    const example = `@example ${call}({ ${key}: ${isParsed ? `Date.parse(${value})` : value} })`;
    return `${docText(described, [example])}readonly ${key}?: ${optionType(entry, time)};`;
  });
  const text = `export interface ${name} {\n${members.join('\n')}\n}\n`;
  const duration = /\bDuration\b/.test(text) ? `import type { Duration } from '../core/duration.ts';\n` : '';
  const imports = `${duration}import type { SettingsInput } from '${settings}';\n`;
  return `${header('src/options/server-options.ts')}${imports}\n/** Options of a server. */\n${text}`;
}

interface OptionsStyle {
  /** The options that there are. Default: all. */
  readonly names?: typeof serverOptionsByName;
  /** The function of the examples. */
  readonly call: string;
  /** The module with the type of settings. */
  readonly settings: string;
  /** The type of a time. */
  readonly time: 'string' | 'number';
}

function optionType({ type }: OptionEntry, time: OptionsStyle['time']): string {
  if (typeof type === 'object') return type.map((word) => `'${word}'`).join(' | ');
  const types = {
    string: 'string',
    integer: 'number',
    number: 'number',
    time,
    duration: 'Duration',
    flag: 'boolean',
    strings: 'readonly string[]',
    assignments: 'SettingsInput',
  };
  return types[type];
}

function codeName(flag: string): string {
  const [name = flag] = [...serverOptionsByName].find(([, entry]) => entry.flag === flag) ?? [];
  return name;
}

/** The settings whose names begin with one of the given words. */
function settingsOf(fits: (word: string) => boolean): SettingsTable {
  const entries = Object.entries(settingsTable(bundledProviders));
  return Object.fromEntries(entries.filter(([name]) => fits(name.slice(0, name.indexOf('.')))));
}

/** `DeliveryRecord`, with the payload of each callback. */
const deliveryRecord = `/**
 * One callback to one URL, with its attempts. Its \`callback\` narrows the type of its \`payload\`.
 * @typeParam Callbacks \`CallbackPayloads\` of \`ringback/types\`, or of the file that \`ringback types\` writes
 * @typeParam Name of the callback
 */
export type DeliveryRecord<
  Callbacks = AnyCallbacks,
  Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>,
> = unknown extends Callbacks
  ? DeliveryRecordOf<CallbackNameIn<Callbacks>, unknown>
  : { readonly [Each in Name]: DeliveryRecordOf<Each, PayloadIn<Callbacks, Each>> }[Name];
`;

/** The records of the test kit: the schemas of the control API, bodies whole. */
function records(): string {
  const { components } = parse(readFileSync(join(root, 'openapi.control.yaml'), 'utf8')) as {
    readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> };
  };
  const { schemas } = components;
  const refs = {
    Time: 'Time',
    Duration: 'string',
    RunState: "'playing' | 'finished'",
    DeliveryState: "'pending' | 'delivered' | 'failed' | 'dropped'",
    AttemptErrorCode: 'AttemptErrorCode',
    EventId: 'number',
    Violation: 'Violation',
    Choice: 'ChoiceRecord',
    Headers: 'Readonly<Record<string, string>>',
    Target: 'TargetRecord | null',
    TimelineBranch: 'BranchRecord',
    TimelineStep: 'StepRecord',
    ApiFault: 'ApiFaultRecord',
    FaultDraw: 'FaultDrawRecord',
    Attempt: 'AttemptRecord',
    Delivery: 'DeliveryRecord<Callbacks>',
    Run: 'RunSummary',
  };
  const of = (name: string, schema: string, options: MemberOptions = {}): string => {
    const { description = null, ...whole } = schemas[schema] as JsonObject;
    return docText({ description }) + interfaceText(name, whole, { refs, schemas, ...options });
  };
  const { oneOf } = schemas.Event as { readonly oneOf: readonly { readonly $ref: string }[] };
  const events = oneOf.map(({ $ref }) => last($ref));
  const eventType = (name: string, standard = ''): string =>
    `${name}Event${name === 'DeliveryChanged' ? `<Callbacks${standard}>` : ''}`;
  const parts = [
    of('ChoiceRecord', 'Choice', { types: { rule: 'ChoiceRule' } }),
    of('TargetRecord', 'Target'),
    of('FaultDrawRecord', 'FaultDraw'),
    of('ApiFaultRecord', 'ApiFault'),
    of('AttemptRecord', 'Attempt'),
    of('DeliveryRecordOf<Callback, Payload>', 'Delivery', {
      types: { callback: 'Callback', payload: 'Payload' },
      optional: ['bodyTruncated'],
    }),
    deliveryRecord,
    of('StepRecord', 'TimelineStep'),
    of('BranchRecord', 'TimelineBranch'),
    of('RunSummary', 'Run'),
    of('RunRecord<Callbacks = AnyCallbacks> extends RunSummary', 'RunDetail'),
    of('InboxRequestRecord', 'InboxRequest', {
      types: { query: 'Readonly<Record<string, string | readonly string[]>>', json: 'JsonValue' },
    }),
    of('MoveRecord<Callbacks = AnyCallbacks>', 'ClockMove', {
      // The test kit reads all of them.
      without: ['truncated', 'moreIds'],
      descriptions: {
        deliveries:
          'These deliveries, in the order of their attempts. Fewer than `total` if the space has evicted some, or if there are more than 101,000.',
      },
    }),
    ...events.map((name) =>
      of(eventType(name, ' = AnyCallbacks'), name, {
        descriptions: { delivery: 'The delivery as it was at that time, its bodies whole.' },
      }),
    ),
    `/** An event of a space, as in its event stream. */\nexport type SpaceEventRecord<Callbacks = AnyCallbacks> =\n  | ${events.map((name) => eventType(name)).join('\n  | ')};\n`,
  ];
  const imports = `import type { AttemptErrorCode } from '../core/engine/deliveries/attempt-errors.ts';
import type { ChoiceRule } from '../core/engine/runs/run.ts';
import type { Violation } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { AnyCallbacks, CallbackNameIn, PayloadIn } from './callback-types.ts';

/** A point in time by the space's clock: ISO 8601, UTC, e.g. \`2030-01-01T00:00:02.000Z\`. */
export type Time = string;
`;
  return `${header('openapi.control.yaml')}${imports}\n${parts.join('\n')}`;
}

const files: Readonly<Record<string, string>> = {
  'src/core/scenario/scenario-members.gen.ts': scenarioMembers(),
  'src/core/callback-settings.gen.ts': settingsText(
    'CallbackSettings',
    settingsOf((word) => word === 'callbacks'),
    '.',
  ),
  'src/core/space-settings.gen.ts': settingsText(
    'SpaceSettings',
    settingsOf((word) => word !== 'callbacks' && !bundledProviders.has(word)),
    '.',
  ),
  'src/providers/docdigitizer/settings.gen.ts': settingsText(
    'DocDigitizerSettings',
    settingsOf((word) => word === 'docdigitizer'),
    '../../core',
  ),
  'src/providers/informed/settings.gen.ts': settingsText(
    'InformedSettings',
    settingsOf((word) => word === 'informed'),
    '../../core',
  ),
  'src/providers/docdigitizer/scenario-members.gen.ts': languageMembers('docdigitizer', 'DocDigitizer'),
  'src/providers/informed/scenario-members.gen.ts': languageMembers('informed', 'Informed'),
  'src/server/server-options.gen.ts': optionsText('ServerOptions', {
    call: 'startServer',
    settings: '../core/settings.ts',
    time: 'number',
  }),
  'src/testing/in-process-options.gen.ts': optionsText('InProcessServerOptions', {
    names: new Map([...serverOptionsByName].filter(([, { startProvider }]) => startProvider !== undefined)),
    call: 'startProvider',
    settings: '../types/scenario-input.ts',
    time: 'string',
  }),
  'src/testing/records.gen.ts': records(),
};
for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), indented(text));
