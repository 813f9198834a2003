import type { CallbackType, Contract } from '../contract/contract.ts';
import { callbackNames, listed } from '../contract/find-callback.ts';
import { operationNames } from '../contract/find-operation.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Provider } from '../provider/provider.ts';
import type { Settings } from '../settings.ts';
import { suggest } from '../suggest.ts';
import { checkFault, queryNames } from './check-faults.ts';
import { headerFindings } from './check-scripted-answer.ts';
import { type Finding, show } from './schema-violations.ts';
import { templateProblems } from './templates.ts';

/** What a script may refer to. */
export interface ScenarioWorld {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<
    string,
    Pick<
      Provider,
      | 'name'
      | 'scenarios'
      | 'operationsWithoutRun'
      | 'choosingOperations'
      | 'language'
      | 'settings'
      | 'retryPolicy'
      | 'expandOutcome'
      | 'handle'
    >
  >;
  /** The settings that scenarios are played with. Default: the defaults. */
  readonly settings?: Settings;
}

/**
 * Checks what a schema cannot: that the provider, the callbacks and the operations of a script exist. Also works on a
 * script with other problems, so that all are reported together.
 */
export function checkReferences(script: JsonObject, { contract, providers }: ScenarioWorld): Finding[] {
  const provider = script.provider;
  if (typeof provider !== 'string') return [];
  const findings: Finding[] = [];
  const report = (pointer: string, code: string, message: string): void => {
    findings.push({ pointer, atKey: false, code, message });
  };
  if (!providers.has(provider)) {
    const names = [...providers.keys()];
    report(
      '/provider',
      'provider.unknown',
      `there is no provider ${show(provider)}, expected one of ${names.join(', ')}.${suggest(provider, names)}`,
    );
    return findings;
  }
  const callbacks = [...contract.callbacks.values()].filter((callback) => callback.provider === provider);
  const uniqueNames = callbackNames(callbacks);
  const { ids: operations, idOf } = operationNames(contract, provider);

  /** Reports an operation that does not exist, or is not allowed here. */
  const operation = (
    value: JsonValue | undefined,
    pointer: string,
    fitting: readonly string[],
    misfit: { readonly code: string; readonly why: string },
  ): void => {
    if (typeof value !== 'string') return;
    const expected = fitting.filter((id) => operations.includes(id));
    const id = idOf(value);
    if (id === undefined) {
      report(
        pointer,
        'operation.unknown',
        `your contract has no operation ${show(value)} of ${provider}, expected one of ${listed(expected)}.${suggest(value, expected)}`,
      );
    } else if (!expected.includes(id)) {
      report(pointer, misfit.code, `${value} ${misfit.why}; expected one of ${listed(expected)}.`);
    }
  };
  /** The callbacks of a name: one of a type, all of an event. Reports a name of none. */
  const callbacksNamed = (value: JsonValue | undefined, pointer: string): readonly CallbackType[] => {
    if (typeof value !== 'string') return [];
    const only = uniqueNames.get(value);
    if (only !== undefined) return [only];
    const all = callbacks.filter(({ event }) => event === value);
    if (all.length > 0) return all;
    const names = callbacks.map(({ name }) => name);
    report(
      pointer,
      'callback.unknown',
      `your contract has no callback ${show(value)} of ${provider}, expected one of ${listed(names)}.${suggest(value, [...uniqueNames.keys(), ...callbacks.map(({ event }) => event)])}`,
    );
    return [];
  };
  const submitted = isJsonObject(script.match) ? idOf(String(script.match.operation)) : undefined;
  /** The callback that a step sends: the one of that name, or the one of the operation that the script is for. */
  const callback = (value: JsonValue | undefined, pointer: string): CallbackType | undefined => {
    const named = callbacksNamed(value, pointer);
    const ofOperation = named.filter((type) => type.operation === submitted);
    const [found, second] = named.length > 1 && ofOperation.length === 1 ? ofOperation : named;
    if (second === undefined) return found;
    const types = named.map(({ type }) => type);
    const message = `several callbacks have the event ${show(value)}, expected one of ${listed(types)}.`;
    report(pointer, 'callback.ambiguous', message);
    return undefined;
  };

  const { operationsWithoutRun = [], choosingOperations = operations } = providers.get(provider) ?? {};
  if (isJsonObject(script.match))
    operation(script.match.operation, '/match/operation', choosingOperations, {
      code: 'operation.without-choice',
      why: 'chooses no scenario',
    });
  // Only operations with a run can have faults, since the faults come from the run's scenario.
  const withRun = operations.filter((id) => !operationsWithoutRun.includes(id));
  for (const [index, entry] of objects(script.respond))
    operation(entry.operation, `/respond/${index}/operation`, withRun, {
      code: 'operation.without-run',
      why: 'belongs to no run, so no scenario applies to it',
    });
  const hasExchange = providers.get(provider)?.handle !== undefined;
  for (const [index, step] of objects(script.timeline)) {
    for (const part of ['set', 'payload', 'content', 'query', 'headers'])
      for (const { pointer, message } of templateProblems(step[part] ?? null, hasExchange))
        report(`/timeline/${index}/${part}${pointer}`, 'template.unknown', message);
    const type = callback(step.callback, `/timeline/${index}/callback`);
    if (type === undefined) continue;
    const hasQuery = queryNames(type).length > 0;
    if (step.query !== undefined && !hasQuery) {
      const message = type.hasBody ? 'has a JSON body, expected "payload"' : 'has no query parameters';
      report(`/timeline/${index}/query`, 'step.query', `the callback ${type.name} ${message}.`);
    }
    if (step.payload !== undefined && !type.hasBody) {
      const message = hasQuery ? 'has its data in the query string, expected "query"' : 'has no body';
      report(`/timeline/${index}/payload`, 'step.payload', `the callback ${type.name} ${message}.`);
    }
    if (step.content !== undefined && !type.hasBody && type.query.length === 0) {
      const message = `the callback ${type.name} has neither a body nor data in the query string.`;
      report(`/timeline/${index}/content`, 'step.content', message);
    }
    if (isJsonObject(step.headers))
      findings.push(...headerFindings(step.headers, `/timeline/${index}/headers`));
  }
  const { language } = providers.get(provider) ?? {};
  const languages = [...providers.values()].flatMap((one) => one.language ?? []);
  const callbacksOf = {
    provider,
    language,
    languages,
    timeline: objects(script.timeline).map(([, step]) => step),
  };
  for (const [index, entry] of objects(script.faults)) {
    const on = isJsonObject(entry.on) ? entry.on : {};
    const named = callbacksNamed(on.callback, `/faults/${index}/on/callback`);
    const struck = on.callback === undefined ? callbacks : named;
    findings.push(...checkFault(entry, `/faults/${index}`, struck, callbacksOf));
  }
  return findings;
}

function objects(list: JsonValue | undefined): (readonly [number, JsonObject])[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly JsonValue[]).flatMap((entry, index) =>
    isJsonObject(entry) ? [[index, entry] as const] : [],
  );
}
