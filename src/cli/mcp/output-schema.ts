import type { Contract } from '../../core/contract/contract.ts';
import { localTarget } from '../../core/contract/local-target.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectOf } from '../../core/json.ts';

const components = '#/components/schemas/';

/**
 * The JSON Schema of the response of an operation. What it refers to is below `$defs`. Without descriptions, which
 * would cost a model most of its context: the names are those of docs/http-api.md.
 * @param document the contract of the control API
 */
export function outputSchema(document: Contract['document'], operationId: string): JsonObject {
  const definitions = new Map<string, JsonValue>();
  const convert = (value: JsonValue, isNamed = false): JsonValue => {
    if (Array.isArray(value)) return value.map((item: JsonValue) => convert(item));
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value)
      .filter(([key]) => isNamed || !['description', 'examples', 'title'].includes(key))
      .map(([key, member]): [string, JsonValue] => {
        if (!isNamed && key === '$ref') return [key, refer(String(member))];
        return [key, convert(member, !isNamed && key === 'properties')];
      });
    return Object.fromEntries(entries);
  };
  const refer = (ref: string): string => {
    const name = ref.slice(components.length);
    if (!definitions.has(name)) {
      definitions.set(name, null);
      definitions.set(name, convert(localTarget(document, ref) ?? {}));
    }
    return `#/$defs/${name}`;
  };
  const schema = convert(whole(responseSchema(document, operationId), document));
  return { ...objectOf(schema), ...(definitions.size > 0 && { $defs: Object.fromEntries(definitions) }) };
}

function responseSchema(document: Contract['document'], operationId: string): JsonValue {
  for (const item of Object.values(objectOf(document.paths))) {
    for (const operation of Object.values(objectOf(item))) {
      if (!isJsonObject(operation) || operation.operationId !== operationId) continue;
      const responses = objectOf(operation.responses);
      const response = objectOf(whole(responses['200'] ?? responses['201'] ?? {}, document));
      return objectOf(objectOf(response.content)['application/json']).schema ?? {};
    }
  }
  throw new Error(`the control API has no operation ${operationId}`);
}

/** What a reference names; any other value as it is. */
function whole(value: JsonValue, document: Contract['document']): JsonValue {
  return isJsonObject(value) && typeof value.$ref === 'string'
    ? (localTarget(document, value.$ref) ?? {})
    : value;
}
