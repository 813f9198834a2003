/** The objects of OpenAPI 3.1 (§4.8) that matter for references and types. `schema` is a JSON Schema. */
export type ObjectKind =
  | 'document'
  | 'components'
  | 'pathItem'
  | 'operation'
  | 'callback'
  | 'parameter'
  | 'header'
  | 'requestBody'
  | 'response'
  | 'mediaType'
  | 'encoding'
  | 'schema'
  /** Has no meaning for types, so it is omitted. */
  | 'omitted';

/** The value of a property: one object, an array of them, or a map whose keys an author chose. */
export type Member = ObjectKind | readonly ['list' | 'map', ObjectKind];

const content = { content: ['map', 'mediaType'], examples: 'omitted' } as const;
const parameter = { schema: 'schema', ...content } as const;
const operations = Object.fromEntries(
  ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'].map((method) => [
    method,
    'operation' as const,
  ]),
);

/** The properties of each kind that contain further objects. All others are data. */
export const members: Readonly<Record<ObjectKind, Readonly<Record<string, Member>>>> = {
  document: { paths: ['map', 'pathItem'], webhooks: ['map', 'pathItem'], components: 'components' },
  components: {
    schemas: ['map', 'schema'],
    responses: ['map', 'response'],
    parameters: ['map', 'parameter'],
    requestBodies: ['map', 'requestBody'],
    headers: ['map', 'header'],
    callbacks: 'omitted',
    pathItems: 'omitted',
    examples: 'omitted',
    links: 'omitted',
  },
  pathItem: { ...operations, parameters: ['list', 'parameter'] },
  operation: {
    parameters: ['list', 'parameter'],
    requestBody: 'requestBody',
    responses: ['map', 'response'],
    callbacks: ['map', 'callback'],
  },
  callback: {},
  parameter,
  header: parameter,
  requestBody: { content: ['map', 'mediaType'] },
  response: { headers: ['map', 'header'], content: ['map', 'mediaType'], links: 'omitted' },
  mediaType: { schema: 'schema', encoding: ['map', 'encoding'], examples: 'omitted' },
  encoding: { headers: ['map', 'header'] },
  schema: {
    ...Object.fromEntries(
      [
        ...['additionalProperties', 'contains', 'contentSchema', 'else', 'if', 'items', 'not'],
        ...['propertyNames', 'then', 'unevaluatedItems', 'unevaluatedProperties'],
      ].map((name) => [name, 'schema' as const]),
    ),
    ...Object.fromEntries(
      ['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((name) => [name, ['list', 'schema'] as const]),
    ),
    ...Object.fromEntries(
      ['dependentSchemas', 'patternProperties', 'properties'].map((name) => [
        name,
        ['map', 'schema'] as const,
      ]),
    ),
    // A reference into them creates a component.
    $defs: 'omitted',
    definitions: 'omitted',
  },
  omitted: {},
};

/** The section of each kind of component. Other kinds have none, or are inlined. */
export const sections: Readonly<Partial<Record<ObjectKind, string>>> = {
  schema: 'schemas',
  response: 'responses',
  parameter: 'parameters',
  requestBody: 'requestBodies',
  header: 'headers',
};
