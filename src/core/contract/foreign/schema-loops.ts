import { isJsonObject } from '../../json.ts';
import { below, members, type Place } from '../place.ts';
import { type ForeignDocument, refOf } from './foreign-document.ts';

/** Keywords whose subschemas apply to the same value. */
const lists = ['allOf', 'anyOf', 'oneOf'];
const singles = ['not', 'if', 'then', 'else'];

/**
 * Whether the `$ref` of a schema leads back to the schema without a step into the value. Such a circle says nothing
 * about any value, and following it would never end.
 */
export function loopsBack(document: ForeignDocument, schema: Place): boolean {
  const passed = new Set<string>();
  const rest: (Place | undefined)[] = [document.target(schema)];
  while (rest.length > 0) {
    const place = rest.pop();
    if (place === undefined || passed.has(place.pointer) || !isJsonObject(place.value)) continue;
    if (place.pointer === schema.pointer) return true;
    passed.add(place.pointer);
    if (refOf(place.value) !== undefined) rest.push(document.target(place));
    for (const key of lists)
      if (key in place.value) rest.push(...members(below(place, key)).map(([, part]) => part));
    for (const key of singles) if (key in place.value) rest.push(below(place, key));
    if ('dependentSchemas' in place.value) {
      rest.push(...members(below(place, 'dependentSchemas')).map(([, part]) => part));
    }
  }
  return false;
}
