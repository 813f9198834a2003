import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

type Node = Readonly<Record<string, unknown>>;

/** Places without their own limit, and what limits them instead. */
const exceptions: readonly (readonly [place: RegExp, reason: string])[] = [
  [/\/files\[\]$/, 'bytes of a file: the settings of its provider, and limits.uploadBytes'],
  [/^(uploadFile|receiveInbox\w*) body$/, 'bytes of a body: limits.uploadBytes; an inbox keeps 1 MiB'],
  [/^putScenario\w* body$/, 'a script: its length is checked as it is read'],
  [/\/(match\/body|payload|answers\[\]\/body)$/, 'JSON of any shape: limits.jsonBytes and limits.jsonDepth'],
  [/\/verifications\/\*(\[\])?$/, 'JSON of any shape: limits.jsonBytes and limits.jsonDepth'],
];

const root = join(import.meta.dirname, '../..');

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The places of a document that a client sends, and those without a limit. */
function walk(file: string): { places: number; unlimited: string[]; used: Set<RegExp> } {
  const document = parse(readFileSync(join(root, file), 'utf8')) as Node;
  const found = { places: 0, unlimited: [] as string[], used: new Set<RegExp>() };

  const resolve = (value: unknown): Node => {
    if (!isNode(value)) return {};
    const { $ref: ref, ...rest } = value;
    if (typeof ref !== 'string') return value;
    const target = ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, key) => (at as Node)[key], document);
    return { ...resolve(target), ...rest };
  };
  const judge = (place: string, isLimited: boolean): void => {
    found.places++;
    if (isLimited) return;
    const exception = exceptions.find(([pattern]) => pattern.test(place));
    if (exception === undefined) found.unlimited.push(place);
    else found.used.add(exception[0]);
  };
  const look = (given: unknown, place: string): void => {
    const schema = resolve(given);
    for (const keyword of ['anyOf', 'oneOf', 'allOf'])
      for (const part of (schema[keyword] as unknown[] | undefined) ?? []) look(part, place);
    if ('const' in schema || 'enum' in schema || 'anyOf' in schema || 'oneOf' in schema) return;
    const types = [schema.type].flat();
    const { properties, additionalProperties, items } = schema;
    if (types.includes('string')) judge(place, typeof schema.maxLength === 'number');
    if (types.includes('array')) judge(place, typeof schema.maxItems === 'number');
    if (items !== undefined) look(items, `${place}[]`);
    if (isNode(properties))
      for (const [name, member] of Object.entries(properties))
        if (member !== true) look(member, `${place}/${name}`);
    if (types.includes('object') && additionalProperties !== false && 'allOf' in schema === false) {
      judge(place, typeof schema.maxProperties === 'number' || isForm(place));
      if (isNode(additionalProperties)) look(additionalProperties, `${place}/*`);
    }
    // An empty schema accepts any value.
    if (Object.keys(schema).every((key) => ['description', 'examples', 'title'].includes(key)))
      judge(place, false);
  };

  for (const item of Object.values(document.paths as Node)) {
    const { parameters: shared, ...methods } = item as Node;
    for (const operation of Object.values(methods)) {
      if (!isNode(operation) || operation.operationId === undefined) continue;
      const id = String(operation.operationId);
      for (const parameter of [
        ...((shared as unknown[]) ?? []),
        ...((operation.parameters as unknown[]) ?? []),
      ]) {
        const { name, schema } = resolve(parameter);
        look(schema, `${id} ${name}`);
      }
      const content = resolve(operation.requestBody).content;
      if (!isNode(content)) continue;
      for (const [type, media] of Object.entries(content)) {
        forms.set(`${id} body`, type.startsWith('multipart/'));
        look(resolve(media).schema, `${id} body`);
      }
    }
  }
  return found;
}

/** A form accepts unknown fields, names them in a warning, and does not store them. */
const forms = new Map<string, boolean>();
function isForm(place: string): boolean {
  return forms.get(place) === true;
}

const walks = ['openapi.yaml', 'openapi.control.yaml'].map((file) => [file, walk(file)] as const);

describe('client input', () => {
  test.each(walks)(
    'client input has a limit on every string, array and map: %s',
    (_, { places, unlimited }) => {
      expect(places).toBeGreaterThan(20);
      expect(unlimited).toEqual([]);
    },
  );

  test('every exception to the limits is needed', () => {
    const used = new Set(walks.flatMap(([, found]) => [...found.used]));
    expect(exceptions.filter(([pattern]) => !used.has(pattern)).map(([pattern]) => String(pattern))).toEqual(
      [],
    );
  });
});
