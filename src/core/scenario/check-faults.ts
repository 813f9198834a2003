import type { CallbackType } from '../contract/contract.ts';
import { listed } from '../contract/find-callback.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { readSelectors, type ScenarioLanguage } from '../provider/scenario-language.ts';
import { suggest } from '../suggest.ts';
import type { FaultName } from './fault-schemas.ts';
import { type Finding, show } from './schema-violations.ts';

/** The faults that strike a callback as a whole, before any attempt. */
const wholeFaults: readonly FaultName[] = ['duplicate', 'reorder', 'early', 'drift', 'contradict'];

/**
 * Finds parts of an entry of `faults` that can never apply: a fault that its callbacks do not support, a fault of the
 * whole callback on a single attempt, or a value (such as a state or event type) that no callback has.
 * @param struck the callbacks that it may strike: the one that `on` names, otherwise all of the provider
 */
export function checkFault(
  entry: JsonObject,
  pointer: string,
  struck: readonly CallbackType[],
  { provider, language, languages, timeline }: ScriptedProvider,
): Finding[] {
  const findings: Finding[] = [];
  const report = (place: string, code: string, message: string): void => {
    findings.push({ pointer: `${pointer}/${place}`, atKey: false, code, message });
  };
  const names = (): string => listed(struck.map(({ name }) => name));
  const on = isJsonObject(entry.on) ? entry.on : {};
  const whole = wholeFaults.find((name) => Object.hasOwn(entry, name));
  if (on.attempt !== undefined && whole !== undefined) {
    const message = `${whole} applies to a callback as a whole, before its first attempt. Omit \`attempt\`; \`nth\` selects a callback.`;
    report('on/attempt', 'fault.attempt', message);
  }
  if (struck.length === 0) return findings;
  const own = language?.selectors ?? {};
  const labels = new Map(
    languages.flatMap(({ selectors = {} }) =>
      Object.entries(selectors).map(([name, { label }]) => [name, label]),
    ),
  );
  for (const [name, label] of labels) {
    const asked = on[name];
    const selector = Object.hasOwn(own, name) ? own[name] : undefined;
    if (asked === undefined) continue;
    if (selector === undefined) {
      const expected = [...Object.keys(own), 'callback'].map((other) => `\`${other}\``).join(' or ');
      report(
        `on/${name}`,
        `fault.${name}`,
        `${names()} of ${provider} have no ${label}, expected ${expected}.`,
      );
      continue;
    }
    const told = timeline.flatMap((step) =>
      [step.set, step.query, step.payload, step.content].flatMap((said) =>
        isJsonObject(said) ? (readSelectors(language, said)[name] ?? []) : [],
      ),
    );
    const unsaid = unsaidProblem(label, asked, [...selector.values, ...told].map(String));
    if (unsaid !== null) report(`on/${name}`, `${name}.unknown`, unsaid);
  }
  const missing = isJsonObject(entry.corrupt) ? entry.corrupt.missingQuery : undefined;
  if (typeof missing === 'string' && !struck.some((type) => queryNames(type).includes(missing))) {
    const parameters = new Set(struck.flatMap(queryNames));
    const message = `no callback that this applies to has a query parameter ${show(missing)}.${suggest(missing, parameters)}`;
    report('corrupt/missingQuery', 'query.unknown', message);
  }
  if (entry.drift === 'new-event-type' && language?.eventType === undefined) {
    const message = `${names()} of ${provider} have no event type, expected another kind of drift, e.g. new-enum-value.`;
    report('drift', 'fault.drift', message);
  }
  if (language !== undefined && isJsonObject(entry.contradict)) {
    const message = contradictionProblem(
      entry.contradict,
      on,
      language.contradictions ?? {},
      provider,
      struck,
    );
    if (message !== null) report('contradict', 'fault.contradict', message);
  }
  return findings;
}

/** The query parameters of a callback: those that are its payload, or those that its contract declares. */
export function queryNames({ query, parameters }: CallbackType): readonly string[] {
  if (query.length > 0) return query;
  return parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
}

/** The callbacks of a script and their contents. */
export interface ScriptedProvider {
  readonly provider: string;
  readonly language: ScenarioLanguage | undefined;
  /** The languages of all providers, since the schema accepts the selectors of each. */
  readonly languages: readonly ScenarioLanguage[];
  /** Steps that may have callbacks say more. */
  readonly timeline: readonly JsonObject[];
}

/** Why a fault's `on` matches no callback. Null if one may match. */
function unsaidProblem(what: string, asked: JsonValue, known: readonly string[]): string | null {
  if (typeof asked !== 'string' && typeof asked !== 'number') return null;
  const text = String(asked);
  if (known.includes(text)) return null;
  const all = [...new Set(known)];
  return `no callback has the ${what} ${show(asked)}, expected one of ${all.join(', ')}.${suggest(text, all)}`;
}

function contradictionProblem(
  asked: JsonObject,
  on: JsonObject,
  known: NonNullable<ScenarioLanguage['contradictions']>,
  provider: string,
  struck: readonly CallbackType[],
): string | null {
  const [name = '', value = null] = Object.entries(asked)[0] ?? [];
  const one = Object.hasOwn(known, name) ? known[name] : undefined;
  if (one === undefined) {
    const expected = [
      ...Object.entries(known).map(
        ([other, { shown, schema }]) => `{${other}: ${valuesOf(schema)?.join(' | ') ?? shown}}`,
      ),
      'unknown-id',
    ];
    return `callbacks of ${provider} speak of no ${name}, expected ${expected.join(', ')} or stale.`;
  }
  if (String(on[name]) === String(value))
    return `${name} ${show(value)} is the state of the callback itself, expected another one.`;
  const values = valuesOf(one.schema);
  if (values !== null && !values.includes(String(value)))
    return `nothing of ${provider} has the ${name} ${show(value)}, expected one of ${values.join(', ')}.`;
  if (struck.some((type) => one.callbacks.includes(type.name))) return null;
  const names = struck.map((type) => type.name).join(', ');
  return `${names} of ${provider} cannot be contradicted by \`${name}\`, expected \`on: {callback: ${one.callbacks.join(' | ')}}\`.`;
}

function valuesOf(schema: JsonObject): readonly string[] | null {
  return Array.isArray(schema.enum) ? schema.enum.map(String) : null;
}
