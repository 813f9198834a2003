import { isJsonObject } from '../../json.ts';
import { below, members, type Place } from '../place.ts';
import { type ForeignDocument, refOf } from './foreign-document.ts';

/** Most schemas that are searched for the annotations of one property. */
const mostSchemas = 200;

/**
 * The required properties that lack an annotation.
 * @param schemas the schema that has `required`, and those around it that apply to the same value
 * @param annotation `readOnly` or `writeOnly`
 */
export function requiredWithout(
  document: ForeignDocument,
  names: readonly string[],
  schemas: readonly Place[],
  annotation: string,
): string[] {
  return names.filter(
    (name) =>
      !properties(document, name, schemas).some((property) => isAnnotated(document, property, annotation)),
  );
}

/** What schemas, and the parts of their `allOf`, say about a property. */
function properties(document: ForeignDocument, name: string, schemas: readonly Place[]): readonly Place[] {
  return withParts(document, schemas).flatMap((schema) => below(schema, 'properties', name) ?? []);
}

function isAnnotated(document: ForeignDocument, property: Place, annotation: string): boolean {
  return withParts(document, [property]).some(
    ({ value }) => isJsonObject(value) && value[annotation] === true,
  );
}

/** Schemas with what their `$ref`s and `allOf`s point to. */
function withParts(document: ForeignDocument, schemas: readonly Place[]): readonly Place[] {
  const found = new Map<string, Place>();
  const rest = [...schemas];
  for (let place = rest.pop(); place !== undefined && found.size < mostSchemas; place = rest.pop()) {
    if (found.has(place.pointer) || !isJsonObject(place.value)) continue;
    found.set(place.pointer, place);
    const target = refOf(place.value) === undefined ? undefined : document.target(place);
    if (target !== undefined) rest.push(target);
    if ('allOf' in place.value) rest.push(...members(below(place, 'allOf')).map(([, part]) => part));
  }
  return [...found.values()];
}
