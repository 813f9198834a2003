/**
 * The expression of a pattern (JSON Schema 2020-12 §6.4 of the core): with Unicode, or without where only that compiles,
 * e.g. for `\-` and `\_`.
 */
export function patternOf(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}

/** Longest string that an expression without nested repetition is matched against without a time limit. */
const mostCharacters = 200;

/**
 * Whether an expression may take too long for a string: it has a repeated group, a reference back, or several
 * repetitions, and the string is long.
 */
export function mayBeSlow(source: string, length: number): boolean {
  const plain = source.replace(/\\[^1-9]|\[(?:\\.|[^\]\\])*\]/gs, 'x').replace(/\{\d+\}/g, '');
  const repetitions = plain.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
  if (repetitions === 0) return /\\[1-9]/.test(plain) && length > mostCharacters;
  if (/\)(?:[*+]|\{)/.test(plain) || /\\[1-9k]/.test(plain)) return length > 12;
  return length > mostCharacters || repetitions > 4;
}

const localHost =
  /^http:\/\/(?:[^/?#@]*@)?(?:localhost|[^/?#:.@[\]]+|[^/?#:@[\]]+\.(?:localhost|local|internal|test)|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\]|\[f[cd][\da-f]{2}:[\da-f:]*\])(?::\d+)?(?:[/?#]|$)/i;

/** The `https` form of an `http` URL of this machine or of a private network, or undefined for any other string. */
export function asHttps(text: string): string | undefined {
  return text.length <= 2048 && localHost.test(text) ? `https${text.slice('http'.length)}` : undefined;
}

/** Whether a pattern matches the `https` form of a URL only, so that it would refuse local consumers. */
export function demandsHttps(source: string): boolean {
  if (!source.includes('https')) return false;
  let expression: RegExp;
  try {
    expression = patternOf(source);
  } catch {
    // Its schema does not compile.
    return false;
  }
  return expression.test('https://localhost/a') && !expression.test('http://localhost/a');
}
