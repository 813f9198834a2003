import { compilingEngine } from '../contract/compiling-engine.ts';
import type { ScenarioWorld } from './check-references.ts';
import { readScripts, type ScenarioFile } from './read-scripts.ts';
import type { Scenario } from './scenario.ts';

/**
 * Reads the scenarios of several files together, to find duplicate names. A file is YAML with one or several documents,
 * or JSON with one if its name ends in `.json`.
 * @throws {RingbackError} `scenario.invalid` with every violation of every document; each has a `location` of
 *   `file:line:column` and, after a space, a JSON pointer into its document
 */
export function parseScenarioFiles(files: readonly ScenarioFile[], world: ScenarioWorld): Scenario[] {
  return readScripts(files, world, compilingEngine);
}
