import type { Contract } from '../../../src/core/contract/contract.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import type { OperationRequest, Provider, RequestHead } from '../../../src/core/provider/provider.ts';
import { read } from '../../core/contract/foreign/support.ts';
import { type EchoOptions, type EchoServer, startEchoServer } from '../support/echo-server.ts';

export { closeEchoServers } from '../support/echo-server.ts';

/** What a handler got of a request. */
export interface Seen {
  readonly operation: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: JsonObject;
  readonly cookies: JsonObject;
  readonly body: JsonValue | undefined;
  readonly files: readonly { field: string; fileName: string; bytes: number }[];
  readonly baseUrl: string;
  readonly absoluteUrl: string;
}

export interface ForeignServer extends EchoServer {
  /** Every request that reached the handler. */
  readonly seen: Seen[];
  readonly heads: RequestHead[];
  readonly warnings: string[];
  readonly contract: Contract;
  /** Sends a request and returns what the handler got of it; fails if it was refused. */
  send(target: string, init?: RequestInit): Promise<Seen>;
  /** The status of a refusal and its violations, `query/limit type` … */
  refusal(
    target: string,
    init?: RequestInit,
  ): Promise<{ status: number; violations: string[]; detail: string }>;
}

/** Starts a server for a contract whose provider handles every operation, and responds with 204. */
export async function startForeignServer(
  document: JsonObject,
  options: EchoOptions & Pick<Partial<Provider>, 'handle'> = {},
): Promise<ForeignServer> {
  const contract = read(document);
  const seen: Seen[] = [];
  const heads: RequestHead[] = [];
  const warnings: string[] = [];
  const provider = {
    name: 'parcels',
    defaultScenario: 'parcels/default',
    operations: {},
    authorize: (head: RequestHead) => void heads.push(head),
    handle: async (request: OperationRequest) => {
      const { operation, path, query, cookies, body, files, baseUrl, absoluteUrl } = request;
      const received = files.map(({ field, fileName, bytes }) => ({ field, fileName, bytes }));
      seen.push({
        operation: operation.id,
        path,
        query,
        cookies,
        body,
        files: received,
        baseUrl,
        absoluteUrl,
      });
      return options.handle?.(request, undefined as never) ?? { status: 204 };
    },
  } as unknown as Provider;
  const server = await startEchoServer({
    provider: 'parcels',
    contract,
    providers: new Map([['parcels', provider]]),
    ...options,
    log: {
      request: () => undefined,
      failure: (what, error) => server.failures.push({ what, error }),
      warn: (text) => warnings.push(text),
    },
  });
  const send = async (target: string, init?: RequestInit): Promise<Seen> => {
    const before = seen.length;
    const response = await fetch(`${server.url}${target}`, init);
    const got = seen[before];
    if (got === undefined) throw new Error(`refused with ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    return got;
  };
  const refusal: ForeignServer['refusal'] = async (target, init) => {
    const before = seen.length;
    const response = await fetch(`${server.url}${target}`, init);
    if (seen.length > before) throw new Error(`accepted with ${response.status}`);
    const { violations = [], detail } = (await response.json()) as {
      violations?: { location: string; code: string }[];
      detail: string;
    };
    return {
      status: response.status,
      violations: violations.map(({ location, code }) => `${location} ${code}`),
      detail,
    };
  };
  return { ...server, seen, heads, warnings, contract, send, refusal };
}
