import { escapePointer, isJsonObject, type JsonValue, setOwn } from '../core/json.ts';
import { quoted } from '../core/quoted.ts';
import type { Finding } from '../core/scenario/schema-violations.ts';
import { suggest } from '../core/suggest.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value whose variables are expanded. */
export interface Expanded {
  readonly value: JsonValue;
  /** JSON pointers of the strings that had variables, each with the string as it is written. */
  readonly written: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** A variable, or the start of something else. `$${` is a literal `${`. */
const variable = /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{[^}]{0,40}\}?/g;

/**
 * Expands `${NAME}` in every string below a value. A string that is one variable alone becomes a number or a boolean
 * where `wants` says so.
 * @param wants the type that is expected at a pointer, e.g. `integer`
 */
export function expandVariables(
  value: JsonValue,
  environment: Environment,
  wants: (pointer: string) => 'number' | 'boolean' | null,
): Expanded {
  const written = new Map<string, string>();
  const findings: Finding[] = [];
  const expand = (text: string, pointer: string): JsonValue => {
    let count = 0;
    const expanded = text.replace(variable, (all, literal?: string, name?: string) => {
      if (literal !== undefined) return literal;
      if (name === undefined) {
        const message = `got ${quoted(all)}, expected a variable such as \${NAME}. Write $\${ for the characters themselves.`;
        findings.push({ pointer, atKey: false, code: 'config.variable', message });
        return all;
      }
      count++;
      const found = environment[name];
      if (found !== undefined) return found;
      const message = `the environment variable ${name} is not set.${suggest(name, Object.keys(environment))} Set it, or write $\${ for the characters themselves.`;
      findings.push({ pointer, atKey: false, code: 'config.variable', message });
      return all;
    });
    if (count === 0) return expanded;
    written.set(pointer, text);
    const wanted = wants(pointer);
    if (wanted === 'number' && /^-?\d+(\.\d+)?$/.test(expanded)) return Number(expanded);
    if (wanted === 'boolean' && /^(true|false)$/.test(expanded)) return expanded === 'true';
    return expanded;
  };
  const walk = (item: JsonValue, pointer: string): JsonValue => {
    if (typeof item === 'string') return expand(item, pointer);
    if (Array.isArray(item)) return item.map((entry: JsonValue, index) => walk(entry, `${pointer}/${index}`));
    if (!isJsonObject(item)) return item;
    const result: Record<string, JsonValue> = {};
    for (const [key, member] of Object.entries(item))
      setOwn(result, key, walk(member, `${pointer}/${escapePointer(key)}`));
    return result;
  };
  return { value: walk(value, ''), written, findings };
}
