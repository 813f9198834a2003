import type { JsonObject, JsonValue } from '../../json.ts';
import { isJsonObject, pointerOf } from '../../json.ts';
import { suggest } from '../../suggest.ts';
import { references } from '../references.ts';
import type { FilePlace } from './component-name.ts';

/** A file that a contract consists of. */
export interface SourceFile {
  /** Path relative to the document, with `/` between folders, or a URL. Empty for the document itself. */
  readonly name: string;
  /** Undefined if it cannot be used. */
  readonly value: JsonValue | undefined;
  /** Why it cannot be used, as a clause without a subject: `does not exist`. */
  readonly problem: string | null;
  /** Whether a value may contain itself, by aliases of YAML. */
  readonly aliases: boolean;
}

/** The target of a `$ref`. */
export interface Target extends FilePlace {
  readonly value: JsonValue;
}

/** A target, or why there is none, or the file that has to be read first. */
export type Found =
  | { readonly target: Target /** How an odd reference was understood. */; readonly forgiven: string | null }
  | { readonly problem: string /** The file at fault. */; readonly file: string | null }
  | { readonly pending: string };

/** A schema whose `$id` is the base of the references in it. */
export interface Base {
  readonly id: string;
  readonly tokens: readonly string[];
}

/** The most references that a chain may have. */
const maxHops = 100;

/**
 * Resolves the `$ref`s of a contract (RFC 3986 §5, JSON Schema 2020-12 §8.2): by path, by `$id`, `$self` and `$anchor`,
 * through other `$ref`s. Nothing is read here.
 */
export class FileReferences {
  /** The files that were read or tried, by name. */
  readonly files = new Map<string, SourceFile>();
  /** By file and reference. */
  readonly #known = new Map<string, Map<string, Found>>();
  readonly #ids = new Map<string, FilePlace>();
  readonly #anchors = new Map<string, FilePlace>();
  /** Files whose `$id`s and anchors are known. */
  readonly #indexed = new Set<string>();
  readonly #fileOf: (path: string, from: string) => string;

  /**
   * @param fileOf the name of a file that a reference names by a path or URL, without its fragment
   */
  constructor(fileOf: (path: string, from: string) => string) {
    this.#fileOf = fileOf;
  }

  add(file: SourceFile): void {
    this.files.set(file.name, file);
    this.#known.clear();
  }

  /** The final target of a `$ref` in a file: never a `$ref` and nothing else, unless that is in the document itself. */
  find(ref: string, file: string, base: Base | null): Found {
    if (base !== null) return this.#settle(this.#resolve(ref, file, base, 0), ref);
    const inFile = this.#known.get(file) ?? new Map<string, Found>();
    this.#known.set(file, inFile);
    const known = inFile.get(ref);
    if (known !== undefined) return known;
    const found = this.#settle(this.#resolve(ref, file, base, 0), ref);
    if (!('pending' in found)) inFile.set(ref, found);
    return found;
  }

  /** Follows a target that is a `$ref` to its end. Within the document, aliases stay; elsewhere only the end counts. */
  #settle(first: Found, ref: string): Found {
    let kept = first;
    let at = first;
    const seen = new Set<JsonValue>();
    while ('target' in at && isJsonObject(at.target.value) && typeof at.target.value.$ref === 'string') {
      const { value, file } = at.target;
      if (seen.has(value)) return { problem: `the $ref "${ref}" leads back to itself`, file: null };
      seen.add(value);
      at = this.#resolve(value.$ref as string, file, null, 0);
      if ('pending' in at) return at;
      // Behind a broken reference, the one that is broken gets the note.
      if (!('target' in at)) return kept;
      if (file !== '' && Object.keys(value).length === 1) kept = at;
    }
    return kept;
  }

  #resolve(ref: string, file: string, base: Base | null, hops: number): Found {
    const text = ref.trim();
    const hash = text.indexOf('#');
    const path = hash === -1 ? text : text.slice(0, hash);
    const fragment = hash === -1 ? '' : text.slice(hash + 1);
    if (hops > maxHops) return { problem: `the $ref "${ref}" leads back to itself`, file: null };
    if (path === '') {
      const inBase =
        base === null ? undefined : this.#inside({ file, tokens: base.tokens }, fragment, hops, ref);
      if (inBase !== undefined && !('problem' in inBase)) return inBase;
      return this.#inside({ file, tokens: [] }, fragment, hops, ref);
    }
    const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(path);
    const byId = isAbsolute || base !== null ? this.#byId(path, base) : undefined;
    if (byId !== undefined) return this.#inside(byId, fragment, hops, ref);
    const name = isAbsolute ? this.#besideSelf(path, file) : this.#fileOf(path, file);
    const there = this.files.get(name);
    if (there === undefined) return { pending: name };
    if (there.value !== undefined) return this.#inside({ file: name, tokens: [] }, fragment, hops, ref);
    // The bare name of a component, as in `mapping`.
    const named = /^[\w.-]+$/.test(path) && hash === -1 ? this.#schemaNamed(path, file, ref) : undefined;
    return (
      named ?? { problem: `the $ref "${ref}" names the file "${name}", which ${there.problem}`, file: name }
    );
  }

  #byId(path: string, base: Base | null): FilePlace | undefined {
    for (const { name, value } of this.files.values()) if (value !== undefined) this.#index(name, value);
    const own = this.#ids.get(path);
    if (own !== undefined || base === null) return own;
    try {
      return this.#ids.get(new URL(path, base.id).href);
    } catch {
      return undefined;
    }
  }

  /** A URL below the folder of the document's `$self` (OpenAPI 3.2 §4.1.2.2.2) is a file beside the document. */
  #besideSelf(url: string, file: string): string {
    const root = this.files.get('')?.value;
    const self = isJsonObject(root) && typeof root.$self === 'string' ? root.$self : '';
    const folder = self.slice(0, self.lastIndexOf('/') + 1);
    return /^https?:\/\/[^/]+\//i.test(folder) && url.startsWith(folder)
      ? this.#fileOf(url.slice(folder.length), '')
      : this.#fileOf(url, file);
  }

  #inside(root: FilePlace, fragment: string, hops: number, ref: string): Found {
    const start = this.#at(root);
    if (start === undefined) return { problem: `the $ref "${ref}" points to nothing`, file: null };
    if (fragment === '' || fragment === '/') return { target: start, forgiven: null };
    const text = decode(fragment);
    if (!text.startsWith('/')) {
      const value = this.files.get(root.file)?.value;
      if (value !== undefined) this.#index(root.file, value);
      const anchor = this.#anchors.get(`${root.file}#${text}`);
      const there = anchor === undefined ? undefined : this.#at(anchor);
      if (there !== undefined) return { target: there, forgiven: null };
      return (
        this.#schemaNamed(text, root.file, ref) ?? {
          problem: `the $ref "${ref}" points to nothing: there is no $anchor "${text}"`,
          file: null,
        }
      );
    }
    const found = this.#walk(start, tokensOf(text), hops, ref);
    if (!('problem' in found)) return found;
    const raw = text === fragment ? found : this.#walk(start, tokensOf(fragment), hops, ref);
    if (!('problem' in raw)) return raw;
    const old = /^\/definitions\/([^/]+)$/.exec(text)?.[1];
    return (old === undefined ? undefined : this.#schemaNamed(old, root.file, ref)) ?? found;
  }

  #walk(start: Target, tokens: readonly string[], hops: number, ref: string): Found {
    let at = start;
    for (const [index, token] of tokens.entries()) {
      const next = childOf(at, token);
      if (next !== undefined) {
        at = next;
        continue;
      }
      const { value, file } = at;
      if (isJsonObject(value) && typeof value.$ref === 'string') {
        const through = this.#resolve(value.$ref, file, null, hops + 1);
        if (!('target' in through)) return through;
        return this.#walk(through.target, tokens.slice(index), hops + 1, ref);
      }
      const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
      const where = `${at.file}#${pointerOf(at.tokens)}`;
      return {
        problem: `the $ref "${ref}" points to nothing: ${where} has no "${token}".${suggest(token, keys)}`,
        file: null,
      };
    }
    return { target: at, forgiven: null };
  }

  #schemaNamed(name: string, file: string, ref: string): Found | undefined {
    const there = this.#at({ file, tokens: ['components', 'schemas', name] });
    if (there === undefined) return undefined;
    return { target: there, forgiven: `The $ref "${ref}" is read as "#/components/schemas/${name}".` };
  }

  #at({ file, tokens }: FilePlace): Target | undefined {
    const value = this.files.get(file)?.value;
    let at: Target | undefined = value === undefined ? undefined : { file, tokens: [], value };
    for (const token of tokens) at = at && childOf(at, token);
    return at;
  }

  /** Notes every `$id`, `$self` and anchor of a file. */
  #index(file: string, root: JsonValue): void {
    if (this.#indexed.has(file)) return;
    this.#indexed.add(file);
    const self = isJsonObject(root) ? root.$self : undefined;
    if (typeof self === 'string') this.#ids.set(self.replace(/#$/, ''), { file, tokens: [] });
    for (const { value, tokens, base } of references(root)) {
      if (typeof value.$id === 'string' && !this.#ids.has(base)) this.#ids.set(base, { file, tokens });
      for (const anchor of [value.$anchor, value.$dynamicAnchor]) {
        const key = `${file}#${String(anchor)}`;
        if (typeof anchor === 'string' && !this.#anchors.has(key)) this.#anchors.set(key, { file, tokens });
      }
    }
  }
}

function childOf({ file, tokens, value }: Target, token: string): Target | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
  return { file, tokens: [...tokens, token], value: (value as JsonObject)[token] as JsonValue };
}

function tokensOf(pointer: string): string[] {
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing is kept.
    return text;
  }
}
