import type { CallbackType, Contract, Parameter } from '../../src/core/contract/contract.ts';
import type { ExpressionScope } from '../../src/core/contract/runtime-expression.ts';
import { createSpace } from '../../src/core/engine/create-space.ts';
import type { OutboundRequest, SendResult } from '../../src/core/engine/deliveries/sender.ts';
import type { SpaceEvent } from '../../src/core/engine/space.ts';
import { virtualTime } from '../../src/core/engine/time/time.ts';
import { isJsonObject, type JsonValue, mergePatch } from '../../src/core/json.ts';
import type { Provider } from '../../src/core/provider/provider.ts';
import type { Scenario } from '../../src/core/scenario/scenario.ts';
import { defaultSettings, type SettingsInput, withSettings } from '../../src/core/settings.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { callbackType, contractOf, operation } from './contract-parts.ts';
import { parseScenarios } from './parse-scenarios.ts';

/** Accepts an object with a `status` of an enumeration, or any other value that is not an object. */
const validate: CallbackType['validate'] = (value) => {
  if (!isJsonObject(value) || ['done', 'failed'].includes(String(value.status))) return [];
  return [{ location: '/status', code: 'enum', message: 'must be done or failed' }];
};

const tags: Parameter = {
  name: 'tags',
  in: 'query',
  required: false,
  style: 'form',
  explode: false,
  allowReserved: false,
  mediaType: null,
  media: { pointer: null, schema: true, examples: [], encoding: {}, validate: () => [] },
  default: undefined,
  coerce: (text) => text,
  validate: () => [],
};

function jobsCallback(type: string, parts: Partial<CallbackType> = {}): CallbackType {
  const [operationId = '', event = ''] = type.split('.');
  const own = { provider: 'jobs', name: type, type, event, operation: operationId, validate };
  return callbackType({ ...own, validateStrict: validate, ...parts });
}

const types = [
  jobsCallback('startJob.onDone', {
    answers: new Map(['204', '308', '410'].map((status) => [status, { jsonOnly: false }])),
    parameters: [tags],
  }),
  jobsCallback('stopJob.onDone'),
  jobsCallback('startJob.onText'),
  jobsCallback('startJob.onPing', { hasBody: false, query: ['tags'], parameters: [tags] }),
  jobsCallback('startJob.onEmpty', { hasBody: false }),
  jobsCallback('invoice.paid', { kind: 'webhook', event: 'invoice.paid', operation: null }),
];

/** A contract of a provider that is not bundled: callbacks with bodies of several kinds, and a webhook. */
const jobsContract: Contract = contractOf({
  operations: ['startJob', 'stopJob', 'POST /plain'].map((id) =>
    operation({ id, provider: 'jobs', path: `/${id.replace('POST /', '')}` }),
  ),
  callbacks: new Map(types.map((type) => [type.type, type])),
});

const builtIn: Scenario = {
  name: 'default',
  provider: 'jobs',
  description: 'The default timeline.',
  match: null,
  outcome: {},
  timingsMs: {},
  timeline: null,
  faults: [],
  retry: null,
  respond: [],
  settings: {},
  seed: null,
  source: { file: 'the contract', line: 1 },
};

/** Sends each callback to the `url` of the submission's body, a webhook to the setting `webhooks.to`. */
const jobs: Provider = {
  name: 'jobs',
  defaultScenario: 'jobs/default',
  scenarios: [builtIn],
  language: {
    outcome: { type: 'object', additionalProperties: false },
    defaultOutcome: {},
    timings: {},
    triggers: { submission: 'a request is accepted' },
  },
  operations: {},
  authorize: () => undefined,
  expandOutcome: () => ({ submission: [{ atMs: 2_000, callback: 'startJob.onDone' }] }),
  async performStep({ callback = '', payload = {}, query = {} }, { run, settings }) {
    const found = types.find((type) => type.type === callback || type.event === callback);
    const body = run.exchange?.request.body;
    const url = found?.kind === 'webhook' ? settings['webhooks.to'] : isJsonObject(body) ? body.url : '';
    if (found === undefined || typeof url !== 'string' || url === '') {
      const message = `The callback ${callback} was not sent: it has no target.`;
      return { callbacks: [], unsent: [{ location: callback, code: 'callback.unaddressed', message }] };
    }
    const target = { url, method: 'POST', headers: { 'X-Job': 'j1' } };
    if (found.event === 'onPing') return { callbacks: [{ callback: found.type, target, payload: query }] };
    if (found.event === 'onEmpty')
      return { callbacks: [{ callback: found.type, target, payload: undefined }] };
    const made = mergePatch({ id: 'j1', status: 'done' }, payload);
    const text = { content: (value: JsonValue | undefined) => `text: ${value}`, mediaType: 'text/plain' };
    const isText = found.event === 'onText';
    return { callbacks: [{ callback: found.type, target, payload: made, ...(isText && { body: text }) }] };
  },
  contradict: () => null,
  dependentResources: () => [],
  draftCallback: ({ type }, { to, method, headers, payload }) => ({
    callback: type,
    target: { url: `${to}?by=hand`, method, headers: { ...headers, 'X-Made': 'yes' } },
    payload: payload ?? { id: 'sampled', status: 'done' },
  }),
  rehearse: async () => undefined,
};

export const jobsWorld = { contract: jobsContract, providers: new Map([['jobs', jobs]]) };

export function answered(statusCode: number, headers: Record<string, string> = {}): SendResult {
  return { kind: 'answered', statusCode, headers, body: '', bodyTruncated: false, durationMs: 1 };
}

interface Given {
  /** Scenarios as YAML. Default: none but the built-in one. */
  readonly scenarios?: string;
  readonly settings?: SettingsInput;
  /** How the consumer responds to the n-th request, 1-based. Default: 204. */
  readonly answer?: (n: number, request: OutboundRequest) => SendResult;
}

/** A space that plays the contract. The test replaces the consumer only. */
export function jobsStage({ scenarios = '', settings = {}, answer = () => answered(204) }: Given = {}) {
  const sent: OutboundRequest[] = [];
  const events: SpaceEvent[] = [];
  const own = scenarios === '' ? [] : parseScenarios(scenarios, { ...jobsWorld, file: 'mine.yaml' });
  const space = createSpace({
    name: 'a',
    seed: 1,
    ...jobsWorld,
    time: virtualTime(),
    createStore: (options) => createMemoryStore({ ...options, freeze: true }),
    sender: {
      async send(request) {
        sent.push(request);
        return answer(sent.length, request);
      },
      async close() {},
    },
    settings: withSettings(defaultSettings(jobsWorld.providers), settings),
    scenarios: () => [builtIn, ...own],
    listener: (event) => events.push(event),
  });
  async function submit(operationId = 'startJob', body: JsonValue = { url: 'http://consumer.test/cb' }) {
    const exchange = space.openExchange(operationId);
    const found = jobsContract.operations.find(({ id }) => id === operationId);
    const facts = { provider: 'jobs', operation: operationId, header: undefined, fileName: null };
    const { plan, choice } = await exchange.chooseScenario({
      ...facts,
      content: null,
      body,
      byContent: null,
    });
    const scope: ExpressionScope = {
      url: `http://mock.test${found?.path}`,
      method: 'POST',
      request: { headers: {}, query: {}, path: {}, body },
      response: null,
    };
    const run = await exchange.startRun({
      provider: 'jobs',
      operation: operationId,
      plan,
      choice,
      resourceId: operationId,
      target: null,
      exchange: scope,
      warnings: [],
      branches: [{ trigger: 'submission', subject: null }],
    });
    exchange.answering();
    await exchange.answered();
    return run;
  }
  async function play(...submission: Parameters<typeof submit>) {
    const { id } = await submit(...submission);
    const { deliveries } = await space.settle();
    return { run: await space.store.runs.get(id), deliveries, sent };
  }
  return { space, sent, events, submit, play };
}
