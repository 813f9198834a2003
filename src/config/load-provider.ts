import { stat } from 'node:fs/promises';
import { isRingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonValue, parsePointer } from '../core/json.ts';
import { quoted } from '../core/quoted.ts';
import { readSetting } from '../core/read-setting.ts';
import { type RetryShape, readDuration } from '../core/scenario/read-retry.ts';
import { suggest } from '../core/suggest.ts';
import { unreadableReason } from '../loading/text-file.ts';
import { importModule, syntaxErrorPlace } from '../platform/import-module.ts';
import { isError } from './code-failure.ts';
import type { ProviderDefinition, SettingDefinition } from './define-provider.ts';
import { definitionSchema } from './definition-schema.ts';
import { Late, limited } from './limited.ts';
import { readPolicy } from './read-policy.ts';
import { valueFindings } from './value-findings.ts';

/** A definition, and the module that it is from. */
export interface DefinedProvider {
  readonly definition: ProviderDefinition;
  /** Path of the module, for messages. */
  readonly file: string;
}

const known = [
  'contract',
  'operations',
  'callbacks',
  'settings',
  'retryPolicy',
  'answerRules',
  'scenarios',
  'outcome',
  'states',
  'timeout',
];

/**
 * Imports the module of a provider. Nothing but the module is executed, and what it imports.
 * @param file absolute path
 * @param timeoutMs how long the import may take, in milliseconds
 * @returns the definition, or what is wrong with the module, in sentences
 */
export async function loadProvider(
  file: string,
  timeoutMs = 30_000,
): Promise<DefinedProvider | { readonly problems: readonly string[] }> {
  try {
    if ((await stat(file)).isDirectory()) return { problems: [`${file} is a directory, expected a module.`] };
  } catch (error) {
    return { problems: [`Could not read ${file}: ${unreadableReason(error)}.`] };
  }
  let definition: unknown;
  try {
    definition = await limited(() => importModule(file), timeoutMs, 'load');
  } catch (error) {
    if (error instanceof Late)
      return {
        problems: [
          `Could not load ${file}: ${error.message}. Remove the \`await\` at its top level that never ends.`,
        ],
      };
    return { problems: [`Could not load ${file}: ${await importError(error, file)}. Fix the module.`] };
  }
  if (!isJsonObject(definition)) {
    const got = definition === undefined ? 'none' : `a ${typeof definition}`;
    return {
      problems: [
        `Could not use ${file}: got ${got} as its default export, expected export default defineProvider({ … }).`,
      ],
    };
  }
  const problems = problemsOf(definition).map((problem) => `Could not use ${file}: ${problem}.`);
  return problems.length > 0 ? { problems } : { definition: definition as ProviderDefinition, file };
}

/** What was thrown, and where. */
async function importError(error: unknown, file: string): Promise<string> {
  if (!isError(error)) return quoted(error);
  const line = /file:\/\/\S*?([^/]+:\d+:\d+)\)?$/m.exec(error.stack ?? '')?.[1];
  const place = error.name === 'SyntaxError' ? await syntaxErrorPlace(file) : line;
  return `${error.name}: ${error.message}${place == null ? '' : ` (${place})`}`;
}

function problemsOf(definition: Readonly<Record<string, unknown>>): readonly string[] {
  const problems = Object.keys(definition)
    .filter((key) => !known.includes(key))
    .map((key) => `it has the unknown key "${key}".${suggest(key, known)} Expected ${known.join(', ')}`);
  const { contract, operations, callbacks, settings, retryPolicy, answerRules, outcome, timeout } =
    definition;
  if (contract !== undefined && typeof contract !== 'string')
    problems.push('its contract is no string, expected the path of an OpenAPI file');
  for (const [name, group] of Object.entries({ operations, callbacks })) {
    if (group !== undefined && !isJsonObject(group)) problems.push(`its ${name} are no object of functions`);
    else
      for (const [key, code] of Object.entries(group ?? {}))
        if (typeof code !== 'function')
          problems.push(`${name}.${key} is ${typeof code}, expected a function`);
  }
  if (isJsonObject(outcome) && typeof outcome.expand !== 'function')
    problems.push(`outcome.expand is ${typeof outcome.expand}, expected a function`);
  if (settings !== undefined && !isJsonObject(settings)) problems.push('its settings are no object');
  else
    for (const [name, setting] of Object.entries(settings ?? {}))
      problems.push(...settingProblems(name, setting));
  const report = (pointer: string, message: string): void =>
    void problems.push(`its ${parsePointer(pointer).join('.')} is wrong: ${message.replace(/\.$/, '')}`);
  const found = valueFindings(definition, definitionSchema, 'an object');
  for (const { pointer, message } of found) report(pointer, message);
  if (retryPolicy !== undefined && !found.some(({ pointer }) => pointer.startsWith('/retryPolicy')))
    readPolicy(retryPolicy as RetryShape, (pointer, _, message) => report(`/retryPolicy${pointer}`, message));
  const { slowAnswer } = isJsonObject(answerRules) ? answerRules : {};
  for (const [place, given] of Object.entries({ '/timeout': timeout, '/answerRules/slowAnswer': slowAnswer }))
    if (given !== undefined && found.every(({ pointer }) => pointer !== place))
      readDuration(given as JsonValue, place, (_, __, message) => report(place, message));
  return problems;
}

const settingTypes = ['string', 'integer', 'boolean', 'duration', 'durations', 'strings'];

function settingProblems(name: string, setting: unknown): readonly string[] {
  const {
    type,
    default: standard,
    text,
  } = (isJsonObject(setting) ? setting : {}) as Partial<SettingDefinition>;
  const isType = Array.isArray(type) || settingTypes.includes(String(type));
  if (!isType || standard === undefined || typeof text !== 'string')
    return [
      `settings.${name} needs a type (${settingTypes.join(', ')}, or an array of strings), a default and a text`,
    ];
  try {
    readSetting(
      name,
      { type: type as SettingDefinition['type'], default: standard, text, choice: true },
      standard,
    );
    return [];
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    return [`the default of settings.${name} is wrong. ${error.message.replace(/\.$/, '')}`];
  }
}
