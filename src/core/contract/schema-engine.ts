import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { FormatsPlugin } from 'ajv-formats';

/** How the schemas of a contract become checks. */
export interface SchemaEngine {
  /** Gives Ajv: for schemas that are not ready, and to tell what is wrong with a value that is not valid. */
  readonly ajv: () => AjvModules;
  /** The check of a schema that the build has compiled, by the schema's URI; undefined when there is none. */
  readonly ready: (uri: string) => ReadyCheck | undefined;
  /**
   * Runs a check, and ends it when it takes too long: then the result is false. Left out for schemas that come with the
   * package, whose checks take a time in proportion to the value.
   */
  readonly limitTime?: (run: () => void) => boolean;
}

export interface AjvModules {
  readonly Ajv2020: typeof Ajv2020;
  readonly addFormats: FormatsPlugin;
}

/** Says whether a value is valid, and no more. */
export type ReadyCheck = (value: unknown) => boolean;
