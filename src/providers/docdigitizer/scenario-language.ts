import type { ScenarioLanguage } from '../../core/provider/scenario-language.ts';
import { requires } from '../../core/scenario/requires.ts';

const stateCallbacks = ['documentState', 'documentStateOverview', 'documentStateV1'];

/** DocDigitizer's part of the scenario language. */
export const docdigitizerLanguage = {
  outcome: {
    title: 'Outcome of a DocDigitizer document',
    type: 'object',
    additionalProperties: false,
    required: ['final'],
    properties: {
      final: {
        description: 'The final state: ANNOTATED (91), REJECTED (92) or ERROR (999).',
        enum: ['annotated', 'rejected', 'error'],
      },
      reason: {
        description: 'Why the document is rejected, as in the results data.',
        type: 'string',
        minLength: 1,
      },
      reasons: {
        description: 'Several reasons.',
        type: 'array',
        minItems: 1,
        items: { type: 'string', minLength: 1 },
      },
      annotations: {
        description:
          'Annotations that replace or extend the generated ones, by key, e.g. document:financial-document:currency.',
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
      'Time from the submission to phase 1. Default: the setting docdigitizer.machineLearningTime, or `final` if that is shorter.',
    final:
      'Time from the submission to the final state. Default: the setting docdigitizer.finalTime, or `machineLearning` if that is longer.',
  },
  triggers: { submission: 'the document is submitted' },
  selectors: {
    state: {
      label: 'state',
      schema: {
        description: 'State of a DocDigitizer callback, as a number or name.',
        if: { type: 'string' },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { type: 'string', minLength: 1 },
        else: { title: 'a state such as 92 or "REJECTED"', type: 'integer', minimum: 0 },
      },
      values: [
        ...[10, 30, 91, 92, 999],
        ...['RECEIVED', 'RECEIVEDMACHINELEARN', 'ANNOTATED', 'REJECTED', 'ERROR'],
        // API v1
        ...['start', 'classified', 'annotated', 'rejected'],
      ],
      read: ({ state, status, stateText }) => [state, status, stateText],
    },
  },
  contradictions: {
    state: {
      shown: '<number>',
      schema: { description: 'A second, different final state.', type: 'integer', minimum: 0 },
      callbacks: stateCallbacks,
    },
    final: {
      shown: '<outcome>',
      schema: { description: 'A second, different final outcome.', enum: ['annotated', 'rejected', 'error'] },
      callbacks: stateCallbacks,
    },
  },
  examples: [
    {
      name: 'rejected-twice-announced',
      provider: 'docdigitizer',
      outcome: { final: 'rejected', reason: 'not included in the license' },
      timings: { machineLearning: '2s', final: '10s' },
      faults: [{ on: { callback: 'documentState', state: 92 }, duplicate: { times: 2, gap: '0s' } }],
      retry: { schedule: ['1s', '2s', '4s'], on: [429, '5xx', 'timeout', 'network'], timeout: '30s' },
    },
  ],
} as const satisfies ScenarioLanguage;
