import { RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../core/json.ts';
import type { ContractSources } from '../loading/contract-files.ts';
import { componentName } from './component-name.ts';
import { members, type ObjectKind, sections } from './open-api-objects.ts';
import { inside, isBareReference, type Place, placeName, References, type Target } from './references.ts';
import { simplify } from './simplify.ts';

/** An OpenAPI document in one piece, with the callbacks of its operations separate. */
export interface Bundle {
  /** Without `callbacks`, `components.pathItems` and references to files or path items. */
  readonly document: JsonObject;
  /** In the order of their operations. */
  readonly callbacks: readonly OperationCallback[];
}

/** One URL of one callback of one operation. */
export interface OperationCallback {
  /** `operationId`, or `POST /path` where there is none. */
  readonly operation: string;
  /** Key under `callbacks`; of a callback with several URLs, followed by the URL's expression. */
  readonly name: string;
  /** The path item. If the same one exists already: that it is under `webhooks`, or its index among the callbacks. */
  readonly item:
    | { readonly kind: 'own'; readonly value: JsonObject }
    | { readonly kind: 'webhook'; readonly name: string }
    | { readonly kind: 'callback'; readonly index: number };
}

/**
 * Bundles an OpenAPI document with the files that it refers to. Their contents become components, named after file or
 * pointer (`schemas/bank-statement.yaml` → `BankStatement`). Path items are inlined. Callbacks are removed from their
 * operations, because openapi-typescript ignores them there. Schema files (`*.schema.json`) that only an extension
 * refers to become components too. Schemas are simplified for openapi-typescript.
 * @throws {RingbackError} `contract.invalid`, with a violation for each reference that points to nothing
 */
export function bundle(sources: ContractSources): Bundle {
  const bundler = new Bundler(sources);
  const result = bundler.bundle();
  const first = bundler.references.violations[0];
  if (first !== undefined) {
    throw new RingbackError('contract.invalid', {
      detail: `Could not read the contract ${sources.file}. At ${first.location}: ${first.message}`,
      violations: bundler.references.violations,
    });
  }
  return result;
}

type Context = Place & {
  /** Name of the operation if it has no `operationId`. */
  readonly label: string;
};

class Bundler {
  readonly references: References;
  readonly #sources: ContractSources;
  /** Names of the components created, by section and place. */
  readonly #names = new Map<string, string>();
  readonly #taken = new Map<string, Set<string>>();
  readonly #made = new Map<string, { place: string; name: string; value: JsonValue }[]>();
  readonly #callbacks: OperationCallback[] = [];
  /** Where each path item is, by its place. */
  readonly #items = new Map<string, OperationCallback['item']>();

  constructor(sources: ContractSources) {
    this.#sources = sources;
    this.references = new References(sources);
  }

  bundle(): Bundle {
    const { document, schemas } = this.#sources;
    const { components, webhooks } = document;
    const main: Context = { file: this.references.main, tokens: [], label: '' };
    for (const section of new Set(Object.values(sections))) {
      const own = isJsonObject(components) ? components[section] : undefined;
      this.#taken.set(section, new Set(isJsonObject(own) ? Object.keys(own) : []));
    }
    for (const [name, value] of Object.entries(isJsonObject(webhooks) ? webhooks : {})) {
      const item = this.references.settle({ ...inside(main, 'webhooks', name), value });
      if (item !== undefined && !this.#items.has(placeName(item)))
        this.#items.set(placeName(item), { kind: 'webhook', name });
    }
    const visited = this.#members(document, 'document', main);
    for (const [file, value] of schemas) {
      if (/\.schema\.(json|ya?ml)$/.test(file))
        this.#component({ file, tokens: [], value }, 'schema', 'schemas');
    }
    return { document: this.#withMade(visited), callbacks: this.#callbacks };
  }

  #withMade(document: JsonObject): JsonObject {
    const components: Record<string, JsonValue> = {
      ...(isJsonObject(document.components) ? document.components : {}),
    };
    for (const [section, made] of this.#made) {
      const own = components[section];
      const all: Record<string, JsonValue> = { ...(isJsonObject(own) ? own : {}) };
      const inOrder = made.sort((a, b) => (a.place < b.place ? -1 : 1));
      for (const { name, value } of inOrder) setOwn(all, name, value);
      components[section] = all;
    }
    return { ...document, components };
  }

  #visit(value: JsonValue, kind: ObjectKind, at: Context): JsonValue {
    if (!isJsonObject(value)) return value;
    if (kind === 'pathItem') return this.#pathItem(value, at);
    if (kind === 'schema') return simplify(this.#referring(value, kind, at));
    return this.#referring(value, kind, at);
  }

  #referring(value: JsonObject, kind: ObjectKind, at: Context): JsonObject {
    const { $ref, ...rest } = value;
    const section = sections[kind];
    if (typeof $ref !== 'string' || section === undefined) return this.#members(value, kind, at);
    const target = this.references.find($ref, inside(at, '$ref'));
    if (target === undefined) return value;
    return { ...this.#members(rest, kind, at), $ref: this.#component(target, kind, section) };
  }

  #members(value: JsonObject, kind: ObjectKind, at: Context): JsonObject {
    const result: Record<string, JsonValue> = {};
    for (const [key, member] of Object.entries(value)) {
      const rule = members[kind][key];
      const here = { ...inside(at, key), label: at.label };
      // Extensions have no meaning for types, and what looks like a reference in one may be none.
      if (rule === 'omitted' || key.startsWith('x-')) continue;
      if (rule === undefined) setOwn(result, key, this.#data(member, kind, key, here));
      else if (key === 'callbacks') this.#takeCallbacks(value, member, here);
      else if (typeof rule === 'string')
        setOwn(result, key, this.#visit(member, rule, labelled(here, kind, key)));
      else setOwn(result, key, this.#each(member, rule[1], here, kind));
    }
    return result;
  }

  #each(value: JsonValue, kind: ObjectKind, at: Context, owner: ObjectKind): JsonValue {
    if (Array.isArray(value)) {
      return (value as readonly JsonValue[]).map((item, index) =>
        this.#visit(item, kind, { ...inside(at, String(index)), label: at.label }),
      );
    }
    if (!isJsonObject(value)) return value;
    const result: Record<string, JsonValue> = {};
    for (const [key, member] of Object.entries(value)) {
      const here: Context = { ...inside(at, key), label: kind === 'pathItem' ? key : at.label };
      if (key.startsWith('x-') && kind === 'pathItem') continue;
      setOwn(result, key, this.#visitNamed(member, kind, here, owner));
    }
    return result;
  }

  /** A component that only refers to a file of its own name is replaced by the contents of the file. */
  #visitNamed(value: JsonValue, kind: ObjectKind, at: Context, owner: ObjectKind): JsonValue {
    const section = sections[kind];
    const name = at.tokens.at(-1) ?? '';
    if (owner === 'components' && section !== undefined && isJsonObject(value) && isBareReference(value)) {
      const target = this.references.find(value.$ref, inside(at, '$ref'));
      if (target === undefined) return value;
      const key = `${section} ${placeName(target)}`;
      if (!this.#isOwn(target, section) && componentName(target) === name && !this.#names.has(key)) {
        this.#names.set(key, name);
        return this.#visit(target.value, kind, { ...target, label: '' });
      }
    }
    return this.#visit(value, kind, at);
  }

  #isOwn({ file, tokens }: Place, section: string): boolean {
    return (
      file === this.references.main &&
      tokens.length === 3 &&
      tokens[0] === 'components' &&
      tokens[1] === section
    );
  }

  /** Creates a component for a place, unless it is one already, and returns the reference to it. */
  #component(target: Target, kind: ObjectKind, section: string): string {
    const reference = (name: string): string => `#/components/${section}/${encodeToken(name)}`;
    if (this.#isOwn(target, section)) return reference(target.tokens[2] ?? '');
    const place = placeName(target);
    const key = `${section} ${place}`;
    const known = this.#names.get(key) ?? this.#ownNamed(target, section, key);
    if (known !== undefined) return reference(known);
    const name = this.#freeName(componentName(target), section);
    this.#names.set(key, name);
    const entry = { place, name, value: null as JsonValue };
    this.#made.set(section, [...(this.#made.get(section) ?? []), entry]);
    entry.value = this.#visit(target.value, kind, { ...target, label: '' });
    return reference(name);
  }

  /** The component of the document that only refers to the place and has the same name. */
  #ownNamed(target: Target, section: string, key: string): string | undefined {
    const name = componentName(target);
    const { main } = this.references;
    const { components } = this.#sources.document;
    const own = isJsonObject(components) ? components[section] : undefined;
    const value = isJsonObject(own) && Object.hasOwn(own, name) ? own[name] : undefined;
    if (!isJsonObject(value) || !isBareReference(value)) return undefined;
    const means = this.references.find(value.$ref, {
      file: main,
      tokens: ['components', section, name, '$ref'],
    });
    return means !== undefined && `${section} ${placeName(means)}` === key ? name : undefined;
  }

  #freeName(wanted: string, section: string): string {
    const taken = this.#taken.get(section) ?? new Set();
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
    taken.add(name);
    return name;
  }

  #pathItem(value: JsonObject, at: Context): JsonValue {
    const { $ref, ...rest } = value;
    if (typeof $ref !== 'string') return this.#members(value, 'pathItem', at);
    const target = this.references.settle({ ...at, value: { $ref } });
    if (target === undefined || !isJsonObject(target.value)) return value;
    return {
      ...this.#members(target.value, 'pathItem', { ...target, label: at.label }),
      ...this.#members(rest, 'pathItem', at),
    };
  }

  #takeCallbacks(operation: JsonObject, callbacks: JsonValue, at: Context): void {
    const owner = typeof operation.operationId === 'string' ? operation.operationId : at.label;
    for (const [name, value] of Object.entries(isJsonObject(callbacks) ? callbacks : {})) {
      const callback = this.references.settle({ ...inside(at, name), value });
      if (callback === undefined || !isJsonObject(callback.value)) continue;
      const urls = Object.entries(callback.value).filter(([key]) => !key.startsWith('x-'));
      for (const [expression, item] of urls) {
        const full = urls.length === 1 ? name : `${name} ${expression}`;
        this.#takeItem(owner, full, { ...inside(callback, expression), value: item });
      }
    }
  }

  #takeItem(operation: string, name: string, at: Target): void {
    const target = this.references.settle(at);
    if (target === undefined || !isJsonObject(target.value)) return;
    const place = placeName(target);
    const known = this.#items.get(place);
    if (known !== undefined) {
      this.#callbacks.push({ operation, name, item: known });
      return;
    }
    const index = this.#callbacks.length;
    this.#items.set(place, { kind: 'callback', index });
    // Reserve the index before visiting the item, which may have callbacks itself.
    this.#callbacks.push({ operation, name, item: { kind: 'own', value: {} } });
    const value = this.#pathItem(target.value, { ...target, label: name });
    this.#callbacks[index] = {
      operation,
      name,
      item: { kind: 'own', value: isJsonObject(value) ? value : {} },
    };
  }

  /** A value without references, except for the files in the mapping of a discriminator. */
  #data(value: JsonValue, kind: ObjectKind, key: string, at: Context): JsonValue {
    if (kind !== 'schema' || key !== 'discriminator' || !isJsonObject(value)) return value;
    const { mapping } = value;
    if (!isJsonObject(mapping)) return value;
    const mapped = Object.entries(mapping).map(([name, ref]) => {
      if (typeof ref !== 'string' || !/[#/]|\.(json|ya?ml)$/.test(ref)) return [name, ref];
      const target = this.references.find(ref, inside(at, 'mapping', name));
      return [name, target === undefined ? ref : this.#component(target, 'schema', 'schemas')];
    });
    return { ...value, mapping: Object.fromEntries(mapped) as JsonObject };
  }
}

function labelled(at: Context, kind: ObjectKind, key: string): Context {
  return kind === 'pathItem' ? { ...at, label: `${key.toUpperCase()} ${at.label}` } : at;
}

function encodeToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
