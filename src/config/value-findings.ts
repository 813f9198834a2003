import type { ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { type Finding, isPartOfAnother, toFinding } from '../core/scenario/schema-violations.ts';
import { scenarioEngine } from '../loading/schema-engines.ts';

/**
 * What is wrong with a value by one of our schemas.
 * @param root what the value itself is expected to be, for messages
 */
export function valueFindings(value: unknown, schema: JsonObject, root: string): readonly Finding[] {
  const { Ajv2020 } = scenarioEngine.ajv();
  // The schema is ours, and tests hold it against the metaschema.
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    verbose: true,
    validateSchema: false,
    meta: false,
  });
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  // Our schemas have titles that are no expectation.
  const named = (error: ErrorObject): ErrorObject =>
    error.instancePath !== '' || isJsonObject(value) ? error : { ...error, parentSchema: { title: root } };
  return (validate.errors ?? [])
    .filter((error) => !isPartOfAnother(error))
    .map((error) => toFinding(named(error)));
}
