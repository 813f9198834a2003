import type { JsonValue } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import type { Say } from './repair-note.ts';

type Schema = Record<string, JsonValue>;

/** Makes JSON Schema 2020-12 of a schema of OpenAPI 3.0, of another draft, or with slips whose meaning is plain. */
export function repairSchema(schema: Schema, say: Say): void {
  repairNullable(schema, say);
  repairLimit(schema, 'exclusiveMinimum', 'minimum', say);
  repairLimit(schema, 'exclusiveMaximum', 'maximum', say);
  if (schema.example !== undefined) {
    schema.examples = [
      schema.example,
      ...(Array.isArray(schema.examples) ? (schema.examples as JsonValue[]) : []),
    ];
    delete schema.example;
  }
}

function repairNullable(schema: Schema, say: Say): void {
  const { nullable } = schema;
  if (nullable === undefined) return;
  delete schema.nullable;
  if (nullable !== true && nullable !== 'true') return;
  say('forgiven', '`nullable` is a keyword of OpenAPI 3.0: null is allowed in addition.');
  const { type } = schema;
  if (Array.isArray(schema.enum) && !schema.enum.includes(null))
    schema.enum = [...(schema.enum as JsonValue[]), null];
  if (typeof type === 'string') schema.type = [type, 'null'];
  else if (Array.isArray(type)) {
    if (!type.includes('null')) schema.type = [...(type as JsonValue[]), 'null'];
  } else if (schema.$ref !== undefined) {
    schema.anyOf = [{ $ref: schema.$ref }, { type: 'null' }];
    delete schema.$ref;
  } else if (Array.isArray(schema.allOf)) {
    schema.anyOf = [{ allOf: schema.allOf }, { type: 'null' }];
    delete schema.allOf;
  } else {
    for (const key of ['oneOf', 'anyOf']) {
      const arms = schema[key];
      if (Array.isArray(arms) && !arms.some(allowsNull))
        schema[key] = [...(arms as JsonValue[]), { type: 'null' }];
    }
  }
}

function allowsNull(arm: JsonValue): boolean {
  return (
    isJsonObject(arm) &&
    (arm.nullable === true || arm.type === 'null' || (Array.isArray(arm.type) && arm.type.includes('null')))
  );
}

function repairLimit(schema: Schema, exclusive: string, limit: string, say: Say): void {
  const value = schema[exclusive];
  if (typeof value !== 'boolean') return;
  say('forgiven', `\`${exclusive}: ${value}\` is read as in OpenAPI 3.0.`);
  delete schema[exclusive];
  if (value && schema[limit] !== undefined) {
    schema[exclusive] = schema[limit] as JsonValue;
    delete schema[limit];
  }
}
