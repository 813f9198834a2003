import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../core/json.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import { codeFolder } from './code-folder.ts';

/** The contracts that come with the package: the providers' and that of the control API. */
export type BundledContract = 'openapi.yaml' | 'openapi.control.yaml';

/** The contract and scenarios of the package. The build parses their YAML, so that no start has to. */
export interface Shipped {
  readonly contracts: Readonly<Record<BundledContract, ShippedContract>>;
  /** The file of each `source` is relative to the package. */
  readonly scenarios: readonly Scenario[];
}

export interface ShippedContract {
  readonly document: JsonObject;
  /** The files that the document refers to, by path relative to it. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

let reading: Promise<Shipped | null> | undefined;

/**
 * What `tools/build.ts` has written next to the compiled sources. Null in a checkout, where the files themselves are
 * read.
 */
export function readShipped(): Promise<Shipped | null> {
  reading ??= readFile(join(codeFolder, 'shipped.json'), 'utf8').then(
    (text) => JSON.parse(text) as Shipped,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      // Don't cache a transient failure such as EMFILE.
      reading = undefined;
      throw error;
    },
  );
  return reading;
}
