import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import formats from 'ajv-formats';
import { readContract } from '../src/core/contract/read-contract.ts';
import type { AjvModules } from '../src/core/contract/schema-engine.ts';
import { scenarioSchemaId } from '../src/core/scenario/scenario.ts';
import { scenarioAjv } from '../src/core/scenario/schema-violations.ts';
import { packageRoot, readContractFiles } from '../src/loading/contract-files.ts';
import { bundledProviders } from '../src/providers/bundled.ts';

/**
 * Writes `checks/*.cjs`: a function for each schema of the package that says whether a value is valid, so that a
 * start compiles none, and what is valid costs no more than that function.
 */
export async function writeReadyChecks(dist: string): Promise<void> {
  mkdirSync(join(dist, 'checks'), { recursive: true });
  for (const name of ['openapi.yaml', 'openapi.control.yaml'] as const) {
    const { document, schemas } = await readContractFiles(join(packageRoot, name));
    const compiler = new Recorder();
    readContract(document, schemas, {
      compile: 'now',
      engine: { ajv: () => compiler.modules, ready: () => undefined },
    });
    writeFileSync(join(dist, 'checks', `${name}.cjs`), compiler.code());
  }
  const compiler = new Recorder();
  scenarioAjv(compiler.modules, bundledProviders).getSchema(scenarioSchemaId);
  writeFileSync(join(dist, 'checks', 'scenario.cjs'), compiler.code());
}

/** Ajv with special options that records every requested schema. */
class Recorder {
  readonly #uris = new Set<string>();
  #ajv: Ajv2020 | undefined;

  get modules(): AjvModules {
    const uris = this.#uris;
    const made = (ajv: Ajv2020): void => {
      this.#ajv = ajv;
    };
    class Recording extends Ajv2020 {
      constructor(options: Options) {
        // Only yes or no is needed; one statement per line, for `code`.
        const code = { source: true, lines: true };
        super({ ...options, allErrors: false, verbose: false, messages: false, code });
        made(this);
      }

      override getSchema<T = unknown>(uri: string): ValidateFunction<T> | undefined {
        const found = super.getSchema<T>(uri);
        if (found !== undefined) uris.add(uri);
        return found as ValidateFunction<T> | undefined;
      }
    }
    return { Ajv2020: Recording, addFormats: formats.default };
  }

  /** The functions as a CommonJS module, which can be required when a check is first needed. */
  code(): string {
    if (this.#ajv === undefined) throw new Error('Nothing was compiled.');
    const byUri = Object.fromEntries([...this.#uris].map((uri) => [uri, uri]));
    const code = standalone.default(this.#ajv as never, byUri);
    return slim(code);
  }
}

/** Removes the code that only reports why a value is invalid: half of the code, which every start would read. */
function slim(code: string): string {
  return code
    .replace(/^(validate\d+\.errors = )\[\{.*\}\];$/gm, '$1[null];')
    .replace(/^(const err\d+ = )\{.*\};$/gm, '$1null;')
    .replace(/^const (schema\d+) = .*;$/gm, (line, name: string) =>
      code.split(new RegExp(`\\b${name}\\b`)).length > 2 ? line : '',
    )
    .replace(/\n+/g, '\n');
}
