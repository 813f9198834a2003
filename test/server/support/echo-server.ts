import { noAnswerFaults } from '../../../src/core/engine/faults/api-faults.ts';
import { unlimitedMemory } from '../../../src/core/engine/memory-budget.ts';
import type { Exchange, Space } from '../../../src/core/engine/space.ts';
import { virtualClock } from '../../../src/core/engine/time/clock.ts';
import { RingbackError } from '../../../src/core/errors.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import type {
  OperationHandler,
  OperationRequest,
  Provider,
  ProviderContext,
} from '../../../src/core/provider/provider.ts';
import { type SettingsInput, withSettings } from '../../../src/core/settings.ts';
import { BlobStore } from '../../../src/files/blob-store.ts';
import type { ControlHandlers } from '../../../src/server/control/control-handler.ts';
import { admitted } from '../../../src/server/http/guard.ts';
import {
  createHttpServer,
  type HttpServerOptions,
  type RingbackServer,
} from '../../../src/server/http/http-server.ts';
import type { SentAnswer } from '../../../src/server/http/reply.ts';
import type { RequestLogEntry } from '../../../src/server/server-log.ts';
import { createSpaceRegistry, type SpaceRegistry } from '../../../src/server/space-registry.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { controlContract, echoContract } from './echo-contract.ts';

export interface EchoServer {
  readonly url: string;
  readonly port: number;
  readonly server: RingbackServer;
  readonly spaces: SpaceRegistry;
  readonly blobs: BlobStore;
  readonly log: RequestLogEntry[];
  readonly failures: { what: string; error: unknown }[];
  readonly answers: SentAnswer[];
  /** What happened, in order: `answering default`, `answered default` … */
  readonly events: string[];
  /** Waits until the log has that number of requests. */
  logged(count: number): Promise<void>;
}

export interface EchoOptions extends Partial<HttpServerOptions> {
  readonly provider?: string;
  readonly settings?: SettingsInput;
  readonly handlers?: Readonly<Record<string, OperationHandler>>;
  /** Receives what happened, in order. */
  readonly events?: string[];
  readonly spacePending?: number;
  /** Default: no delay. */
  readonly spaceClosed?: Promise<void>;
}

const toClose: (() => Promise<unknown>)[] = [];

/** Call after each test. */
export async function closeEchoServers(): Promise<void> {
  for (const close of toClose.splice(0)) await close();
}

/** Starts a server whose operations respond with what they received. */
export async function startEchoServer(options: EchoOptions = {}): Promise<EchoServer> {
  const name = options.provider ?? 'echo';
  const log: RequestLogEntry[] = [];
  const failures: EchoServer['failures'] = [];
  const answers: SentAnswer[] = [];
  const events = options.events ?? [];
  const waiting: { count: number; wake: () => void }[] = [];
  const blobs = new BlobStore({ memoryBytes: 1024 * 1024, maxTotalBytes: 1024 * 1024 * 1024 });
  const spaces = createSpaceRegistry((space) => recordingSpace(space, events, options));
  const server = createHttpServer({
    contract: echoContract(name),
    controlContract: controlContract(),
    providers: new Map([[name, echoProvider(name, options.handlers ?? {})]]),
    spaces,
    blobs,
    controlHandlers: echoControl,
    guard: ({ area, headers }) => {
      if (area === 'control' && headers['x-foreign'] !== undefined)
        throw new RingbackError('control.forbidden', { detail: `no: ${area}` });
      return admitted;
    },
    host: '127.0.0.1',
    port: 0,
    log: {
      request: (entry) => {
        log.push(entry);
        for (const waiter of waiting) if (log.length >= waiter.count) waiter.wake();
      },
      failure: (what, error) => failures.push({ what, error }),
    },
    onAnswer: (answer) => answers.push(answer),
    ...options,
  });
  const { url, port } = await server.listen();
  toClose.push(async () => {
    await server.close({ graceMs: 0 });
    blobs.close();
  });
  const logged = (count: number): Promise<void> =>
    log.length >= count ? Promise.resolve() : new Promise((wake) => waiting.push({ count, wake }));
  return { url, port, server, spaces, blobs, log, failures, answers, events, logged };
}

function seen(request: OperationRequest): JsonObject {
  return {
    operation: request.operation.id,
    path: { ...request.path },
    query: request.query,
    body: request.body ?? null,
    files: request.files.map((file) => ({
      field: file.field,
      fileName: file.fileName,
      bytes: file.bytes,
      blob: file.blob,
    })),
    unknownFields: request.unknownFields.map((field) => ({ ...field })),
    baseUrl: request.baseUrl,
    tag: request.headers['x-tag'] ?? null,
  };
}

const echo: OperationHandler = async (request) => ({ status: 200, body: seen(request) });

function echoProvider(name: string, handlers: Readonly<Record<string, OperationHandler>>): Provider {
  return {
    name,
    defaultScenario: `${name}/none`,
    dependentResources: () => [],
    contradict: () => null,
    rehearse: () => Promise.resolve(),
    expandOutcome: () => ({}),
    performStep: async () => ({ callbacks: [] }),
    authorize: (request) => {
      if (request.headers.authorization === 'wrong')
        throw new RingbackError('auth.wrong', { detail: 'wrong' });
      if (request.headers.authorization === 'basic') {
        throw new RingbackError('auth.missing', {
          detail: 'missing',
          headers: { 'www-authenticate': 'Basic realm="x"' },
        });
      }
    },
    operations: {
      submit: echo,
      annotate: echo,
      annotateOfClass: echo,
      getDocument: echo,
      register: async (request) => ({
        status: 201,
        body: seen(request),
        runs: ['run-1', 'run-2'],
        headers: { 'x-own': 'yes' },
      }),
      list: echo,
      note: echo,
      upload: async (request) => {
        if (request.path.id === 'never-issued')
          throw new RingbackError('resource.not-found', {
            details: { kind: 'upload', id: 'never-issued' },
            detail: 'never issued',
          });
        return {
          status: 200,
          body: {
            ...(await request.receiveFile({ fileName: 'a.pdf', runId: 'run' })),
          } as unknown as JsonValue,
        };
      },
      download: async (request) => ({
        status: 200,
        blob: { key: request.path.key ?? '', mediaType: 'application/pdf' },
      }),
      defect: async (request) => {
        if (request.path.kind === 'header') return { status: 200, headers: { 'x-bad': 'a\r\nb' }, body: 1 };
        throw new TypeError('secret insides');
      },
      ...handlers,
    },
  };
}

const echoControl: ControlHandlers = {
  getHealth: async (request, space) => ({
    status: 200,
    body: { space: space.name, baseUrl: request.baseUrl },
  }),
  moveClock: async (request) => ({ status: 200, body: request.body ?? null }),
  receiveInboxGet: async (request) => ({
    status: 200,
    body: { method: request.method, url: request.url, query: request.query },
  }),
  receiveInboxPost: async (request) => {
    const read = await request.readText(10);
    return { status: 200, body: { method: request.method, name: request.path.name ?? '', ...read } };
  },
};

/** Stands in for the engine: records when the server begins and ends a response. */
function recordingSpace(name: string, events: string[], options: EchoOptions): Space {
  const settings = withSettings(defaultSettings, options.settings ?? {});
  const openExchange = (): Exchange => ({
    ...({ settings } as ProviderContext),
    faults: noAnswerFaults,
    perform: (operation, request) => operation(request, { settings } as ProviderContext),
    playEarly: async () => undefined,
    abandon: async () => {
      events.push(`abandoned ${name}`);
    },
    answering: () => events.push(`answering ${name}`),
    answered: async () => {
      events.push(`answered ${name}`);
    },
  });
  return {
    name,
    settings,
    clock: virtualClock(),
    openExchange,
    memory: unlimitedMemory(),
    makeRoom: () => Promise.resolve(),
    pending: async () => options.spacePending ?? 0,
    close: async () => {
      events.push(`closed ${name}`);
      await options.spaceClosed;
      return { unplayed: options.spacePending ?? 0 };
    },
  } as unknown as Space;
}
