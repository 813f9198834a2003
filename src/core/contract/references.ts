import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** An object that refers to another by `$ref`, or that others may refer to by `$id` or an anchor. */
export interface Reference {
  readonly value: JsonObject;
  /** Its place in the file. */
  readonly tokens: readonly string[];
  /** What its `$ref` is relative to: its own `$id`, as an absolute URI, or that of the nearest object around it. */
  readonly base: string;
}

/**
 * The references and identifiers of a file, each object before what is in it. In examples, constants and defaults, these
 * properties mean nothing; extensions may refer to others, as `x-ringback-payload` does. It does not recurse, and a
 * value may contain itself.
 * @param base the URI of the file. Default: none, an `$id` is then kept unless it is absolute
 */
export function* references(root: JsonValue, base = ''): Generator<Reference, void> {
  const seen = new Set<JsonValue>();
  const stack: Item[] = [{ value: root, key: '', parent: null, base, isNamed: false }];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { value, isNamed } = item;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    let own = item.base;
    if (!isNamed && isJsonObject(value) && identifying.some((key) => typeof value[key] === 'string')) {
      if (typeof value.$id === 'string') own = absolute(value.$id, own);
      yield { value, tokens: tokensOf(item), base: own };
    }
    const keys = Object.keys(value);
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] as string;
      const child = (value as JsonObject)[key] as JsonValue;
      if (!isNamed && isData(key, child)) continue;
      stack.push({ value: child, key, parent: item, base: own, isNamed: !isNamed && naming.has(key) });
    }
  }
}

interface Item {
  readonly value: JsonValue;
  readonly key: string;
  readonly parent: Item | null;
  readonly base: string;
  /** Whether an author chose its keys: they are no keywords. */
  readonly isNamed: boolean;
}

const identifying = ['$ref', '$id', '$anchor', '$dynamicAnchor'] as const;

const dataKeys: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'value']);

function isData(key: string, child: JsonValue): boolean {
  return dataKeys.has(key) || (key === 'examples' && Array.isArray(child));
}

/** Keywords whose properties are named by the author of the contract. */
const naming: ReadonlySet<string> = new Set([
  ...['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'],
  ...['callbacks', 'examples', 'headers', 'links', 'parameters', 'pathItems', 'paths'],
  ...['requestBodies', 'responses', 'schemas', 'securitySchemes', 'webhooks'],
]);

function tokensOf(item: Item): string[] {
  const tokens: string[] = [];
  for (let at = item; at.parent !== null; at = at.parent) tokens.push(at.key);
  return tokens.reverse();
}

function absolute(id: string, base: string): string {
  const bare = id.replace(/#$/, '');
  try {
    return new URL(bare, base === '' ? undefined : base).href.replace(/#$/, '');
  } catch {
    return bare;
  }
}
