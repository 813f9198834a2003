import type { JsonObject } from '../core/json.ts';
import { duration, durationSchema } from '../core/scenario/duration-schema.ts';
import { knownPresets } from '../core/scenario/retry-presets.ts';
import { retrySchema } from '../core/scenario/retry-schema.ts';

/** JSON Schema of those parts of a provider's definition that are data. */
export const definitionSchema: JsonObject = {
  type: 'object',
  properties: {
    retryPolicy: retrySchema(Object.keys(knownPresets)),
    answerRules: {
      type: 'object',
      additionalProperties: false,
      properties: { httpsOnly: { type: 'boolean' }, slowAnswer: duration('Above it, a response is slow.') },
    },
    scenarios: {
      type: 'array',
      items: { title: 'YAML or an object', if: { type: 'string' }, else: { type: 'object' } },
    },
    outcome: {
      type: 'object',
      additionalProperties: false,
      required: ['schema', 'expand'],
      properties: { schema: { type: 'object' }, default: { type: 'object', minProperties: 1 }, expand: {} },
    },
    states: {
      type: 'object',
      additionalProperties: false,
      required: ['finals'],
      properties: {
        finals: { type: 'array', minItems: 1, items: { type: 'string' } },
        at: {
          type: 'array',
          minItems: 1,
          items: { title: 'a JSON pointer such as /data/status', type: 'string', pattern: '^/' },
        },
      },
    },
  },
  $defs: { duration: durationSchema },
};
