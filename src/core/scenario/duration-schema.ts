import { durationExpected } from '../duration.ts';
import type { JsonObject } from '../json.ts';

/** A duration in a scenario file, as `parseDuration` reads it. */
export const durationSchema: JsonObject = {
  if: { type: 'string' },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { title: durationExpected, type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$' },
  else: { title: durationExpected, type: 'number', minimum: 0 },
  examples: ['250ms', '2s', '5m', '1h', '2d', 1500],
};

/** A reference to the duration's definition, with a description for this place. */
export function duration(description: string): JsonObject {
  return { $ref: '#/$defs/duration', description };
}
