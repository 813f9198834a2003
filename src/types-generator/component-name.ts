import { posix } from 'node:path';
import type { Place } from './references.ts';

/**
 * The name of the component for a place: its own key, or its file name in capitalized words plus a word for the kind of
 * file: `schemas/callbacks/document-state.strict.schema.json` → `StrictDocumentStateCallback`.
 */
export function componentName({ file, tokens }: Place): string {
  const key = tokens.at(-1);
  if (key !== undefined) return key.replace(/[^A-Za-z0-9._-]+/g, '_');
  const [base = '', ...variants] = posix.basename(file).split('.');
  const words = base
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const strict = variants.includes('strict') ? 'Strict' : '';
  const callback = posix.basename(posix.dirname(file)) === 'callbacks' ? 'Callback' : '';
  return `${strict}${words.join('')}${callback}` || 'Schema';
}
