import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { isJsonMedia } from './coerce.ts';
import { localTarget } from './local-target.ts';

/** Keywords whose schemas say something about the same value. */
const applicators = ['allOf', 'anyOf', 'oneOf'] as const;

/**
 * What a schema says about the type and the parts of a value, for reading it from text and writing it as text: of the
 * schema itself, and of the schemas that its `$ref`, `allOf`, `anyOf` and `oneOf` name. It does not decide what is valid.
 */
export class SchemaView {
  /** Name of the component that the schema refers to, e.g. `Pet` for `#/components/schemas/Pet`. Null: none. */
  readonly component: string | null;
  readonly #document: JsonObject;
  readonly #parts: readonly JsonObject[];
  readonly #below = new Map<string, SchemaView>();
  #types: ReadonlySet<string> | null = null;
  #properties: ReadonlyMap<string, SchemaView> | null = null;

  /** @param document the contract, in which the `$ref`s of the schema are local */
  constructor(schema: JsonValue | undefined, document: JsonObject) {
    this.#document = document;
    this.#parts = partsOf(schema, document);
    const ref = isJsonObject(schema) && typeof schema.$ref === 'string' ? schema.$ref : '';
    this.component = /^#\/components\/schemas\/([^/]+)$/.exec(ref)?.[1] ?? null;
  }

  /** The types that the value may have: by `type`, or else by `const`, `enum` or keywords of objects and arrays. */
  get types(): ReadonlySet<string> {
    this.#types ??= typesOf(this.#parts);
    return this.#types;
  }

  has(type: string): boolean {
    return this.types.has(type);
  }

  /** Whether the value is an object or an array, and nothing else but null. */
  get isComplex(): boolean {
    for (const type of this.types) if (type !== 'object' && type !== 'array' && type !== 'null') return false;
    return this.has('object') || this.has('array');
  }

  /** Whether the value stands for raw bytes (OpenAPI 3.1 §4.8.14.2; 3.0 used `format: binary`). */
  get isBinary(): boolean {
    return this.#parts.some(({ format, contentMediaType, contentEncoding }) => {
      if (format === 'binary') return true;
      return (
        typeof contentMediaType === 'string' &&
        !isJsonMedia(contentMediaType) &&
        contentEncoding === undefined
      );
    });
  }

  /** The first value of a keyword. */
  keyword(name: string): JsonValue | undefined {
    return this.#parts.find((part) => Object.hasOwn(part, name))?.[name];
  }

  /** The declared properties. */
  get properties(): ReadonlyMap<string, SchemaView> {
    if (this.#properties === null) {
      const found = new Map<string, SchemaView>();
      for (const { properties } of this.#parts) {
        for (const [name, schema] of Object.entries(isJsonObject(properties) ? properties : {}))
          if (!found.has(name)) found.set(name, new SchemaView(schema, this.#document));
      }
      this.#properties = found;
    }
    return this.#properties;
  }

  /** The schema of a property: its own one, or else that of additional properties. */
  property(name: string): SchemaView {
    return (
      this.properties.get(name) ?? this.#view('additionalProperties', this.keyword('additionalProperties'))
    );
  }

  /** The schema of the item at an index. */
  item(index: number): SchemaView {
    const prefix = this.keyword('prefixItems');
    const own = Array.isArray(prefix) ? (prefix[index] as JsonValue | undefined) : undefined;
    if (own !== undefined) return this.#view(`prefixItems/${index}`, own);
    return this.#view('items', this.keyword('items'));
  }

  #view(key: string, schema: JsonValue | undefined): SchemaView {
    let view = this.#below.get(key);
    if (view === undefined) {
      view = new SchemaView(schema, this.#document);
      this.#below.set(key, view);
    }
    return view;
  }
}

function partsOf(schema: JsonValue | undefined, document: JsonObject): readonly JsonObject[] {
  const found = new Set<JsonObject>();
  const visit = (part: JsonValue | undefined): void => {
    if (!isJsonObject(part) || found.has(part)) return;
    found.add(part);
    if (typeof part.$ref === 'string') visit(localTarget(document, part.$ref));
    for (const key of applicators) {
      const list = part[key];
      if (Array.isArray(list)) for (const each of list as readonly JsonValue[]) visit(each);
    }
  };
  visit(schema);
  return [...found];
}

function typesOf(parts: readonly JsonObject[]): ReadonlySet<string> {
  const types = new Set<string>();
  for (const part of parts) {
    if (part.type !== undefined) for (const type of [part.type].flat()) types.add(String(type));
    else if ('const' in part) types.add(typeOf(part.const));
    else if (Array.isArray(part.enum))
      for (const value of part.enum as readonly JsonValue[]) types.add(typeOf(value));
  }
  if (types.size > 0) return types;
  if (parts.some((part) => 'properties' in part || isJsonObject(part.additionalProperties)))
    types.add('object');
  if (parts.some((part) => 'items' in part || 'prefixItems' in part)) types.add('array');
  return types;
}

function typeOf(value: JsonValue | undefined): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
