import type { CallbackType } from '../contract/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { suggest } from '../suggest.ts';
import type { FaultName } from './fault-schemas.ts';
import { type ProviderLanguage, providerLanguages } from './provider-language.ts';
import { type Finding, show } from './schema-violations.ts';

/** They strike a callback as a whole, before any attempt is made. */
const wholeFaults: readonly FaultName[] = ['duplicate', 'reorder', 'early', 'drift', 'contradict'];

/**
 * Finds what an entry of `faults` asks for that can never come true: a fault that the callbacks which it strikes do not
 * know, one of the callback as a whole on a single attempt, or a state or event type that no callback speaks of.
 * @param struck the callbacks that it may strike: the one that `on` names, else all of the provider
 * @param told what the script's own timeline has callbacks say
 */
export function checkFault(
  entry: JsonObject,
  pointer: string,
  provider: string,
  struck: readonly CallbackType[],
  told: ReadonlySet<string>,
): Finding[] {
  const findings: Finding[] = [];
  const report = (place: string, code: string, message: string): void => {
    findings.push({ pointer: `${pointer}/${place}`, atKey: false, code, message });
  };
  const names = struck.map(({ name }) => name).join(', ');
  const on = isJsonObject(entry.on) ? entry.on : {};
  const whole = wholeFaults.find((name) => Object.hasOwn(entry, name));
  if (on.attempt !== undefined && whole !== undefined) {
    const message = `${whole} strikes a callback as a whole, before its first attempt. Leave \`attempt\` out; \`nth\` picks a callback.`;
    report('on/attempt', 'fault.attempt', message);
  }
  if (struck.length === 0) return findings;
  const languages: Readonly<Record<string, ProviderLanguage>> = providerLanguages;
  const language = Object.hasOwn(languages, provider) ? languages[provider] : undefined;
  if (on.state !== undefined && struck.every(({ hasBody }) => hasBody)) {
    report('on/state', 'fault.state', `${names} of ${provider} speak of no state, expected \`event_type\`.`);
  } else if (language !== undefined) {
    const unsaid = unsaidProblem('state', on.state, language.says.states.map(String), told);
    if (unsaid !== null) report('on/state', 'state.unknown', unsaid);
  }
  if (on.event_type !== undefined && struck.every(({ hasBody }) => !hasBody)) {
    const message = `${names} of ${provider} have no event type, expected \`state\`.`;
    report('on/event_type', 'fault.event_type', message);
  } else if (language !== undefined) {
    const unsaid = unsaidProblem('event type', on.event_type, language.says.eventTypes, told);
    if (unsaid !== null) report('on/event_type', 'event_type.unknown', unsaid);
  }
  const missing = isJsonObject(entry.corrupt) ? entry.corrupt.missingQuery : undefined;
  const parameters = [...new Set(struck.flatMap(({ query }) => query))];
  if (typeof missing === 'string' && !parameters.includes(missing)) {
    const message = `no callback that this strikes has a query parameter ${show(missing)}.${suggest(missing, parameters)}`;
    report('corrupt/missingQuery', 'query.unknown', message);
  }
  if (entry.drift === 'new-event-type' && struck.every(({ hasBody }) => !hasBody)) {
    const message = `${names} of ${provider} have no event type, expected another kind of drift, e.g. new-enum-value.`;
    report('drift', 'fault.drift', message);
  }
  if (language !== undefined && isJsonObject(entry.contradict)) {
    const message = contradictionProblem(entry.contradict, on, language.contradictions, provider, struck);
    if (message !== null) report('contradict', 'fault.contradict', message);
  }
  return findings;
}

/** Why a fault's `on` fits no callback; null when one may say so. */
function unsaidProblem(
  what: string,
  asked: JsonValue | undefined,
  known: readonly string[],
  told: ReadonlySet<string>,
): string | null {
  if (typeof asked !== 'string' && typeof asked !== 'number') return null;
  const text = String(asked);
  if (known.includes(text) || told.has(text)) return null;
  const all = [...new Set([...known, ...told])];
  return `no callback speaks of the ${what} ${show(asked)}, expected one of ${all.join(', ')}.${suggest(text, all)}`;
}

function contradictionProblem(
  { state, final }: JsonObject,
  on: JsonObject,
  { states, finals, finalsOf }: ProviderLanguage['contradictions'],
  provider: string,
  struck: readonly CallbackType[],
): string | null {
  const expected = `expected {final: ${finals.join(' | ')}}, unknown-id or stale.`;
  if (state !== undefined && !states) return `callbacks of ${provider} speak of no state, ${expected}`;
  if (state !== undefined && String(on.state) === String(state))
    return `state ${show(state)} is what the callback says itself, expected another one.`;
  if (typeof final !== 'string') return null;
  if (!finals.includes(final)) return `nothing of ${provider} ends as ${show(final)}, ${expected}`;
  if (struck.some(({ name }) => finalsOf.includes(name))) return null;
  const names = struck.map(({ name }) => name).join(', ');
  return `${names} of ${provider} speaks of nothing final, expected \`on: {callback: ${finalsOf.join(' | ')}}\`.`;
}
