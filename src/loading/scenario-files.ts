import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { SchemaEngine } from '../core/contract/schema-engine.ts';
import { RingbackError, type Violation } from '../core/errors.ts';
import type { ScenarioWorld } from '../core/scenario/check-references.ts';
import type { ScenarioFile } from '../core/scenario/read-scripts.ts';
import { maxScriptLength, type Scenario } from '../core/scenario/scenario.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { isBundled, loadBundledContract, packageRoot } from './contract-files.ts';
import { bundledScenarioEngine, scenarioEngine } from './schema-engines.ts';
import { readShipped } from './shipped.ts';
import { decodeText, unreadableReason } from './text-file.ts';

const extensions = ['.yaml', '.yml', '.json'];

/** The directory of the bundled scenarios. */
export const shippedScenarios: string = join(packageRoot, 'scenarios');

/**
 * The scenarios that these providers bring themselves, and those that ship with the package for them.
 * @throws {RingbackError} `scenario.invalid` when they do not fit the contract, which then is not the bundled one
 */
export async function readShippedScenarios(world: ScenarioWorld): Promise<readonly Scenario[]> {
  const own = [...world.providers.values()].flatMap(({ scenarios = [] }) => scenarios);
  return [...own, ...(await shippedFor(world))];
}

async function shippedFor(world: ScenarioWorld): Promise<readonly Scenario[]> {
  const shipped = isBundled(world.contract) ? await readShipped() : null;
  if (shipped === null) {
    const folders = await readdir(shippedScenarios);
    const own = folders.filter((name) => world.providers.has(name)).sort();
    return parseOwnScenarios(
      own.map((name) => join(shippedScenarios, name)),
      await shippedWorld(world),
    );
  }
  return shipped.scenarios
    .filter(({ provider }) => world.providers.has(provider))
    .map((scenario) => {
      const { file, line } = scenario.source;
      return { ...scenario, source: { file: join(packageRoot, file), line } };
    });
}

/**
 * What the shipped scenarios refer to. They stay the same on a changed copy of the bundled contract, even if it lacks a
 * callback or an operation that one of them names.
 */
async function shippedWorld({ contract, providers }: ScenarioWorld): Promise<ScenarioWorld> {
  const isCode = [...providers].every(
    ([name, { expandOutcome }]) => bundledProviders.get(name)?.expandOutcome === expandOutcome,
  );
  return isCode
    ? { contract: await loadBundledContract(), providers: bundledProviders }
    : { contract, providers };
}

/** The engine of the schema that scripts of that world keep. */
export function scenarioEngineOf({ providers }: Pick<ScenarioWorld, 'providers'>): SchemaEngine {
  return providers === bundledProviders ? bundledScenarioEngine : scenarioEngine;
}

/**
 * The scenarios of files and directories; one parse reads them together.
 * @throws {RingbackError} `scenario.invalid`
 */
export async function parseOwnScenarios(
  paths: readonly string[],
  world: ScenarioWorld,
): Promise<readonly Scenario[]> {
  if (paths.length === 0) return [];
  const files = await readScenarioFiles(paths);
  // Imports the YAML parser, which a start without own scenarios does not need.
  const { readingScripts } = await import('../core/scenario/read-scripts.ts');
  const reading = readingScripts(files, world, scenarioEngineOf(world));
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
    // A server that reloads its files also serves requests.
    await turn();
  }
}

/**
 * Reads scenario files. A directory means every `.yaml`, `.yml` and `.json` file below it, sorted by name, except
 * hidden ones and `node_modules`. A file that is named twice is read once.
 * @throws {RingbackError} `scenario.invalid` with every path that {@link gatherScenarioFiles} could not read
 */
export async function readScenarioFiles(paths: readonly string[]): Promise<ScenarioFile[]> {
  const { files, violations } = await gatherScenarioFiles(paths);
  const [first] = violations;
  if (first === undefined) return files;
  const more = violations.length === 1 ? '' : ` (and ${violations.length - 1} more)`;
  throw new RingbackError('scenario.invalid', {
    detail: `Could not read scenario files: ${first.location}: ${first.message}${more}`,
    violations,
  });
}

/**
 * The readable scenario files, and a violation for each path that is unreadable, has another extension, is too large,
 * or is a directory without a scenario file.
 */
export async function gatherScenarioFiles(
  paths: readonly string[],
): Promise<{ files: ScenarioFile[]; violations: Violation[] }> {
  const violations: Violation[] = [];
  const report = (location: string, code: string, message: string): void => {
    violations.push({ location, code, message });
  };
  const names = new Set<string>();
  for (const path of paths) {
    try {
      const found = await scenarioFilesOf(path);
      if (found.length === 0)
        report(path, 'file.none', `the directory has no ${extensions.join(', ')} file.`);
      for (const file of found) {
        if (extensions.includes(extname(file).toLowerCase())) names.add(file);
        else
          report(file, 'file.extension', `got "${extname(file)}", expected one of ${extensions.join(', ')}.`);
      }
    } catch (error) {
      report(path, 'file.unreadable', `${unreadableReason(error)}.`);
    }
  }
  const files: ScenarioFile[] = [];
  for (const file of names) {
    try {
      const { size } = await stat(file);
      // A character has at most four bytes, so no text within the limit is longer.
      if (size > maxScriptLength * 4) {
        const message = `the file has ${size} bytes, expected at most ${maxScriptLength} characters. Split it into several files.`;
        report(file, 'script.too-large', message);
        continue;
      }
      const decoded = decodeText(await readFile(file));
      if ('text' in decoded) files.push({ file, text: decoded.text });
      else report(file, 'file.unreadable', `the file ${decoded.problem}.`);
    } catch (error) {
      report(file, 'file.unreadable', `${unreadableReason(error)}.`);
    }
  }
  return { files, violations };
}

/** The files of a path: the path itself, or the scenario files of a directory, sorted by name. Throws Node's error. */
export async function scenarioFilesOf(path: string): Promise<readonly string[]> {
  return (await stat(path)).isDirectory() ? filesBelow(path) : [path];
}

async function filesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(path)));
    else if (extensions.includes(extname(entry.name).toLowerCase())) found.push(path);
  }
  return found;
}
