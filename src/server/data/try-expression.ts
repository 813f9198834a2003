import { Script } from 'node:vm';

/** How long one expression may take over all rows, in milliseconds: nothing else is served meanwhile. */
const maxMs = 200;

const script = new Script('for (const text of texts) expression.test(text)');

/**
 * Tries a regular expression on all texts that it will be held against. Some take longer than a lifetime.
 * @returns whether it can be read, and is through in time
 */
export function tryExpression(source: string, texts: readonly string[]): 'fine' | 'malformed' | 'too slow' {
  let expression: RegExp;
  try {
    expression = new RegExp(source, 'i');
  } catch {
    return 'malformed';
  }
  try {
    script.runInNewContext({ texts, expression }, { timeout: maxMs });
    return 'fine';
  } catch {
    return 'too slow';
  }
}
