import type { JsonObject, JsonValue } from '../../json.ts';
import { isJsonObject, pointerOf, setOwn } from '../../json.ts';
import type { ContractNote } from '../contract.ts';
import { ComponentNames } from './component-names.ts';
import { based, below, type Item, isInside, placeOf, put, resultOf } from './copy-item.ts';
import type { FileReferences, Target } from './file-references.ts';
import { type ObjectKind, type Rule, ruleOf, sections, single } from './object-kinds.ts';

/** One document without references to other files. */
export interface JoinedDocument {
  readonly document: JsonObject;
  readonly notes: readonly ContractNote[];
  /** Where the author wrote what is at a pointer of the document. */
  readonly origin: (pointer: string) => Origin;
}

/** The deepest nesting that is kept, so that what reads the document can recurse. */
const maxDepth = 500;

/** The most values that a document may have. */
const maxValues = 10_000_000;

/** The most values that it may have in files with aliases, which can multiply them without end. */
const maxAliased = 1_000_000;

/** Thrown inside of {@link joinFiles}: a document that no machine can hold. */
export class TooLargeError extends Error {}

/**
 * Makes one document of a contract and the files that it refers to. Only what is referred to is taken in, as components
 * that are named after their key or file. Path items, parameters and so on stay references. A reference that points to
 * nothing is left out, with a note; a schema then allows any value.
 * @param references has the document as the file `''`
 * @param read reads a file that is needed, and adds it to `references`. It never throws
 * @param schemas files with a schema that become components although no reference names them
 */
export async function joinFiles(
  references: FileReferences,
  read: (name: string) => Promise<void>,
  schemas: readonly string[] = [],
): Promise<JoinedDocument> {
  const joiner = new Joiner(references);
  const readAll = (files: readonly string[]): Promise<unknown> => Promise.all(files.map(read));
  for (let files = joiner.names.adopt(); files.length > 0; files = joiner.names.adopt()) await readAll(files);
  await readAll(schemas);
  joiner.addSchemas(schemas);
  for (let files = joiner.copyAll(); files.length > 0; files = joiner.copyAll()) await readAll(files);
  return joiner.result();
}

class Joiner {
  readonly #references: FileReferences;
  readonly #isOld: boolean;
  readonly #root: Record<string, JsonValue> = {};
  readonly #notes: ContractNote[] = [];
  readonly #noted = new Set<string>();
  readonly #stack: Item[] = [];
  readonly #waiting = new Map<string, Item[]>();
  #values = 0;
  #aliased = 0;
  readonly names: ComponentNames;
  readonly #made = new Map<string, Record<string, JsonValue>>();
  readonly #addresses = new Map<Target, { readonly section: string; readonly address: string }>();
  readonly #origins = new Map<string, Origin>();
  /** Lists in which items were left out. */
  readonly #thinned = new Set<JsonValue[]>();
  readonly #mappings: {
    readonly holder: Record<string, JsonValue>;
    readonly mapped: Record<string, JsonValue>;
    readonly name: string;
  }[] = [];

  constructor(references: FileReferences) {
    this.#references = references;
    this.names = new ComponentNames(references);
    const file = references.files.get('');
    if (file?.value === undefined) throw new TypeError('joinFiles needs the document as the file "".');
    this.#isOld = isJsonObject(file.value) && /^v?3(\.0|$)/.test(String(file.value.openapi));
    const rule: Rule = { kind: 'document', shape: 'one' };
    const place = { key: '', parent: null, depth: 0, start: [], result: '', base: null };
    this.#stack.push({ ...place, source: file.value, rule, file, into: this.#root, as: 'document' });
  }

  /** Copies all that can be copied. Returns the files that have to be read for the rest. */
  copyAll(): string[] {
    for (const items of this.#waiting.values()) this.#stack.push(...items.reverse());
    this.#waiting.clear();
    for (let item = this.#stack.pop(); item !== undefined; item = this.#stack.pop()) this.#copy(item);
    return [...this.#waiting.keys()];
  }

  addSchemas(names: readonly string[]): void {
    for (const file of names) {
      const value = this.#references.files.get(file)?.value;
      if (value !== undefined) this.#address({ file, tokens: [], value }, 'schema', 'schemas');
    }
  }

  result(): JoinedDocument {
    for (const list of this.#thinned)
      list.splice(0, list.length, ...list.filter((item) => item !== undefined));
    for (const { holder, mapped, name } of this.#mappings) {
      const schema = holder.schema;
      if (isJsonObject(schema) && typeof schema.$ref === 'string') setOwn(mapped, name, schema.$ref);
    }
    const document = this.#root.document as Record<string, JsonValue>;
    if (this.#made.size > 0) {
      const components: Record<string, JsonValue> = isJsonObject(document.components)
        ? document.components
        : {};
      document.components = components;
      for (const [section, unordered] of this.#made) {
        const made = this.#inOrder(section, unordered);
        components[section] = isJsonObject(components[section]) ? { ...components[section], ...made } : made;
      }
    }
    return { document, notes: this.#notes, origin: (pointer) => this.#origin(pointer) };
  }

  /** Components in the order of their places, whatever the order of the references to them. */
  #inOrder(section: string, made: JsonObject): JsonObject {
    const placed = Object.entries(made).map(([name, value]) => {
      const { file, pointer } = this.#origin(`/components/${section}${pointerOf([name])}`);
      return { place: `${file}#${pointer}`, name, value };
    });
    const ordered: Record<string, JsonValue> = {};
    for (const { name, value } of placed.sort((a, b) => (a.place < b.place ? -1 : 1)))
      setOwn(ordered, name, value);
    return ordered;
  }

  #origin(pointer: string): Origin {
    for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) {
      const origin = this.#origins.get(pointer.slice(0, end));
      if (origin !== undefined) return { file: origin.file, pointer: origin.pointer + pointer.slice(end) };
    }
    return { file: '', pointer };
  }

  #copy(item: Item): void {
    const { source, rule } = item;
    if (typeof source !== 'object' || source === null) {
      put(item, source);
    } else if (item.depth > maxDepth) {
      this.#cut(item, `Values nested deeper than ${maxDepth} levels are left out.`);
    } else if (item.file.aliases && isInside(source, item.parent)) {
      this.#cut(item, 'An alias that refers to a node that contains it is left out.');
    } else {
      this.#count(item);
      if (Array.isArray(source)) this.#copyList(item, source);
      else if (rule.kind !== 'data' && isReferring(source)) this.#copyReferring(item, source as JsonObject);
      else this.#copyMembers(item, source as JsonObject, {});
    }
  }

  #count({ file }: Item): void {
    this.#values++;
    if (file.aliases) this.#aliased++;
    if (this.#values > maxValues) throw new TooLargeError(`it has more than ${maxValues} values`);
    if (this.#aliased > maxAliased)
      throw new TooLargeError(`it has more than ${maxAliased} values with its YAML aliases`);
  }

  #cut(item: Item, message: string): void {
    this.#note(item, 'unsupported', message, message);
    put(item, item.rule.kind === 'schema' && item.rule.shape === 'one' ? {} : null);
  }

  #copyList(item: Item, source: readonly JsonValue[]): void {
    const copy: JsonValue[] = [...source];
    put(item, copy);
    // An array in place of one object: each item is understood as that object.
    const rule = single(item.rule.kind);
    for (let index = source.length - 1; index >= 0; index--) {
      const child = source[index];
      if (typeof child === 'object' && child !== null)
        this.#stack.push(below(item, String(index), child, rule, copy, index));
    }
  }

  #copyMembers(item: Item, source: JsonObject, copy: Record<string, JsonValue>): void {
    put(item, copy);
    const { kind, shape } = item.rule;
    const isMap = shape === 'map';
    const isSchema = kind === 'schema' && !isMap;
    const from = isSchema && typeof source.$id === 'string' ? based(item, source.$id) : item;
    const first = this.#stack.length;
    for (const key of Object.keys(source)) {
      const child = source[key] as JsonValue;
      const rule = isMap ? memberRule(item, key) : ruleOf(kind, key, source);
      if (isSchema && (rule.kind === 'definitions' || (identifiers.has(key) && !isJsonObject(child)))) {
        if (key === '$schema' && !/2020-12|\/oas\/3\.[12]/.test(String(child))) {
          const message = 'A $schema of another draft is read as JSON Schema 2020-12.';
          this.#note(item, 'forgiven', message, message);
        }
        continue;
      }
      setOwn(copy, key, child);
      if (isSchema && key === 'discriminator' && isJsonObject(child)) this.#copyMapping(from, child, copy);
      else if (typeof child === 'object' && child !== null)
        this.#stack.push(below(from, key, child, rule, copy, key));
    }
    reverseFrom(this.#stack, first);
  }

  /** An object with a `$ref`, or with the references of other drafts. */
  #copyReferring(item: Item, source: JsonObject): void {
    const { kind, shape } = item.rule;
    const isSchema = kind === 'schema' && shape === 'one';
    const { $ref, $dynamicRef, $recursiveRef, ...rest } = source;
    const ref = [$ref, ...(isSchema ? [$dynamicRef, $recursiveRef] : [])].find(
      (text) => typeof text === 'string',
    );
    if (ref === undefined) {
      // A property may have such a name.
      if (shape === 'map') this.#copyMembers(item, source, {});
      else {
        this.#note(item, 'forgiven', 'A $ref that is not a string is ignored.');
        this.#copyMembers(item, rest, {});
      }
      return;
    }
    const found = this.#references.find(ref, item.file.name, item.base);
    if ('pending' in found) {
      const waiting = this.#waiting.get(found.pending);
      if (waiting === undefined) this.#waiting.set(found.pending, [item]);
      else waiting.push(item);
      return;
    }
    if ('problem' in found) {
      this.#leaveOut(item, rest, found.problem, found.file);
      return;
    }
    if (ref !== $ref) this.#note(item, 'forgiven', dynamic, dynamic);
    if (found.forgiven !== null) this.#note(item, 'forgiven', found.forgiven, found.forgiven);
    const adopted = this.names.adopted.get(source);
    const section = shape === 'one' ? sections[kind] : undefined;
    if (adopted !== undefined || section === undefined) this.#copyTarget(item, adopted ?? found.target);
    else {
      const beside = isSchema && this.#isOld ? annotationsOf(rest) : rest;
      this.#copyMembers(item, beside, { $ref: this.#address(found.target, kind, section) });
    }
  }

  /** Copies a target in the place of the reference to it. */
  #copyTarget(item: Item, target: Target): void {
    const file = this.#references.files.get(target.file);
    if (file === undefined || isInside(target.value, item)) {
      this.#cut(item, 'A $ref that leads back to itself is left out.');
      return;
    }
    this.#origins.set(resultOf(item), { file: target.file, pointer: pointerOf(target.tokens) });
    const place = {
      key: '',
      parent: item,
      depth: item.depth + 1,
      start: target.tokens,
      result: null,
      base: null,
    };
    this.#stack.push({ ...item, ...place, source: target.value, file });
  }

  #leaveOut(item: Item, rest: JsonObject, problem: string, file: string | null): void {
    const { kind, shape } = item.rule;
    const isSchema = kind === 'schema' && shape === 'one';
    const effect = isSchema ? 'Any value is valid there.' : 'It is left out.';
    const text = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}${/[.?]$/.test(problem) ? '' : '.'} ${effect}`;
    this.#note(item, 'unsupported', text, file === null ? text : `file ${file}`);
    if (isSchema || shape !== 'one' || kind === 'pathItem' || kind === 'xWebhook' || kind === 'callback')
      this.#copyMembers(item, rest, {});
    else if (kind === 'response') put(item, { description: '' });
    else if (Array.isArray(item.into)) {
      (item.into as unknown[])[item.as as number] = undefined;
      this.#thinned.add(item.into);
    } else delete item.into[item.as];
  }

  /** The reference to a target, which becomes a component unless it has a name. */
  #address(target: Target, kind: ObjectKind, section: string): string {
    const known = this.#addresses.get(target);
    if (known?.section === section) return known.address;
    const address = this.#newAddress(target, kind, section);
    this.#addresses.set(target, { section, address });
    return address;
  }

  #newAddress(target: Target, kind: ObjectKind, section: string): string {
    if (target.file === '' && isNamed(target.tokens, section)) return `#${uriPointer(target.tokens)}`;
    const known = this.names.get(section, target);
    const name = known ?? this.names.choose(section, target);
    const address = `#/components/${section}${uriPointer([name])}`;
    const file = this.#references.files.get(target.file);
    if (known !== undefined || file === undefined) return address;
    const made = this.#made.get(section) ?? {};
    this.#made.set(section, made);
    setOwn(made, name, null);
    const result = `/components/${section}${pointerOf([name])}`;
    this.#origins.set(result, { file: target.file, pointer: pointerOf(target.tokens) });
    const place = { key: '', parent: null, depth: 3, start: target.tokens, result, base: null };
    this.#stack.push({
      ...place,
      source: target.value,
      rule: { kind, shape: 'one' },
      file,
      into: made,
      as: name,
    });
    return address;
  }

  /** A discriminator, whose mapping may name files. */
  #copyMapping(item: Item, discriminator: JsonObject, into: Record<string, JsonValue>): void {
    const { mapping } = discriminator;
    if (!isJsonObject(mapping)) return;
    const mapped: Record<string, JsonValue> = {};
    into.discriminator = { ...discriminator, mapping: mapped };
    for (const [name, ref] of Object.entries(mapping)) {
      setOwn(mapped, name, ref);
      if (typeof ref !== 'string' || !/[#/]|\.(json|ya?ml)$/.test(ref)) continue;
      // Resolved like a schema, which can wait for its file.
      const holder: Record<string, JsonValue> = {};
      this.#mappings.push({ holder, mapped, name });
      const rule: Rule = { kind: 'schema', shape: 'one' };
      this.#stack.push(below(item, 'discriminator', { $ref: ref }, rule, holder, 'schema'));
    }
  }

  /** @param once what is noted only the first time */
  #note(item: Item, kind: ContractNote['kind'], message: string, once?: string): void {
    if (once !== undefined) {
      if (this.#noted.has(once)) return;
      this.#noted.add(once);
    }
    const { tokens } = placeOf(item);
    this.#notes.push({ kind, file: item.file.name, pointer: pointerOf(tokens), message });
  }
}

type Origin = Pick<ContractNote, 'file' | 'pointer'>;

/** A stack takes what was pushed last. */
function reverseFrom(stack: Item[], first: number): void {
  for (let low = first, high = stack.length - 1; low < high; low++, high--) {
    const item = stack[low] as Item;
    stack[low] = stack[high] as Item;
    stack[high] = item;
  }
}

function isReferring(source: object): boolean {
  return '$ref' in source || '$dynamicRef' in source || '$recursiveRef' in source;
}

const dynamic = 'A $dynamicRef or $recursiveRef is read as $ref.';

/** What identifies a schema. In one document, JSON pointers do. */
const identifiers: ReadonlySet<string> = new Set([
  ...['$anchor', '$dynamicAnchor', '$id', '$recursiveAnchor', '$schema', 'id'],
]);

/** Beside a `$ref`, OpenAPI 3.0 ignores everything (§4.7.23); notes and `nullable` do no harm, and are meant. */
function annotationsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => annotations.has(key) || key.startsWith('x-')),
  );
}

const annotations: ReadonlySet<string> = new Set([
  ...[
    'default',
    'deprecated',
    'description',
    'example',
    'examples',
    'nullable',
    'readOnly',
    'title',
    'writeOnly',
  ],
]);

function memberRule({ rule, key: owner }: Item, key: string): Rule {
  const isExtension = (owner === 'paths' || owner === 'responses') && key.startsWith('x-');
  return isExtension ? single('data') : single(rule.kind);
}

/** Whether a place of the document is one that references may name: a component, or a path item in its own place. */
function isNamed(tokens: readonly string[], section: string): boolean {
  const [first = '', second] = tokens;
  if (tokens.length === 3) return first === 'components' && second === section;
  return tokens.length === 2 && section === 'pathItems' && /^(paths|webhooks|x-webhooks)$/.test(first);
}

/** A JSON pointer in a URI fragment (RFC 6901 §6). */
function uriPointer(tokens: readonly string[]): string {
  return encodeURI(pointerOf(tokens)).replaceAll('#', '%23').replaceAll('?', '%3F');
}
