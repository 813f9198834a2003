import type { JsonValue } from '../core/json.ts';

/** The words of a name in lower case: `orderId`, `order_id` and `Order-ID` are `order`, `id`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** The same for names that differ in their case and separators. */
export function plain(name: string): string {
  return wordsOf(name).join('');
}

const idWords: ReadonlySet<string> = new Set(['id', 'ids', 'uuid', 'guid', 'reference', 'ref']);

/** Whether a property of this name identifies something. */
export function isIdName(name: string): boolean {
  return idWords.has(wordsOf(name).at(-1) ?? '');
}

const eventWords: ReadonlySet<string> = new Set([
  'delivery',
  'event',
  'evt',
  'message',
  'msg',
  'notification',
  'webhook',
]);

/** Whether an id of this name identifies the event, and not what the event is about. */
export function isEventName(name: string): boolean {
  return wordsOf(name).some((word) => eventWords.has(word));
}

const timeWords: ReadonlySet<string> = new Set([
  'at',
  'created',
  'date',
  'time',
  'timestamp',
  'ts',
  'updated',
]);

export function isTimeName(name: string): boolean {
  return timeWords.has(wordsOf(name).at(-1) ?? '');
}

const time = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/i;

/** Whether a value is a date with its time of day (RFC 3339, or nearly so). */
export function isTime(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && time.test(value);
}

/** A time in milliseconds since 1970. One without a zone is in UTC. */
export function readTime(text: string): number {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  return Date.parse(zoned.replace(' ', 'T'));
}
