import { posix } from 'node:path';
import type { Violation } from '../core/errors.ts';
import { escapePointer, isJsonObject, type JsonObject, type JsonValue, parsePointer } from '../core/json.ts';
import { suggest } from '../core/suggest.ts';
import type { ContractSources } from '../loading/contract-files.ts';

/** A place in one of the files of an OpenAPI document. */
export interface Place {
  /** Path relative to the document's folder. */
  readonly file: string;
  /** JSON pointer, decoded. */
  readonly tokens: readonly string[];
}

/** The target of a reference. */
export interface Target extends Place {
  readonly value: JsonValue;
}

/** Follows the references of an OpenAPI document into its files, and collects those that point to nothing. */
export class References {
  readonly violations: Violation[] = [];
  /** Name of the document's own file. */
  readonly main: string;
  readonly #files: ReadonlyMap<string, JsonObject>;
  readonly #ids = new Map<string, string>();

  constructor({ document, schemas, file }: ContractSources) {
    this.main = posix.basename(file.replaceAll('\\', '/'));
    this.#files = new Map([...schemas, [this.main, document]]);
    for (const [name, { $id }] of this.#files)
      if (typeof $id === 'string') this.#ids.set($id.replace(/#$/, ''), name);
  }

  /** The target of a `$ref` at a place. Returns undefined and adds a violation if there is none. */
  find(ref: string, at: Place): Target | undefined {
    const [path = '', fragment = ''] = ref.split('#');
    const file = path === '' ? at.file : this.#fileOf(path, at.file);
    const root = this.#files.get(file);
    if (root === undefined) {
      // Every file of a relative reference was read, so only references to an `$id` are left.
      return this.#refuse(at, `the $ref "${ref}" refers to no file of the document.`);
    }
    if (fragment !== '' && !fragment.startsWith('/')) {
      return this.#refuse(
        at,
        `the $ref "${ref}" refers to an anchor, which is not supported. Use a JSON pointer: #/…`,
      );
    }
    const tokens = parsePointer(decode(fragment));
    let value: JsonValue = root;
    for (const [index, token] of tokens.entries()) {
      const known: readonly string[] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
      const next: JsonValue | undefined = known.includes(token) ? (value as JsonObject)[token] : undefined;
      if (next === undefined) {
        const where = pointerOf(tokens.slice(0, index));
        return this.#refuse(
          at,
          `the $ref "${ref}" points to nothing: ${file}${where === '' ? '' : `#${where}`} has no "${token}".${suggest(token, known)}`,
        );
      }
      value = next;
    }
    return { file, tokens, value };
  }

  /** Follows a value that is nothing but a reference to its final target. */
  settle(start: Target): Target | undefined {
    const seen = new Set<string>();
    let at: Target | undefined = start;
    while (at !== undefined && isJsonObject(at.value) && isBareReference(at.value)) {
      const name = placeName(at);
      if (seen.has(name)) return this.#refuse(at, 'the $ref refers to itself.');
      seen.add(name);
      at = this.find(at.value.$ref, at);
    }
    return at;
  }

  #fileOf(path: string, from: string): string {
    return this.#ids.get(path) ?? posix.join(posix.dirname(from), decode(path));
  }

  #refuse(at: Place, message: string): undefined {
    this.violations.push({ location: placeName(at), code: 'ref', message });
    return undefined;
  }
}

/** `openapi.yaml#/paths/~1pets`. */
export function placeName({ file, tokens }: Place): string {
  return tokens.length === 0 ? file : `${file}#${pointerOf(tokens)}`;
}

export function inside<P extends Place>(at: P, ...tokens: readonly string[]): Place {
  return { file: at.file, tokens: [...at.tokens, ...tokens] };
}

/** Whether an object is a reference and nothing else. */
export function isBareReference(value: JsonObject): value is { readonly $ref: string } {
  return typeof value.$ref === 'string' && Object.keys(value).length === 1;
}

function pointerOf(tokens: readonly string[]): string {
  return tokens.map((token) => `/${escapePointer(token)}`).join('');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing is kept.
    return text;
  }
}
