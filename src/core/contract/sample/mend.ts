import type { Violation } from '../../errors.ts';
import { escapePointer, isJsonObject, type JsonValue, parsePointer } from '../../json.ts';
import type { Validator } from '../contract.ts';

interface Candidate {
  readonly value: JsonValue;
  readonly violations: readonly Violation[];
}

/** How many changes are tried. */
const mostChecks = 60;

/** Removes what the validator objects to, as long as that leaves fewer violations. */
export function mend(start: Candidate, validate: Validator): Candidate {
  let best = start;
  let checks = 0;
  for (let improved = true; improved && best.violations.length > 0; ) {
    improved = false;
    for (const change of changes(best)) {
      if (checks++ >= mostChecks) return best;
      const violations = validate(change);
      if (violations.length >= best.violations.length) continue;
      best = { value: change, violations };
      improved = true;
      break;
    }
  }
  return best;
}

function* changes({ value, violations }: Candidate): Generator<JsonValue> {
  const tried = new Set<string>();
  for (const { location, message } of violations) {
    const quotedName = /"((?:[^"\\]|\\.)*)"/.exec(message)?.[1];
    const paths = [
      ...(quotedName === undefined ? [] : [`${location}/${escapePointer(quotedName)}`]),
      location,
    ];
    for (const path of paths) {
      if (path === '' || !path.startsWith('/') || tried.has(path)) continue;
      tried.add(path);
      const changed = without(value, parsePointer(path));
      if (changed !== undefined) yield changed;
    }
  }
}

function without(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  const [name = '', ...rest] = path;
  if (Array.isArray(value)) {
    const index = Number(name);
    if (!(index < value.length)) return undefined;
    if (rest.length === 0) return value.filter((_, i) => i !== index);
    const inner = without(value[index] as JsonValue, rest);
    return inner === undefined ? undefined : value.map((item: JsonValue, i) => (i === index ? inner : item));
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
  if (rest.length === 0) {
    const { [name]: _, ...others } = value;
    return others;
  }
  const inner = without(value[name] as JsonValue, rest);
  return inner === undefined ? undefined : { ...value, [name]: inner };
}
