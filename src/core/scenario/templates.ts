import type { ExpressionScope } from '../contract/runtime-expression.ts';
import { parseDuration } from '../duration.ts';
import { isRingbackError } from '../errors.ts';
import { isJsonObject, type JsonValue, memberOf, setOwn } from '../json.ts';
import type { Random } from '../random.ts';
import { suggest } from '../suggest.ts';
import type { TimelineStep } from './plan.ts';

/** What templates refer to when a step is played. */
export interface TemplateScope {
  /** The submission and its response. Null: the provider keeps none. */
  readonly exchange: ExpressionScope | null;
  /** The resource of the run as of now. Undefined: there is none. */
  readonly resource: JsonValue | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A random source of this step alone. */
  readonly random: Random;
  /** The source of the event's id, if the step's templates are filled in several places. Default: `random`. */
  readonly event?: Random;
}

/** A template in a string, `{{request.body.id}}`; or `\{{`, which is the text `{{`. */
const pattern = /\\\{\{|\{\{([^{}]{0,200})\}\}/g;
const wholePattern = /^\{\{([^{}]{0,200})\}\}$/;

type Read = (scope: TemplateScope) => JsonValue | undefined;

/** The first names of templates, with what may follow. */
const roots: Readonly<
  Record<string, { readonly needsExchange: boolean; readonly members: readonly string[] }>
> = {
  request: { needsExchange: true, members: ['body', 'query', 'path', 'headers', 'method', 'url'] },
  response: { needsExchange: true, members: ['body', 'headers', 'status'] },
  resource: { needsExchange: true, members: [] },
  now: { needsExchange: false, members: [] },
  event: { needsExchange: false, members: ['id'] },
  random: { needsExchange: false, members: ['uuid'] },
};

/** A template that cannot be filled. */
export interface TemplateProblem {
  /** JSON pointer of the string in the value. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * Finds the templates in a value that are wrong.
 * @param hasExchange whether the provider keeps the submission, its response and the resource
 */
export function templateProblems(
  value: JsonValue,
  hasExchange: boolean,
  pointer = '',
): readonly TemplateProblem[] {
  if (typeof value === 'string')
    return problemsIn(value, hasExchange).map((message) => ({ pointer, message }));
  const members = Array.isArray(value) ? value.entries() : isJsonObject(value) ? Object.entries(value) : [];
  return [...(members as Iterable<readonly [string | number, JsonValue]>)].flatMap(([name, member]) =>
    templateProblems(member, hasExchange, `${pointer}/${escaped(String(name))}`),
  );
}

function problemsIn(text: string, hasExchange: boolean): readonly string[] {
  const wrong = [...text.matchAll(pattern)].flatMap(([whole, inner]) => {
    const read = inner === undefined ? null : parseTemplate(inner.trim(), hasExchange);
    return typeof read === 'string' ? [`${whole} is no template: ${read}`] : [];
  });
  const isOpen = text.replaceAll(pattern, '').includes('{{');
  return isOpen ? [...wrong, 'a "{{" has no "}}" after it. For the text "{{", write "\\{{".'] : wrong;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** How to read a template, or why it is wrong. */
function parseTemplate(text: string, hasExchange: boolean): Read | string {
  const shifted = /^now\s*([+-])\s*(.+)$/s.exec(text);
  if (shifted !== null) {
    const [, sign, amount = ''] = shifted;
    const ms = durationOf(amount.trim());
    if (ms === null) return `expected a duration such as 30s or 1h after "now ${sign}".`;
    return ({ now }) => isoTime(now + (sign === '-' ? -ms : ms));
  }
  const [root = '', ...path] = text.split('.').map((name) => name.trim());
  const known = Object.entries(roots).filter(([, { needsExchange }]) => hasExchange || !needsExchange);
  const names = known.flatMap(([name, { members }]) =>
    members.length === 0
      ? [name === 'resource' ? 'resource.status' : name]
      : members.map((each) => `${name}.${each}`),
  );
  const expected = `expected one of ${names.join(', ')}.`;
  const found = known.find(([name]) => name === root)?.[1];
  if (found === undefined) {
    const advice = suggest(
      root,
      known.map(([name]) => name),
    );
    const why = Object.hasOwn(roots, root) ? 'This provider keeps no submissions for templates: ' : '';
    return `${why}${expected}${advice}`;
  }
  const [member = '', ...rest] = path;
  if (found.members.length > 0 && !found.members.includes(member))
    return `${expected}${suggest(text, names)}`;
  const takesPath = root === 'resource' || ['body', 'query', 'path', 'headers'].includes(member);
  if (path.includes('') || (!takesPath && rest.length > 0) || (root === 'now' && path.length > 0))
    return `${expected}${suggest(text, names)}`;
  return readers[root]?.(member, rest) ?? expected;
}

function durationOf(text: string): number | null {
  try {
    return parseDuration(text);
  } catch (error) {
    if (isRingbackError(error)) return null;
    throw error;
  }
}

const readers: Readonly<Record<string, (member: string, rest: readonly string[]) => Read>> = {
  request:
    (member, rest) =>
    ({ exchange }) => {
      if (exchange === null) return undefined;
      if (member === 'method' || member === 'url') return exchange[member];
      return below(exchange.request[member as 'body'], member === 'headers' ? lowerCase(rest) : rest);
    },
  response:
    (member, rest) =>
    ({ exchange }) => {
      const response = exchange?.response ?? null;
      if (response === null) return undefined;
      if (member === 'status') return response.statusCode;
      return below(response[member as 'body'], member === 'headers' ? lowerCase(rest) : rest);
    },
  resource:
    (member, rest) =>
    ({ resource }) =>
      below(resource, member === '' ? rest : [member, ...rest]),
  now:
    () =>
    ({ now }) =>
      isoTime(now),
  event:
    () =>
    ({ random, event = random }) =>
      event.stream('event').uuid(),
  random:
    () =>
    ({ random }) =>
      random.uuid(),
};

function lowerCase(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase());
}

function below(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((target, name) => memberOf(target, name), value);
}

/** The last time that a date can have (ECMA-262 §21.4.1.1). */
const lastTime = 8.64e15;

function isoTime(ms: number): string {
  return new Date(Math.max(-lastTime, Math.min(lastTime, ms))).toISOString();
}

/** A step with its templates filled, and the templates that had no value. */
export interface FilledStep {
  readonly step: TimelineStep;
  /** `{{request.body.id}}` */
  readonly missing: readonly string[];
}

const parts = ['set', 'payload', 'content', 'query', 'headers'] as const;
/** Steps never change, and few have templates. */
const plain = new WeakMap<TimelineStep, boolean>();

/** Whether nothing in a step is a template. */
export function isPlain(step: TimelineStep): boolean {
  let known = plain.get(step);
  if (known === undefined) {
    known = !parts.some((part) => step[part] !== undefined && JSON.stringify(step[part]).includes('{{'));
    plain.set(step, known);
  }
  return known;
}

/**
 * Fills the templates of a step. A string that is one template keeps the type of its value. A property whose template
 * has no value is left out.
 */
export function fillStep(step: TimelineStep, scope: TemplateScope): FilledStep {
  const missing: string[] = [];
  const filled: Record<string, unknown> = { ...step };
  for (const part of parts) {
    const given = step[part];
    if (given === undefined) continue;
    const value = fill(given, scope, missing);
    if (value === undefined) delete filled[part];
    else filled[part] = part === 'headers' && isJsonObject(value) ? texts(value) : value;
  }
  return { step: filled as unknown as TimelineStep, missing };
}

function texts(headers: { readonly [name: string]: JsonValue }): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, fieldText(textOf(value))] as const);
  return Object.fromEntries(entries);
}

/** What a field value can have (RFC 9110 §5.5). */
function fieldText(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]+/g, ' ').trim();
}

function fill(value: JsonValue, scope: TemplateScope, missing: string[]): JsonValue | undefined {
  if (typeof value === 'string') return fillText(value, scope, missing);
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).flatMap((item) => fill(item, scope, missing) ?? []);
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const filled = fill(member, scope, missing);
    if (filled !== undefined) setOwn(result, name, filled);
  }
  return result;
}

/** A template in a text. */
export interface Template {
  /** `{{request.body.id}}` */
  readonly expression: string;
  /** Undefined: it has no value. */
  readonly read: Read;
  /** Whether its value is that of a resource, which may change until a step is due. */
  readonly isOfResource: boolean;
}

/** The texts and templates that a text consists of. A wrong template has no value. */
export function templatePieces(text: string): readonly (string | Template)[] {
  const pieces: (string | Template)[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, inner] = match;
    pieces.push(text.slice(end, match.index), inner === undefined ? '{{' : templateOf(inner.trim()));
    end = match.index + whole.length;
  }
  return [...pieces, text.slice(end)].filter((piece) => piece !== '');
}

function templateOf(text: string): Template {
  const read = parseTemplate(text, true);
  return {
    expression: `{{${text}}}`,
    read: typeof read === 'string' ? () => undefined : read,
    isOfResource: /^resource\b/.test(text),
  };
}

/** Fills the templates of a text for a header. Null: one of them has no value. */
export function fillField(text: string, scope: TemplateScope): FilledField {
  const missing: string[] = [];
  const value = fill(text, scope, missing);
  return { text: missing.length > 0 ? null : fieldText(textOf(value ?? null)), missing };
}

/** A text for a header, and the templates that had no value. */
export interface FilledField {
  readonly text: string | null;
  readonly missing: readonly string[];
}

function fillText(text: string, scope: TemplateScope, missing: string[]): JsonValue | undefined {
  const read = (inner: string): JsonValue | undefined => {
    const template = parseTemplate(inner.trim(), true);
    const value = typeof template === 'string' ? undefined : template(scope);
    if (value === undefined) missing.push(`{{${inner.trim()}}}`);
    return value;
  };
  const whole = wholePattern.exec(text)?.[1];
  if (whole !== undefined) return read(whole);
  return text.replaceAll(pattern, (_, inner: string | undefined) =>
    inner === undefined ? '{{' : textOf(read(inner) ?? null),
  );
}

function textOf(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
