import { isJsonObject, type JsonObject, type JsonValue } from '../src/core/json.ts';

export interface MemberOptions {
  /** TypeScript of properties whose schema is too general, by name. */
  readonly types?: Readonly<Record<string, string>>;
  /** TypeScript of the target of a `$ref`, by the last part of its pointer. */
  readonly refs?: Readonly<Record<string, string>>;
  /** Targets of `$ref`, by the last part of its pointer: their descriptions apply where a property has none. */
  readonly schemas?: Readonly<Record<string, JsonObject>>;
  /** Properties to omit. */
  readonly without?: readonly string[];
  /** Properties that are optional although the schema requires them. */
  readonly optional?: readonly string[];
  /** Descriptions that replace those of the schema, by property. */
  readonly descriptions?: Readonly<Record<string, string>>;
}

/** An interface with the properties of an object schema, each with its description as a docstring. */
export function interfaceText(head: string, schema: JsonObject, options: MemberOptions = {}): string {
  return `export interface ${head} ${membersText(schema, options)}\n`;
}

function membersText(schema: JsonObject, options: MemberOptions): string {
  const { types = {}, without = [], optional = [], descriptions = {} } = options;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const isRequired = (name: string): boolean => required.includes(name) && !optional.includes(name);
  const lines = Object.entries(objectOf(schema.properties))
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => {
      const description = descriptions[name];
      const member = { ...objectOf(value), ...(description !== undefined && { description }) };
      const key = /^[\w$]+$/.test(name) ? name : JSON.stringify(name);
      const type = types[name] ?? typeText(member, options);
      return `${docText(described(member, options))}readonly ${key}${isRequired(name) ? '' : '?'}: ${type};`;
    });
  return `{\n${lines.join('\n')}\n}`;
}

/** A schema with a description: its own, or that of the schema it refers to. */
function described(schema: JsonObject, { schemas }: MemberOptions): JsonObject {
  const [first] = Array.isArray(schema.oneOf) ? schema.oneOf : [schema];
  const { $ref } = objectOf(first);
  if (schema.description !== undefined || typeof $ref !== 'string') return schema;
  const { description = null } = schemas?.[last($ref)] ?? {};
  return { ...schema, description };
}

/** The last part of a JSON pointer. */
export function last(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1);
}

/** The TypeScript of a schema. */
export function typeText(schema: JsonObject, options: MemberOptions): string {
  const { $ref, type, properties, additionalProperties, items } = schema;
  const union = schema.oneOf ?? schema.anyOf;
  const inner = { ...options, types: {}, without: [], optional: [], descriptions: {} };
  if (typeof $ref === 'string') return options.refs?.[last($ref)] ?? 'JsonValue';
  if (schema.const !== undefined) return literal(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map(literal).join(' | ');
  if (Array.isArray(union)) return union.map((one) => typeText(objectOf(one), inner)).join(' | ');
  // A string or another type: how the schemas write a union.
  if (schema.then !== undefined) {
    const { if: _, then, else: other, ...common } = schema;
    return [then, other].map((one) => typeText({ ...common, ...objectOf(one) }, inner)).join(' | ');
  }
  if (type === 'null') return 'null';
  if (Array.isArray(type))
    return type.map((one) => typeText({ ...schema, type: one as JsonValue }, inner)).join(' | ');
  if (type === 'array') {
    const item = items === undefined ? 'JsonValue' : typeText(objectOf(items), inner);
    return /[|&]/.test(item) && !item.startsWith('{') ? `readonly (${item})[]` : `readonly ${item}[]`;
  }
  if (properties !== undefined) {
    const { maxProperties } = schema;
    return maxProperties === 1
      ? `ExactlyOne<${membersText({ ...schema, required: Object.keys(objectOf(properties)) }, inner)}>`
      : membersText(schema, inner);
  }
  if (isJsonObject(additionalProperties))
    return `Readonly<Record<string, ${typeText(additionalProperties, inner)}>>`;
  if (type === 'object') return 'JsonObject';
  if (type === 'integer') return 'number';
  return typeof type === 'string' && ['string', 'number', 'boolean'].includes(type) ? type : 'JsonValue';
}

const saidDefault = / ?Default: ((?:[^:;]|\d:\d)*?)\.$/;

/** The default that a description ends with. */
export function defaultIn(description: string): string | undefined {
  return saidDefault.exec(description.trim())?.[1];
}

/**
 * A docstring: the description, and tags for what an editor shows separately.
 * @param tags further lines
 */
export function docText(schema: JsonObject, tags: readonly string[] = []): string {
  const { description, examples } = schema;
  if (typeof description !== 'string') return '';
  const standard = schema.default === undefined ? defaultIn(description) : JSON.stringify(schema.default);
  const lines = [description.trim().replace(saidDefault, '')];
  if (standard !== undefined) lines.push(`@default ${standard}`);
  const example = schema.example ?? (Array.isArray(examples) ? examples[0] : undefined);
  if (example !== undefined) lines.push(`@example ${JSON.stringify(example)}`);
  return docLines([...lines, ...tags].filter((line) => line !== ''));
}

export function docLines(lines: readonly string[]): string {
  const text = lines.join('\n').replaceAll('*/', '*\\/').split('\n');
  if (lines.length === 0) return '';
  return text.length === 1
    ? `/** ${text[0]} */\n`
    : `/**\n${text.map((line) => ` * ${line}\n`).join('')} */\n`;
}

/** A value as code writes it. */
export function literalText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(literalText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `'${key}': ${literalText(item)}`)
    .join(', ')} }`;
}

function literal(value: JsonValue): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Indents by braces; docstrings as the code around them. */
export function indented(text: string): string {
  let depth = 0;
  const lines = text.split('\n').map((line) => {
    const isDoc = /^(\/\*\*| \*)/.test(line);
    if (!isDoc && line.startsWith('}')) depth--;
    const shown = line === '' ? '' : `${'  '.repeat(depth)}${line}`;
    if (!isDoc && line.endsWith('{')) depth++;
    return shown;
  });
  return lines.join('\n');
}
