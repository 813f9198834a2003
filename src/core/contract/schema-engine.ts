import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { FormatsPlugin } from 'ajv-formats';

/** How the schemas of a contract become checks. */
export interface SchemaEngine {
  /** Gives Ajv: for schemas that are not ready, and to tell what is wrong with a value that is not valid. */
  readonly ajv: () => AjvModules;
  /** The check of a schema that the build has compiled, by the schema's URI; undefined when there is none. */
  readonly ready: (uri: string) => ReadyCheck | undefined;
}

export interface AjvModules {
  readonly Ajv2020: typeof Ajv2020;
  readonly addFormats: FormatsPlugin;
}

/** Says whether a value is valid, and no more. */
export type ReadyCheck = (value: unknown) => boolean;
