import randexp from 'randexp';
import type { Random } from '../../random.ts';
import { mayBeSlow, patternOf } from '../foreign/pattern.ts';

/** Its types say that the class is under `default`. The module is the class. */
const RandExp = randexp as unknown as typeof randexp.default;

/** Longer patterns are not read. */
const mostPattern = 2_000;
const mostCharacters = 2_000;
const mostTries = 24;

/** Values that usual patterns are meant for: those with look-aheads and the like, which no generator makes well. */
const usual: readonly string[] = [
  'a A 1 0 12 123 1234 123456 12345678 A1 AB12 abc ABC abcd1234 v1 1.0.0 10.50 -1 0.5 true EUR US en-US en #1a2b3c',
  'Passw0rd!1 +12025550123 0012025550123 2025550123 203.0.113.7 203.0.113.0/24 2001:db8:0:0:0:0:0:1 2001:db8::1',
  '2001:db8::/32 2001:db8:0:0::/64 jane.doe@example.com https://example.com/a http://example.com example.com /a a/b',
  '2026-01-15 2026-01-15T10:30:00Z 2026-01-15T10:30:00.000Z 10:30:00 10:30 20260115 P1D PT1H PT0S P3M',
  'a65ec788-d68e-4827-9bdd-70f1ede3bca7 65ec788ad68e4827 text/plain application/json imsi-001010000000001 YWJj',
  'aGVsbG8= Jane name some_name some-name id_123',
].flatMap((line) => line.split(' '));

const cache = new Map<string, Compiled | null>();
const mostCached = 2_000;

interface Compiled {
  readonly source: string;
  /** Whether a text matches. False for one that would take too long. */
  readonly test: (text: string) => boolean;
  /** Those of the usual texts that match. */
  readonly usual: () => readonly string[];
  /** Makes a text, a longer or shorter one for each attempt. Undefined if it cannot be read. */
  readonly generate: () => Generate | undefined;
}

type Generate = (random: Random, attempt: number, minLength: number) => string;

/** What else a text of patterns must fit. */
export interface TextLimits {
  readonly minLength: number;
  readonly maxLength: number;
  /** Texts to try first. */
  readonly preferred: readonly string[];
  /** Whether usual texts are left out, so that another one results each time. */
  readonly isVaried: boolean;
}

/** A text that matches all patterns and lengths, or undefined if none is found. */
export function textOfPatterns(
  patterns: readonly string[],
  random: Random,
  { minLength, maxLength, preferred, isVaried }: TextLimits,
): string | undefined {
  const compiled = patterns.map(compile);
  const fits = (text: string): boolean => {
    const length = lengthOf(text);
    return length >= minLength && length <= maxLength;
  };
  const matches = (text: string): boolean =>
    fits(text) && compiled.every((each) => each === null || each.test(text));
  const known = isVaried
    ? undefined
    : (preferred.find(matches) ?? (compiled[0] ?? undefined)?.usual().find(matches));
  if (known !== undefined) return known;
  let untested: string | undefined;
  for (const each of compiled) {
    const generate = each?.generate();
    for (let i = 0; i < mostTries && generate !== undefined; i++) {
      const text = generate(random, i, minLength);
      if (!fits(text)) continue;
      if (matches(text)) return text;
      if (each !== null && mayBeSlow(each.source, text.length)) untested ??= text;
    }
  }
  return untested;
}

/** In characters, as JSON Schema counts. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** Whether a text matches a pattern. True for one that is no expression, or that would take too long. */
export function matchesPattern(pattern: string, text: string): boolean {
  const each = compile(pattern);
  return each === null || mayBeSlow(each.source, text.length) || each.test(text);
}

function compile(pattern: string): Compiled | null {
  let compiled = cache.get(pattern);
  if (compiled === undefined) {
    if (cache.size >= mostCached) cache.clear();
    compiled = pattern.length > mostPattern ? null : compiledOf(pattern);
    cache.set(pattern, compiled);
  }
  return compiled;
}

function expressionOf(source: string): RegExp | null {
  try {
    return patternOf(source);
  } catch {
    return null;
  }
}

/** Null if the pattern is no expression. */
function compiledOf(source: string): Compiled | null {
  const expression = expressionOf(source);
  if (expression === null) return null;
  const test = (text: string): boolean => !mayBeSlow(source, text.length) && expression.test(text);
  let matching: readonly string[] | undefined;
  let generate: Generate | null | undefined;
  return {
    source,
    test,
    usual: () => {
      matching ??= usual.filter(test);
      return matching;
    },
    generate: () => {
      if (generate === undefined) generate = generator(source) ?? null;
      return generate ?? undefined;
    },
  };
}

/** A node of what randexp reads: a group, alternatives, a repetition, or a character. */
interface Token {
  readonly options?: readonly (readonly Token[])[];
  readonly stack?: readonly Token[];
  readonly value?: Token | number;
  min?: number;
  max?: number;
}

interface Repetition {
  readonly token: Token;
  readonly least: number;
  readonly most: number;
  readonly isNested: boolean;
}

/** Makes texts for one pattern. Repetitions may get longer from try to try. */
function generator(pattern: string): Generate | undefined {
  try {
    const generate = new RandExp(plainClasses(inOneCase(pattern)));
    const { tokens } = generate as unknown as { readonly tokens: Token };
    if (shortest(tokens) > mostCharacters) return undefined;
    const repetitions = repetitionsOf(tokens, false);
    return (random, attempt, minLength) => {
      generate.randInt = (min, max) => random.int(min, max);
      setLengths(repetitions, attempt);
      if (attempt >= lengths.length && minLength > 0) stretch(repetitions, generate, attempt, minLength);
      return generate.gen();
    };
  } catch {
    return undefined;
  }
}

const lengths = [2, 4, 10, 1, 20, 40];

function setLengths(repetitions: readonly Repetition[], attempt: number): void {
  for (const { token, least, most, isNested } of repetitions) {
    token.min = least;
    token.max = Math.min(most, least + (isNested ? 2 : (lengths[attempt % lengths.length] ?? 2)));
  }
}

/** Repeats one of the repetitions as often as the text needs to be long enough. */
function stretch(
  repetitions: readonly Repetition[],
  generate: { gen(): string },
  attempt: number,
  minLength: number,
): void {
  for (const { token, least } of repetitions) token.max = least;
  const missing = Math.max(0, minLength - lengthOf(generate.gen()));
  const stretchable = repetitions.filter(({ least, most, isNested }) => !isNested && most > least);
  const chosen = stretchable[attempt % Math.max(1, stretchable.length)];
  if (chosen === undefined) return;
  const size = Math.max(1, shortest(chosen.token.value as Token));
  const times = Math.min(chosen.most, chosen.least + Math.ceil(missing / size), mostCharacters);
  chosen.token.min = times;
  chosen.token.max = times;
}

/** How many characters a text has at least, or somewhat more. */
function shortest(token: Token): number {
  const sum = (tokens: readonly Token[]): number => tokens.reduce((total, each) => total + shortest(each), 0);
  if (token.options !== undefined) return Math.max(...token.options.map(sum));
  if (token.stack !== undefined) return sum(token.stack);
  if (token.min !== undefined && typeof token.value === 'object')
    return (token.min || 1) * shortest(token.value);
  return 1;
}

function repetitionsOf(token: Token, isNested: boolean): readonly Repetition[] {
  const inner = (each: Token): readonly Repetition[] => repetitionsOf(each, isNested);
  if (token.options !== undefined) return token.options.flat().flatMap(inner);
  if (token.stack !== undefined) return token.stack.flatMap(inner);
  if (token.min === undefined || typeof token.value !== 'object') return [];
  return [
    { token, least: token.min, most: token.max ?? token.min, isNested },
    ...repetitionsOf(token.value, true),
  ];
}

const classes: readonly (readonly [RegExp, string])[] = [
  [/^(?:Lu|Uppercase)/, 'A-Z'],
  [/^(?:Ll|Lowercase)/, 'a-z'],
  [/^N/, '0-9'],
  [/^P/, '.'],
  [/^(?:Z|White)/, ' '],
  [/^S/, '+'],
];

/** Of a pattern that matches letters in both cases (`[aA]`), the one with the first of them. */
function inOneCase(source: string): string {
  const first = (text: string, a: string, b: string): string =>
    a !== b && a.toLowerCase() === b.toLowerCase() ? a : text;
  const single = source.replace(/\[([a-z])([a-z])\]/gi, first);
  return single === source ? source : single.replace(/([a-z]-[a-z])([a-z]-[a-z])/gi, first);
}

/** Classes of Unicode (`\p{L}`), which randexp cannot read, in plain terms. */
function plainClasses(source: string): string {
  let inClass = false;
  return source.replace(/\\p\{(?:[\w]+=)?(\w+)\}|\\.|[[\]]/gis, (text, name?: string) => {
    if (text === '[') inClass = true;
    if (text === ']') inClass = false;
    if (name === undefined) return text;
    const letters = classes.find(([pattern]) => pattern.test(name))?.[1] ?? 'a-zA-Z';
    const plain = text.startsWith('\\P') ? '_' : letters;
    return inClass ? plain : `[${plain}]`;
  });
}
