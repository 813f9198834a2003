import { parseDuration } from '../../core/duration.ts';
import type { JsonObject } from '../../core/json.ts';
import { timeoutText, waitFor } from '../client/await-deliveries.ts';
import { deliveryQuery } from '../client/delivery-query.ts';
import { deliveryText } from '../client/delivery-rows.ts';
import { type DeliveryList, deliveryListText, readDelivery } from '../client/show-deliveries.ts';
import { listRuns, readRun, runListText, timelineText } from '../client/show-runs.ts';
import { bodyLimit, defaultLimit, durationPattern, limitInput, reading, type Tool, tool } from './tool.ts';

const providerInput: JsonObject = {
  title: 'the name of a provider',
  description: 'Only those of this provider.',
  type: 'string',
  minLength: 1,
};

const runs = tool<{
  readonly provider?: string;
  readonly scenario?: string;
  readonly state?: 'playing' | 'finished';
  readonly limit?: number;
}>({
  name: 'list_runs',
  title: 'List runs',
  description:
    'Lists what was submitted to the mock, newest last: each run with the scenario that it plays, why that one was chosen, its state and the number of its callbacks. Use it to see whether a submission arrived.',
  annotations: reading,
  input: {
    provider: providerInput,
    scenario: {
      title: 'the name of a scenario',
      description: 'Only runs that play this scenario.',
      type: 'string',
      minLength: 1,
    },
    state: {
      description: 'Only runs in this state. A playing run has steps or attempts to come.',
      type: 'string',
      enum: ['playing', 'finished'],
    },
    limit: limitInput,
  },
  output: 'listRuns',
  call: async ({ provider, scenario, state, limit = defaultLimit }, { open }) => {
    const list = await listRuns(await open(false), { provider, scenario, state, limit });
    return { text: runListText(list), structured: list };
  },
});

const run = tool<{ readonly id: string }>({
  name: 'get_run',
  title: 'Show the timeline of a run',
  description:
    'Shows one run: its timeline with every step and callback, each attempt with the response of the consumer, retries, faults, violations, and what is still to come. Use it to find out why a callback did or did not arrive.',
  annotations: reading,
  input: {
    id: {
      title: 'the id of a run',
      description: 'Id of the run, from list_runs or the log. Its start is enough.',
      type: 'string',
      minLength: 1,
    },
  },
  required: ['id'],
  output: 'getRun',
  call: async ({ id }, { open }) => {
    const shown = await readRun(await open(false), id);
    return { text: timelineText(shown), structured: shown };
  },
});

const deliveries = tool<{
  readonly run?: string;
  readonly provider?: string;
  readonly callback?: string;
  readonly state?: 'pending' | 'delivered' | 'failed' | 'dropped';
  readonly limit?: number;
  readonly wait?: string;
  readonly count?: number;
}>({
  name: 'list_deliveries',
  title: 'List deliveries, or wait for them',
  description:
    'Lists the callbacks that the mock sent or is about to send, newest last, each with its attempts and the statuses of the consumer. With wait, it first waits in real time until count of them have ended; when the time is over, reached is false and the text says what happened instead. On a virtual clock nothing becomes due until settle_clock or advance_clock moves it.',
  annotations: reading,
  input: {
    run: {
      title: 'the id of a run',
      description: 'Only deliveries of this run. The start of its id is enough.',
      type: 'string',
      minLength: 1,
    },
    provider: providerInput,
    callback: {
      title: 'the name of a callback',
      description: 'Only deliveries of this callback, as list_callbacks shows it.',
      type: 'string',
      minLength: 1,
    },
    state: {
      description:
        'Only deliveries in this state. failed: no attempt succeeded, and no further one follows. dropped: a script prevents it.',
      type: 'string',
      enum: ['pending', 'delivered', 'failed', 'dropped'],
    },
    limit: limitInput,
    wait: {
      title: 'a duration such as 500ms, 10s or 2m',
      description:
        'How long to wait, in real time. At most 5m; many clients give up on a tool after 60 seconds. Default: no waiting.',
      type: 'string',
      pattern: durationPattern,
      examples: ['10s'],
    },
    count: {
      title: 'an integer from 1 to 100000',
      description: 'How many deliveries end the wait. Only with wait.',
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 1,
    },
  },
  output: 'listDeliveries',
  call: async (input, { open }) => {
    const { run: given = null, provider = null, callback = null, state = null, wait, count = 1 } = input;
    const remote = await open(wait !== undefined);
    const filters = await deliveryQuery(remote, { run: given, provider, callback, state });
    const query = `${filters}limit=${input.limit ?? defaultLimit}&bodyLimit=${bodyLimit}`;
    if (wait === undefined) {
      const list = (await remote.call('GET', `deliveries?${query}`)) as DeliveryList;
      return { text: deliveryListText(list, true), structured: list };
    }
    const timeout = parseDuration(wait);
    const list = await waitFor(remote, `${query}&`, { timeout, count });
    const missed = list.reached
      ? ''
      : `\n${await timeoutText(remote, list, { timeout, count, state, callback, run: given })}`;
    return { text: deliveryListText(list, true) + missed, structured: list };
  },
});

const delivery = tool<{ readonly id: string }>({
  name: 'get_delivery',
  title: 'Show a delivery in full',
  description:
    'Shows one callback with its request (method, URL, headers, whole body) and, for each attempt, the response of the consumer. Secrets in headers and URLs are masked. Use it when a list shows an unexpected status or a truncated body.',
  annotations: reading,
  input: {
    id: {
      title: 'the id of a delivery',
      description: 'Id of the delivery, from list_deliveries.',
      type: 'string',
      minLength: 1,
    },
  },
  required: ['id'],
  output: 'getDelivery',
  call: async ({ id }, { open }) => {
    const shown = await readDelivery(await open(false), id);
    return { text: deliveryText(shown), structured: shown };
  },
});

export const runTools: readonly Tool[] = [runs, run, deliveries, delivery];
