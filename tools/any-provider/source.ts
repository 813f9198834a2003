import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';

/** A JSON value whose parts have not been checked. */
export type Loose = { readonly [key: string]: unknown };

/** A place in one of the files of a contract. */
export interface Place {
  readonly file: string;
  /** JSON pointer in the file. */
  readonly pointer: string;
  readonly value: unknown;
}

export function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const escapeToken = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');
const unescapeToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * The files of a contract, read as they are and resolved one reference at a time. It shares nothing with the loader
 * of the product: another YAML parser, no bundling, no upgrade.
 */
export class Source {
  readonly main: string;
  readonly #files = new Map<string, unknown>();
  readonly #ids = new Map<string, Map<string, Place>>();

  constructor(file: string) {
    this.main = resolve(file);
  }

  root(): Place {
    return { file: this.main, pointer: '', value: this.#read(this.main) };
  }

  /** A member of an object. `undefined` as value if it is missing. */
  child(place: Place, key: string | number): Place {
    const { value } = place;
    const member =
      (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, key)
        ? (value as Loose)[key]
        : undefined;
    return { file: place.file, pointer: `${place.pointer}/${escapeToken(String(key))}`, value: member };
  }

  /** The members of an object or of what it refers to, except for extensions. */
  members(place: Place): readonly (readonly [string, Place])[] {
    const target = this.follow(place);
    if (!isObject(target.value)) return [];
    return Object.keys(target.value)
      .filter((key) => !key.startsWith('x-') && key !== '$ref')
      .map((key) => [key, this.child(target, key)]);
  }

  /** Follows `$ref` until there is none. The value is `undefined` for a reference that leads nowhere. */
  follow(place: Place): Place {
    let current = place;
    for (let steps = 0; steps < 50; steps++) {
      const reference = isObject(current.value) ? current.value.$ref : undefined;
      if (typeof reference !== 'string') return current;
      current = this.resolve(reference, current);
    }
    return { ...current, value: undefined };
  }

  /** What a reference leads to, with references on the way followed. */
  resolve(reference: string, from: Place): Place {
    const text = reference.trim();
    const hash = text.indexOf('#');
    const file = hash === -1 ? text : text.slice(0, hash);
    const fragment = hash === -1 ? '' : text.slice(hash + 1);
    const nowhere: Place = { file: from.file, pointer: reference, value: undefined };
    const ids = this.#idsOf(from.file);
    let start: Place | undefined;
    if (file === '') start = { file: from.file, pointer: '', value: this.#read(from.file) };
    else if (ids.has(file)) start = ids.get(file);
    else if (/^[a-z][a-z0-9+.-]+:/i.test(file)) return nowhere;
    else {
      const path = resolve(dirname(from.file), decode(file));
      if (!existsSync(path)) return nowhere;
      start = { file: path, pointer: '', value: this.#read(path) };
    }
    if (start === undefined) return nowhere;
    if (fragment !== '' && !fragment.startsWith('/')) return ids.get(`#${fragment}`) ?? nowhere;
    return this.#walk(start, fragment.split('/').slice(1).map(decode).map(unescapeToken));
  }

  #walk(start: Place, tokens: readonly string[]): Place {
    let place = start;
    for (const token of tokens) {
      const direct = this.child(place, token);
      place = direct.value === undefined ? this.child(this.follow(place), token) : direct;
    }
    return place;
  }

  #read(file: string): unknown {
    if (!this.#files.has(file)) this.#files.set(file, parse(readFileSync(file, 'utf8')));
    return this.#files.get(file);
  }

  /** Schemas by `$id`, and by `#anchor`. */
  #idsOf(file: string): Map<string, Place> {
    const known = this.#ids.get(file);
    if (known !== undefined) return known;
    const found = new Map<string, Place>();
    this.#ids.set(file, found);
    const text = JSON.stringify(this.#read(file)) ?? '';
    if (/"\$(id|self|anchor|dynamicAnchor)"/.test(text))
      collectIds({ file, pointer: '', value: this.#read(file) }, found);
    return found;
  }
}

function collectIds({ file, pointer, value }: Place, found: Map<string, Place>): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      collectIds({ file, pointer: `${pointer}/${index}`, value: item }, found);
  }
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    if ((key === '$id' || key === '$self') && typeof child === 'string')
      found.set(child.replace(/#$/, ''), { file, pointer, value });
    else if ((key === '$anchor' || key === '$dynamicAnchor') && typeof child === 'string')
      found.set(`#${child}`, { file, pointer, value });
    else collectIds({ file, pointer: `${pointer}/${escapeToken(key)}`, value: child }, found);
  }
}

function parse(text: string): unknown {
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML has braces too.
    }
  }
  const options = { merge: true, uniqueKeys: false, resolveKnownTags: false, logLevel: 'silent' } as const;
  const document = parseDocument(text, options);
  const read = document.errors.length === 0 ? document : parseDocument(indentQuoted(text), options);
  return read.toJS({ maxAliasCount: -1 });
}

/** Indents the lines of quoted scalars, which PyYAML does not ask for. */
function indentQuoted(text: string): string {
  let indent: string | null = null;
  let quote = '';
  const lines = text.split('\n').map((line) => {
    const odd = (line.split(quote).length - 1) % 2 === 1;
    if (indent !== null) {
      const shifted = `${indent}  ${line.trimStart()}`;
      if (odd) indent = null;
      return shifted;
    }
    const [, space = '', mark = '', rest = ''] = /^(\s*(?:- )?)[\w$-]+: +(['"])(.*)$/.exec(line) ?? [];
    if (mark !== '' && (rest.split(mark).length - 1) % 2 === 0) [indent, quote] = [space, mark];
    return line;
  });
  return lines.join('\n');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
