import { retryConditionPattern } from '../engine/deliveries/retry-policy.ts';
import type { JsonObject } from '../json.ts';
import { duration } from './duration-schema.ts';

/** Which failures are retried: a status, a class of them, or a kind of error. */
const condition: JsonObject = {
  title: 'a status such as 503 or "503", a class such as 5xx, non-2xx, timeout or network',
  if: { type: 'string' },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: {
    title: 'a status such as 503, a class such as 5xx, non-2xx, timeout or network',
    type: 'string',
    pattern: retryConditionPattern,
  },
  else: {
    type: 'integer',
    minimum: 100,
    maximum: 599,
    if: { minimum: 200 },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { title: 'a status that is not a success, such as 503', minimum: 300 },
  },
};

/** JSON Schema of `retry`. */
export function retrySchema(presets: readonly string[]): JsonObject {
  return {
    description:
      'Retry policy of the callbacks: the name of a preset, or a policy. Default: the provider’s settings.',
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      title: `one of ${presets.join(', ')}, or a policy`,
      enum: presets,
    },
    else: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        schedule: {
          description: 'Waits before the 2nd, 3rd, … attempt.',
          type: 'array',
          maxItems: 1000,
          items: { $ref: '#/$defs/duration' },
        },
        on: {
          description:
            'Which failures are retried. Default: the provider’s settings, or everything when those retry nothing.',
          type: 'array',
          items: condition,
        },
        timeout: duration('Timeout of an attempt, in real time.'),
        retryAfter: duration('The longest Retry-After that is honored. 0s: the header is ignored.'),
      },
    },
  };
}
