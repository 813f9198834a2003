import { compilingEngine } from '../../src/core/contract/compiling-engine.ts';
import type { ScenarioWorld } from '../../src/core/scenario/check-references.ts';
import { parseScenarioFiles } from '../../src/core/scenario/parse-scenarios.ts';
import { readScriptObject } from '../../src/core/scenario/read-scripts.ts';
import type { Scenario } from '../../src/core/scenario/scenario.ts';

/** Reads the scenarios of one string like those of a file. */
export function parseScenarios(text: string, options: ScenarioWorld & { file: string }): Scenario[] {
  return parseScenarioFiles([{ file: options.file, text }], options);
}

/** Reads a scenario that is already parsed, like the body of a request. */
export function parseScenarioObject(value: unknown, options: ScenarioWorld & { source: string }): Scenario {
  return readScriptObject(value, options, compilingEngine);
}
