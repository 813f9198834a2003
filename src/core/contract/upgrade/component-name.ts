/** A place in one of the files of a contract. */
export interface FilePlace {
  /** Path relative to the document. */
  readonly file: string;
  /** JSON pointer, decoded. */
  readonly tokens: readonly string[];
}

/**
 * The name of the component for a place: its own key, or its file name in capitalized words plus a word for the kind of
 * file: `schemas/callbacks/document-state.strict.schema.json` → `StrictDocumentStateCallback`.
 */
export function componentName({ file, tokens }: FilePlace): string {
  const key = tokens.at(-1);
  if (key !== undefined) {
    const owner = /^\d+$/.test(key) ? `${tokens.at(-3) ?? ''}_${tokens.at(-2) ?? ''}_` : '';
    return (owner + key).replace(/[^A-Za-z0-9._-]+/g, '_');
  }
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
