import { keywordShapes } from '../keywords.ts';

/**
 * The objects of OpenAPI (3.1 §4.8, 3.2 §4) that can contain a `$ref`. `schema` is a JSON Schema. `plain` has no
 * references of the standard, but some authors keep it in another file. `data` is the author's own: a `$ref` in it means
 * nothing.
 */
export type ObjectKind =
  | 'document'
  | 'components'
  | 'pathItem'
  | 'xWebhook'
  | 'operation'
  | 'callback'
  | 'parameter'
  | 'header'
  | 'requestBody'
  | 'response'
  | 'mediaType'
  | 'encoding'
  | 'example'
  | 'link'
  | 'securityScheme'
  | 'schema'
  /** Definitions of a schema: only what refers to them makes something of them. */
  | 'definitions'
  | 'plain'
  | 'data';

/** One object, an array of them, or a map whose keys an author chose. */
export type Shape = 'one' | 'list' | 'map';

/** What a property contains. */
export interface Rule {
  readonly kind: ObjectKind;
  readonly shape: Shape;
}

const one = (kind: ObjectKind): Rule => ({ kind, shape: 'one' });
const list = (kind: ObjectKind): Rule => ({ kind, shape: 'list' });
const map = (kind: ObjectKind): Rule => ({ kind, shape: 'map' });

const data = one('data');

export const methods = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
] as const;

const parameter = { schema: one('schema'), content: map('mediaType'), examples: map('example') };

const encoding = {
  headers: map('header'),
  encoding: map('encoding'),
  prefixEncoding: list('encoding'),
  itemEncoding: one('encoding'),
};

const ofShape = { schema: one('schema'), list: list('schema'), map: map('schema') };

/** The keywords of 2020-12, and those of earlier drafts with schemas in them. */
const schema = {
  ...Object.fromEntries(
    [...keywordShapes].flatMap(([name, shape]) => (shape === null ? [] : [[name, ofShape[shape]] as const])),
  ),
  additionalItems: ofShape.schema,
  dependencies: ofShape.map,
  $defs: one('definitions'),
  definitions: one('definitions'),
};

const members: Readonly<Partial<Record<ObjectKind, Readonly<Record<string, Rule>>>>> = {
  document: {
    info: one('plain'),
    servers: one('plain'),
    tags: one('plain'),
    security: one('plain'),
    paths: map('pathItem'),
    webhooks: map('pathItem'),
    'x-webhooks': map('xWebhook'),
    components: one('components'),
  },
  components: {
    schemas: map('schema'),
    responses: map('response'),
    parameters: map('parameter'),
    examples: map('example'),
    requestBodies: map('requestBody'),
    headers: map('header'),
    securitySchemes: map('securityScheme'),
    links: map('link'),
    callbacks: map('callback'),
    pathItems: map('pathItem'),
    mediaTypes: map('mediaType'),
  },
  pathItem: {
    ...Object.fromEntries(methods.map((method) => [method, one('operation')])),
    additionalOperations: map('operation'),
    'x-oai-additionalOperations': map('operation'),
    parameters: list('parameter'),
    servers: one('plain'),
  },
  operation: {
    parameters: list('parameter'),
    requestBody: one('requestBody'),
    responses: map('response'),
    callbacks: map('callback'),
    servers: one('plain'),
    security: one('plain'),
  },
  parameter,
  header: parameter,
  requestBody: { content: map('mediaType') },
  response: { headers: map('header'), content: map('mediaType'), links: map('link') },
  mediaType: {
    schema: one('schema'),
    itemSchema: one('schema'),
    'x-oai-itemSchema': one('schema'),
    examples: map('example'),
    ...encoding,
  },
  encoding,
  schema,
};

const rules: ReadonlyMap<ObjectKind, ReadonlyMap<string, Rule>> = new Map(
  Object.entries(members).map(([kind, own]) => [kind as ObjectKind, new Map(Object.entries(own))]),
);
const noRules: ReadonlyMap<string, Rule> = new Map();
const singles = new Map<ObjectKind, Rule>();

/** What each member of an array or a map of such objects is. */
export function single(kind: ObjectKind): Rule {
  const known = singles.get(kind);
  if (known !== undefined) return known;
  const rule = one(kind);
  singles.set(kind, rule);
  return rule;
}

/** What the member of an object contains. */
export function ruleOf(kind: ObjectKind, key: string, owner: object): Rule {
  if (kind === 'plain' || kind === 'data') return single(kind);
  if (kind === 'callback') return key.startsWith('x-') ? data : single('pathItem');
  // An event of `x-webhooks` is a path item, or a map of path items by expression.
  if (kind === 'xWebhook')
    return methods.some((method) => Object.hasOwn(owner, method))
      ? ruleOf('pathItem', key, owner)
      : single('pathItem');
  return (rules.get(kind) ?? noRules).get(key) ?? data;
}

/** The section of `components` for each kind. The other kinds have none. */
export const sections: Readonly<Partial<Record<ObjectKind, string>>> = {
  schema: 'schemas',
  response: 'responses',
  parameter: 'parameters',
  example: 'examples',
  requestBody: 'requestBodies',
  header: 'headers',
  securityScheme: 'securitySchemes',
  link: 'links',
  callback: 'callbacks',
  pathItem: 'pathItems',
  xWebhook: 'pathItems',
};
