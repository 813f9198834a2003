import { isCallbackUrl } from '../callback-url.ts';
import type { JsonValue } from '../json.ts';
import { quoted } from '../quoted.ts';
import type { ExpressionScope } from './runtime-expression.ts';

/** A part of a callback URL: text as it is, or an expression. */
export type UrlPart<Scope = ExpressionScope> =
  | string
  | { readonly expression: string; readonly read: (scope: Scope) => JsonValue | undefined };

/** A URL that is known once there is a scope. Undefined: something is absent, or the result is no http or https URL. */
export type ScopedUrl<Scope> = (scope: Scope, explain?: (reason: string) => void) => string | undefined;

/**
 * The URL that the parts make. A value at the start of the URL, or as its host, is used as it is; every later one is
 * percent-encoded (`encodeURIComponent`). Of an array, the first entry counts.
 */
export function urlTemplate<Scope>(parts: readonly UrlPart<Scope>[]): ScopedUrl<Scope> {
  return (scope, explain) => {
    let url = '';
    for (const part of parts) {
      if (typeof part === 'string') {
        url += part;
        continue;
      }
      const value = firstOf(part.read(scope));
      if (typeof value !== 'string' && typeof value !== 'number') {
        explain?.(`${part.expression} is ${value === undefined ? 'absent' : quoted(value)}`);
        return undefined;
      }
      const text = String(value);
      if (isScheme(url) && isCallbackUrl(text)) url = text;
      else url += url === '' || isScheme(url) ? text.trim() : encoded(text);
    }
    if (isCallbackUrl(url)) return url;
    explain?.(`the URL is ${quoted(url)}: expected an absolute http or https URL`);
    return undefined;
  };
}

function isScheme(url: string): boolean {
  return /^https?:\/\/$/i.test(url);
}

function firstOf(value: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** `encodeURIComponent`, which throws on half a surrogate pair. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
