import type { Random } from '../../random.ts';
import type { FlatSchema } from './flat-schema.ts';
import { wordsOf } from './texts.ts';

/** Usual ranges by the words of a property's name. The first match counts. */
const ranges: readonly (readonly [RegExp, number, number, number])[] = [
  [/\b(?:latitude|lat)$/, 36, 55, 4],
  [/\b(?:longitude|lng|lon)$/, -9, 20, 4],
  [/\bage$/, 18, 80, 0],
  [/\bport$/, 1024, 65_535, 0],
  [/\b(?:percent|percentage|progress)$/, 0, 100, 0],
  [/\b(?:rate|ratio|probability|confidence|score)$/, 0, 1, 2],
  [/\b(?:amount|price|total|subtotal|balance|fee|cost|tax|value)$/, 1, 500, 2],
  [/\b(?:month)$/, 1, 12, 0],
  [/\b(?:day)$/, 1, 28, 0],
  [/\b(?:hour|hours)$/, 0, 23, 0],
  [/\b(?:minute|minutes|second|seconds)$/, 0, 59, 0],
  [/\b(?:width|height)$/, 100, 2_000, 0],
  [/\b(?:size|bytes|length)$/, 100, 100_000, 0],
  [/\b(?:count|quantity|qty|pages?|items|attempts?|retries|index|position|level|priority)$/, 1, 10, 0],
  [/\b(?:id|number|no|reference)$/, 1_000, 999_999, 0],
  [/\bversion$/, 1, 5, 0],
];

/** A number that fits the schema, plausible for the name of the property. */
export function makeNumber(flat: FlatSchema, name: string, source: { random: Random; now: number }): number {
  const isWhole = flat.types?.has('integer') === true && !flat.types.has('number');
  const isInteger = isWhole || /^u?int\d*$/.test(flat.format);
  const words = wordsOf(name).join(' ');
  const moment = momentOf(words, isInteger, source.now);
  if (moment !== undefined && isWithin(flat, moment)) return moment;
  const [, low, high, places] = ranges.find(([pattern]) => pattern.test(words)) ?? [/x/, 1, 100, 1];
  const [min, max] = limits(flat, low, high);
  const step = stepOf(flat.multiplesOf, isInteger);
  if (step > 0) return onGrid(flat, min, max, step, source.random);
  const digits = 10 ** places;
  const drawn = min + source.random.float() * (max - min);
  const rounded = Math.round(drawn * digits) / digits;
  return [rounded, drawn, (min + max) / 2, min, max].find((value) => isWithin(flat, value)) ?? drawn;
}

function momentOf(words: string, isInteger: boolean, now: number): number | undefined {
  if (/\byear$/.test(words)) return new Date(now).getUTCFullYear();
  if (!isInteger) return undefined;
  // A time in milliseconds, such as `responseTimeMs`, is a duration.
  if (/\b(?:at|timestamp|created|updated|expires?) (?:ms|millis|milliseconds)$/.test(words)) return now;
  return /\b(?:at|timestamp|time|created|updated|expires?|date)$/.test(words)
    ? Math.floor(now / 1_000)
    : undefined;
}

function isWithin(flat: FlatSchema, value: number): boolean {
  return (
    value >= flat.minimum &&
    value <= flat.maximum &&
    value > flat.exclusiveMinimum &&
    value < flat.exclusiveMaximum &&
    flat.multiplesOf.every((step) => Number.isInteger(value / step))
  );
}

/** The usual range within that of the schema; if they do not meet, the part of the schema's that is nearest. */
function limits(flat: FlatSchema, low: number, high: number): readonly [number, number] {
  const least = Math.max(flat.minimum, flat.exclusiveMinimum);
  const most = Math.min(flat.maximum, flat.exclusiveMaximum);
  const min = Math.max(least, low);
  const max = Math.min(most, high);
  if (min < max || (min === max && isWithin(flat, min))) return [min, max];
  const span = high - low;
  if (Number.isFinite(least)) return [least, Math.min(most, least + span)];
  return [Number.isFinite(most) ? most - span : low, Number.isFinite(most) ? most : high];
}

/** The smallest step of which all numbers are multiples. 0: none. */
function stepOf(multiples: readonly number[], isInteger: boolean): number {
  const steps = isInteger ? [...multiples, 1] : multiples;
  if (steps.length === 0) return 0;
  const scale = 10 ** Math.min(9, Math.max(...steps.map(decimals)));
  const whole = steps.map((step) => Math.max(1, Math.round(step * scale)));
  return whole.reduce((a, b) => (a / divisor(a, b)) * b) / scale;
}

function decimals(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent));
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function onGrid(flat: FlatSchema, min: number, max: number, step: number, random: Random): number {
  const first = Math.ceil(min / step);
  const last = Math.max(first, Math.floor(max / step));
  const places = decimals(step);
  const at = (index: number): number => Number((index * step).toFixed(Math.min(20, places)));
  const drawn = random.int(first, last);
  const found = [drawn, first, first + 1, last, last - 1].map(at).find((value) => isWithin(flat, value));
  // -0 is written as 0.
  return (found ?? at(drawn)) + 0;
}
