import { posix } from 'node:path';
import { references } from '../src/core/contract/references.ts';
import { componentName } from '../src/core/contract/upgrade/component-name.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/core/json.ts';

/** Schemas by their path in the package. */
export type SchemaFiles = ReadonlyMap<string, JsonObject>;

/**
 * Bundles a schema and all that it refers to, for validators that read one file. The other files are under `$defs`, and
 * patterns replace formats, which some validators ignore and others refuse.
 */
export function bundleSchema(file: string, files: SchemaFiles): JsonObject {
  const parts = new Parts(files, '#/$defs/', [file]);
  const { $schema, $comment: _comment, $defs = {}, ...own } = parts.inline(fileNamed(file, files), file);
  const defs = { ...($defs as JsonObject), ...parts.all() };
  return {
    ...($schema === undefined ? {} : { $schema }),
    $comment: `Made from ${file} by "npm run generate". Change that file.`,
    ...(withoutFormats(own) as JsonObject),
    ...(Object.keys(defs).length === 0 ? {} : { $defs: withoutFormats(defs) }),
  };
}

/** Bundles an OpenAPI document and all that it refers to; the schemas are under `components.schemas`. */
export function bundleDocument(document: JsonObject, files: SchemaFiles): JsonObject {
  const parts = new Parts(files, '#/components/schemas/', []);
  const whole = parts.inline(document, '');
  const components = isJsonObject(whole.components) ? whole.components : {};
  const own = isJsonObject(components.schemas) ? components.schemas : {};
  const twice = Object.keys(parts.all()).filter((name) => name in own);
  if (twice.length > 0) throw new Error(`Could not bundle: ${twice.join(', ')} are components already.`);
  return { ...whole, components: { ...components, schemas: { ...own, ...parts.all() } } };
}

/** The files that a bundle refers to, each under a name in one place of the bundle. */
class Parts {
  readonly #files: SchemaFiles;
  readonly #place: string;
  /** Files that are the bundle itself. */
  readonly #roots: readonly string[];
  readonly #named = new Map<string, { file: string; value: JsonValue }>();

  constructor(files: SchemaFiles, place: string, roots: readonly string[]) {
    this.#files = files;
    this.#place = place;
    this.#roots = roots;
  }

  /** A document or schema in which references to files are references to parts of the bundle. */
  inline(root: JsonObject, file: string): JsonObject {
    const copy = structuredClone(root);
    for (const { value } of references(copy)) {
      const { $ref } = value;
      if (typeof $ref === 'string') Object.assign(value, { $ref: this.#reference($ref, file) });
    }
    return copy;
  }

  /** By name, in its order. */
  all(): Record<string, JsonValue> {
    const entries = [...this.#named].map(([name, { value }]): [string, JsonValue] => [name, value]);
    return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  #reference(reference: string, from: string): string {
    const [path = '', pointer = ''] = reference.split('#');
    const file = path === '' ? from : posix.join(posix.dirname(from), path);
    if (file === '' || this.#roots.includes(file)) return `#${pointer}`;
    return this.#place + this.#nameOf(file) + pointer;
  }

  #nameOf(file: string): string {
    const name = componentName({ file, tokens: [] });
    const known = this.#named.get(name);
    if (known !== undefined && known.file !== file)
      throw new Error(`Could not bundle: ${known.file} and ${file} are both called ${name}.`);
    if (known === undefined) {
      const {
        $schema: _schema,
        $comment: _comment,
        examples: _examples,
        ...part
      } = fileNamed(file, this.#files);
      const entry = { file, value: null as JsonValue };
      this.#named.set(name, entry);
      entry.value = this.inline(part, file);
    }
    return name;
  }
}

function fileNamed(file: string, files: SchemaFiles): JsonObject {
  const schema = files.get(file);
  if (schema === undefined) throw new Error(`Could not bundle: there is no ${file}.`);
  return schema;
}

const patterns: Readonly<Record<string, string>> = {
  date: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
  uri: '^[A-Za-z][A-Za-z0-9+.-]*:[^ ]+$',
};

function withoutFormats(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutFormats);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]): [string, JsonValue] => {
    if (key !== 'format' || typeof member !== 'string') return [key, withoutFormats(member)];
    const pattern = patterns[member];
    if (pattern === undefined || 'pattern' in value)
      throw new Error(`Could not bundle: there is no pattern for the format ${member}.`);
    return ['pattern', pattern];
  });
  return Object.fromEntries(entries);
}
