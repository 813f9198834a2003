import { createSpace } from '../core/engine/create-space.ts';
import type { OutboundRequest } from '../core/engine/deliveries/sender.ts';
import type { Space } from '../core/engine/space.ts';
import { virtualTime } from '../core/engine/time/time.ts';
import { RingbackError } from '../core/errors.ts';
import {
  type ConsumerAnswer,
  readConsumerAnswers,
  recordingSender,
} from '../core/explain/recording-sender.ts';
import { createScenarioLibrary } from '../core/scenario/library.ts';
import { fullName } from '../core/scenario/scenario.ts';
import { defaultSettings, type SettingsInput, withSettings } from '../core/settings.ts';
import { readStartTime, startTimeProblem } from '../core/start-time.ts';
import { BlobStore } from '../files/blob-store.ts';
import { type Catalogue, loadScenarios } from '../loading/catalogue.ts';
import { checkAnswer, defectOf, report } from '../server/defects.ts';
import { admitted } from '../server/http/guard.ts';
import { createHttpServer, type RingbackServer } from '../server/http/http-server.ts';
import { createSpaceRegistry } from '../server/space-registry.ts';
import { createSigner } from '../signing/create-signer.ts';
import { createMemoryStore } from '../store/memory-store.ts';

export interface InterceptedWorldOptions {
  readonly catalogue: Catalogue;
  readonly scenarios?: readonly string[];
  readonly scenario?: string;
  readonly seed?: number;
  readonly now?: string;
  readonly settings?: SettingsInput;
  readonly answers?: readonly ConsumerAnswer[];
  /** Of each provider, for the URLs in responses. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** Called with each callback as it would be sent. */
  readonly onSend: (request: OutboundRequest) => void;
}

/** A mock provider without a port. Requests arrive through memory, and callbacks are not sent. */
export interface InterceptedWorld {
  readonly server: RingbackServer;
  readonly space: Space;
  close(): Promise<void>;
}

const blobMemoryBytes = 64 * 1024 * 1024;
const blobTotalBytes = 1024 * 1024 * 1024;

/**
 * @param call the function that the user has called, for errors
 * @throws {RingbackError} `scenario.*`, `setting.*`, `option.invalid`
 */
export async function openInterceptedWorld(
  call: string,
  options: InterceptedWorldOptions,
): Promise<InterceptedWorld> {
  const { catalogue } = options;
  const { contract, providers } = catalogue;
  const settings = withSettings(defaultSettings(providers), options.settings ?? {});
  const scenarios = await loadScenarios({ ...catalogue, settings }, options.scenarios ?? []);
  const defaultScenarios: Record<string, string> = {};
  if (options.scenario !== undefined) {
    const library = createScenarioLibrary({ scenarios, providers, settings: () => settings });
    const { scenario } = library.get(options.scenario);
    defaultScenarios[scenario.provider] = fullName(scenario);
  }
  const space = createSpace({
    name: 'default',
    seed: options.seed ?? 42,
    contract,
    providers,
    time: virtualTime(readNow(call, options.now)),
    createStore: createMemoryStore,
    sender: recordingSender(readAnswers(call, options.answers ?? [200]), options.onSend),
    signer: createSigner(),
    settings,
    scenarios: () => scenarios,
    defaultScenarios,
    listener(event) {
      const defect = defectOf(event);
      if (defect === null) return;
      console.error(`ringback: ${defect.message}`, defect.error ?? '');
      report(defect);
    },
  });
  const blobs = new BlobStore({ memoryBytes: blobMemoryBytes, maxTotalBytes: blobTotalBytes });
  const server = createHttpServer({
    contract,
    controlContract: { ...contract, operations: [] },
    providers,
    spaces: createSpaceRegistry(() => space),
    blobs,
    controlHandlers: {},
    guard: () => admitted,
    host: '127.0.0.1',
    port: 0,
    providerUrls: options.baseUrls,
    log: {
      request: () => undefined,
      failure: (what, error) => {
        console.error(`ringback: failed at ${what}`, error);
        report({ message: `Could not complete ${what}.`, error });
      },
    },
    onAnswer: checkAnswer,
  });
  return {
    server,
    space,
    async close() {
      await server.close({ graceMs: 1_000 });
      blobs.close();
    },
  };
}

function readNow(call: string, now: unknown): number | undefined {
  if (now === undefined) return undefined;
  const time = readStartTime(now);
  if (time !== null) return time;
  throw new RingbackError('option.invalid', {
    details: { option: 'now', given: now },
    detail: `Could not call ${call}. ${startTimeProblem(now, JSON.stringify)}.`,
  });
}

function readAnswers(
  call: string,
  answers: readonly ConsumerAnswer[],
): [ConsumerAnswer, ...ConsumerAnswer[]] {
  if (Array.isArray(answers) && answers.length > 0) return readConsumerAnswers(answers.join(','));
  throw new RingbackError('option.invalid', {
    details: { option: 'answers', given: answers },
    detail: `Could not call ${call}. Got ${JSON.stringify(answers)} for answers, expected an array of statuses, timeout or network, e.g. [503, 200].`,
  });
}
