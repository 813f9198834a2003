import type { CallbackType, Contract } from '../contract/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Provider } from '../provider/provider.ts';
import { suggest } from '../suggest.ts';
import { checkFault } from './check-faults.ts';
import type { Scenario } from './scenario.ts';
import { type Finding, show } from './schema-violations.ts';

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
    >
  >;
  /** Finds what prevents a well-formed scenario from being played (`checkPlayable`). Default: no check. */
  readonly check?: (scenario: Scenario) => readonly Finding[];
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
  const callbacks = new Map<string, CallbackType>();
  for (const callback of contract.callbacks.values()) {
    if (callback.provider === provider) callbacks.set(callback.name, callback);
  }
  const operations = contract.operations.filter((item) => item.provider === provider).map((item) => item.id);

  /** Reports an operation that does not exist, or is not allowed here. */
  const operation = (
    value: JsonValue | undefined,
    pointer: string,
    fitting: readonly string[],
    misfit: { readonly code: string; readonly why: string },
  ): void => {
    if (typeof value !== 'string') return;
    const expected = fitting.filter((id) => operations.includes(id));
    if (!operations.includes(value)) {
      report(
        pointer,
        'operation.unknown',
        `your contract has no operation ${show(value)} of ${provider}, expected one of ${expected.join(', ')}.${suggest(value, expected)}`,
      );
    } else if (!expected.includes(value)) {
      report(pointer, misfit.code, `${value} ${misfit.why}; expected one of ${expected.join(', ')}.`);
    }
  };
  const callback = (value: JsonValue | undefined, pointer: string): CallbackType | undefined => {
    if (typeof value !== 'string') return undefined;
    const found = callbacks.get(value);
    if (found === undefined) {
      const names = [...callbacks.keys()];
      report(
        pointer,
        'callback.unknown',
        `your contract has no callback ${show(value)} of ${provider}, expected one of ${names.join(', ')}.${suggest(value, names)}`,
      );
    }
    return found;
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
  for (const [index, step] of objects(script.timeline)) {
    const type = callback(step.callback, `/timeline/${index}/callback`);
    if (type === undefined) continue;
    if (step.query !== undefined && type.query.length === 0) {
      report(
        `/timeline/${index}/query`,
        'step.query',
        `the callback ${type.name} has a JSON body, expected "payload".`,
      );
    }
    if (step.payload !== undefined && !type.hasBody) {
      report(
        `/timeline/${index}/payload`,
        'step.payload',
        `the callback ${type.name} has its data in the query string, expected "query".`,
      );
    }
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
    const type = isJsonObject(entry.on)
      ? callback(entry.on.callback, `/faults/${index}/on/callback`)
      : undefined;
    const named = isJsonObject(entry.on) && entry.on.callback !== undefined;
    const struck = type !== undefined ? [type] : named ? [] : [...callbacks.values()];
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
