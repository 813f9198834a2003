import type { Contract, Operation } from '../../../src/core/contract/contract.ts';
import { createSpace } from '../../../src/core/engine/create-space.ts';
import { type Delivery, faultsOf } from '../../../src/core/engine/deliveries/delivery.ts';
import type { OutboundRequest, Sender } from '../../../src/core/engine/deliveries/sender.ts';
import type { Space, SpaceEvent } from '../../../src/core/engine/space.ts';
import { virtualEpoch } from '../../../src/core/engine/time/clock.ts';
import { realTime, virtualTime } from '../../../src/core/engine/time/time.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectOf } from '../../../src/core/json.ts';
import type { FileContent } from '../../../src/core/provider/file-content.ts';
import type { OperationAnswer, OperationRequest, ReceivedFile } from '../../../src/core/provider/provider.ts';
import { parseScenarioFiles } from '../../../src/core/scenario/parse-scenarios.ts';
import { type SettingsInput, withSettings } from '../../../src/core/settings.ts';
import { loadBundledContract } from '../../../src/loading/contract-files.ts';
import { readScenarioFiles, shippedScenarios } from '../../../src/loading/scenario-files.ts';
import { informed } from '../../../src/providers/informed/informed.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { machine } from '../../core/engine/machine.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { parseScenarios } from '../../support/parse-scenarios.ts';

const contract: Contract = await loadBundledContract();
const providers = new Map([['informed', informed]]);
const shipped = parseScenarioFiles(await readScenarioFiles([`${shippedScenarios}/informed`]), {
  contract,
  providers,
});

/** How a test describes the bytes that it uploads. */
interface Bytes {
  readonly bytes?: number;
  readonly content?: Partial<FileContent>;
  /** Fails the reading of the body. */
  readonly cutOff?: Error;
}

export const goodPdf: FileContent = { type: 'pdf', width: null, height: null, problem: null };

export interface World {
  readonly space: Space;
  /** The requests that reached the consumer, in order. */
  readonly sent: readonly OutboundRequest[];
  readonly defects: readonly string[];
  /** Carries out one operation as the server does: authorization, handler, response, then its runs start. */
  call(operationId: string, request: CallOptions): Promise<OperationAnswer>;
  /** Registers an application and returns its id. */
  register(registration?: JsonObject, scenario?: string): Promise<string>;
  /** Announces files and returns their upload ids. */
  announce(applicationId: string, names: readonly string[], scenario?: string): Promise<string[]>;
  upload(fileId: string, bytes?: Bytes, scenario?: string): Promise<OperationAnswer>;
  /** Settles the clock and returns the payloads of all callbacks so far. */
  settled(): Promise<JsonObject[]>;
}

interface CallOptions {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  readonly file?: Bytes;
  readonly baseUrl?: string;
  /** True when the response is expected to have a status that the contract does not declare. */
  readonly undeclared?: boolean;
}

export const webhook = 'http://127.0.0.1:9/informed?tenant=a%20b#part';

export const registration: JsonObject = {
  application_reference_id: 'loan-1',
  application_date: '2029-12-28',
  contract_date: '2029-12-30',
  webhook,
  services: ['extract', 'verify'],
  applicants: {
    applicant1: {
      first_name: 'Jo',
      last_name: 'Boren',
      address: { street_address: '8717 S 4th Ave', city: 'Inglewood', state: 'CA', zip: '90305' },
      income: { period: 'monthly', amount: 5200 },
    },
    applicant2: { first_name: 'Lucinda', last_name: 'Bonadio' },
  },
};

/** A space with the real engine, scripts and contract; the test plays only the consumer. */
export function makeWorld(
  options: {
    seed?: number;
    settings?: SettingsInput;
    scenarios?: string;
    status?: (body: string, n: number) => number;
    /** `real`: steps that are due at the same instant overlap. Default: `virtual`. */
    clock?: 'real' | 'virtual';
  } = {},
): World {
  const sent: OutboundRequest[] = [];
  const defects: string[] = [];
  const hands = machine(virtualEpoch);
  const isReal = options.clock === 'real';
  const sender: Sender = {
    async send(request) {
      sent.push(request);
      const statusCode = options.status?.(String(request.body), sent.length) ?? 200;
      return { kind: 'answered', statusCode, headers: {}, body: '', bodyTruncated: false, durationMs: 0 };
    },
    async close() {},
  };
  const own =
    options.scenarios === undefined
      ? []
      : parseScenarios(options.scenarios, { file: 'test.yaml', contract, providers });
  const space = createSpace({
    name: 'default',
    seed: options.seed ?? 1,
    contract,
    providers,
    time: isReal ? realTime(hands.now, hands.timers) : virtualTime(),
    createStore: (options) => createMemoryStore({ ...options, freeze: true }),
    sender,
    settings: withSettings(defaultSettings, options.settings ?? {}),
    scenarios: () => [...shipped, ...own],
    listener: (event: SpaceEvent) => {
      if (event.kind === 'defect') defects.push(event.message);
    },
  });

  async function settleVirtual(): Promise<void> {
    const { bound } = await space.settle();
    if (bound !== null) throw new Error(`settle hit its bound: ${bound}`);
  }

  async function passUntilDone(): Promise<void> {
    while ((await space.pending()) > 0) {
      await hands.pass(1_000);
      await new Promise(setImmediate);
    }
  }

  const world: World = {
    space,
    sent,
    defects,
    async call(operationId, request) {
      const operation = operationOf(operationId);
      const full: OperationRequest = {
        operation,
        path: request.path ?? {},
        query: request.query ?? {},
        headers: { authorization: `Basic ${btoa('user:password')}`, ...request.headers },
        cookies: {},
        absoluteUrl: 'http://127.0.0.1:4020/informed',
        body: request.body,
        files: [],
        unknownFields: [],
        baseUrl: request.baseUrl ?? 'http://127.0.0.1:4020/informed',
        receiveFile: async ({ fileName }) => receive(fileName, request.file ?? {}),
      };
      const exchange = space.openExchange(operationId);
      try {
        await informed.authorize(full, exchange);
        const answer = await (informed.operations[operationId]?.(full, exchange) ??
          Promise.reject(new Error()));
        if (request.undeclared !== true) check(operation, answer);
        exchange.answering();
        return answer;
      } finally {
        await exchange.answered();
      }
    },
    async register(body = registration, scenario) {
      const answer = await world.call('registerApplication', {
        path: { product: 'consumer' },
        body,
        ...header(scenario),
      });
      return text(answer.body, 'application_id');
    },
    async announce(applicationId, names, scenario) {
      const answer = await world.call('addDocuments', {
        path: { product: 'consumer', application_id: applicationId },
        body: { image_files: names },
        ...header(scenario),
      });
      return list(answer.body, 'image_files').map((file) => text(file, 'file_id'));
    },
    upload: (fileId, file = {}, scenario) =>
      world.call('uploadFile', { path: { upload_id: fileId }, file, ...header(scenario) }),
    async settled() {
      if (isReal) await passUntilDone();
      else await settleVirtual();
      if (defects.length > 0) throw new Error(defects.join('\n'));
      const deliveries = await space.store.deliveries.list();
      for (const delivery of deliveries) checkDelivery(delivery);
      return deliveries.map(({ callback }) => objectOf(callback.payload));
    },
  };
  return world;
}

function operationOf(id: string): Operation {
  const operation = contract.operations.find((candidate) => candidate.id === id);
  if (operation === undefined) throw new Error(`the contract has no operation ${id}`);
  return operation;
}

function header(scenario: string | undefined): { headers?: Record<string, string> } {
  return scenario === undefined ? {} : { headers: { 'x-ringback-scenario': scenario } };
}

function receive(fileName: string, file: Bytes): ReceivedFile {
  if (file.cutOff !== undefined) throw file.cutOff;
  const content = { ...goodPdf, ...file.content };
  return { field: '', fileName, bytes: file.bytes ?? 1_234, content, blob: `blob-of-${fileName}` };
}

/** Every response in every test has the shape that the contract declares. */
function check(operation: Operation, answer: OperationAnswer): void {
  const mediaType =
    answer.text?.mediaType ??
    answer.blob?.mediaType ??
    (answer.body === undefined ? null : 'application/json');
  const violations = operation.validateAnswer(answer.status, mediaType, answer.body);
  if (violations.length > 0) throw new Error(`${operation.id}: ${JSON.stringify(violations, null, 1)}`);
}

/** Every callback in every test is valid under both variants of its schema, unless a script overrides it. */
function checkDelivery(delivery: Delivery): void {
  if (faultsOf(delivery).length > 0) return;
  const { callback } = delivery;
  const type = contract.callbacks.get(callback.type);
  const violations = [
    ...callback.violations,
    ...(type?.validate(callback.payload) ?? [
      { location: '', code: 'type', message: `no callback ${callback.type}` },
    ]),
    ...(type?.validateStrict(callback.payload) ?? []),
  ];
  if (violations.length > 0) {
    throw new Error(
      `${callback.type}: ${JSON.stringify(violations)}\n${JSON.stringify(callback.payload, null, 1)}`,
    );
  }
}

export function ofType(payloads: readonly JsonObject[], type: string): JsonObject[] {
  return payloads.filter((payload) => payload.event_type === type);
}

export function object(value: JsonValue | undefined, ...path: string[]): JsonObject {
  let current = value;
  for (const key of path) current = isJsonObject(current) ? current[key] : undefined;
  if (!isJsonObject(current)) throw new Error(`no object at ${path.join('.')} of ${JSON.stringify(value)}`);
  return current;
}

export function list(value: JsonValue | undefined, ...path: string[]): JsonObject[] {
  const key = path.at(-1) ?? '';
  const found = object(value, ...path.slice(0, -1))[key];
  if (!Array.isArray(found)) throw new Error(`no list at ${path.join('.')} of ${JSON.stringify(value)}`);
  return found.map((item) => object(item));
}

export function text(value: JsonValue | undefined, key: string): string {
  const found = object(value)[key];
  if (typeof found !== 'string') throw new Error(`no text at ${key} of ${JSON.stringify(value)}`);
  return found;
}

/** The first item of an array that must not be empty. */
export function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('the list is empty');
  return item;
}

/** The error that a promise was rejected with. */
export async function failure(
  promise: Promise<unknown>,
): Promise<{ code?: string; status?: number } & Error> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error(`thrown: ${String(error)}`);
  return error;
}
