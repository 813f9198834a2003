/** Where a keyword of JSON Schema 2020-12 contains schemas. `null`: nowhere. */
export type KeywordShape = 'schema' | 'list' | 'map' | null;

const shapes: Readonly<Record<Exclude<`${KeywordShape}`, 'null'>, readonly string[]>> = {
  schema: [
    'additionalProperties',
    'contains',
    'contentSchema',
    'else',
    'if',
    'items',
    'not',
    'propertyNames',
    'then',
    'unevaluatedItems',
    'unevaluatedProperties',
  ],
  list: ['allOf', 'anyOf', 'oneOf', 'prefixItems'],
  map: ['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'],
};

const plain = [
  ...['$anchor', '$comment', '$dynamicAnchor', '$dynamicRef', '$id', '$ref', '$schema', '$vocabulary'],
  ...[
    'const',
    'contentEncoding',
    'contentMediaType',
    'default',
    'dependentRequired',
    'deprecated',
    'description',
  ],
  ...[
    'enum',
    'examples',
    'exclusiveMaximum',
    'exclusiveMinimum',
    'format',
    'maxContains',
    'maxItems',
    'maxLength',
  ],
  ...[
    'maxProperties',
    'maximum',
    'minContains',
    'minItems',
    'minLength',
    'minProperties',
    'minimum',
    'multipleOf',
  ],
  ...['pattern', 'readOnly', 'required', 'title', 'type', 'uniqueItems', 'writeOnly'],
];

/**
 * The keywords that OpenAPI 3.1 adds (§4.8.24, base vocabulary). They are annotations and do not change what is valid.
 */
const openapiKeywords = ['discriminator', 'example', 'externalDocs', 'xml'] as const;

/** Every keyword that a schema of a contract may use, apart from `x-` extensions. */
export const keywordShapes: ReadonlyMap<string, KeywordShape> = new Map<string, KeywordShape>([
  ...[...plain, ...openapiKeywords].map((name) => [name, null] as const),
  ...(['schema', 'list', 'map'] as const).flatMap((shape) =>
    shapes[shape].map((name) => [name, shape] as const),
  ),
]);

/** Replacements for keywords of earlier versions. */
export const formerKeywords: Readonly<Record<string, string>> = {
  nullable: 'Write type: [string, "null"] (OpenAPI 3.1 has no nullable)',
  id: 'Write $id',
  additionalItems: 'Write prefixItems and items',
  dependencies: 'Write dependentRequired or dependentSchemas',
  $recursiveRef: 'Write $dynamicRef',
};
