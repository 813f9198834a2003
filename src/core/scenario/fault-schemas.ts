import type { JsonObject } from '../json.ts';
import { signatureFaults } from '../signing/signature-faults.ts';
import { duration } from './duration-schema.ts';
import { requires } from './requires.ts';

const slow: JsonObject = {
  description: 'The bytes are sent at this rate.',
  type: 'object',
  additionalProperties: false,
  required: ['bytesPerSecond'],
  properties: { bytesPerSecond: { type: 'integer', minimum: 1 } },
};

const resetPeer: JsonObject = {
  description: 'The connection is reset after this number of bytes of the message.',
  type: 'object',
  additionalProperties: false,
  required: ['after'],
  properties: { after: { description: 'Bytes that still go out.', type: 'integer', minimum: 0 } },
};

/**
 * The callback faults of a scenario's `faults`, each with the schema of its value (DESIGN §4.3). Names follow Toxiproxy
 * where it has one. The reference is generated from this.
 */
export const faultSchemas = {
  drop: { description: 'The callback is never sent.', const: true },
  delay: duration('The callback is sent this much later than scheduled.'),
  duplicate: {
    description: 'The callback is sent several times.',
    type: 'object',
    additionalProperties: false,
    required: ['times'],
    properties: {
      times: { description: 'How often it is sent in all.', type: 'integer', minimum: 2, maximum: 1000 },
      gap: duration('Time between two copies. Default: 0s.'),
      concurrent: { description: 'All copies are sent at the same moment.', const: true },
    },
    allOf: [
      {
        title: 'either `gap` or `concurrent`, not both',
        not: requires('gap', 'concurrent'),
      },
    ],
  },
  reorder: { description: 'The callback is swapped with the next one of the run.', const: true },
  early: { description: 'The callback is sent before the response to the submission.', const: true },
  corrupt: {
    description: 'The message is corrupted.',
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
          description: 'The value at this place of the payload becomes invalid.',
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
    description:
      'A change that the provider may make without notice. It is legal, so a consumer must accept it.',
    enum: ['unknown-property', 'omit-null', 'null', 'reorder-properties', 'new-enum-value', 'new-event-type'],
  },
  /** The language of a provider adds further properties. */
  contradict: {
    description: 'A further callback that contradicts this one.',
    enum: ['unknown-id', 'stale'],
  },
  auth: {
    description: 'The credentials that the consumer expects are missing or wrong.',
    enum: ['missing', 'wrong'],
  },
  signature: {
    description:
      'The signature is missing or wrong. A good consumer refuses the callback, so the default of `expect` is `refused`.',
    enum: Object.keys(signatureFaults),
  },
  slow,
  reset_peer: resetPeer,
  timeout: duration('Connects, then sends nothing for this long.'),
} as const satisfies Readonly<Record<string, JsonObject>>;

export type FaultName = keyof typeof faultSchemas;
export const faultNames = Object.keys(faultSchemas) as FaultName[];

/** The API faults of a scenario's `respond`, each with the schema of its value. */
export const apiFaultSchemas = {
  status: { description: 'Answers with this status.', type: 'integer', minimum: 200, maximum: 599 },
  latency: duration('The response is sent this much later.'),
  reset_peer: resetPeer,
  slow,
  malformed: { description: 'The body of the response does not match its content type.', const: true },
  rate_limit: {
    description: 'Requests over the limit get 429 with Retry-After.',
    type: 'object',
    additionalProperties: false,
    required: ['limit', 'per'],
    properties: {
      limit: { type: 'integer', minimum: 0 },
      per: duration('The time window of the limit.'),
    },
  },
} as const satisfies Readonly<Record<string, JsonObject>>;

export type ApiFaultName = keyof typeof apiFaultSchemas;
export const apiFaultNames = Object.keys(apiFaultSchemas) as ApiFaultName[];
