import type { JsonObject } from '../json.ts';
import { duration } from './duration-schema.ts';
import { requires } from './requires.ts';

const slow: JsonObject = {
  description: 'The bytes go out at this rate.',
  type: 'object',
  additionalProperties: false,
  required: ['bytesPerSecond'],
  properties: { bytesPerSecond: { type: 'integer', minimum: 1 } },
};

const resetPeer: JsonObject = {
  description: 'The connection is reset after so many bytes of the message.',
  type: 'object',
  additionalProperties: false,
  required: ['after'],
  properties: { after: { description: 'Bytes that still go out.', type: 'integer', minimum: 0 } },
};

/**
 * The faults of the callback side and the schema of each one's value (DESIGN §4.3; names of Toxiproxy where it has
 * one): what a scenario's `faults` may say, and what its reference is made from.
 */
export const faultSchemas = {
  drop: { description: 'The callback is never sent.', const: true },
  delay: duration('The callback is sent so much later than the script says.'),
  duplicate: {
    description: 'The callback is sent several times.',
    type: 'object',
    additionalProperties: false,
    required: ['times'],
    properties: {
      times: { description: 'How often it is sent in all.', type: 'integer', minimum: 2, maximum: 1000 },
      gap: duration('Time between one and the next. Default: 0s.'),
      concurrent: { description: 'All of them leave at the same moment.', const: true },
    },
    allOf: [
      {
        title: 'either `gap` or `concurrent`: what leaves at one moment has no gap',
        not: requires('gap', 'concurrent'),
      },
    ],
  },
  reorder: { description: 'Swapped with the next callback of the run.', const: true },
  early: { description: 'Sent before the answer to the submission.', const: true },
  corrupt: {
    description: 'The message is spoilt.',
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      title:
        'one of truncate, invalid-json, empty, content-type and charset, {schema: <pointer>} or {missingQuery: <name>}',
      enum: ['truncate', 'invalid-json', 'empty', 'content-type', 'charset'],
    },
    else: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        schema: {
          title: 'a JSON pointer into the payload, e.g. /documents',
          description: 'That place of the payload is made invalid.',
          type: 'string',
          pattern: '^(/([^~/]|~[01])*)+$',
        },
        missingQuery: {
          description: 'This query parameter is left out.',
          type: 'string',
          minLength: 1,
        },
      },
    },
  },
  drift: {
    description: 'A change that the provider may make without notice: legal, and a consumer has to bear it.',
    enum: ['unknown-property', 'omit-null', 'null', 'reorder-properties', 'new-enum-value', 'new-event-type'],
  },
  /** Besides these words, a provider's language has members of its own. */
  contradict: {
    description: 'A further callback that contradicts this one.',
    enum: ['unknown-id', 'stale'],
  },
  auth: {
    description: 'The credentials that the consumer expects are left out, or are not the agreed ones.',
    enum: ['missing', 'wrong'],
  },
  slow,
  reset_peer: resetPeer,
  timeout: duration('Connects, then stays silent for so long.'),
} as const satisfies Readonly<Record<string, JsonObject>>;

export type FaultName = keyof typeof faultSchemas;
export const faultNames = Object.keys(faultSchemas) as FaultName[];

/** The faults of the API side and the schema of each one's value: what `respond` may say. */
export const apiFaultSchemas = {
  status: { description: 'Answers with this status.', type: 'integer', minimum: 200, maximum: 599 },
  latency: duration('The answer comes so much later.'),
  reset_peer: resetPeer,
  slow,
  malformed: { description: 'The body of the answer is not what its content type says.', const: true },
  rate_limit: {
    description: 'Requests over the limit get 429 with Retry-After.',
    type: 'object',
    additionalProperties: false,
    required: ['limit', 'per'],
    properties: {
      limit: { type: 'integer', minimum: 0 },
      per: duration('The window that the limit is for.'),
    },
  },
} as const satisfies Readonly<Record<string, JsonObject>>;

export type ApiFaultName = keyof typeof apiFaultSchemas;
export const apiFaultNames = Object.keys(apiFaultSchemas) as ApiFaultName[];
