import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { AjvModules, SchemaEngine } from '../contract/schema-engine.ts';
import { expectation, type PartNames } from '../contract/sentence.ts';
import { escapePointer, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { clipped, quoted } from '../quoted.ts';
import { suggest } from '../suggest.ts';
import { scenarioSchemaId } from './scenario.ts';
import { type LanguageOwners, maxSteps, scenarioSchemaFiles } from './scenario-schema.ts';

/** A finding in a script, before its pointer is turned into a place in a file. */
export interface Finding {
  /** JSON pointer of the offending value, or of the object that lacks something. */
  readonly pointer: string;
  /** True when the key itself is what is wrong, not its value. */
  readonly atKey: boolean;
  readonly code: string;
  readonly message: string;
}

/** More are of no use, and a long script that is wrong throughout has thousands. */
export const mostViolations = 100;

const compiled = new WeakMap<LanguageOwners, ValidateFunction>();

function validator(engine: SchemaEngine, providers: LanguageOwners): ValidateFunction {
  const validate =
    compiled.get(providers) ?? scenarioAjv(engine.ajv(), providers).getSchema(scenarioSchemaId);
  if (validate === undefined) throw new Error('there is no schema for scenarios');
  compiled.set(providers, validate);
  return validate;
}

/** Ajv with the schemas of the language. */
export function scenarioAjv({ Ajv2020 }: Pick<AjvModules, 'Ajv2020'>, providers: LanguageOwners): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    verbose: true,
    // The schema is ours, and tested against the metaschema, which takes as long to compile as the schema itself.
    validateSchema: false,
    meta: false,
  });
  for (const schema of scenarioSchemaFiles(providers).values()) ajv.addSchema(schema);
  return ajv;
}

/** Checks one scenario against the schema of the language that these providers make. */
export function schemaFindings(value: JsonValue, engine: SchemaEngine, providers: LanguageOwners): Finding[] {
  // First, so that you need not wait for the check of a hundred thousand entries only to read that there are too many.
  const lists = isJsonObject(value) ? listNames.map((key) => [key, value[key]] as const) : [];
  const crowded = crowdedObject(value);
  if (crowded !== null) return [crowded];
  const tooLong = lists.filter(([, list]) => Array.isArray(list) && list.length > maxSteps);
  if (tooLong.length > 0) {
    return tooLong.map(([key, list]) => {
      const message = `got ${show(list)}, expected at most ${maxSteps} entries.`;
      return { pointer: `/${key}`, atKey: false, code: 'maxItems', message };
    });
  }
  if (engine.ready(scenarioSchemaId)?.(value) === true) return [];
  const validate = validator(engine, providers);
  const findings = new Map<string, Finding>();
  const entries = Math.max(1, ...lists.map(([, list]) => (Array.isArray(list) ? list.length : 0)));
  // Part by part, until there are enough: an error takes far longer than an entry that is right.
  for (let from = 0; from < entries && findings.size < mostViolations; from += entriesAtATime) {
    if (validate(part(value, from))) continue;
    for (const error of validate.errors ?? []) {
      if (isPartOfAnother(error)) continue;
      const finding = toFinding(error);
      const pointer = finding.pointer.replace(/^\/(timeline|faults|respond)\/(\d+)/, (place, list, index) =>
        isShort(value, list, from) ? place : `/${list}/${Number(index) + from}`,
      );
      findings.set(`${pointer} ${finding.message}`, { ...finding, pointer });
    }
  }
  return [...findings.values()];
}

const listNames = ['timeline', 'faults', 'respond'] as const;
const entriesAtATime = 250;
/** Most keys of a script, or of an entry of its lists: far more than the language has. */
const mostKeys = 250;

/** An object of a script with too many keys for a closer look. */
function crowdedObject(value: JsonValue): Finding | null {
  if (!isJsonObject(value)) return null;
  const places: [string, JsonValue][] = [['', value]];
  for (const name of listNames) {
    const list = value[name];
    if (Array.isArray(list))
      for (const [index, entry] of list.entries()) places.push([`/${name}/${index}`, entry]);
  }
  for (const [pointer, place] of places) {
    if (!isJsonObject(place) || Object.keys(place).length <= mostKeys) continue;
    const message = `got ${show(place)}, expected at most ${mostKeys} keys.`;
    return { pointer, atKey: false, code: 'maxProperties', message };
  }
  return null;
}

/**
 * The script with its arrays cut to the entries from a position on. An array that ends before keeps its first entry.
 */
function part(value: JsonValue, from: number): JsonValue {
  if (!isJsonObject(value)) return value;
  const lists = listNames.flatMap((name): [string, JsonValue][] => {
    const list = value[name];
    if (!Array.isArray(list)) return [];
    return [[name, isShort(value, name, from) ? list.slice(0, 1) : list.slice(from, from + entriesAtATime)]];
  });
  return { ...value, ...Object.fromEntries(lists) };
}

function isShort(value: JsonValue, name: string, from: number): boolean {
  const list = isJsonObject(value) ? value[name] : undefined;
  return !Array.isArray(list) || list.length <= from;
}

/** The branches of a choice are summed up by the choice's own title; `if` only says which branch was taken. */
export function isPartOfAnother(error: ErrorObject): boolean {
  // Rules about keys are valid for anything that is not an object. Its wrong type is reported separately.
  const aboutKeys = ['oneOf', 'anyOf', 'not', 'dependentRequired'].includes(error.keyword);
  if (aboutKeys && !isJsonObject(error.data)) return true;
  return error.keyword === 'if' || /\/(oneOf|anyOf|not|if)\//.test(error.schemaPath);
}

/** The finding that an error of a schema is. The schema's `title` says what it expects. */
export function toFinding(error: ErrorObject): Finding {
  const code = error.keyword;
  const here = (message: string): Finding => ({ pointer: error.instancePath, atKey: false, code, message });
  const parent = error.parentSchema as JsonObject;
  const title = typeof parent.title === 'string' && parent.$id === undefined ? parent.title : null;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params.additionalProperty);
      const known = Object.keys((parent.properties ?? {}) as object);
      return {
        pointer: `${error.instancePath}/${escapePointer(key)}`,
        atKey: true,
        code,
        message: `unknown key ${quoted(key)}.${suggest(key, known)}${known.length === 0 ? '' : ` Expected one of ${known.join(', ')}.`}`,
      };
    }
    case 'required':
      return here(`"${error.params.missingProperty}" is missing.`);
    case 'dependentRequired':
    case 'not':
    case 'oneOf':
    case 'anyOf':
      return here(`got ${keysOf(error.data)}, expected ${title ?? error.message}.`);
    case 'enum': {
      const allowed = (error.params.allowedValues as unknown[]).map(String);
      const nearest = typeof error.data === 'string' ? suggest(error.data, allowed) : '';
      return here(`got ${show(error.data)}, expected ${title ?? `one of ${allowed.join(', ')}`}.${nearest}`);
    }
    default:
      return here(`got ${show(error.data)}, expected ${title ?? expectation(error, scriptParts)}.`);
  }
}

const scriptParts: PartNames = { items: ['entry', 'entries'], properties: ['key', 'keys'] };

/** A value as an error shows it: JSON, cut at 60 characters. */
export function show(value: unknown): string {
  if (value !== null && typeof value === 'object') {
    return Array.isArray(value) ? `an array of ${value.length}` : keysOf(value);
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function keysOf(value: unknown): string {
  const keys = Object.keys(Object(value));
  return keys.length === 0
    ? 'an empty object'
    : `an object with ${keys
        .slice(0, 8)
        .map((key) => clipped(key, 60))
        .join(', ')}${keys.length > 8 ? ', …' : ''}`;
}
