import type { JsonValue } from '../json.ts';
import { isJsonObject, parsePointer, pointerOf } from '../json.ts';
import { quoted } from '../quoted.ts';
import { bodyDeclares, follow, type KeyContext, type RequestName, requestNames } from './request-names.ts';
import { parseRuntimeExpression, type RuntimeExpression } from './runtime-expression.ts';

/** An expression as it is read, or why it cannot be. */
export type ExpressionReading = Reading | Failure;

interface Reading {
  /** By the book, without braces. */
  readonly expression: string;
  readonly read: RuntimeExpression;
  /** What follows it in the URL, if the text has no brace that ends the expression. */
  readonly suffix: string;
}

interface Failure {
  readonly reason: string;
}

export function isFailure(reading: ExpressionReading): reading is Failure {
  return 'reason' in reading;
}

/**
 * Reads what stands in braces, or would if they were not missing.
 * @param place.isStart whether it is the start of the URL, where only a URL makes sense
 * @param place.isOpen whether the brace that ends it is missing: then `/notify` may follow
 */
export function readExpression(
  text: string,
  context: KeyContext,
  place: { readonly isStart: boolean; readonly isOpen: boolean },
): ExpressionReading {
  const plain = text.replace(/\s+/g, '').replace(/^["'`]+|["'`]+$/g, '');
  const [head, tail] = place.isOpen ? cutQuery(plain) : [plain, ''];
  const strict = head.startsWith('$') ? parsed(head) : undefined;
  const reading =
    (strict && known(strict, context, place.isOpen)) ??
    bySource(head, context, place.isOpen) ??
    byPath(head, context) ??
    byName(lastName(head), context, place.isStart);
  return isFailure(reading) ? reading : { ...reading, suffix: reading.suffix + tail };
}

/**
 * What the request declares instead, if it declares no value where an expression reads one: a value of the same name,
 * such as `$request.body#/callbackUrl` for `$request.query.callback_url`.
 */
export function declaredInstead(expression: string, context: KeyContext): string | undefined {
  const match = /^\$request\.(?:body#(\/.+)|(query|header|path)\.(.+))$/s.exec(expression);
  if (match === null) return undefined;
  const names = requestNames(context);
  const tokens = match[1] === undefined ? [] : parsePointer(match[1]);
  const name = match[3] ?? tokens.at(-1) ?? '';
  const isDeclared =
    match[1] === undefined
      ? names.some((each) => each.expression.toLowerCase() === expression.toLowerCase())
      : bodyDeclares(context, tokens);
  if (isDeclared || simple(name) === '') return undefined;
  return single(names.filter((each) => simple(each.name) === simple(name)))?.expression;
}

/** The property or parameter that plainly holds the URL, if prose or a placeholder names or means it. */
export function likelyUrl(prose: string, context: KeyContext): ExpressionReading {
  const names = requestNames(context);
  const words = new Set(prose.match(/[\w.-]*\w/g));
  const named = names.filter(({ name, schema }) => words.has(name) && holdsUrl(name, schema, context));
  const only = single(named) ?? (meansUrl(prose) ? onlyUrl(names, context) : onlyMeant(names, context));
  return only === undefined
    ? { reason: `${quoted(prose)} is neither a URL nor an expression` }
    : at(only.expression);
}

function cutQuery(text: string): readonly [string, string] {
  const end = text.search(/[?&]/);
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end)];
}

function parsed(expression: string): Reading | undefined {
  try {
    return { expression, read: parseRuntimeExpression(expression), suffix: '' };
  } catch {
    return undefined;
  }
}

function at(expression: string): Reading {
  return { expression, read: parseRuntimeExpression(expression), suffix: '' };
}

/** An expression by the book. If its end is not marked, the declared part of it counts. */
function known(reading: Reading, context: KeyContext, isOpen: boolean): Reading {
  const body = /^\$request\.body#(.+)$/s.exec(reading.expression)?.[1];
  if (!isOpen) return reading;
  if (body === undefined) {
    const slash = reading.expression.indexOf('/');
    return slash === -1 || reading.expression.startsWith('$response.body')
      ? reading
      : splitAt(reading, slash);
  }
  const tokens = parsePointer(body);
  if (bodyDeclares(context, tokens)) return reading;
  for (let length = tokens.length - 1; length > 0; length--) {
    if (!bodyDeclares(context, tokens.slice(0, length))) continue;
    return { ...at(pointerTo(tokens.slice(0, length))), suffix: `/${tokens.slice(length).join('/')}` };
  }
  return reading;
}

function splitAt({ expression }: Reading, index: number): Reading {
  return { ...at(expression.slice(0, index)), suffix: expression.slice(index) };
}

function pointerTo(tokens: readonly string[]): string {
  return `$request.body#${pointerOf(tokens)}`;
}

const sourcePattern =
  /^\$*\.?(?:(request|req|response|resp|res)[./_]?)?(body|payload|form(?:data)?|headers?|query(?:string|params?|parameters?)?|path(?:params?|parameters?)?|params|parameters)(?:([.#/[$].*))$/is;

/** `request.body.url`, `$request.body#url`, `$request.queryParams.url`, `body#/url`. */
function bySource(text: string, context: KeyContext, isOpen: boolean): Reading | undefined {
  const match = sourcePattern.exec(text);
  if (match === null) return undefined;
  const [, message = 'request', source = '', rest = ''] = match;
  const side = /^re(?:s|sp|sponse)$/i.test(message) ? 'response' : 'request';
  const place = placeOf(source.toLowerCase());
  const tokens = tokensOf(rest);
  if (place === undefined || tokens.length === 0) return undefined;
  if (place !== 'body') return parsed(`$${side}.${place}.${tokens.join('.')}`);
  if (side === 'response') return at(pointerTo(tokens).replace('request', 'response'));
  const whole = rest.replace(/^[.#/$[]+|\]$/g, '');
  if (bodyDeclares(context, [whole])) return at(pointerTo([whole]));
  const byBook = rest.includes('/') ? splitPointer(rest) : tokens;
  const best = bodyDeclares(context, byBook) ? byBook : tokens;
  return known(at(pointerTo(best)), context, isOpen);
}

function placeOf(source: string): 'body' | 'header' | 'query' | 'path' | undefined {
  if (/^(?:body|payload|form)/.test(source)) return 'body';
  if (source.startsWith('header')) return 'header';
  if (source.startsWith('query')) return 'query';
  return source.startsWith('path') ? 'path' : undefined;
}

/** The names in `.a.b`, `#/a/b`, `['a'][0]`, `$.a`. */
function tokensOf(path: string): readonly string[] {
  return path.split(/[.#/[\]$'"]+/).filter((token) => token !== '');
}

function splitPointer(rest: string): readonly string[] {
  return rest.replace(/^[.#/$]+/, '').split('/');
}

/** `data.callbackUrl`, `#/data/callbackUrl`, `$.callbackUrl`: a path in the body. */
function byPath(text: string, context: KeyContext): Reading | undefined {
  if (!/[.#/]/.test(text)) return undefined;
  const tokens = tokensOf(text.replace(/^\$?(?:request|req)\b/i, ''));
  return tokens.length > 0 && bodyDeclares(context, tokens) ? at(pointerTo(tokens)) : undefined;
}

function lastName(text: string): string {
  const name = text.replace(/^[$:]+/, '');
  return /^(?:request|req)[./]|^(?:params|parameters)[./]|^\./i.test(name)
    ? (tokensOf(name).at(-1) ?? '')
    : name;
}

/** A name alone: of a parameter, or of a property of the body. */
function byName(name: string, context: KeyContext, isStart: boolean): ExpressionReading {
  const names = requestNames(context);
  const same = (each: RequestName): boolean => each.name === name;
  const alike = (each: RequestName): boolean =>
    simple(each.name) !== '' && simple(each.name) === simple(name);
  for (const test of [same, alike]) {
    const found = names.filter(test);
    const shallow = found.filter(({ depth }) => depth === found[0]?.depth);
    const only =
      single(shallow) ?? single(shallow.filter((each) => holdsUrl(each.name, each.schema, context)));
    if (only !== undefined) return at(only.expression);
    if (shallow.length > 1) {
      return {
        reason: `${quoted(name)} may be ${shallow
          .map(({ expression }) => expression)
          .slice(0, 4)
          .join(' or ')}`,
      };
    }
  }
  const only = isStart ? (meansUrl(name) ? onlyUrl : onlyMeant)(names, context) : undefined;
  if (only !== undefined) return at(only.expression);
  return {
    reason: `the operation declares no parameter and no property of the request body ${quoted(name)}`,
  };
}

function simple(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function single<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

/** The only value that is meant to be called back, or else the only URL that has no other meaning. */
function onlyUrl(names: readonly RequestName[], context: KeyContext): RequestName | undefined {
  return onlyMeant(names, context) ?? onlyPlain(names, context);
}

function onlyMeant(names: readonly RequestName[], context: KeyContext): RequestName | undefined {
  return single(
    names.filter(
      ({ name, expression, schema }) =>
        /callback|webhook|hook|notif|notify|sink/i.test(expression) && holdsUrl(name, schema, context),
    ),
  );
}

const plainUrl =
  /^(?:target|destination|delivery|receiver|client|consumer|subscriber)?_?(?:ur[li]|href|endpoint|address|link)$/i;

function onlyPlain(names: readonly RequestName[], context: KeyContext): RequestName | undefined {
  return single(names.filter(({ name, schema }) => plainUrl.test(name) && holdsUrl(name, schema, context)));
}

/** Words for the address of a consumer. */
function meansUrl(text: string): boolean {
  return /ur[li]|callback|hook|notif|endpoint|sink|address|destination|target/i.test(text);
}

function holdsUrl(name: string, schema: JsonValue, { document }: KeyContext): boolean {
  const target = follow(document, schema);
  if (!isJsonObject(target)) return false;
  const { type, format } = target;
  const isText = type === undefined || type === 'string' || (Array.isArray(type) && type.includes('string'));
  if (!isText || target.properties !== undefined || target.items !== undefined) return false;
  if (typeof format === 'string' && /^(?:ur[li]|iri)(?:-reference)?$/i.test(format)) return true;
  return /(?:ur[li]|callback|hook|endpoint|sink)$/i.test(name) && format === undefined;
}
