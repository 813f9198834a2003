import { RingbackError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { isJsonObject, memberOf, parsePointer } from '../json.ts';
import { suggest } from '../suggest.ts';

/** The request and the response that a runtime expression refers to. */
export interface ExpressionScope {
  readonly url: string;
  readonly method: string;
  readonly request: ExpressionMessage;
  /** Null while there is no response. Then `$statusCode` and `$response.…` are undefined. */
  readonly response: (ExpressionMessage & { readonly statusCode: number }) | null;
}

export interface ExpressionMessage {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a response. */
  readonly query: JsonObject;
  /** Empty for a response. */
  readonly path: Readonly<Record<string, string>>;
  /** The parsed body, or undefined if there is none. */
  readonly body: JsonValue | undefined;
}

/** The value of an expression, or undefined if something it refers to is absent. */
export type RuntimeExpression = (scope: ExpressionScope) => JsonValue | undefined;

/**
 * Parses a runtime expression (OpenAPI 3.1 §4.8.20). `$request.body#/user/uuid` keeps the type of the value. A string
 * with expressions in braces, such as `https://x/{$request.body#/id}`, evaluates to a string. There an object or array
 * is written as JSON, and null counts as absent.
 * @throws {RingbackError} `contract.invalid`
 */
export function parseRuntimeExpression(text: string): RuntimeExpression {
  if (text.startsWith('$')) return parseBare(text, text);
  const parts: (string | RuntimeExpression)[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    const stray = text.indexOf('}', at);
    if (stray !== -1 && (open === -1 || stray < open)) fail(text, 'a "}" has no "{" before it');
    if (open === -1) break;
    if (open > at) parts.push(text.slice(at, open));
    const close = text.indexOf('}', open);
    if (close === -1) fail(text, 'a "{" has no "}" after it');
    parts.push(parseBare(text.slice(open + 1, close), text));
    at = close + 1;
  }
  if (at < text.length) parts.push(text.slice(at));
  if (parts.length === 0) fail(text, 'it is empty');
  return (scope) => {
    let result = '';
    for (const part of parts) {
      const value = typeof part === 'string' ? part : part(scope);
      if (value === undefined || value === null) return undefined;
      result += typeof value === 'object' ? JSON.stringify(value) : String(value);
    }
    return result;
  };
}

function parseBare(expression: string, whole: string): RuntimeExpression {
  if (expression === '$url') return ({ url }) => url;
  if (expression === '$method') return ({ method }) => method;
  if (expression === '$statusCode') return ({ response }) => response?.statusCode;
  const match = /^\$(request|response)\.(.*)$/s.exec(expression);
  if (match === null) {
    const known = ['$url', '$method', '$statusCode', '$request.body', '$response.body'];
    fail(
      whole,
      `"${expression}" is not a known expression such as ${known.join(', ')}.${suggest(expression, known)}`,
    );
  }
  const source = parseSource(match[2] ?? '', whole);
  return match[1] === 'request'
    ? ({ request }) => source(request)
    : ({ response }) => (response === null ? undefined : source(response));
}

function parseSource(source: string, whole: string): (message: ExpressionMessage) => JsonValue | undefined {
  if (source === 'body') return ({ body }) => body;
  if (source.startsWith('body#')) {
    let tokens: readonly string[];
    try {
      tokens = parsePointer(source.slice('body#'.length));
    } catch (error) {
      fail(whole, error instanceof Error ? error.message : String(error));
    }
    return ({ body }) => tokens.reduce(memberOf, body);
  }
  const match = /^(header|query|path)\.(.+)$/s.exec(source);
  const name = match?.[2] ?? '';
  switch (match?.[1]) {
    case 'header': {
      if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) fail(whole, `"${name}" is not the name of a header`);
      const lower = name.toLowerCase();
      return ({ headers }) => own(headers, lower);
    }
    case 'query':
      return ({ query }) => own(query, name);
    case 'path':
      return ({ path }) => own(path, name);
    default:
      fail(whole, `"${source}" is none of header.NAME, query.NAME, path.NAME, body and body#/POINTER`);
  }
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return isJsonObject(record) && Object.hasOwn(record, name) ? record[name] : undefined;
}

function fail(text: string, cause: string): never {
  throw new RingbackError('contract.invalid', {
    detail: `Could not read the runtime expression "${text}": ${cause}${/[.?]$/.test(cause) ? '' : '.'} Expected e.g. {$request.body#/callbackUrl}.`,
  });
}
