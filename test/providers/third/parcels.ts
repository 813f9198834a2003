import { isJsonObject, type JsonObject, objectOf } from '../../../src/core/json.ts';
import type { Provider, ProviderContext } from '../../../src/core/provider/provider.ts';
import { textMember } from '../../../src/core/provider/rehearsal.ts';
import type { ScenarioLanguage } from '../../../src/core/provider/scenario-language.ts';
import type { SettingsOf, SettingsTable } from '../../../src/core/settings.ts';

const settings = {
  'parcels.travelTime': { type: 'duration', default: '1h', text: 'How long a parcel travels.', choice: true },
  'parcels.retryDelays': {
    type: 'durations',
    default: ['1m'],
    text: 'Waits between attempts.',
    choice: true,
  },
} as const satisfies SettingsTable;

declare module '../../../src/core/settings.ts' {
  interface SettingTypes extends SettingsOf<typeof settings> {}
}

const language: ScenarioLanguage = {
  outcome: {
    title: 'Outcome of a parcel',
    type: 'object',
    additionalProperties: false,
    properties: { end: { description: 'Where the parcel ends.', enum: ['home', 'lost'] } },
  },
  defaultOutcome: { end: 'home' },
  timings: { travel: 'From the submission to the end. Default: the setting parcels.travelTime.' },
  triggers: { submission: 'the parcel is sent', recall: 'the sender wants it back' },
  selectors: {
    place: {
      label: 'place',
      schema: { description: 'Where the parcel is.', type: 'string' },
      values: ['van', 'home', 'lost', 'sender'],
      read: ({ place }) => [place],
    },
  },
};

/** A parcel is sent, moves, and arrives; its sender can recall it. */
export const parcels: Provider = {
  name: 'parcels',
  defaultScenario: 'parcels/arrives',
  settings,
  language,
  realUrl: 'https://parcels.example',
  collections: ['parcels'],
  retryPolicy: (given) => ({
    delaysMs: given['parcels.retryDelays'],
    on: ['non-2xx'],
    timeoutMs: 1_000,
    retryAfterMaxMs: 0,
  }),
  answerRules: () => ({ httpsOnly: true }),
  operations: {
    async sendParcel(request, context) {
      const { plan, choice } = await context.chooseScenario({
        provider: 'parcels',
        operation: request.operation.id,
        header: request.headers['x-ringback-scenario'],
        fileName: null,
        content: null,
        body: request.body,
        byContent: null,
      });
      const id = context.newId();
      const callbackUrl = isJsonObject(request.body) ? textMember(request.body, 'callbackUrl') : '';
      const run = await context.startRun({
        provider: 'parcels',
        operation: request.operation.id,
        plan,
        choice,
        resourceId: id,
        target: { url: callbackUrl, method: 'POST', headers: {} },
        warnings: [],
        branches: [{ trigger: 'submission', subject: null }],
      });
      await context.resources.put({
        id,
        provider: 'parcels',
        kind: 'parcel',
        createdAt: context.clock.now(),
        patch: { place: 'post office' },
        data: { runId: run.id },
      });
      return { status: 202, body: await parcelOf(id, context), runs: [run.id] };
    },
    async recallParcel(request, context) {
      const id = request.path.id ?? '';
      const runId = String((await context.resources.get(id))?.data.runId);
      await context.runForRequest(runId);
      await context.startBranches(runId, [{ trigger: 'recall', subject: null }]);
      return { status: 202, body: await parcelOf(id, context), runs: [runId] };
    },
  },
  choosingOperations: ['sendParcel'],
  expandOutcome: ({ end = 'home' }, { travel }, given) => ({
    submission: [
      { atMs: 0, set: { place: 'van' }, callback: 'moved' },
      { atMs: travel ?? given['parcels.travelTime'], set: { place: end }, callback: 'moved' },
    ],
    recall: [{ atMs: 0, set: { place: 'sender' }, callback: 'moved' }],
  }),
  authorize: () => undefined,
  async performStep(step, { run, resources }) {
    const parcel = await resources.update(run.resourceId, (old) => ({
      ...old,
      patch: { ...old.patch, ...step.set },
    }));
    if (parcel === undefined || step.callback === undefined || run.target === null) return { callbacks: [] };
    const payload: JsonObject = { id: parcel.id, ...parcel.patch, ...objectOf(step.payload) };
    return { callbacks: [{ callback: step.callback, target: run.target, payload }] };
  },
  contradict: () => null,
  dependentResources: () => [],
  viewResource: async ({ id, patch }) => ({ collection: 'parcels', view: { id, ...patch } }),
  sampleCallback: (_, { random, overrides }) => ({
    id: random.stream('id').uuid(),
    place: 'van',
    ...overrides,
  }),
  states: {
    finals: ['home', 'lost'],
    read: ({ place }) =>
      typeof place === 'string' ? { name: place, isFinal: ['home', 'lost'].includes(place) } : null,
  },
  async rehearse(client, { plan, callbackUrl }) {
    const sent = await client.call({
      operation: 'sendParcel',
      headers: { 'x-ringback-scenario': plan.scenario },
      body: { callbackUrl },
    });
    await client.idle();
    if (sent !== null) await client.call({ operation: 'recallParcel', path: { id: textMember(sent, 'id') } });
  },
};

async function parcelOf(id: string, context: ProviderContext): Promise<JsonObject> {
  return { id, ...(await context.resources.get(id))?.patch };
}
