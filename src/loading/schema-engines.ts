import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AjvModules, ReadyCheck, SchemaEngine } from '../core/contract/schema-engine.ts';
import { checkCodeGeneration } from '../platform/code-generation.ts';
import { codeFolder } from './code-folder.ts';
import type { BundledContract } from './shipped.ts';

const requireHere = createRequire(join(codeFolder, 'index.js'));

/**
 * The engine of schemas that come with the package. A checkout has no ready checks: there, Ajv compiles the schemas
 * as they are used.
 */
export function shippedEngine(name: BundledContract): SchemaEngine {
  return { ajv: loadAjv, ready: readyChecks(name) };
}

/** The engine of the schema that scenarios keep, with the language of the bundled providers. */
export const bundledScenarioEngine: SchemaEngine = { ajv: loadAjv, ready: readyChecks('scenario') };

/** The engine of the schema that scenarios keep, with the language of other providers. */
export const scenarioEngine: SchemaEngine = { ajv: loadAjv, ready: () => undefined };

/** The checks of one file of them, read when the first one is wanted. */
function readyChecks(name: BundledContract | 'scenario'): SchemaEngine['ready'] {
  let checks: Readonly<Record<string, ReadyCheck>> | undefined;
  return (uri) => {
    checks ??= readChecks(name);
    return checks[uri];
  };
}

function readChecks(name: string): Readonly<Record<string, ReadyCheck>> {
  try {
    return requireHere(`./checks/${name}.cjs`) as Record<string, ReadyCheck>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return {};
    throw error;
  }
}

/** Required, not imported: a third of the start would go by before the first value that is not valid. */
function loadAjv(): AjvModules {
  checkCodeGeneration();
  const { Ajv2020 } = requireHere('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const formats = requireHere('ajv-formats') as typeof import('ajv-formats');
  return { Ajv2020, addFormats: formats.default };
}
