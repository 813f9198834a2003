import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/core/json.ts';

const root = join(import.meta.dirname, '../..');

export const schemaFiles = globSync('schemas/{callbacks,models}/*.schema.json', { cwd: root }).sort();

export const callbackNames = schemaFiles
  .filter((file) => file.startsWith('schemas/callbacks/') && !file.includes('.strict.'))
  .map((file) => file.slice('schemas/callbacks/'.length, -'.schema.json'.length));

export function readJson(file: string): JsonObject {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

export function readOpenApi(file = 'openapi.yaml'): JsonObject {
  return parse(readFileSync(join(root, file), 'utf8'));
}

/** The validator that a user of the schemas would create: strict, without our additions. Schemas are named like their files. */
export function strictAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, allErrors: true, discriminator: true });
  addFormats.default(ajv);
  for (const file of schemaFiles) ajv.addSchema(readJson(file), file);
  return ajv;
}

export function validatorOf(ajv: Ajv2020, file: string): ValidateFunction {
  const validate = ajv.getSchema(file);
  if (validate === undefined) throw new Error(`There is no schema ${file}.`);
  return validate as ValidateFunction;
}

export function examplesOf(schema: JsonObject): JsonObject[] {
  return Array.isArray(schema.examples) ? (schema.examples as JsonObject[]) : [];
}
