import { escapePointer, type JsonValue, setOwn } from '../json.ts';
import type { Finding } from './schema-violations.ts';
import { maxDepth, maxValues } from './script-size.ts';

/**
 * Makes sure that a value from a program can be written as JSON, within the bounds of a script.
 * Properties that are `undefined` are left out, as in JSON.
 */
export function readValue(value: unknown): { value: JsonValue; findings: Finding[] } {
  const findings: Finding[] = [];
  const open = new Set<object>();
  let values = 0;
  const refuse = (pointer: string, code: string, message: string): null => {
    findings.push({ pointer, atKey: false, code, message });
    return null;
  };
  const read = (item: unknown, pointer: string, depth: number): JsonValue => {
    if (++values > maxValues)
      return findings.length > 0
        ? null
        : refuse(pointer, 'script.too-large', `the value has more than ${maxValues} parts.`);
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return item;
    if (typeof item === 'number' && Number.isFinite(item)) return item;
    if (typeof item !== 'object' || !isPlain(item)) {
      return refuse(
        pointer,
        'script.value',
        `got ${typeof item === 'object' ? 'an object of a class' : String(item)}, expected a JSON value.`,
      );
    }
    if (open.has(item)) return refuse(pointer, 'script.loop', 'the value contains itself: a loop.');
    if (depth > maxDepth)
      return refuse(pointer, 'script.too-deep', `the value is nested deeper than ${maxDepth} levels.`);
    open.add(item);
    let result: JsonValue;
    if (Array.isArray(item)) {
      result = item.map((entry, index) => read(entry, `${pointer}/${index}`, depth + 1));
    } else {
      const members: Record<string, JsonValue> = {};
      for (const [key, member] of Object.entries(item)) {
        if (member !== undefined)
          setOwn(members, key, read(member, `${pointer}/${escapePointer(key)}`, depth + 1));
      }
      result = members;
    }
    open.delete(item);
    return result;
  };
  return { value: read(value, '', 0), findings };
}

function isPlain(item: object): boolean {
  if (Array.isArray(item)) return true;
  const prototype: unknown = Object.getPrototypeOf(item);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
