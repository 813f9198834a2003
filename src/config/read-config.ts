import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseDuration } from '../core/duration.ts';
import { RingbackError, type Violation } from '../core/errors.ts';
import {
  escapePointer,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  memberOf,
  parsePointer,
} from '../core/json.ts';
import { quoted } from '../core/quoted.ts';
import { readText } from '../core/read-text.ts';
import type { RetryShape } from '../core/scenario/read-retry.ts';
import type { Finding } from '../core/scenario/schema-violations.ts';
import { templateProblems } from '../core/scenario/templates.ts';
import { readStartTime } from '../core/start-time.ts';
import { suggest } from '../core/suggest.ts';
import { describeProblem } from '../core/text-reading.ts';
import { decodeText, unreadableReason } from '../loading/text-file.ts';
import { expectedOf, isValue, type OptionEntry } from '../options/option-entry.ts';
import { checkKeys, configOptions, configSchema } from './config-schema.ts';
import type { Configuration, ConfiguredSetting } from './configuration.ts';
import { readPolicy } from './read-policy.ts';
import { valueFindings } from './value-findings.ts';
import { type Environment, type Expanded, expandVariables } from './variables.ts';

/** The names of a configuration in a folder. */
export const configNames: readonly string[] = ['ringback.yaml', 'ringback.yml'];

/** Real configurations have a few KiB. */
const maxBytes = 64 * 1024;

/**
 * Reads a configuration. What is wrong inside it are findings, so that all of them can be shown together.
 * @param path of the file
 * @param environment the values of `${NAME}`
 * @throws {RingbackError} `config.invalid` if it cannot be read, or is neither YAML nor JSON
 */
export async function readConfig(path: string, environment: Environment): Promise<Configuration> {
  const text = await readFileText(path);
  const { documents, problems } = readText(text, false, { maxDepth: 64, maxValues: 10_000, several: true });
  const [document, second] = documents;
  if (problems.length > 0) {
    const violations = problems.map((problem) => ({
      location: `${path}:${problem.line}:${problem.column}`,
      code: 'config.syntax',
      message: `${problem.code === 'duplicate-key' ? '' : 'the file '}${describeProblem(problem)}.`,
    }));
    throw invalid(path, violations);
  }
  if (document === undefined || second !== undefined || document.value === null) {
    const got = second === undefined ? 'the file is empty' : 'got several documents';
    const { line, column } = second?.locate({ pointer: '', atKey: false }) ?? { line: 1, column: 1 };
    const message = `${got}, expected an object, e.g. "contract: ./openapi.yaml".`;
    throw invalid(path, [{ location: `${path}:${line}:${column}`, code: 'config.document', message }]);
  }
  const locate = (finding: Pick<Finding, 'pointer' | 'atKey'>): string => {
    const { line, column } = document.locate(finding);
    return `${path}:${line}:${column}`;
  };
  const expanded = expandVariables(document.value, environment, wantedType);
  const findings = [...expanded.findings, ...schemaFindings(expanded)];
  const value = isJsonObject(expanded.value) ? expanded.value : {};
  const folder = dirname(resolve(path));
  const absolute = (name: string): string | null => {
    const path = value[name];
    if (typeof path !== 'string') return null;
    return /^https?:\/\//i.test(path) ? path : resolve(folder, path);
  };
  findings.push(...templateFindings(value, findings));
  const options = optionsOf(value, folder, findings);
  return {
    file: path,
    keys: new Set(Object.keys(value)),
    contract: absolute('contract'),
    provider: absolute('provider'),
    options,
    check: checkOf(value, folder, findings),
    operations: objectMembers(value.operations) as Configuration['operations'],
    settings: settingsOf(value, findings),
    retry: retryOf(value, findings),
    findings,
    warnings: secretWarnings(value, expanded, locate),
    violationOf: (finding) => ({
      location: locate(finding),
      code: finding.code,
      message: masked(finding, expanded),
    }),
  };
}

async function readFileText(path: string): Promise<string> {
  let problem: string;
  try {
    const about = await stat(path);
    if (about.isDirectory()) {
      const inside = configNames.find((name) => path.endsWith(name)) ?? join(path, configNames[0] ?? '');
      problem = `it is a directory, expected a file, e.g. ${inside}`;
    } else if (about.size > maxBytes)
      problem = `it has ${about.size} bytes, expected at most ${maxBytes}. Is it a configuration?`;
    else {
      const decoded = decodeText(await readFile(path));
      if ('text' in decoded) return decoded.text;
      problem = `the file ${decoded.problem}`;
    }
  } catch (error) {
    problem = `${unreadableReason(error)}.${await nearestFile(path)} Give the path of a file, e.g. --config ${configNames[0]}`;
  }
  throw invalid(path, [{ location: path, code: 'config.unreadable', message: ended(problem) }]);
}

async function nearestFile(path: string): Promise<string> {
  try {
    return suggest(basename(path), await readdir(dirname(resolve(path))));
  } catch {
    return ' Its folder does not exist.';
  }
}

function ended(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

/** The error of a configuration with findings, in the order of the file. */
export function configError(
  { file, violationOf }: Pick<Configuration, 'file' | 'violationOf'>,
  findings: readonly Finding[],
): RingbackError {
  const order = new Intl.Collator('en', { numeric: true });
  const violations = findings.map(violationOf).sort((a, b) => order.compare(a.location, b.location));
  return invalid(file, violations);
}

function invalid(path: string, violations: readonly Violation[]): RingbackError {
  const [first] = violations;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  return new RingbackError('config.invalid', {
    detail: `Could not use the configuration ${path}. At ${first?.location}: ${first?.message}${more}`,
    violations,
  });
}

/** The type that the schema expects where a variable is written: numbers and booleans are written as strings, too. */
function wantedType(pointer: string): 'number' | 'boolean' | null {
  const [name = '', second] = parsePointer(pointer);
  const entry =
    second === undefined ? configOptions.get(name) : name === 'check' ? checkKeys.get(second) : undefined;
  const type = entry?.type;
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'flag' ? 'boolean' : null;
}

function schemaFindings({ value, findings: unset }: Expanded): Finding[] {
  const { $schema: _, ...schema } = configSchema({ variables: false });
  const known = new Set(unset.map(({ pointer }) => pointer));
  const findings = new Map<string, Finding>();
  const add = (finding: Finding): void => {
    if (known.has(finding.pointer)) return;
    findings.set(`${finding.pointer} ${finding.message}`, finding);
  };
  for (const finding of valueFindings(value, schema, 'an object, e.g. "contract: ./openapi.yaml"'))
    add(finding);
  if (!isJsonObject(value)) return [...findings.values()];
  const refused = new Set([...findings.values()].map(({ pointer }) => pointer.split('/')[1]));
  const check = (below: string, name: string, entry: OptionEntry, given: JsonValue | undefined): void => {
    if (given === undefined || isValue(entry, given)) return;
    const message = `got ${JSON.stringify(given)}, expected ${expectedOf(entry)}.`;
    add({ pointer: `${below}/${escapePointer(name)}`, atKey: false, code: 'config.option', message });
  };
  for (const [name, entry] of configOptions)
    if (!refused.has(escapePointer(name))) check('', name, entry, value[name]);
  if (!refused.has('check'))
    for (const [name, entry] of checkKeys) check('/check', name, entry, objectMembers(value.check)[name]);
  return [...findings.values()];
}

/** The message without secrets, and without what variables have. */
function masked({ pointer, message }: Finding, { value, written }: Expanded): string {
  const text = written.get(pointer);
  if (text === undefined)
    return isSecret(pointer)
      ? message.replace(/\b([Gg]ot) .*?, expected/s, '$1 another value, expected')
      : message;
  const own = parsePointer(pointer).reduce(memberOf, value);
  return message.replaceAll(typeof own === 'string' ? quoted(own) : String(own), quoted(text));
}

const secretPlaces =
  /^\/(?:check\/(?:auth|otherAuth)|signing\/secrets?(?:\/\d+)?|credentials\/\w+(?:\/\d+)?|controlToken|settings\/[^/]*(?:[sS]ecret|[cC]redential|[aA]uthorization|[pP]assword)[^/]*(?:\/\d+)?)$/;

function isSecret(pointer: string): boolean {
  return secretPlaces.test(pointer);
}

/** One warning about secrets that are written in the file. */
function secretWarnings(
  value: JsonObject,
  { written }: Expanded,
  locate: (finding: Pick<Finding, 'pointer' | 'atKey'>) => string,
): readonly string[] {
  const literal: string[] = [];
  const walk = (item: JsonValue | undefined, pointer: string): void => {
    if (typeof item === 'string') {
      if (item !== '' && isSecret(pointer) && !written.has(pointer) && !/\{\{[^{}]*\}\}/.test(item))
        literal.push(pointer);
    } else if (Array.isArray(item))
      for (const [index, entry] of item.entries()) walk(entry, `${pointer}/${index}`);
    else if (isJsonObject(item))
      for (const [key, member] of Object.entries(item)) walk(member, `${pointer}/${escapePointer(key)}`);
  };
  walk(value, '');
  const [first, ...others] = literal;
  if (first === undefined) return [];
  const also = others.length === 0 ? '' : ` Also: ${others.map(named).join(', ')}.`;
  return [
    `${locate({ pointer: first, atKey: false })}: ${named(first)} is a secret in plain text. Write \${NAME}, and set the environment variable of that name.${also}`,
  ];
}

function named(pointer: string): string {
  return parsePointer(pointer).join('.');
}

function optionsOf(value: JsonObject, folder: string, findings: Finding[]): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  const wrong = new Set(findings.map(({ pointer }) => pointer.split('/')[1]));
  for (const [name, entry] of configOptions) {
    const given = value[name];
    if (given === undefined || wrong.has(escapePointer(name))) continue;
    options[name] = readOption(entry, given, folder);
  }
  const to = objectMembers(value.webhooks).to ?? objectMembers(value.settings)['webhooks.to'];
  if (typeof to === 'string') options.webhooksTo = to;
  return options;
}

/** The options of a check, unless one of them is wrong. */
function checkOf(
  { check }: JsonObject,
  folder: string,
  findings: readonly Finding[],
): Configuration['check'] {
  if (findings.some(({ pointer }) => pointer === '/check' || pointer.startsWith('/check/'))) return {};
  const options = Object.entries(objectMembers(check)).map(([name, given]) => {
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const entry = checkKeys.get(name);
    if (name === 'baseline') return [flag, resolve(folder, String(given))];
    if (name === 'report' && Array.isArray(given))
      return [flag, given.map((each) => reportIn(folder, String(each)))];
    return [flag, entry === undefined ? given : readOption(entry, given, folder)];
  });
  return Object.fromEntries(options);
}

/** `junit=check.xml` with the path from another folder. A kind without a file stays. */
function reportIn(folder: string, text: string): string {
  const [, kind = '', file = ''] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  return file === '' ? text : `${kind}=${resolve(folder, file)}`;
}

function readOption({ type, value }: OptionEntry, given: JsonValue, folder: string): unknown {
  if (type === 'duration') return parseDuration(given);
  if (type === 'time') return readStartTime(given);
  const isPath = value.startsWith('<file');
  return isPath && Array.isArray(given) ? given.map((path) => resolve(folder, String(path))) : given;
}

/** The settings of the file. One that is given twice is a finding. */
function settingsOf(value: JsonObject, findings: Finding[]): readonly ConfiguredSetting[] {
  const signing = objectMembers(value.signing);
  const credentials = objectMembers(value.credentials);
  const found: ConfiguredSetting[] = Object.entries(objectMembers(value.settings)).map(([name, own]) => ({
    name,
    value: own,
    pointer: `/settings/${escapePointer(name)}`,
  }));
  for (const [name, own] of Object.entries(signing)) {
    const pointer = `/signing/${escapePointer(name)}`;
    if (name === 'secret') found.push({ name: 'signing.secrets', value: [own], pointer });
    else found.push({ name: `signing.${name}`, value: own, pointer });
  }
  if (credentials.requests !== undefined)
    found.push({ name: '.credentials', value: credentials.requests, pointer: '/credentials/requests' });
  if (credentials.callbacks !== undefined)
    found.push({
      name: '.callbackCredential',
      value: credentials.callbacks,
      pointer: '/credentials/callbacks',
    });
  const { to } = objectMembers(value.webhooks);
  if (to !== undefined) found.push({ name: 'webhooks.to', value: to, pointer: '/webhooks/to' });
  const first = new Map<string, string>();
  return found.filter(({ name, pointer }) => {
    const other = first.get(name);
    first.set(name, pointer);
    if (other === undefined) return true;
    const message = `the setting ${name} is given twice: also at ${named(other)}. Remove one of them.`;
    findings.push({ pointer, atKey: true, code: 'config.twice', message });
    return false;
  });
}

function retryOf({ retry }: JsonObject, findings: Finding[]): Configuration['retry'] {
  const isWrong = findings.some(({ pointer }) => pointer === '/retry' || pointer.startsWith('/retry/'));
  if (retry === undefined || isWrong) return null;
  return readPolicy(retry as RetryShape, (pointer, code, message) =>
    findings.push({ pointer: `/retry${pointer}`, atKey: false, code, message }),
  );
}

/** Where the file has what a callback is sent to or with. Only these templates are filled. */
const filledPlaces =
  /^\/(?:webhooks\/to|credentials\/callbacks|operations\/[^/]*\/callbackUrl|settings\/(?:webhooks\.to|[^/]*\.callbackCredential))$/;

/** Where braces mean something else. */
const otherPlaces =
  /^\/(?:signing\/template|settings\/(?!signing\.|webhooks\.to$)[^/]*|settings\/signing\.template)(?:\/|$)/;

/** Templates that are wrong, or in places where their values are not known. */
function templateFindings(value: JsonObject, known: readonly Finding[]): Finding[] {
  const found: Finding[] = [];
  const walk = (item: JsonValue, pointer: string): void => {
    const members = Array.isArray(item) ? item.entries() : isJsonObject(item) ? Object.entries(item) : [];
    for (const [key, member] of members as Iterable<readonly [string | number, JsonValue]>)
      walk(member, `${pointer}/${escapePointer(String(key))}`);
    if (typeof item !== 'string' || !item.includes('{{')) return;
    if (known.some((each) => each.pointer === pointer)) return;
    const add = (message: string): void => {
      found.push({ pointer, atKey: false, code: 'config.template', message });
    };
    if (filledPlaces.test(pointer)) for (const { message } of templateProblems(item, true)) add(message);
    else if (/\{\{[^{}]*\}\}/.test(item) && !otherPlaces.test(pointer)) add(unfillable(pointer));
  };
  walk(value, '');
  return found;
}

function unfillable(pointer: string): string {
  const reason = /^\/(?:settings\/)?signing/.test(pointer)
    ? 'all callbacks are signed alike, and signing.template alone has placeholders, such as {{body}}'
    : pointer.startsWith('/credentials/requests')
      ? 'requests are compared with it before anything else of them is read'
      : pointer.endsWith('/id')
        ? 'the id is looked up in the response, with an expression such as $response.body#/data/id'
        : 'it is read at the start, before there is a request';
  return `got a template, {{…}}, which cannot be filled here: ${reason}. Templates are filled in webhooks.to, credentials.callbacks and callbackUrl, and in set, payload, query and headers of a scenario.`;
}

function objectMembers(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
