/** A place in one of the files of a contract. */
export interface FilePlace {
  /** Path relative to the document. */
  readonly file: string;
  /** JSON pointer, decoded. */
  readonly tokens: readonly string[];
}

/** Keys of OpenAPI and JSON Schema, which say nothing about what is below them. */
const structural: ReadonlySet<string> = new Set([
  ...[
    '$defs',
    'additionalProperties',
    'allOf',
    'anyOf',
    'application/json',
    'callbacks',
    'components',
    'content',
  ],
  ...['definitions', 'examples', 'headers', 'items', 'links', 'oneOf', 'parameters', 'pathItems', 'paths'],
  ...[
    'patternProperties',
    'prefixItems',
    'properties',
    'requestBodies',
    'requestBody',
    'responses',
    'schema',
  ],
  ...['schemas', 'securitySchemes', 'webhooks'],
]);

/**
 * The name of the component for a place: the keys that its author chose, at most three, or its file name in capitalized
 * words plus a word for the kind of file: `schemas/callbacks/document-state.strict.schema.json` →
 * `StrictDocumentStateCallback`.
 */
export function componentName({ file, tokens }: FilePlace): string {
  const keys = tokens.filter((token, index) => !structural.has(token) && !isIndex(tokens, index));
  const name = (keys.length === 0 ? tokens.slice(-1) : keys.slice(-3)).join('_');
  return name === '' ? fileName(file) : name.replace(/[^A-Za-z0-9._-]+/g, '_');
}

function isIndex(tokens: readonly string[], index: number): boolean {
  return (
    /^\d+$/.test(tokens[index] ?? '') && /^(allOf|anyOf|oneOf|prefixItems)$/.test(tokens[index - 1] ?? '')
  );
}

function fileName(file: string): string {
  const path = file.split('/');
  const [base = '', ...variants] = (path.at(-1) ?? '').split('.');
  const words = base
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const strict = variants.includes('strict') ? 'Strict' : '';
  const callback = path.at(-2) === 'callbacks' ? 'Callback' : '';
  return `${strict}${words.join('')}${callback}` || 'Schema';
}
