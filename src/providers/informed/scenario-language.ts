import type { JsonObject } from '../../core/json.ts';
import type { ScenarioLanguage } from '../../core/provider/scenario-language.ts';

const verification: JsonObject = {
  description: 'Result of this verification. Default: what the registered data and the documents give.',
  enum: ['pass', 'fail', 'missing', 'review'],
};
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

/** Informed's part of the scenario language. */
export const informedLanguage = {
  outcome: {
    title: 'Outcome of an Informed application',
    type: 'object',
    additionalProperties: false,
    properties: {
      extraction: {
        description:
          'Result of each file: its extractions callback, or the error callback of that case. One value for every file, or an array in the order of the uploads; its last value applies to all further files. Default: ok.',
        if: { type: 'array' },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { type: 'array', minItems: 1, items: { enum: extractions } },
        else: { title: `one of ${extractions.join(', ')}, or an array of them`, enum: extractions },
      },
      documents: {
        description:
          'Types of the documents found in the files. One array for every file, or an array of arrays in the order of the uploads; the last one applies to all further files.',
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
          'Result of each verification, by name. Or `delayed`: the error callback instead. Or `none`: no callback.',
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
      'Time from the end of an upload to its extractions or error callback. Default: the setting informed.extractionTime.',
    quiet:
      'How long to wait after the last upload or extraction before the verifications run. Default: the setting informed.quietPeriod.',
  },
  triggers: {
    submission: 'the application is registered',
    upload: 'a file is uploaded',
    quiet: 'nothing was uploaded or extracted for a while',
    update: 'the application is changed',
  },
  selectors: {
    event_type: {
      label: 'event type',
      schema: { description: 'Event type of an Informed callback.', type: 'string', minLength: 1 },
      values: ['extractions', 'verifications', 'error'],
      // The event type is the name of the callback, unless a script sets another.
      read: ({ event_type: eventType }, callback) => [eventType ?? callback],
    },
  },
  eventType: 'event_type',
  contradictions: {
    final: {
      shown: '<outcome>',
      schema: {
        description: 'A second, different verification status.',
        enum: ['pass', 'fail', 'missing', 'review'],
      },
      callbacks: ['verifications'],
    },
  },
} as const satisfies ScenarioLanguage;
