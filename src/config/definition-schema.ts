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
  },
  $defs: { duration: durationSchema },
};
