import { isUtf8 } from 'node:buffer';
import { RingbackError } from '../../core/errors.ts';
import { escapePointer, type JsonValue } from '../../core/json.ts';
import { findJsonError } from '../../core/json-syntax.ts';

/**
 * Reads the bytes of a JSON body (RFC 8259): UTF-8, a byte order mark is skipped, the last of two equal keys wins.
 * Depth is checked before parsing. A key `__proto__` is refused: code that copies members by assignment, here or in
 * the consumer's tests, would change a prototype with it.
 * @param maxDepth deepest nesting of objects and arrays that is read
 * @throws {RingbackError} `request.malformed`, `request.too-large`
 */
export function parseJson(bytes: Buffer, maxDepth: number): JsonValue {
  if (!isUtf8(bytes)) {
    throw malformed('it is not UTF-8. Encode it in UTF-8 (RFC 8259 §8.1)', 'encoding', 'expected UTF-8');
  }
  const tooDeep = findTooDeep(bytes, maxDepth);
  if (tooDeep !== null) {
    throw new RingbackError('request.too-large', {
      details: { limit: maxDepth, setting: 'limits.jsonDepth' },
      detail: `Could not read the JSON body: it is nested more than ${maxDepth} levels deep from byte ${tooDeep} on. Send a flatter body, or raise limits.jsonDepth.`,
      violations: [
        { location: 'body', code: 'limits.jsonDepth', message: `must not be nested deeper than ${maxDepth}` },
      ],
    });
  }
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = bytes.toString('utf8', marked ? 3 : 0);
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (cause) {
    const place = findJsonError(text);
    const what =
      place === null
        ? String(cause)
        : `got ${place.found} at line ${place.line}, column ${place.column}, expected ${place.expected}`;
    throw malformed(`${what}`, 'syntax', what);
  }
  if (text.includes('__proto__') || text.includes('\\u')) refusePrototypeKeys(value);
  return value;
}

/** The byte at which the nesting gets too deep, or null. Brackets inside strings do not count. */
function findTooDeep(bytes: Buffer, maxDepth: number): number | null {
  if (bytes.length <= maxDepth) return null;
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case 0x22 /* " */:
        for (i++; i < bytes.length && bytes[i] !== 0x22; i++) if (bytes[i] === 0x5c /* \ */) i++;
        break;
      case 0x5b /* [ */:
      case 0x7b /* { */:
        if (++depth > maxDepth) return i;
        break;
      case 0x5d /* ] */:
      case 0x7d /* } */:
        depth--;
        break;
    }
  }
  return null;
}

function refusePrototypeKeys(value: JsonValue, pointer = ''): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const place = `${pointer}/${escapePointer(key)}`;
    if (key === '__proto__') {
      throw malformed(
        'it has a property "__proto__", which is not accepted. Omit it',
        'prototype',
        'must not be named "__proto__"',
        place,
      );
    }
    refusePrototypeKeys(member, place);
  }
}

function malformed(why: string, code: string, message: string, pointer = ''): RingbackError {
  return new RingbackError('request.malformed', {
    detail: `Could not read the JSON body: ${why}.`,
    violations: [{ location: `body${pointer}`, code, message }],
  });
}
