import { type Json, resolved } from './resolved.ts';

const texts: Readonly<Record<string, string>> = {
  'date-time': '2030-01-01T00:00:00Z',
  date: '2030-01-01',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '5f0c6a1e-0b7c-4c5e-9a53-2d6f4a1b7c10',
};

const maxDepth = 8;

/**
 * A value to start editing from: the example of a schema, or its required properties. The server judges it when it is
 * sent, so a value that does not fit is no harm.
 */
export function sampleOf(document: Json, schema: unknown, depth = 0): unknown {
  if (typeof schema !== 'object' || schema === null || depth > maxDepth) return {};
  const found = resolved(document, schema as Json);
  const [example] = (found.examples ?? []) as unknown[];
  const known =
    found.example ?? example ?? found.const ?? found.default ?? ((found.enum ?? []) as unknown[])[0];
  if (known !== undefined) return known;
  const [choice] = (found.oneOf ?? found.anyOf ?? []) as unknown[];
  const parts = [...((found.allOf ?? []) as unknown[]), ...(choice === undefined ? [] : [choice])];
  const type = [found.type].flat().find((each) => each !== 'null');
  if (found.properties !== undefined || type === 'object' || parts.length > 0) {
    const properties = (found.properties ?? {}) as Json;
    const required = (found.required ?? []) as readonly string[];
    const own = Object.fromEntries(
      required
        .filter((name) => Object.hasOwn(properties, name))
        .map((name) => [name, sampleOf(document, properties[name], depth + 1)]),
    );
    const made = parts.map((part) => sampleOf(document, part, depth + 1));
    const [only] = made;
    if (made.length === 1 && (typeof only !== 'object' || only === null)) return only;
    return Object.assign({}, ...made, own);
  }
  if (type === 'array')
    return Number(found.minItems ?? 0) > 0 ? [sampleOf(document, found.items, depth + 1)] : [];
  if (type === 'integer' || type === 'number') return Number(found.minimum ?? 1);
  if (type === 'boolean') return false;
  return texts[String(found.format)] ?? 'text';
}
