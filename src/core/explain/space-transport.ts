import type { Contract, Operation } from '../contract/contract.ts';
import { ScriptedAnswer } from '../engine/faults/api-faults.ts';
import type { Exchange, Space } from '../engine/space.ts';
import { isRingbackError } from '../errors.ts';
import type { OperationAnswer, OperationRequest, Provider, ReceivedFile } from '../provider/provider.ts';
import type { RehearsedFile, RehearsedRequest } from '../provider/rehearsal.ts';
import type { RehearsalTransport, RehearsedAnswer } from './rehearsal-client.ts';

export interface SpaceTransportOptions {
  readonly space: Space;
  readonly contract: Contract;
  readonly provider: Provider;
  /** Where the provider would be mounted: the base of its upload and download URLs. */
  readonly baseUrl: string;
  /** Waits until nothing is pending anymore. */
  readonly idle: () => Promise<void>;
  /** Called with each request before it is handled, and with its response, or null if that is lost. */
  readonly onRequest?: (operation: Operation, path: string) => void;
  readonly onAnswer?: (
    operation: Operation,
    answer: RehearsedAnswer | null,
    faults: readonly string[],
  ) => void;
}

/** Carries requests directly into a space, as the server does with HTTP requests. */
export function spaceTransport(options: SpaceTransportOptions): RehearsalTransport {
  const { space, contract, provider, idle, onRequest, onAnswer } = options;
  /** The response as the client receives it: delayed and corrupted as scripts say. */
  const arrive = async (
    { faults }: Exchange,
    operation: Operation,
    answer: RehearsedAnswer,
  ): Promise<RehearsedAnswer | null> => {
    if (faults.latencyMs > 0) await space.wait(faults.latencyMs);
    const seen = faults.malformed || faults.resetAfterBytes !== null ? null : answer;
    onAnswer?.(operation, seen, faults.faults);
    return seen;
  };
  return {
    async send(request) {
      const operation = contract.operations.find(({ id }) => id === request.operation);
      const handler = provider.operations[request.operation] ?? provider.handle;
      if (operation === undefined || handler === undefined)
        throw new RangeError(`the contract has no operation ${request.operation}`);
      onRequest?.(operation, fillPath(operation.path, request.path ?? {}));
      const exchange = space.openExchange(operation.id);
      const asked = toOperationRequest(request, operation, options);
      let answer: RehearsedAnswer;
      try {
        await provider.authorize(asked, exchange);
        answer = readAnswer(await exchange.perform(handler, asked));
      } catch (error) {
        await exchange.abandon();
        return arrive(exchange, operation, refusalOf(error));
      }
      await exchange.playEarly();
      const seen = await arrive(exchange, operation, answer);
      exchange.answering();
      await exchange.answered();
      return seen;
    },
    wait: (ms) => space.wait(ms),
    idle,
  };
}

/** A path template with its parameters filled in. */
export function fillPath(template: string, parameters: Readonly<Record<string, string>>): string {
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
}

function toOperationRequest(
  request: RehearsedRequest,
  operation: Operation,
  { baseUrl }: SpaceTransportOptions,
): OperationRequest {
  const { upload } = request;
  return {
    operation,
    path: request.path ?? {},
    query: request.query ?? {},
    headers: request.headers ?? {},
    cookies: request.cookies ?? {},
    absoluteUrl: `${baseUrl}${fillPath(operation.path, request.path ?? {})}`,
    body: request.body,
    files: (request.files ?? []).map(received),
    unknownFields: [],
    receiveFile: async () => {
      if (upload === undefined) throw new RangeError(`${operation.id} was rehearsed without a body`);
      return received(upload);
    },
    baseUrl,
  };
}

/** The file as the provider sees it, without bytes to store. */
function received(file: RehearsedFile): ReceivedFile {
  return { ...file, blob: null };
}

function readAnswer({ status, headers = {}, body }: OperationAnswer): RehearsedAnswer {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, headers: Object.fromEntries(lower), body };
}

/** The response to a request that the provider or a script refuses. */
function refusalOf(error: unknown): RehearsedAnswer {
  if (error instanceof ScriptedAnswer) return readAnswer(error.answer);
  if (!isRingbackError(error)) throw error;
  const { status, title, message, headers } = error;
  return readAnswer({ status, headers, body: { title, status, detail: message } });
}
