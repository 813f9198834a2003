import type { JsonObject, JsonValue } from '../json.ts';
import { escapePointer, isJsonObject, memberOf, parsePointer, pointerOf, resolvePointer } from '../json.ts';
import { suggest } from '../suggest.ts';
import type { Problems } from './problems.ts';
import { references } from './references.ts';

/** A node of the contract: its file, its place there, and its value. */
export interface Place {
  /** Path relative to the OpenAPI document; empty for the document itself. */
  readonly file: string;
  /** JSON pointer in the file. */
  readonly pointer: string;
  readonly value: JsonValue;
}

/** The name of a place in messages: `#/paths/~1a` or `schemas/a.schema.json#/properties/b`. */
export function nameOf(place: Place): string {
  return `${place.file}#${place.pointer}`;
}

/** A place below another one, or undefined if there is nothing. */
export function below(place: Place, ...tokens: readonly string[]): Place | undefined {
  let value: JsonValue | undefined = place.value;
  for (const token of tokens) value = memberOf(value, token);
  if (value === undefined) return undefined;
  return { file: place.file, pointer: place.pointer + pointerOf(tokens), value };
}

/** The properties of an object, or the items of an array, with their keys. */
export function members(place: Place | undefined): readonly (readonly [key: string, place: Place])[] {
  if (place === undefined || typeof place.value !== 'object' || place.value === null) return [];
  return Object.entries(place.value).map(([key, value]: [string, JsonValue]) => [
    key,
    { file: place.file, pointer: `${place.pointer}/${escapePointer(key)}`, value },
  ]);
}

/** The string at a place, or undefined if it is not a string. */
export function textOf(place: Place | undefined): string | undefined {
  return typeof place?.value === 'string' ? place.value : undefined;
}

/** Resolves `$ref`s. The caller reports a `$ref` that points to nothing. */
export interface References {
  /** The place that a chain of `$ref`s ends at: itself if it has none. */
  readonly follow: (place: Place) => Place | undefined;
  /** The target of an object's own `$ref`. */
  readonly target: (place: Place) => Place | undefined;
}

/** Base of the files' own URIs. Never fetched: the name is reserved (RFC 2606 §2). */
const origin = 'https://contract.invalid/';

/**
 * The files of a contract, and the resolution of `$ref` between them (RFC 3986 §5, JSON Schema 2020-12 §8.2), by path
 * and by `$id`. Nothing is ever fetched.
 */
export class ContractFiles implements References {
  readonly document: Place;
  readonly #problems: Problems;
  readonly #roots = new Map<string, Place>();
  readonly #anchors = new Map<string, Place>();
  /** The base URI of each object that has a `$ref`. */
  readonly #bases = new Map<object, string>();
  /** Number of folders between the origin and the document, so that `../` never leaves the origin. */
  readonly #depth: number;

  constructor(document: JsonObject, schemas: ReadonlyMap<string, JsonObject>, problems: Problems) {
    this.#problems = problems;
    const climbs = [...schemas.keys()].map((key) => key.split('/').filter((part) => part === '..').length);
    this.#depth = Math.max(0, ...climbs);
    this.document = { file: '', pointer: '', value: document };
    this.#addFile(this.document);
    for (const [file, value] of schemas) this.#addFile({ file, pointer: '', value });
  }

  /** The roots of all files except the document. */
  get files(): readonly Place[] {
    return [...new Set(this.#roots.values())].filter((place) => place.file !== '' && place.pointer === '');
  }

  file(name: string): Place | undefined {
    return this.#roots.get(this.fileUri(name));
  }

  /** The absolute URI of a file. */
  fileUri(file: string): string {
    const document = `${origin}${'d/'.repeat(this.#depth)}openapi`;
    return file === '' ? document : new URL(file.split('/').map(encodeURIComponent).join('/'), document).href;
  }

  /** The absolute URI of a place, for a `$ref` from anywhere. */
  uri(place: Place): string {
    const tokens = parsePointer(place.pointer).map((token) => `/${encodeURIComponent(escapePointer(token))}`);
    return `${this.fileUri(place.file)}#${tokens.join('')}`;
  }

  /**
   * Follows a Reference Object (OpenAPI 3.1 §4.8.23) to its target. If it points to nothing, returns undefined and adds
   * a problem.
   */
  follow(place: Place): Place | undefined {
    const passed = new Set<string>();
    let current = place;
    while (isJsonObject(current.value) && typeof current.value.$ref === 'string') {
      if (passed.has(nameOf(current))) {
        const first = isJsonObject(place.value) ? String(place.value.$ref) : '';
        this.#problems.add(nameOf(place), 'ref', `the $ref "${first}" refers to itself`);
        return undefined;
      }
      passed.add(nameOf(current));
      const next = this.target(current);
      if (next === undefined) return undefined;
      current = next;
    }
    return current;
  }

  /** The target of an object's `$ref`. If it does not exist, returns undefined and adds a problem. */
  target(place: Place): Place | undefined {
    if (!isJsonObject(place.value)) return undefined;
    const ref = place.value.$ref;
    if (typeof ref !== 'string') return undefined;
    const base = this.#bases.get(place.value) ?? this.fileUri(place.file);
    const found = this.#resolve(ref, base);
    if (typeof found !== 'string') return found;
    this.#problems.add(nameOf(place), 'ref', `the $ref "${ref}" points to nothing: ${found}`);
    return undefined;
  }

  /** The place, or why it does not exist. */
  #resolve(ref: string, base: string): Place | string {
    let url: URL;
    let fragment: string;
    try {
      url = new URL(ref, base);
      fragment = decodeURIComponent(url.hash.slice(1));
    } catch {
      return 'it is not a URI reference';
    }
    url.hash = '';
    const root = this.#roots.get(url.href);
    if (root === undefined) {
      const names = this.files.map((place) => place.file);
      if (names.length === 0) return 'the contract has no other files';
      return `there is no such file.${suggest(ref.replace(/^\.\//, '').replace(/#.*$/, ''), names)} The files are ${listed(names)}`;
    }
    if (fragment === '') return root;
    if (!fragment.startsWith('/')) {
      return this.#anchors.get(`${url.href}#${fragment}`) ?? `there is no $anchor "${fragment}"`;
    }
    const value = resolvePointer(root.value, fragment);
    if (value !== undefined) return { file: root.file, pointer: root.pointer + fragment, value };
    return missingToken(root, fragment);
  }

  #addFile(root: Place): void {
    const uri = this.fileUri(root.file);
    this.#roots.set(uri, root);
    for (const { value, tokens, base } of references(root.value, uri)) {
      const place = tokens.length === 0 ? root : { file: root.file, pointer: pointerOf(tokens), value };
      if (typeof value.$id === 'string') this.#addId(place, base);
      if (typeof value.$anchor === 'string') this.#anchors.set(`${base}#${value.$anchor}`, place);
      if (typeof value.$ref === 'string') this.#bases.set(value, base);
    }
  }

  #addId(place: Place, id: string): void {
    const known = this.#roots.get(id);
    const problem = !URL.canParse(id)
      ? `the $id "${id}" is not a URI reference`
      : known !== undefined && known.value !== place.value
        ? `the $id "${id}" is already used by ${nameOf(known)}`
        : null;
    if (problem !== null) this.#problems.add(nameOf(place), 'schema', problem);
    else if (known === undefined) this.#roots.set(id, place);
  }
}

/** Says which token of a pointer is missing, and what exists instead. */
function missingToken(root: Place, pointer: string): string {
  let place = root;
  for (const token of parsePointer(pointer)) {
    const next = below(place, token);
    if (next === undefined) {
      const keys = members(place).map(([key]) => key);
      const there = keys.length === 0 ? 'nothing' : listed(keys);
      return `${nameOf(place)} has no "${token}".${suggest(token, keys)} It has ${there}`;
    }
    place = next;
  }
  return `${nameOf(root)} ends before "${pointer}"`;
}

/** `"a", "b" and 3 more`. */
export function listed(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
