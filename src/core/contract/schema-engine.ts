import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { FormatsPlugin } from 'ajv-formats';

/** Turns the schemas of a contract into checks. */
export interface SchemaEngine {
  /** Provides Ajv, for schemas that are not precompiled, and to explain why a value is invalid. */
  readonly ajv: () => AjvModules;
  /** The precompiled check of a schema, by the URI of the schema, or undefined. */
  readonly ready: (uri: string) => ReadyCheck | undefined;
  /**
   * Runs a check with a time limit. Returns false if it takes too long. Omitted for the schemas of the package, whose
   * checks take time in proportion to the value.
   */
  readonly limitTime?: (run: () => void) => boolean;
}

export interface AjvModules {
  readonly Ajv2020: typeof Ajv2020;
  readonly addFormats: FormatsPlugin;
}

/** Checks whether a value is valid, without saying why not. */
export type ReadyCheck = (value: unknown) => boolean;
