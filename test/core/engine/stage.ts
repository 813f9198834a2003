import { createSpace } from '../../../src/core/engine/create-space.ts';
import type { OutboundRequest, SendResult } from '../../../src/core/engine/deliveries/sender.ts';
import type { Space, SpaceEvent } from '../../../src/core/engine/space.ts';
import { virtualEpoch } from '../../../src/core/engine/time/clock.ts';
import { realTime, virtualTime } from '../../../src/core/engine/time/time.ts';
import type { Provider } from '../../../src/core/provider/provider.ts';
import { parseScenarioFiles } from '../../../src/core/scenario/parse-scenarios.ts';
import { type SettingsInput, withSettings } from '../../../src/core/settings.ts';
import { readScenarioFiles, shippedScenarios } from '../../../src/loading/scenario-files.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { contract, makeFile, makeRequest } from '../../providers/docdigitizer/support.ts';
import { defaultSettings } from '../../support/bundled.ts';

const files = await readScenarioFiles([`${shippedScenarios}/docdigitizer`]);
const scenarios = parseScenarioFiles(files, {
  contract,
  providers: new Map([['docdigitizer', docdigitizer]]),
});
export const consumer = 'http://consumer.test/cb';

interface Given {
  readonly settings?: SettingsInput;
  /** How the consumer responds to the n-th request, 1-based; default: 200. */
  readonly answer?: (n: number, request: OutboundRequest) => SendResult | Promise<SendResult>;
  readonly provider?: Partial<Provider>;
  /** Timers of a real clock whose time is `now`; default: a virtual clock. */
  readonly real?: { now: number };
  /** The start time of a virtual clock; default: 2030. */
  readonly start?: number;
}

export function answered(statusCode: number): SendResult {
  return { kind: 'answered', statusCode, headers: {}, body: '', bodyTruncated: false, durationMs: 1 };
}

/** A space made of real parts. The test replaces the consumer only. */
export function makeStage(given: Given = {}) {
  const sent: { at: number; url: string; method: string }[] = [];
  const events: SpaceEvent[] = [];
  const timers: (() => void)[] = [];
  const provider: Provider = { ...docdigitizer, ...given.provider };
  const providers = new Map([[provider.name, provider]]);
  const machine = given.real ?? null;
  const timersOfReal = {
    now: () => machine?.now ?? 0,
    set: (callback: () => void) => timers.push(callback),
    soon: (callback: () => void) => void timers.push(callback),
    clear: (timer: unknown) => void timers.splice(Number(timer) - 1, 1, () => undefined),
  };
  const time = machine === null ? virtualTime(given.start) : realTime(() => machine.now, timersOfReal);
  const space: Space = createSpace({
    name: 'a',
    seed: 1,
    contract,
    providers,
    time,
    createStore: (options) => createMemoryStore({ ...options, freeze: true }),
    sender: {
      async send(request) {
        sent.push({ at: time.clock.now(), url: request.url, method: request.method });
        return (await given.answer?.(sent.length, request)) ?? answered(200);
      },
      async close() {},
    },
    settings: withSettings(defaultSettings, given.settings ?? {}),
    scenarios: () => scenarios,
    listener: (event) => events.push(event),
  });

  /** Submits a document; its response is not finished until `flush` is called. */
  async function submit(operation = 'submitDocument') {
    const body = operation === 'submitDocument' ? { callbackUrl: consumer } : { callback_url: consumer };
    const exchange = space.openExchange(operation);
    const answer = await docdigitizer.operations[operation]?.(
      makeRequest(operation, { files: [makeFile()], body }),
      exchange,
    );
    exchange.answering();
    return { runId: answer?.runs?.[0] ?? '', flush: () => exchange.answered() };
  }

  /** Submits a document and has its response flushed. */
  async function start(): Promise<string> {
    const { runId, flush } = await submit();
    await flush();
    return runId;
  }

  /** Moves the real clock to a time, starts all that is due, and waits for what needs no timer. */
  async function passTo(ms: number): Promise<void> {
    if (machine === null) throw new Error('a virtual clock is moved by its space');
    machine.now = ms;
    for (const timer of [...timers]) timer();
    await new Promise(setImmediate);
  }

  /** Lets time pass on either clock. */
  async function pass(ms: number): Promise<void> {
    if (machine === null) await space.advance(ms);
    else await passTo(machine.now + ms);
  }

  const seconds = (): number[] => sent.map(({ at }) => (at - virtualEpoch) / 1_000);
  const kinds = (kind: SpaceEvent['kind']): SpaceEvent[] => events.filter((event) => event.kind === kind);
  const counts = async () => {
    const { resources, runs, deliveries } = space.store;
    return [await resources.count(), await runs.count(), await deliveries.count()];
  };
  return { space, sent, events, timers, submit, start, pass, passTo, seconds, kinds, counts };
}

/** Every callback is tried four times: immediately, after 1 s, 30 min and 1 h. */
export const retrying = { 'docdigitizer.retryOn': ['5xx'], 'docdigitizer.retryDelays': ['1s', '30m', '1h'] };
