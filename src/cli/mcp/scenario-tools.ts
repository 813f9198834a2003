import type { JsonObject, JsonValue } from '../../core/json.ts';
import { enumerate } from '../../testing/sentences.ts';
import { columns } from '../client/columns.ts';
import { queueScenarios, queueText } from '../client/queue-next.ts';
import { printable } from '../printable.ts';
import { firstSentence } from '../scenario-list.ts';
import { reading, type Tool, tool } from './tool.ts';

interface ListedScenario {
  readonly name: string;
  readonly provider: string;
  readonly description: string;
}

const listScenarios = tool<{ readonly search?: string; readonly provider?: string }>({
  name: 'list_scenarios',
  title: 'List scenarios',
  description:
    'Lists the scenarios that the mock provider can play: what happens to a submission, and which callbacks follow, with duplicates, delays, retries and failures. Use it to find the name of a scenario for queue_scenarios. Search before you read the whole list.',
  annotations: reading,
  input: {
    search: {
      title: 'a string',
      description: 'Only scenarios whose name or description contains all of these words.',
      type: 'string',
      examples: ['duplicate', 'rejected late'],
    },
    provider: {
      title: 'the name of a provider',
      description: 'Only scenarios of this provider.',
      type: 'string',
    },
  },
  output: 'listScenarios',
  call: async ({ search = '', provider }, { open }) => {
    const remote = await open(false);
    const query = provider === undefined ? '' : `?provider=${encodeURIComponent(provider)}`;
    const { scenarios } = (await remote.call('GET', `scenarios${query}`)) as {
      readonly scenarios: readonly ListedScenario[];
    };
    const words = search.toLowerCase().split(/\s+/);
    const found = scenarios.filter(({ name, description }) => {
      const text = `${name} ${description}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const text =
      found.length === 0
        ? `none of ${scenarios.length} scenarios fits: search for fewer words\n`
        : columns(found.map(({ name, description }) => ({ cells: [name, firstSentence(description)] })));
    return { text, structured: { scenarios: found, total: found.length } };
  },
});

/** A scenario as the control API shows it, as far as the text says it. */
interface ShownScenario extends ListedScenario {
  readonly triggers: Readonly<
    Record<
      string,
      readonly {
        readonly after: string;
        readonly set: JsonObject | null;
        readonly callback: string | null;
        readonly payload?: JsonValue;
      }[]
    >
  >;
  readonly faults: readonly {
    readonly on: JsonObject;
    readonly fault: string;
    readonly probability: number;
    readonly expect: string;
  }[];
  readonly respond: readonly {
    readonly operation: string | null;
    readonly fault: string;
    readonly times: number | null;
    readonly probability: number;
  }[];
  readonly retry: { readonly schedule: readonly string[]; readonly on: readonly string[] };
}

const explainScenario = tool<{ readonly scenario: string }>({
  name: 'explain_scenario',
  title: 'Explain a scenario',
  description:
    'Shows what a scenario does, step by step with times: states, callbacks, faults, and how a good consumer responds. Nothing is sent. Use it before you queue a scenario, and to say what an endpoint must do to handle it.',
  annotations: reading,
  input: {
    scenario: {
      title: 'the name of a scenario',
      description: 'Name of the scenario, as list_scenarios shows it.',
      type: 'string',
      minLength: 1,
      examples: ['rejected'],
    },
  },
  required: ['scenario'],
  output: 'getScenarioOfProvider',
  call: async ({ scenario }, { open }) => {
    const remote = await open(false);
    const path = scenario.split('/').map(encodeURIComponent).join('/');
    const shown = (await remote.call('GET', `scenarios/${path}`)) as ShownScenario;
    return { text: explained(shown), structured: shown };
  },
});

function explained({ name, description, triggers, faults, respond, retry }: ShownScenario): string {
  const chance = (probability: number): string => (probability === 1 ? '' : `, in ${probability * 100} %`);
  const steps = Object.entries(triggers).flatMap(([trigger, list]) => [
    `after the trigger ${trigger}:`,
    ...list.map(({ after, set, callback, payload }) => {
      const parts = [
        ...(set === null ? [] : [`set ${JSON.stringify(set)}`]),
        ...(callback === null ? [] : [`callback ${callback}`]),
        ...(payload === undefined ? [] : [`with ${JSON.stringify(payload)}`]),
      ];
      return `  +${after}  ${parts.join(', ')}`;
    }),
  ]);
  const lines = [
    `${name}: ${description.replace(/\s+/g, ' ').trim()}`,
    ...steps,
    ...faults.map(({ on, fault, probability, expect }) => {
      const which = Object.keys(on).length === 0 ? 'every callback' : `callbacks ${JSON.stringify(on)}`;
      return `fault of ${which}: ${fault}${chance(probability)}; a good consumer's response: ${expect}`;
    }),
    ...respond.map(
      ({ operation, fault, times, probability }) =>
        `fault of ${operation ?? 'every operation'}: ${fault}${times === null ? '' : `, ${times} ×`}${chance(probability)}`,
    ),
    retry.schedule.length === 0
      ? 'callbacks are not retried'
      : `callbacks are retried after ${enumerate(retry.schedule)}, on ${enumerate(retry.on)}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

const queue = tool<{
  readonly scenarios?: readonly string[];
  readonly times?: number;
  readonly fileName?: string;
  readonly clear?: boolean;
}>({
  name: 'queue_scenarios',
  title: 'Queue scenarios for the next submissions',
  description:
    'Makes the next submission to the mock play the first scenario, the one after it the second, and so on. Returns the queue. Use it before the application under test submits something. Without scenarios, it shows the queue.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  input: {
    scenarios: {
      title: 'an array of at most 100 names of scenarios',
      description: 'Names of scenarios, in the order in which they play.',
      type: 'array',
      maxItems: 100,
      items: { title: 'the name of a scenario', type: 'string', minLength: 1 },
      examples: [['rejected']],
    },
    times: {
      title: 'an integer from 1 to 1000000',
      description: 'How many submissions play each scenario.',
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 1,
    },
    fileName: {
      title: 'a file name with the wildcards * and ?',
      description: 'Only for submissions of such a file. Default: any submission of the provider.',
      type: 'string',
      minLength: 1,
      examples: ['payslip*.pdf'],
    },
    clear: {
      title: 'true or false',
      description: 'Whether the queue is emptied first.',
      type: 'boolean',
      default: false,
    },
  },
  output: 'listNext',
  call: async ({ scenarios = [], times = 1, fileName = null, clear = false }, { open }) => {
    const queued = await queueScenarios(await open(true), { scenarios, times, fileName, clear });
    return { text: queueText(queued), structured: queued };
  },
});

export const scenarioTools: readonly Tool[] = [listScenarios, explainScenario, queue];
