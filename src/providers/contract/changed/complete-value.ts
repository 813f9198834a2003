import type { MediaTypeDeclaration } from '../../../core/contract/contract.ts';
import type { Direction } from '../../../core/contract/sample/make-value.ts';
import { mend } from '../../../core/contract/sample/mend.ts';
import { sample } from '../../../core/contract/sample/sample.ts';
import { valid } from '../../../core/contract/valid.ts';
import type { Violation } from '../../../core/errors.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  memberOf,
  objectOf,
  parsePointer,
} from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';
import type { Sampler } from '../sampler.ts';
import { withAt } from '../url-place.ts';
import { schemaAt } from './schema-parts.ts';

/** What missing parts of a value are made from. */
export interface CompletedFrom {
  /** Equal places get equal values. */
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Values to carry over by name. */
  readonly known: JsonObject;
  readonly direction: Direction;
}

/** How often violations are looked for: each repair can bring up others. */
const rounds = 6;

/**
 * A value that a schema accepts, as near to the given one as possible: what is missing is made up, what violates the
 * schema is replaced, or left out.
 */
export function completeValue(
  sampler: Sampler,
  media: MediaTypeDeclaration,
  given: JsonValue,
  from: CompletedFrom,
): JsonValue {
  const placed = { document: sampler.document, schema: media.schema };
  let value = given;
  for (let round = 0; round < rounds; round++) {
    const violations = media.validate(value);
    // What takes too long to check is left as it is.
    if (violations.length === 0 || violations[0]?.code === 'time-limit') return value;
    const before = value;
    for (const violation of violations) {
      const tokens = placeOf(violation, value);
      const name = tokens.at(-1);
      const schema = schemaAt(placed, tokens);
      if (schema === undefined || name === undefined) continue;
      // In an object, since values depend on the name, too.
      const object = { type: 'object', required: [name], properties: { [name]: schema } };
      const random = from.random.stream(`${tokens.join('/')} ${round}`);
      const made = sample(object, { ...from, document: sampler.document, random, validate: () => valid });
      value = withAt(value, tokens, objectOf(made.value)[name] ?? null);
    }
    if (value === before) break;
  }
  const mended = mend({ value, violations: media.validate(value) }, media.validate);
  if (mended.violations.length === 0) return mended.value;
  const made = sampler.sample(media, {
    ...from,
    known: { ...from.known, ...(isJsonObject(given) && given) },
  });
  return made.violations.length === 0 ? made.value : mended.value;
}

/** The place that a violation is about: that of a missing property, too. */
function placeOf({ code, location, message }: Violation, value: JsonValue): readonly string[] {
  const tokens = location.startsWith('/') ? parsePointer(location) : [];
  const name = code === 'required' ? /"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] : undefined;
  const owner = tokens.reduce<JsonValue | undefined>(
    (inner, token) => (inner === undefined ? undefined : memberOf(inner, token)),
    value,
  );
  return name === undefined || !isJsonObject(owner) ? tokens : [...tokens, name];
}
