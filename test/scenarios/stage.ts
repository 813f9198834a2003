import { createSpace } from '../../src/core/engine/create-space.ts';
import { type Delivery, faultsOf } from '../../src/core/engine/deliveries/delivery.ts';
import type { OutboundRequest, Sender, SendResult } from '../../src/core/engine/deliveries/sender.ts';
import { ScriptedAnswer } from '../../src/core/engine/faults/api-faults.ts';
import type { Space, SpaceEvent } from '../../src/core/engine/space.ts';
import { virtualTime } from '../../src/core/engine/time/time.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import type {
  OperationAnswer,
  OperationRequest,
  Provider,
  ReceivedFile,
} from '../../src/core/provider/provider.ts';
import { parseScenarioFiles } from '../../src/core/scenario/parse-scenarios.ts';
import { fullName, type Scenario } from '../../src/core/scenario/scenario.ts';
import { type SettingsInput, withSettings } from '../../src/core/settings.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { readScenarioFiles, shippedScenarios } from '../../src/loading/scenario-files.ts';
import { docdigitizer } from '../../src/providers/docdigitizer/docdigitizer.ts';
import { informed } from '../../src/providers/informed/informed.ts';
import { createSigner } from '../../src/signing/create-signer.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { defaultSettings } from '../support/bundled.ts';

const contract = await loadBundledContract();
export const providers = new Map<string, Provider>([
  ['docdigitizer', docdigitizer],
  ['informed', informed],
]);
export const world = { contract, providers };
export const shipped: readonly Scenario[] = parseScenarioFiles(
  await readScenarioFiles([shippedScenarios]),
  world,
);

/** A request as sent, with its virtual time. */
export interface SentRequest extends OutboundRequest {
  readonly at: number;
  /** Milliseconds since the response to the submission. */
  readonly afterMs: number;
}

export interface StageOptions {
  readonly seed?: number;
  /** In addition to the shipped ones. */
  readonly scenarios?: readonly Scenario[];
  /** Settings that differ from the defaults. */
  readonly settings?: SettingsInput;
  /** The consumer's response to the nth request (1-based): a status, or no response. Default: 200. */
  readonly answer?: (n: number, request: OutboundRequest) => number | 'timeout' | 'connection';
}

/** How documents are submitted to a provider. */
export interface SubmitOptions {
  readonly scenario?: string;
  /** Default: one PDF for DocDigitizer, three for Informed. */
  readonly files?: readonly string[];
  /** More form fields, or properties of the registration. */
  readonly fields?: JsonObject;
  /** Virtual time between one upload and the next. Default: none. */
  readonly gapMs?: number;
}

/** What a submission created. */
export interface Submitted {
  /** Id of the document or application. */
  readonly id: string;
  readonly runId: string;
}

/** A space with the real engine, scripts, providers and contract. The test plays only the consumer. */
export interface Stage {
  readonly space: Space;
  readonly sent: readonly SentRequest[];
  /** What scripts did to requests of the API: `getDocument: malformed`. */
  readonly apiFaults: readonly string[];
  /** Ringback's own defects, including a payload that violates the contract although no script asked for that. */
  readonly defects: readonly string[];
  submit(provider: string, options?: SubmitOptions): Promise<Submitted>;
  /** Carries out one operation as the server does; retries while a script responds in its place. */
  call(operation: string, request: Partial<OperationRequest>): Promise<OperationAnswer>;
  /** The response of `getDocument` or `getApplication`. */
  show(provider: string, id: string): Promise<JsonObject>;
  deliveries(): Promise<readonly Delivery[]>;
  /** Moves the clock until nothing is pending; fails if that never happens. */
  settle(): Promise<void>;
}

const credentials: Readonly<Record<string, string>> = {
  docdigitizer: 'Bearer token',
  informed: `Basic ${btoa('user:password')}`,
};
const pdf: ReceivedFile['content'] = { type: 'pdf', width: null, height: null, problem: null };
const consumer = 'http://127.0.0.1:9/hook';

const registration: JsonObject = {
  application_reference_id: 'loan-1',
  application_date: '2029-12-28',
  webhook: consumer,
  services: ['extract', 'verify'],
  verifications: { income: ['applicant1'] },
  applicants: {
    applicant1: { first_name: 'Jo', last_name: 'Boren', income: { period: 'monthly', amount: 5200 } },
  },
};

export function makeStage(options: StageOptions = {}): Stage {
  const sent: SentRequest[] = [];
  const defects: string[] = [];
  const apiFaults: string[] = [];
  const time = virtualTime();
  const { clock } = time;
  const start = clock.now();
  const answer = options.answer ?? (() => 200);
  const sender: Sender = {
    async send(request) {
      sent.push({ ...request, at: clock.now(), afterMs: clock.now() - start });
      return answered(request, answer(sent.length, request));
    },
    async close() {},
  };
  const space = createSpace({
    name: 'default',
    seed: options.seed ?? 1,
    contract,
    providers,
    time,
    createStore: (options) => createMemoryStore({ ...options, freeze: true }),
    sender,
    settings: withSettings(defaultSettings, options.settings ?? {}),
    signer: createSigner(),
    scenarios: () => [...shipped, ...(options.scenarios ?? [])],
    listener: (event: SpaceEvent) => {
      if (event.kind === 'request.faulted') apiFaults.push(`${event.operation}: ${event.fault}`);
      if (event.kind === 'defect') defects.push(event.message);
      if (event.kind === 'delivery.created' && faultsOf(event.delivery).length === 0)
        defects.push(
          ...event.delivery.callback.violations.map(({ location, message }) => `${location} ${message}`),
        );
    },
  });

  const call: Stage['call'] = async (operationId, given) => {
    const operation = contract.operations.find(({ id }) => id === operationId);
    const provider = providers.get(operation?.provider ?? '');
    const handler = provider?.operations[operationId];
    if (operation === undefined || provider === undefined || handler === undefined)
      throw new Error(`no operation ${operationId}`);
    const request: OperationRequest = {
      operation,
      path: {},
      query: {},
      cookies: {},
      absoluteUrl: `http://127.0.0.1:4020/${provider.name}`,
      body: undefined,
      files: [],
      unknownFields: [],
      receiveFile: async ({ fileName }) => fileOf(fileName),
      baseUrl: `http://127.0.0.1:4020/${provider.name}`,
      ...given,
      headers: { authorization: credentials[provider.name] ?? '', ...given.headers },
    };
    // A script may respond in the provider's place: then retry, as a good consumer would.
    for (let tries = 1; ; tries++) {
      const exchange = space.openExchange(operationId);
      try {
        await provider.authorize(request, exchange);
        const answer = await handler(request, exchange);
        await exchange.playEarly();
        exchange.answering();
        await exchange.answered();
        return answer;
      } catch (error) {
        await exchange.abandon();
        if (!(error instanceof ScriptedAnswer) || tries === 20) throw error;
        if (error.answer.status === 429) await space.advance(1000);
      }
    }
  };

  return {
    space,
    sent,
    apiFaults,
    defects,
    call,
    deliveries: () => space.store.deliveries.list(),
    async submit(provider, { scenario, files, fields, gapMs = 0 } = {}) {
      const headers = scenario === undefined ? {} : { 'x-ringback-scenario': scenario };
      if (provider === 'docdigitizer') {
        const body = { callbackUrl: consumer, ...fields };
        const received = (files ?? ['invoice.pdf']).map((name) => ({ ...fileOf(name), field: 'files' }));
        const answer = await call('submitDocument', { body, files: received, headers });
        return { id: text(answer.body, 'document_id'), runId: answer.runs?.[0] ?? '' };
      }
      const path = { product: 'consumer' };
      const registered = await call('registerApplication', {
        path,
        body: { ...registration, ...fields },
        headers,
      });
      const id = text(registered.body, 'application_id');
      const announced = await call('addDocuments', {
        path: { ...path, application_id: id },
        body: { image_files: [...(files ?? ['payslip.pdf', 'statement.pdf', 'id.pdf'])] },
      });
      const tickets = isJsonObject(announced.body) ? announced.body.image_files : [];
      for (const [index, ticket] of ((tickets ?? []) as readonly JsonValue[]).entries()) {
        if (index > 0) await space.advance(gapMs);
        await call('uploadFile', { path: { upload_id: text(ticket, 'file_id') } });
      }
      return { id, runId: registered.runs?.[0] ?? '' };
    },
    async show(provider, id) {
      const { body } =
        provider === 'docdigitizer'
          ? await call('getDocument', { path: { docid: id } })
          : await call('getApplication', { path: { product: 'consumer', application_id: id } });
      if (!isJsonObject(body)) throw new Error(`no object: ${JSON.stringify(body)}`);
      return body;
    },
    async settle() {
      const { bound, pending } = await space.settle();
      if (bound !== null || pending > 0)
        throw new Error(`The clock does not settle: ${bound}, ${pending} pending.`);
    },
  };
}

function fileOf(fileName: string): ReceivedFile {
  return { field: '', fileName, bytes: 1_234, content: pdf, blob: `blob-of-${fileName}` };
}

/** What the sender would report: a request that a script damages on the wire gets no response. */
function answered(request: OutboundRequest, status: number | 'timeout' | 'connection'): SendResult {
  const { resetAfterBytes, silentForMs, cutBodyInHalf } = request.wire ?? {};
  const broken = resetAfterBytes !== undefined || silentForMs !== undefined || cutBodyInHalf === true;
  const reason = broken ? 'connection' : status;
  if (typeof reason === 'string')
    return { kind: 'unanswered', reason, code: 'timeout', message: `no answer: ${reason}`, durationMs: 0 };
  return { kind: 'answered', statusCode: reason, headers: {}, body: '', bodyTruncated: false, durationMs: 0 };
}

/** The shipped scenario with a full name. */
export function shippedScenario(name: string): Scenario {
  const scenario = shipped.find((one) => fullName(one) === name);
  if (scenario === undefined) throw new Error(`no scenario ${name} ships`);
  return scenario;
}

function text(value: JsonValue | undefined, key: string): string {
  const found = isJsonObject(value) ? value[key] : undefined;
  if (typeof found !== 'string') throw new Error(`no text at ${key} of ${JSON.stringify(value)}`);
  return found;
}
