import type { Contract } from '../contract/contract.ts';
import { createSpace } from '../engine/create-space.ts';
import { countKey, describeFault } from '../engine/faults/select-faults.ts';
import type { Run } from '../engine/runs/run.ts';
import { virtualTime } from '../engine/time/time.ts';
import type { SpaceParts } from '../engine/world.ts';
import type { Provider } from '../provider/provider.ts';
import type { FaultRule } from '../scenario/fault.ts';
import type { Plan } from '../scenario/plan.ts';
import { fullName, type Scenario } from '../scenario/scenario.ts';
import { defaultSettings, type Settings } from '../settings.ts';
import type { Explanation } from './explanation.ts';
import { Recorder } from './recorder.ts';
import { type ConsumerAnswer, recordingSender } from './recording-sender.ts';
import { rehearsalClient } from './rehearsal-client.ts';
import { spaceTransport } from './space-transport.ts';

/** Base URL of the provider's own URLs where nothing is served. No server listens there (RFC 2606 §2). */
export const noServer = 'http://ringback.invalid';

export interface ExplainOptions {
  /** Name of the scenario: `rejected` if only one provider has it, or `docdigitizer/rejected`. */
  readonly scenario: string;
  /** All scenarios that could play: the named one, and those that a file name or a `match` may choose for an upload. */
  readonly scenarios: readonly Scenario[];
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly createStore: SpaceParts['createStore'];
  /** Signs callbacks. Default: none is signed. */
  readonly signer?: SpaceParts['signer'];
  /** Default: the defaults of the table. */
  readonly settings?: Settings;
  /** Default 1. */
  readonly seed?: number;
  /** Start time of the clock in milliseconds since 1970. Default: 2030-01-01T00:00:00Z. */
  readonly now?: number;
  /** The consumer's responses to its first, second, … request. The last one repeats. Default: 200. */
  readonly answers?: readonly [ConsumerAnswer, ...ConsumerAnswer[]];
  /** Callback URL. Default: `http://consumer.example/callback`. */
  readonly callbackUrl?: string;
  /** Base URL of the provider's own URLs, without a trailing slash. Default: {@link noServer}. */
  readonly serverUrl?: string;
  /** HTTP method of the callbacks, if the consumer can choose it. Default: that of the provider. */
  readonly method?: 'GET' | 'POST' | null;
  /** Headers that the client asks for on callbacks. Default: none. */
  readonly callbackHeaders?: Readonly<Record<string, string>>;
  /** Number of files that the client submits. Default: that of the scenario or the provider. */
  readonly files?: number | null;
}

/**
 * Shows what a scenario does, without sending anything. Plays it through the engine itself, on a virtual clock, for a
 * typical client and a consumer that acknowledges every callback.
 * @throws {RingbackError} `scenario.unknown`; `option.invalid` for a method that the provider does not use for
 * callbacks
 */
export async function explain(options: ExplainOptions): Promise<Explanation> {
  const { scenarios, contract, providers, createStore, seed = 1, answers = [200] } = options;
  const settings = options.settings ?? defaultSettings(providers);
  const time = virtualTime(options.now);
  const recorder = new Recorder(time.clock);
  const space = createSpace({
    name: 'explain',
    seed,
    contract,
    providers,
    time,
    createStore,
    sender: recordingSender(answers, recorder.onSend),
    ...(options.signer !== undefined && { signer: options.signer }),
    settings,
    scenarios: () => scenarios,
    listener: recorder.onEvent,
  });
  const { scenario, plan } = space.scenarios.get(options.scenario);
  const provider = providers.get(scenario.provider);
  if (provider === undefined) throw new RangeError(`no provider ${scenario.provider}`);
  const transport = spaceTransport({
    space,
    contract,
    provider,
    baseUrl: `${options.serverUrl ?? noServer}/${provider.name}`,
    idle: async () => void (await space.settle()),
    onRequest: (operation, path) => recorder.onRequest(operation, path),
    onAnswer: (operation, answer, faults) => recorder.onAnswer(operation, answer, faults),
  });
  await provider.rehearse(rehearsalClient(transport), {
    plan,
    callbackUrl: options.callbackUrl ?? 'http://consumer.example/callback',
    method: options.method ?? null,
    callbackHeaders: options.callbackHeaders ?? {},
    files: options.files ?? null,
    settings,
  });
  const { bound } = await space.settle();
  const deliveries = await space.store.deliveries.list();
  return {
    scenario: fullName(scenario),
    provider: provider.name,
    description: scenario.description,
    seed,
    answers,
    events: recorder.events,
    deliveries: deliveries.map((delivery) => recorder.explained(delivery)),
    endsAtMs: recorder.events.at(-1)?.atMs ?? 0,
    bound,
    notes: notesOf(plan, await space.store.runs.list()),
  };
}

/** The warnings of the runs without duplicates, and the faults that match none of their callbacks. */
function notesOf(plan: Plan, runs: readonly Run[]): readonly string[] {
  const idle =
    runs.length === 0 ? [] : plan.faults.flatMap((rule, index) => idleNote(plan, index, rule, runs));
  return [...new Set(runs.flatMap(({ warnings }) => warnings.map(({ message }) => message))), ...idle];
}

function idleNote({ scenario }: Plan, index: number, rule: FaultRule, runs: readonly Run[]): string[] {
  const { nth = 1 } = rule.on;
  const fitting = Math.max(...runs.map(({ faultCounts }) => faultCounts[countKey(scenario, index)] ?? 0));
  if (fitting >= nth) return [];
  const why =
    fitting === 0
      ? 'no callback matches its `on`'
      : `its \`nth\` is ${nth}, and ${fitting === 1 ? 'one callback matches' : `${fitting} callbacks match`} the rest of its \`on\``;
  return [`/faults/${index} (${describeFault(rule)}) applies to nothing here: ${why}.`];
}
