import type { JsonObject } from '../json.ts';

/**
 * A duration in a scenario file, as `parseDuration` reads it. The title is what an error says was expected.
 */
export const durationSchema: JsonObject = {
  title: 'a duration such as 250ms, 2s, 5m, 1h or 2d',
  type: 'string',
  pattern: '^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$',
  examples: ['250ms', '2s', '5m', '1h', '2d'],
};

/** A reference to the duration's definition, with what it means at this place. */
export function duration(description: string): JsonObject {
  return { $ref: '#/$defs/duration', description };
}
