import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import type { Random } from '../../core/random.ts';

export type Id = string | number;

export function isId(value: JsonValue | undefined): value is Id {
  return (
    (typeof value === 'string' && value !== '') || (typeof value === 'number' && Number.isInteger(value))
  );
}

/** Another id of the same form: `pay_8fK2` for `pay_3aZ9`, a UUID for a UUID. */
export function idLike(id: Id, random: Random): Id {
  if (typeof id === 'number') return numberLike(id, random);
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return random.uuid();
  if (/^[a-z]+$/i.test(id)) return `${id}-${random.int(0x10000000, 0xffffffff).toString(16)}`;
  const start = /[_\-:./][^_\-:./]*$/.exec(id)?.index ?? -1;
  const isHex = /^[0-9a-f]+$/i.test(id.slice(start + 1));
  return [...id]
    .map((letter, index) => (index <= start ? letter : letterLike(letter, isHex, random)))
    .join('');
}

function numberLike(id: number, random: Random): number {
  if (Math.abs(id) < 1000) return random.int(1000, 999_999);
  const least = 10 ** Math.floor(Math.log10(Math.abs(id)));
  return random.int(least, Math.min(least * 10 - 1, Number.MAX_SAFE_INTEGER));
}

function letterLike(letter: string, isHex: boolean, random: Random): string {
  if (/[1-9]/.test(letter)) return String(random.int(1, 9));
  if (letter === '0') return String(random.int(0, 9));
  const last = isHex ? 5 : 25;
  if (/[a-z]/.test(letter)) return String.fromCharCode(97 + random.int(0, last));
  return /[A-Z]/.test(letter) ? String.fromCharCode(65 + random.int(0, last)) : letter;
}

/** The value with one id in place of another: whole values, and segments of paths in texts. */
export function withId(value: JsonValue, old: Id, id: Id): JsonValue {
  if (value === old) return id;
  if (typeof value === 'string') return textWithId(value, String(old), String(id));
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => withId(item, old, id));
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) setOwn(result, name, withId(member, old, id));
  return result as JsonObject;
}

function textWithId(text: string, old: string, id: string): string {
  if (text === old) return id;
  if (!text.includes('/') || old === '') return text;
  return text
    .split(/([/?#=&])/)
    .map((part) => (part === old ? id : part))
    .join('');
}
