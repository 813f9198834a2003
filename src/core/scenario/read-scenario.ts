import { type OperationNames, operationNames } from '../contract/find-operation.ts';
import { type Duration, maxDurationMs } from '../duration.ts';
import { isRingbackError } from '../errors.ts';
import { escapePointer, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { defaultSettings, withSettings } from '../settings.ts';
import type { ScenarioWorld } from './check-references.ts';
import { checkScriptedAnswer } from './check-scripted-answer.ts';
import type { Expectation } from './expectation.ts';
import type { FaultRule, FaultSelector } from './fault.ts';
import { type ApiFaultName, apiFaultNames, type FaultName, faultNames } from './fault-schemas.ts';
import { type RetryShape, readDuration, readRetry } from './read-retry.ts';
import type { ApiFault, Scenario, ScenarioMatch, ScenarioSource, ScenarioStep } from './scenario.ts';
import type { LanguageOwners } from './scenario-schema.ts';
import { type Finding, show } from './schema-violations.ts';

/** Properties of a script that are read unchanged, since the schema has checked them. */
interface ScriptShape {
  readonly name: string;
  readonly provider: string;
  readonly description?: string;
  readonly match?: ScenarioMatch;
  readonly outcome?: JsonObject;
  readonly timings?: Readonly<Record<string, Duration>>;
  readonly timeline?: readonly (Omit<ScenarioStep, 'on' | 'afterMs'> & { on?: string; after: Duration })[];
  readonly faults?: readonly JsonObject[];
  readonly retry?: RetryShape;
  readonly respond?: readonly JsonObject[];
  readonly settings?: JsonObject;
  readonly seed?: number;
}

/**
 * Reads a script that is valid under the schema: durations become milliseconds.
 * Problems that the schema cannot detect, such as a duration that is too long, are added to `findings`.
 */
export function readScenario(
  script: JsonObject,
  source: ScenarioSource,
  { findings, world }: { readonly findings: Finding[]; readonly world: ScenarioWorld },
): Scenario {
  const shape = script as unknown as ScriptShape;
  const { providers, contract } = world;
  const reader = new ScriptReader(findings, providers, operationNames(contract, shape.provider));
  const { defaultOutcome = {} } = providers.get(shape.provider)?.language ?? {};
  return {
    name: shape.name,
    provider: shape.provider,
    description: shape.description ?? '',
    match: shape.match === undefined ? null : reader.match(shape.match),
    outcome: shape.outcome ?? (shape.timeline === undefined ? defaultOutcome : null),
    timingsMs: reader.timings(shape.timings ?? {}),
    timeline: shape.timeline === undefined ? null : reader.timeline(shape.timeline),
    faults: (shape.faults ?? []).map((entry, index) => reader.fault(entry, `/faults/${index}`)),
    retry: reader.retry(shape.retry),
    respond: (shape.respond ?? []).map((entry, index) => reader.apiFault(entry, `/respond/${index}`)),
    settings: reader.settings(shape.settings ?? {}),
    seed: shape.seed ?? null,
    source,
  };
}

class ScriptReader {
  readonly #findings: Finding[];
  readonly #providers: LanguageOwners;
  readonly #operations: OperationNames;

  constructor(findings: Finding[], providers: LanguageOwners, operations: OperationNames) {
    this.#findings = findings;
    this.#providers = providers;
    this.#operations = operations;
  }

  match(match: ScenarioMatch): ScenarioMatch {
    const { operation } = match;
    return operation === undefined ? match : { ...match, operation: this.#operationId(operation) };
  }

  /** The id of an operation, which a script may also name by method and path. */
  #operationId(name: string): string {
    return this.#operations.idOf(name) ?? name;
  }

  #report(pointer: string, code: string, message: string): void {
    this.#findings.push({ pointer, atKey: false, code, message });
  }

  #duration(text: JsonValue | undefined, pointer: string): number {
    return readDuration(text, pointer, (...problem) => this.#report(...problem));
  }

  timings(timings: Readonly<Record<string, Duration>>): Readonly<Record<string, number>> {
    const entries = Object.entries(timings);
    return Object.fromEntries(
      entries.map(([name, text]) => [name, this.#duration(text, `/timings/${escapePointer(name)}`)]),
    );
  }

  timeline(steps: NonNullable<ScriptShape['timeline']>): ScenarioStep[] {
    const sums = new Map<string, number>();
    return steps.map(({ on = 'submission', after, ...rest }, index) => {
      const afterMs = this.#duration(after, `/timeline/${index}/after`);
      const before = sums.get(on) ?? 0;
      sums.set(on, before + afterMs);
      if (before <= maxDurationMs && before + afterMs > maxDurationMs) {
        const message = `with this step the timeline of "${on}" is longer than 100 years. Give a shorter one.`;
        this.#report(`/timeline/${index}/after`, 'timeline.too-long', message);
      }
      return { ...rest, on, afterMs };
    });
  }

  fault(entry: JsonObject, pointer: string): FaultRule {
    const fault = faultNames.find((name) => Object.hasOwn(entry, name)) as FaultName;
    const expect = entry.expect ?? (fault === 'signature' ? 'refused' : undefined);
    return {
      on: (entry.on ?? {}) as FaultSelector,
      fault,
      value: this.#faultValue(fault, entry[fault] as JsonValue, `${pointer}/${fault}`),
      probability: (entry.probability ?? 1) as number,
      ...(expect !== undefined && { expect: expect as Expectation }),
    };
  }

  #faultValue(fault: FaultName, value: JsonValue, pointer: string): JsonValue {
    if (fault === 'delay' || fault === 'timeout') return this.#duration(value, pointer);
    if (fault === 'duplicate' && isJsonObject(value)) {
      const { times = 2, gap = '0s', concurrent = false } = value;
      return { times, gapMs: this.#duration(gap, `${pointer}/gap`), concurrent };
    }
    return value;
  }

  retry(retry: ScriptShape['retry']): Scenario['retry'] {
    return retry === undefined ? null : readRetry(retry, '/retry', (...problem) => this.#report(...problem));
  }

  apiFault(entry: JsonObject, pointer: string): ApiFault {
    const kind = apiFaultNames.find((name) => Object.hasOwn(entry, name)) as ApiFaultName;
    const fault: { -readonly [K in keyof ApiFault]: ApiFault[K] } = {
      kind,
      value: this.#apiFaultValue(kind, entry[kind] as JsonValue, `${pointer}/${kind}`),
      probability: (entry.probability ?? 1) as number,
    };
    if (entry.operation !== undefined) fault.operation = this.#operationId(entry.operation as string);
    if (entry.times !== undefined) fault.times = entry.times as number;
    if (entry.headers !== undefined) fault.headers = entry.headers as Readonly<Record<string, string>>;
    if (entry.body !== undefined) fault.body = entry.body;
    if (kind === 'status') this.#findings.push(...checkScriptedAnswer(fault, pointer));
    return fault;
  }

  #apiFaultValue(kind: ApiFaultName, value: JsonValue, pointer: string): JsonValue {
    if (kind === 'latency') return this.#duration(value, pointer);
    if (kind === 'rate_limit' && isJsonObject(value)) {
      const perMs = this.#duration(value.per, `${pointer}/per`);
      if (perMs === 0)
        this.#report(`${pointer}/per`, 'rate_limit.per', `got ${show(value.per)}, expected a time above 0.`);
      return { limit: value.limit ?? 0, perMs };
    }
    return value;
  }

  settings(settings: JsonObject): JsonObject {
    for (const [name, value] of Object.entries(settings)) {
      try {
        withSettings(defaultSettings(this.#providers), { [name]: value });
      } catch (error) {
        if (!isRingbackError(error)) throw error;
        this.#report(`/settings/${escapePointer(name)}`, error.code, error.message);
      }
    }
    return settings;
  }
}
