import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { SchemaEngine } from './schema-engine.ts';

/** An engine without precompiled checks: Ajv compiles every schema. */
export const compilingEngine: SchemaEngine = {
  ajv: () => ({ Ajv2020, addFormats: formats.default }),
  ready: () => undefined,
};
