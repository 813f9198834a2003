import type { SchemaEngine } from '../contract/schema-engine.ts';
import { RingbackError, type Violation } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { clipped } from '../quoted.ts';
import type { Position } from '../text-lines.ts';
import { checkPlayable } from './check-playable.ts';
import { checkReferences, type ScenarioWorld } from './check-references.ts';
import { readScenario } from './read-scenario.ts';
import { readScriptText } from './read-script-text.ts';
import { readValue } from './read-value.ts';
import { fullName, type Scenario } from './scenario.ts';
import { type Finding, mostViolations, schemaFindings, show } from './schema-violations.ts';

/** Text of a scenario file, and the name that its findings are reported under. */
export interface ScenarioFile {
  readonly file: string;
  readonly text: string;
  /** Whether the text must be JSON. Default: true if the name ends in `.json`. */
  readonly isJson?: boolean;
}

/**
 * Implements `parseScenarioFiles`, with the caller's schema engine.
 * @throws {RingbackError} `scenario.invalid` with the violations of all files
 */
export function readScripts(
  files: readonly ScenarioFile[],
  world: ScenarioWorld,
  engine: SchemaEngine,
): Scenario[] {
  return finish(readingScripts(files, world, engine));
}

function finish<T>(work: Iterator<void, T, void>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** The same piece by piece, for callers that yield to other work between pieces. */
export function* readingScripts(
  files: readonly ScenarioFile[],
  world: ScenarioWorld,
  engine: SchemaEngine,
): Generator<void, Scenario[], void> {
  const violations = new ViolationList();
  const scenarios = new Map<string, Scenario>();
  for (const { file, text, isJson = file.endsWith('.json') } of files) {
    const add = (place: () => Position, { pointer = '', code, message }: Partial<Finding> & Coded): void =>
      violations.add(() => {
        const { line, column } = place();
        return { location: `${file}:${line}:${column}${pointer === '' ? '' : ` ${pointer}`}`, code, message };
      });
    const { documents, findings } = readScriptText(text, isJson);
    for (const finding of findings) add(() => finding, finding);
    for (const document of documents) {
      yield;
      const { line } = document.locate({ pointer: '', atKey: false });
      const { scenario, findings } = yield* readingScript(document.value, { file, line }, world, engine);
      for (const finding of findings) add(() => document.locate(finding), finding);
      if (scenario === null) continue;
      const name = fullName(scenario);
      const first = scenarios.get(name);
      if (first === undefined) {
        scenarios.set(name, scenario);
      } else {
        const finding = duplicate(name, first);
        add(() => document.locate(finding), finding);
      }
    }
  }
  violations.throwIfAny(nameFiles(files));
  return [...scenarios.values()];
}

/** Implements `parseScenarioObject`, with the caller's schema engine. */
export function readScriptObject(
  value: unknown,
  options: ScenarioWorld & { source: string },
  engine: SchemaEngine,
): Scenario {
  const read = readValue(value);
  const { scenario, findings } =
    read.findings.length > 0
      ? { scenario: null, findings: read.findings }
      : finish(readingScript(read.value, { file: options.source, line: 1 }, options, engine));
  if (scenario !== null) return scenario;
  const violations = new ViolationList();
  for (const { pointer, code, message } of findings)
    violations.add(() => ({ location: pointer, code, message }));
  throw violations.toError(options.source);
}

function* readingScript(
  written: JsonValue,
  source: Scenario['source'],
  world: ScenarioWorld,
  engine: SchemaEngine,
): Generator<void, { scenario: Scenario | null; findings: Finding[] }, void> {
  const value = withProvider(written, world);
  const findings = schemaFindings(value, engine, world.providers);
  if (!isJsonObject(value)) return { scenario: null, findings };
  const valid = findings.length === 0;
  yield;
  for (const finding of checkReferences(value, world)) findings.push(finding);
  yield;
  const scenario = valid ? readScenario(value, source, { findings, world }) : null;
  yield;
  if (scenario !== null && findings.length === 0) findings.push(...checkPlayable(scenario, world));
  return { scenario: findings.length === 0 ? scenario : null, findings };
}

/** A script need not name its provider if there is only one. */
function withProvider(script: JsonValue, { providers }: ScenarioWorld): JsonValue {
  const [only, second] = providers.keys();
  if (
    !isJsonObject(script) ||
    Object.hasOwn(script, 'provider') ||
    only === undefined ||
    second !== undefined
  )
    return script;
  return { ...script, provider: only };
}

function duplicate(name: string, first: Scenario): Finding {
  const message = `the name ${show(name)} is already used at ${first.source.file}:${first.source.line}. Choose another name.`;
  return { pointer: '/name', atKey: false, code: 'name.duplicate', message };
}

function nameFiles(files: readonly ScenarioFile[]): string {
  return files.length === 1 ? (files[0]?.file ?? '') : `${files.length} files`;
}

type Coded = Pick<Finding, 'code' | 'message'>;

/** Keeps the first violations and only counts the others, so that they are not located. */
class ViolationList {
  readonly #first: Violation[] = [];
  #count = 0;

  add(violation: () => Violation): void {
    if (this.#count++ < mostViolations) this.#first.push(violation());
  }

  throwIfAny(what: string): void {
    if (this.#count > 0) throw this.toError(what);
  }

  toError(what: string): RingbackError {
    const [first] = this.#first;
    const left = this.#count - this.#first.length;
    const more = this.#count > 1 ? ` (and ${this.#count - 1} more)` : '';
    const where = first === undefined || first.location === '' ? '' : `${clipped(first.location, 300)}: `;
    return new RingbackError('scenario.invalid', {
      detail: `Could not read the scenarios of ${what}: ${where}${first?.message ?? ''}${more}`,
      violations:
        left === 0
          ? this.#first
          : [
              ...this.#first,
              { location: '', code: 'more', message: `there are at least ${left} more violations.` },
            ],
    });
  }
}
