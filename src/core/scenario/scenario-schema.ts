import type { JsonObject, JsonValue } from '../json.ts';
import type { Contradiction, ScenarioLanguage, Selector } from '../provider/scenario-language.ts';
import type { SettingsTable } from '../settings.ts';
import { duration, durationSchema } from './duration-schema.ts';
import { expectationNames, expectations } from './expectation.ts';
import { apiFaultNames, apiFaultSchemas, faultNames, faultSchemas } from './fault-schemas.ts';
import { requires } from './requires.ts';
import { type RetryOwners, retryPresets } from './retry-presets.ts';
import { retrySchema } from './retry-schema.ts';
import { scenarioSchemaId } from './scenario.ts';
import { settingsSchema } from './settings-schema.ts';

/** The maximum number of steps of one timeline, and of entries of `faults` and `respond`. */
export const maxSteps = 10_000;
/** The maximum length of a scenario's name, in characters. */
export const maxNameLength = 64;

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** What the language is made of, by provider. */
export interface LanguageOwner {
  readonly language?: ScenarioLanguage;
  readonly settings?: SettingsTable;
}
export type LanguageOwners = ReadonlyMap<string, LanguageOwner> & RetryOwners;

const text: JsonObject = { type: 'string' };
const probability: JsonObject = {
  description: 'Probability that the fault applies. The seed decides. Default: 1.',
  type: 'number',
  minimum: 0,
  maximum: 1,
};

function exactlyOne(what: string, names: readonly string[]): JsonObject {
  return {
    title: `exactly one ${what}: ${names.join(', ')}`,
    oneOf: names.map((name) => requires(name)),
  };
}

function faultSchema(languages: readonly ScenarioLanguage[]): JsonObject {
  const selectors = languages.flatMap(({ selectors = {} }): [string, Selector][] =>
    Object.entries(selectors),
  );
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      on: {
        description:
          'The deliveries of the run that the fault applies to. All given conditions must match. Default: all.',
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        properties: {
          callback: { description: 'Type or event of the callback.', type: 'string' },
          payload: {
            description: 'Properties that the payload must have, also nested ones.',
            type: 'object',
            minProperties: 1,
          },
          ...Object.fromEntries(selectors.map(([name, { schema }]) => [name, schema])),
          nth: {
            description: 'Match only the nth delivery (1-based) that satisfies the other conditions.',
            type: 'integer',
            minimum: 1,
          },
          attempt: {
            description: 'Match only the nth attempt (1-based). Default: every attempt.',
            type: 'integer',
            minimum: 1,
          },
        },
      },
      probability,
      expect: {
        description: `How a good consumer responds to a callback with this fault. \`ringback trigger\` checks it: ${Object.entries(
          expectations,
        )
          .map(([name, text]) => `${name} (${text})`)
          .join('; ')}. Default: acknowledged; refused for \`signature\`.`,
        enum: expectationNames,
      },
      ...faultSchemas,
      contradict: contradictSchema(languages),
    },
    allOf: [exactlyOne('fault', faultNames)],
  };
}

/** The value of `contradict`: one of two words, or an object with one property from a provider's language. */
function contradictSchema(languages: readonly ScenarioLanguage[]): JsonObject {
  const members = new Map<string, Contradiction>();
  for (const { contradictions = {} } of languages) {
    for (const [name, one] of Object.entries(contradictions)) {
      const known = members.get(name);
      members.set(name, known === undefined ? one : both(known, one));
    }
  }
  const shown = [...members].map(([name, one]) => `{${name}: ${one.shown}}`);
  const words = faultSchemas.contradict.enum;
  const all = [...words, ...shown];
  return {
    description: faultSchemas.contradict.description,
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { title: `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`, enum: words },
    else: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: Object.fromEntries([...members].map(([name, { schema }]) => [name, schema])),
    },
  };
}

/** Combines the properties of two providers with the same name: the value may be one of either. */
function both(first: Contradiction, second: Contradiction): Contradiction {
  const [a, b] = [first.schema, second.schema];
  const values = [a.enum, b.enum].flatMap((list): readonly JsonValue[] => (Array.isArray(list) ? list : []));
  const description = `${a.description} ${b.description}`;
  return {
    ...first,
    schema: { ...a, description, ...(values.length > 0 && { enum: [...new Set(values)] }) },
  };
}

const apiFault: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    operation: {
      description:
        'Requests that it applies to: `operationId`, or method and path. Default: every operation of the provider.',
      type: 'string',
    },
    times: { description: 'How many requests it applies to. Default: all.', type: 'integer', minimum: 1 },
    probability,
    ...apiFaultSchemas,
    headers: {
      description: 'Headers of the response. Requires `status`.',
      type: 'object',
      additionalProperties: text,
    },
    body: { description: 'Body of the response, as JSON. Requires `status`.' },
  },
  allOf: [
    exactlyOne('fault', apiFaultNames),
    {
      title: '`status` along with `headers` or `body`',
      dependentRequired: { headers: ['status'], body: ['status'] },
    },
  ],
};

const step: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['after'],
  properties: {
    on: {
      title: 'a name such as submission',
      description: 'The trigger that starts the step. Default: submission.',
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9-]*$',
    },
    after: duration('Time since the previous step with the same `on`. For the first one, since the trigger.'),
    set: {
      description: 'Merge patch (RFC 7396) for the resource as a GET returns it.',
      type: 'object',
      minProperties: 1,
    },
    callback: {
      description:
        'The callback to send: its type; or its event, if only one callback has it. E.g. documentState.',
      type: 'string',
    },
    query: {
      description: 'Query parameters that replace those of the provider.',
      type: 'object',
      minProperties: 1,
    },
    payload: {
      description:
        'Merge patch (RFC 7396) for the body of the provider. A value that is not an object replaces the body.',
      if: { type: 'object' },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { type: 'object', minProperties: 1 },
    },
    content: {
      description:
        'The whole body, or the whole query, in place of that of the provider. A string is sent as it is written; any other value is encoded as the contract says, with its order and its nulls.',
    },
    headers: {
      description: 'Headers that replace those of the callback, or are added to them.',
      type: 'object',
      minProperties: 1,
      maxProperties: 100,
      additionalProperties: text,
    },
  },
  allOf: [
    {
      title: '`set`, `callback` or both',
      anyOf: [requires('set'), requires('callback')],
    },
    {
      title: '`callback` along with `query`, `payload`, `content` or `headers`',
      dependentRequired: {
        query: ['callback'],
        payload: ['callback'],
        content: ['callback'],
        headers: ['callback'],
      },
    },
    { title: '`payload` or `content`, not both', not: requires('payload', 'content') },
  ],
};

function providerRule(provider: string, language: ScenarioLanguage, settings?: SettingsTable): JsonObject {
  const timings = Object.entries(language.timings).map(([name, text]) => [name, duration(text)]);
  const triggers = Object.entries(language.triggers).map(([name, text]) => `${name} (${text})`);
  return {
    if: { properties: { provider: { const: provider } }, required: ['provider'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        outcome: { $ref: outcomePath(provider) },
        timings: { type: 'object', additionalProperties: false, properties: Object.fromEntries(timings) },
        timeline: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              on: { description: triggers.join('; '), enum: Object.keys(language.triggers) },
            },
          },
        },
        settings: settingsSchema(settings),
      },
    },
  };
}

/** Relative to the schema of scenarios. */
function outcomePath(provider: string): string {
  return `scenario/${provider}-outcome.schema.json`;
}

/**
 * JSON Schema of one scenario (DESIGN §4.3), published as `schemas/scenario.schema.json`.
 * `checkReferences` checks what a schema cannot, such as which callbacks the contract has.
 */
export function scenarioSchema(providers: LanguageOwners): JsonObject {
  const owners = languagesOf(providers);
  return {
    $schema: dialect,
    $id: scenarioSchemaId,
    title: 'Ringback scenario',
    description: 'A script: which submissions it applies to, what happens, when, and what goes wrong.',
    type: 'object',
    additionalProperties: false,
    required: providers.size === 1 ? ['name'] : ['name', 'provider'],
    properties: {
      $schema: { description: 'JSON Schema that an editor validates the file with.', type: 'string' },
      name: {
        title: 'a name of letters, digits, "-" and "_", such as late-rejection',
        description:
          'Unique among the provider’s scenarios. Also selects the scenario as part of a file name: contract.NAME.pdf.',
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
        maxLength: maxNameLength,
      },
      description: { description: 'What happens, and how a good consumer handles it.', type: 'string' },
      provider: {
        description: 'The provider that plays it. If only one is served, it can be omitted.',
        type: 'string',
        examples: owners.map(([name]) => name),
      },
      match: {
        description: 'Submissions that play the scenario by themselves. All given conditions must match.',
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        properties: {
          operation: {
            description: 'The submission: `operationId`, or method and path.',
            type: 'string',
            maxLength: 1024,
          },
          fileName: {
            description: 'File name with the wildcards * and ?, case-insensitive.',
            type: 'string',
            minLength: 1,
            maxLength: 512,
          },
          body: {
            description: 'Properties that the body or form must have.',
            type: 'object',
            minProperties: 1,
          },
        },
      },
      outcome: {
        description:
          'What happens, in the provider’s own terms. Default: the outcome of the provider’s default scenario.',
        type: 'object',
      },
      timings: {
        description: 'When the parts of the outcome happen, by the names of the provider.',
        type: 'object',
        additionalProperties: { $ref: '#/$defs/duration' },
      },
      timeline: {
        description: 'What happens, step by step, instead of an outcome.',
        type: 'array',
        minItems: 1,
        maxItems: maxSteps,
        items: { $ref: '#/$defs/step' },
      },
      faults: {
        description: 'Faults of the callbacks. Each entry is one fault.',
        type: 'array',
        maxItems: maxSteps,
        items: { $ref: '#/$defs/fault' },
      },
      retry: retrySchema(Object.keys(retryPresets(providers))),
      respond: {
        description: 'Faults of the API responses. Each entry is one fault.',
        type: 'array',
        maxItems: maxSteps,
        items: { $ref: '#/$defs/apiFault' },
      },
      settings: { description: 'Settings for the runs of this scenario.', type: 'object' },
      seed: {
        description: 'Seed of the data of its runs. Default: the seed of the space.',
        type: 'integer',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      },
    },
    allOf: [
      { title: '`outcome` or `timeline`, not both', not: requires('outcome', 'timeline') },
      {
        title: 'no `timings` along with `timeline`: its steps have their own `after`',
        not: requires('timings', 'timeline'),
      },
      ...owners.map(([name, { language, settings }]) => providerRule(name, language, settings)),
    ],
    $defs: {
      duration: durationSchema,
      step,
      fault: faultSchema(owners.map(([, { language }]) => language)),
      apiFault,
    },
    examples: owners.flatMap(([, { language }]) => language.examples ?? []),
  };
}

/** Every schema of the language by its path in the package: what is published for editors, but for its `$id`. */
export function scenarioSchemaFiles(providers: LanguageOwners): ReadonlyMap<string, JsonObject> {
  const outcomes = languagesOf(providers).map(([name, { language }]): [string, JsonObject] => [
    `schemas/${outcomePath(name)}`,
    { $schema: dialect, $id: new URL(outcomePath(name), scenarioSchemaId).href, ...language.outcome },
  ]);
  return new Map([['schemas/scenario.schema.json', scenarioSchema(providers)], ...outcomes]);
}

/** The providers that have a language of their own. Scenarios of the others have any outcome, timing and trigger. */
function languagesOf(
  providers: LanguageOwners,
): (readonly [string, LanguageOwner & { readonly language: ScenarioLanguage }])[] {
  return [...providers].flatMap(([name, { language, settings }]) =>
    language === undefined
      ? []
      : [[name, { language, ...(settings !== undefined && { settings }) }] as const],
  );
}
