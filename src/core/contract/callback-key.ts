import { isCallbackUrl } from '../callback-url.ts';
import { isJsonObject, type JsonObject, type JsonValue, parsePointer } from '../json.ts';
import { clipped, quoted } from '../quoted.ts';
import type { CallbackUrl } from './contract.ts';
import {
  declaredInstead,
  type ExpressionReading,
  isFailure,
  likelyUrl,
  readExpression,
} from './forgiving-expression.ts';
import { bodyDeclares, follow, type KeyContext } from './request-names.ts';
import { parseRuntimeExpression } from './runtime-expression.ts';
import { type UrlPart, urlTemplate } from './url-template.ts';

/** How the key of a callback is read. */
export type CallbackKey =
  | {
      /** Evaluates the URL. */
      readonly url: CallbackUrl;
      /** The key by the book, e.g. `{$request.body#/callbackUrl}/notify`. */
      readonly expression: string;
      /** How a key that is not by the book is read, in one sentence. Null if it is by the book. */
      readonly forgiven: string | null;
    }
  /** Why no submission can be called back, and what to do. */
  | { readonly reason: string };

/** Longer keys are refused: no URL that a client accepts is that long. */
const mostCharacters = 8_192;
const mostParts = 100;

/**
 * Reads the key of a callback (OpenAPI 3.1 §4.8.18, 3.2 §4.19): a runtime expression alone, a URL with expressions in
 * braces, or a URL. Keys that are not by the book are read where one reading is plain: `{request.body#/url}`,
 * `{$request.body.url}`, `{callbackUrl}`, `<callbackUrl>`, a missing brace, blanks.
 */
export function readCallbackKey(key: string, context: KeyContext): CallbackKey {
  if (key.length > mostCharacters) {
    return failed(key, `it has ${key.length} characters. Expected at most ${mostCharacters}`);
  }
  const strict = strictParts(key, context);
  if (strict !== undefined) return byBook(key, strict, context);
  const pieces = split(plainBraces(key));
  if (pieces.length > mostParts) return failed(key, `it has more than ${mostParts} expressions`);
  if (pieces.every((piece) => typeof piece === 'string')) return withoutExpression(key, context);
  return forgiving(key, pieces, context);
}

/** A key by the book. What it reads may be declared elsewhere: that counts if the submission has nothing there. */
function byBook(key: string, parts: readonly UrlPart[], context: KeyContext): CallbackKey {
  const instead: string[] = [];
  const complete = parts.map((part): UrlPart => {
    const other = typeof part === 'string' ? undefined : declaredInstead(part.expression, context);
    if (typeof part === 'string' || other === undefined) return part;
    const readOther = parseRuntimeExpression(other);
    instead.push(`"${part.expression}", which the request does not declare, stands for "${other}"`);
    return { ...part, read: (scope) => part.read(scope) ?? readOther(scope) };
  });
  const result = built(key, complete, false);
  if ('reason' in result || instead.length === 0) return result;
  return { ...result, forgiven: `In the callback key ${quoted(key)}, ${instead.join(', and ')}.` };
}

type Piece = string | { readonly inner: string; readonly open: boolean };

/** The parts of a key by the book; undefined if it is not, or if it stands without braces and might have a suffix. */
function strictParts(key: string, context: KeyContext): readonly UrlPart[] | undefined {
  if (/^\$[^{}?&]*$/.test(key)) {
    const expression = expressionOf(key);
    const mayHaveSuffix = /^\$request\.(?:query|header|path)\..*\/|\s/.test(key) || !isDeclared(key, context);
    return expression === undefined || mayHaveSuffix ? undefined : [expression];
  }
  const parts: UrlPart[] = [];
  for (const [, text = '', inner] of key.matchAll(/([^{}]*)(?:\{([^{}]*)\}|$)/g)) {
    if (text !== '') parts.push(text);
    if (inner === undefined) continue;
    const expression = /\s/.test(inner) ? undefined : expressionOf(inner);
    if (expression === undefined) return undefined;
    parts.push(expression);
  }
  const isWhole = toKey(parts) === key && parts.length > 0 && parts.length <= mostParts;
  const first = parts[0];
  const starts = typeof first === 'string' ? isAbsolute(first) : true;
  const clean = parts.every((part) => typeof part !== 'string' || !/\s|\$(?:request|response)\./.test(part));
  return isWhole && starts && clean ? parts : undefined;
}

function isDeclared(expression: string, context: KeyContext): boolean {
  const pointer = /^\$request\.body#(\/.*)$/s.exec(expression)?.[1];
  return pointer === undefined || bodyDeclares(context, parsePointer(pointer));
}

function isAbsolute(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

function expressionOf(text: string): UrlPart | undefined {
  if (!text.startsWith('$')) return undefined;
  try {
    return { expression: text, read: parseRuntimeExpression(text) };
  } catch {
    return undefined;
  }
}

/** Other ways to write a placeholder become `{name}`. */
function plainBraces(key: string): string {
  return key
    .replace(/%7B/gi, '{')
    .replace(/%7D/gi, '}')
    .replace(/[$#]?\{+/g, '{')
    .replace(/\}+/g, '}')
    .replace(/<([^<>{}]*)>/g, '{$1}');
}

/** Splits at braces, also where one of a pair is missing, and at `$request` outside of braces. */
function split(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const pattern =
    /\{([^{}]*)(\}|(?=\{)|$)|(\$?(?:request|response)\.[^{}\s]*|\$(?:url|method|statusCode)\b)\}?|\}/gi;
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) pieces.push(text.slice(at, match.index));
    const [, inner, close, bare] = match;
    if (bare !== undefined) pieces.push({ inner: bare, open: !match[0].endsWith('}') });
    else if (inner !== undefined) pieces.push({ inner, open: close === '' });
    else if (typeof pieces.at(-1) === 'string') pieces.push({ inner: String(pieces.pop()), open: false });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

function forgiving(key: string, pieces: readonly Piece[], context: KeyContext): CallbackKey {
  const parts: UrlPart[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'string') {
      parts.push(...literal(piece, index === 0, index === pieces.length - 1, context));
      continue;
    }
    const reading: ExpressionReading = readExpression(piece.inner, context, {
      isStart: parts.length === 0,
      isOpen: piece.open,
    });
    if (isFailure(reading)) return failed(key, reading.reason);
    parts.push({ expression: reading.expression, read: reading.read });
    if (reading.suffix !== '') parts.push(reading.suffix);
  }
  return built(key, parts, true);
}

/** Text around expressions. Words before or after them are no part of a URL. */
function literal(text: string, isFirst: boolean, isLast: boolean, context: KeyContext): readonly string[] {
  const plain = text.replace(/\s+/g, '');
  if (isFirst && !isAbsolute(plain)) {
    const server = plain.startsWith('/') ? serverUrl(context) : undefined;
    return server === undefined ? [] : [server + plain];
  }
  if (plain === '' || (isLast && /^\s+[^\s/?&#.:]/.test(text))) return [];
  return [plain];
}

/** A key without any expression: a URL, a path below the `servers` of the callback, a name, or prose. */
function withoutExpression(key: string, context: KeyContext): CallbackKey {
  const text: string = key.trim();
  if (isAbsolute(text)) return built(key, [text], text !== key);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return failed(key, 'it is not a URL that callbacks can be sent to. Expected an http or https URL');
  }
  const [below] = literal(text, true, true, context);
  if (below !== undefined) return built(key, [below], true);
  const reading = /^[\w.$-]+$/.test(text)
    ? readExpression(text, context, { isStart: true, isOpen: false })
    : likelyUrl(text, context);
  if (!isFailure(reading)) return built(key, [reading], true);
  const likely = likelyUrl(text, context);
  return isFailure(likely) ? failed(key, reading.reason) : built(key, [likely], true);
}

/** The first absolute URL of the `servers` of the callback, with the defaults of its variables. */
function serverUrl({ document, callback = {} }: KeyContext): string | undefined {
  const operations = Object.values(callback).map((value) => follow(document, value));
  for (const owner of [...operations, callback]) {
    const servers = isJsonObject(owner) && Array.isArray(owner.servers) ? owner.servers : [];
    for (const server of servers.filter(isJsonObject)) {
      const url = withDefaults(server);
      if (isCallbackUrl(url)) return url.replace(/\/$/, '');
    }
  }
  return undefined;
}

function withDefaults({ url, variables }: JsonObject): string {
  const values: JsonValue = isJsonObject(variables) ? variables : {};
  return String(url).replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = Object.hasOwn(values, name) ? values[name] : undefined;
    return isJsonObject(variable) && typeof variable.default === 'string' ? variable.default : whole;
  });
}

function built(key: string, parts: readonly UrlPart[], isForgiven: boolean): CallbackKey {
  if (parts.every((part) => typeof part === 'string') && !isCallbackUrl(parts.join(''))) {
    return failed(key, 'it is not a URL that callbacks can be sent to. Expected an http or https URL');
  }
  const expression = toKey(parts);
  const isAlone = parts.length === 1 && expression === `{${key}}`;
  const forgiven =
    isForgiven && expression !== key && !isAlone
      ? `The callback key ${quoted(key)} is not a runtime expression. It is read as ${quoted(expression)}.`
      : null;
  return { url: urlTemplate(parts), expression: forgiven === null ? key : expression, forgiven };
}

function toKey(parts: readonly UrlPart[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : `{${part.expression}}`)).join('');
}

function failed(key: string, cause: string): CallbackKey {
  const expected = 'Expected e.g. {$request.body#/callbackUrl}.';
  const next =
    'Correct the key, name the place as callbackUrl of its operation in ringback.yaml, or fire the callback by hand: POST /_ringback/callbacks with "to".';
  return { reason: `Could not read the callback key "${clipped(key)}": ${cause}. ${expected} ${next}` };
}
