import type { JsonObject, JsonValue } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import type { Say } from './repair-note.ts';

/** Gives a schema a pattern of ECMAScript with the `u` flag, as JSON Schema asks for, or none. */
export function repairPattern(schema: Record<string, JsonValue>, say: Say): void {
  const { pattern } = schema;
  const better = typeof pattern === 'string' ? mendPattern(pattern) : null;
  if (better === pattern) return;
  if (better === null) {
    delete schema.pattern;
    say('unsupported', 'The pattern is no regular expression of ECMAScript, and is not checked.', 'pattern');
  } else {
    schema.pattern = better;
    say('forgiven', `The pattern is read as ${better}.`, 'pattern');
  }
}

/** The same for the keys of `patternProperties`. */
export function repairPatternProperties(schema: Record<string, JsonValue>, say: Say): void {
  const { patternProperties } = schema;
  if (!isJsonObject(patternProperties)) return;
  const names = Object.keys(patternProperties);
  if (names.every((name) => mendPattern(name) === name)) return;
  const entries = names.map((name) => [mendPattern(name), patternProperties[name]] as const);
  schema.patternProperties = Object.fromEntries(entries.filter(([name]) => name !== null)) as JsonObject;
  say('forgiven', 'A pattern that is not of ECMAScript is translated, or ignored.', 'patternProperties');
}

/** The pattern itself, one of ECMAScript that means the same, or null. It is compiled, never run. */
function mendPattern(pattern: string): string | null {
  const delimited = /^\/(.*)\/([a-z]*)$/s.exec(pattern);
  const inner = delimited?.[1];
  // `/a/b/` may be a path. Anchors or flags say that the slashes only delimit.
  const isDelimited = inner !== undefined && (/^\^|\$$/.test(inner) || delimited?.[2] !== '');
  if (!isDelimited && compiles(pattern)) return pattern;
  const bare = isDelimited ? inner : pattern;
  const leading = /^\(\?([a-z]+)\)/.exec(bare);
  const body = translated(leading === null ? bare : bare.slice(leading[0].length));
  const flags = `${delimited !== null && isDelimited ? (delimited[2] ?? '') : ''}${leading?.[1] ?? ''}`;
  const candidates = [body, plain(body)].map((text) => (flags.includes('i') ? caseless(text) : text));
  return candidates.find(compiles) ?? null;
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

/** Anchors, classes and quantifiers of other languages. */
function translated(pattern: string): string {
  return pattern
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/\[:(alpha|digit|alnum|upper|lower|space|xdigit):\]/g, (_, name: string) => classes[name] ?? '')
    .replace(
      /\\p\{(Alpha|Digit|Alnum|Upper|Lower|Space|XDigit)\}/g,
      (_, name: string) => `[${classes[name.toLowerCase()]}]`,
    )
    .replace(/([*+?}])\+/g, '$1')
    .replace(/\(\?P</g, '(?<');
}

const classes: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  xdigit: 'A-Fa-f0-9',
};

/** Without the escapes that the `u` flag refuses, and with those that it demands. */
function plain(pattern: string): string {
  let result = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '\\') {
      const next = pattern.charAt(++at);
      const needless = /[^\w\s^$\\.*+?()[\]{}|/]|[_\s]/.test(next) && !(inClass && next === '-');
      result += needless ? next : char + next;
    } else if (inClass) {
      if (char === ']') inClass = false;
      result += char === '[' ? '\\[' : char;
    } else if (char === '[') {
      inClass = true;
      result += char;
    } else if (char === ']' || char === '}') {
      // The end of a quantifier stays.
      result += char === '}' && /\{\d+(,\d*)?$/.test(result) ? char : `\\${char}`;
    } else if (char === '{') {
      result += /^\{\d+(,\d*)?\}/.test(pattern.slice(at)) ? char : '\\{';
    } else result += char;
  }
  return result;
}

/** The letter in the other case. */
function swapped(letters: string): string {
  const lower = letters.toLowerCase();
  return letters === lower ? letters.toUpperCase() : lower;
}

/** A pattern that matches both cases of each ASCII letter, the one that is written first. */
function caseless(pattern: string): string {
  let result = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '\\') {
      const sequence = /^\\(u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pPk][{<][^}>]*[}>]|c[A-Za-z]|.)/s.exec(
        pattern.slice(at),
      )?.[0];
      result += sequence ?? char;
      at += (sequence ?? char).length - 1;
    } else if (pattern.startsWith('(?<', at) && /^\(\?<[A-Za-z_]/.test(pattern.slice(at))) {
      const name = /^\(\?<\w+>/.exec(pattern.slice(at))?.[0] ?? char;
      result += name;
      at += name.length - 1;
    } else if (inClass) {
      const range = /^([a-z])-([a-z])|^([A-Z])-([A-Z])/.exec(pattern.slice(at))?.[0];
      if (range !== undefined) {
        result += range + swapped(range);
        at += range.length - 1;
      } else {
        if (char === ']') inClass = false;
        result += /[a-z]/i.test(char) ? char + swapped(char) : char;
      }
    } else {
      if (char === '[') inClass = true;
      result += /[a-z]/i.test(char) ? `[${char}${swapped(char)}]` : char;
    }
  }
  return result;
}
