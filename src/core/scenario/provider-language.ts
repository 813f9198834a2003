import type { JsonObject } from '../json.ts';
import { requires } from './requires.ts';

/** The part of the scenario language that is a provider's own. */
export interface ProviderLanguage {
  /** JSON Schema of `outcome`, published as `schemas/scenario/<provider>-outcome.schema.json`. */
  readonly outcome: JsonObject;
  /** Outcome of a scenario with neither `outcome` nor `timeline`: that of the provider's default scenario. */
  readonly defaultOutcome: JsonObject;
  /** Names that `timings` may have, with what each one times. */
  readonly timings: Readonly<Record<string, string>>;
  /** What a step's `on` may name, with what fires it. */
  readonly triggers: Readonly<Record<string, string>>;
  /** What its callbacks say of themselves, which a fault's `on` can ask for; a timeline may have them say more. */
  readonly says: {
    /** By number and by text. */
    readonly states: readonly (number | string)[];
    readonly eventTypes: readonly string[];
  };
  /** What `contradict` can say besides `unknown-id` and `stale`. */
  readonly contradictions: {
    /** Whether there are states by number. */
    readonly states: boolean;
    /** What a callback can say of the end, and which callbacks do. */
    readonly finals: readonly string[];
    readonly finalsOf: readonly string[];
  };
}

const schemaBase = 'https://ringback.example/schemas/scenario/';
const verification: JsonObject = { enum: ['pass', 'fail', 'missing', 'review'] };
const documentTypes = [
  'paystub',
  'bank_statement',
  'drivers_license',
  'utility_bill',
  'w2',
  'credit_application',
  'retail_installment_sales_contract',
  'odometer_statement',
  'bookout_sheet',
  'gap_waiver_contract',
  'vehicle_service_contract',
  'other',
];
const extractions = [
  'ok',
  'unreadable',
  'invalid-type',
  'corrupted',
  'password-protected',
  'too-small',
  'too-large',
];
const documentType: JsonObject = { enum: documentTypes };

/**
 * Outcomes, timings and triggers by provider (PROVIDERS.md §1, §2). A provider that is not listed here has any
 * outcome, timing and trigger that its `expand` takes.
 */
export const providerLanguages = {
  docdigitizer: {
    outcome: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `${schemaBase}docdigitizer-outcome.schema.json`,
      title: 'Outcome of a DocDigitizer document',
      type: 'object',
      additionalProperties: false,
      required: ['final'],
      properties: {
        final: {
          description: 'The final state: ANNOTATED (91), REJECTED (92) or ERROR (999).',
          enum: ['annotated', 'rejected', 'error'],
        },
        reason: { description: 'Why, as the results data says it.', type: 'string', minLength: 1 },
        reasons: {
          description: 'Several reasons.',
          type: 'array',
          minItems: 1,
          items: { type: 'string', minLength: 1 },
        },
        annotations: {
          description:
            'Members put over the generated annotations, by key, e.g. document:financial-document:currency.',
          type: 'object',
        },
      },
      allOf: [
        {
          title: 'either `reason` or `reasons`',
          not: requires('reason', 'reasons'),
        },
        {
          if: { properties: { final: { const: 'annotated' } }, required: ['final'] },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: {
            title: 'no reason with `final: annotated`: an annotated document has none',
            not: { anyOf: [requires('reason'), requires('reasons')] },
          },
        },
      ],
      examples: [{ final: 'annotated' }, { final: 'rejected', reason: 'not included in the license' }],
    },
    defaultOutcome: { final: 'annotated' },
    timings: {
      machineLearning:
        'From the submission to phase 1. Default: the setting docdigitizer.machineLearningTime, or `final` where that is shorter.',
      final:
        'From the submission to the final state. Default: the setting docdigitizer.finalTime, or `machineLearning` where that is longer.',
    },
    triggers: { submission: 'the document is submitted' },
    says: {
      states: [
        ...[10, 30, 91, 92, 999],
        ...['RECEIVED', 'RECEIVEDMACHINELEARN', 'ANNOTATED', 'REJECTED', 'ERROR'],
        // API v1
        ...['start', 'classified', 'annotated', 'rejected'],
      ],
      eventTypes: [],
    },
    contradictions: {
      states: true,
      finals: ['annotated', 'rejected', 'error'],
      finalsOf: ['documentState', 'documentStateOverview', 'documentStateV1'],
    },
  },
  informed: {
    outcome: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `${schemaBase}informed-outcome.schema.json`,
      title: 'Outcome of an Informed application',
      type: 'object',
      additionalProperties: false,
      properties: {
        extraction: {
          description:
            'What becomes of each file, its extractions callback or the error callback of that case: one for every file, or a list in the order of the uploads, the last of which holds for those that follow. Default: ok.',
          if: { type: 'array' },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { type: 'array', minItems: 1, items: { enum: extractions } },
          else: { title: `one of ${extractions.join(', ')}, or a list of them`, enum: extractions },
        },
        documents: {
          description:
            'Types of the documents that are found: one list for every file, or one list per file in the order of the uploads, the last of which holds for those that follow.',
          type: 'array',
          minItems: 1,
          if: { items: { type: 'array' } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { items: { type: 'array', minItems: 1, items: documentType } },
          else: {
            items: {
              title: `one of ${documentTypes.join(', ')}`,
              description: 'A document type.',
              enum: documentTypes,
            },
          },
        },
        verifications: {
          description:
            'Result by verification; or `delayed`: the error callback in their place; or `none`: no callback at all.',
          if: { type: 'string' },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { title: 'delayed, none, or a result by verification', enum: ['delayed', 'none'] },
          else: {
            type: 'object',
            additionalProperties: false,
            minProperties: 1,
            properties: {
              income: verification,
              residence: verification,
              identity: verification,
              credit_application: verification,
              retail_installment_sales_contract: verification,
              odometer_statement: verification,
              bookout_sheet: verification,
              gap_waiver_contract: verification,
              vehicle_service_contract: verification,
            },
          },
        },
      },
      examples: [{ verifications: { income: 'fail' } }, { extraction: 'password-protected' }],
    },
    defaultOutcome: { extraction: 'ok' },
    timings: {
      extraction:
        'From the end of an upload to its extractions or error callback. Default: the setting informed.extractionTime.',
      quiet:
        'How long nothing may have been uploaded or extracted before the verifications. Default: the setting informed.quietPeriod.',
    },
    triggers: {
      submission: 'the application is registered',
      upload: 'a file is uploaded',
      quiet: 'nothing was uploaded or extracted for a while',
      update: 'the application is changed',
    },
    says: { states: [], eventTypes: ['extractions', 'verifications', 'error'] },
    contradictions: {
      states: false,
      finals: ['pass', 'fail', 'missing', 'review'],
      finalsOf: ['verifications'],
    },
  },
} as const satisfies Readonly<Record<string, ProviderLanguage>>;
