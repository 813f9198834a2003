import { compilingEngine } from '../contract/compiling-engine.ts';
import type { ScenarioWorld } from './check-references.ts';
import { readScriptObject, readScripts, type ScenarioFile } from './read-scripts.ts';
import type { Scenario } from './scenario.ts';

/**
 * Reads the scenarios of one text: YAML with one or several documents, or JSON with one (DESIGN §4.3).
 * @param options.file where the text is from; a name that ends in `.json` has to be JSON
 * @throws {RingbackError} `scenario.invalid` with every violation of every document; each has a `location` of
 *   `file:line:column` and, after a space, a JSON pointer into its document
 */
export function parseScenarios(text: string, options: ScenarioWorld & { file: string }): Scenario[] {
  return parseScenarioFiles([{ file: options.file, text }], options);
}

/**
 * Reads several files together, so that a name that two of them use is found.
 * @throws {RingbackError} `scenario.invalid` with the violations of all files
 */
export function parseScenarioFiles(files: readonly ScenarioFile[], world: ScenarioWorld): Scenario[] {
  return readScripts(files, world, compilingEngine);
}

/**
 * Reads a scenario that is a value already: the body of a request, or an object from `defineScenario`.
 * @param options.source names where it is from, e.g. `PUT /_ringback/scenarios/x`
 * @throws {RingbackError} `scenario.invalid`; each violation's `location` is a JSON pointer into the value
 */
export function parseScenarioObject(value: unknown, options: ScenarioWorld & { source: string }): Scenario {
  return readScriptObject(value, options, compilingEngine);
}
