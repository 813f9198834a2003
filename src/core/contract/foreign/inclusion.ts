import { isJsonObject, type JsonObject } from '../../json.ts';
import { keywordShapes } from '../keywords.ts';
import { members, type Place } from '../place.ts';
import { assertions } from './assertions.ts';
import type { ForeignDocument } from './foreign-document.ts';

/** The most alternatives that are compared, each with each. */
const mostAlternatives = 50;

/**
 * Whether one alternative of a `oneOf` asserts all that another one asserts, so that each value that matches it matches
 * the other one too: `{type: string}` beside `{type: string, format: byte}`.
 */
export function hasInclusion(document: ForeignDocument, choice: Place): boolean {
  const alternatives = members(choice).flatMap(([, entry]) => {
    const isReference = isJsonObject(entry.value) && Object.keys(entry.value).join() === '$ref';
    const value = isReference ? document.follow(entry)?.value : entry.value;
    return isJsonObject(value) ? [asserted(value)] : [];
  });
  if (alternatives.length > mostAlternatives) return false;
  return alternatives.some((special, index) =>
    alternatives.some((general, other) => index !== other && includes(special, general)),
  );
}

/** The keywords that assert something, with their values as JSON. */
function asserted(schema: JsonObject): ReadonlyMap<string, string> {
  const keywords = Object.keys(schema).filter(
    (key) =>
      key === '$ref' ||
      key === 'required' ||
      (key !== 'title' && assertions.has(key)) ||
      (keywordShapes.get(key) ?? null) !== null,
  );
  return new Map(keywords.map((key) => [key, JSON.stringify(schema[key])]));
}

function includes(special: ReadonlyMap<string, string>, general: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of general) if (special.get(key) !== value) return false;
  return true;
}
