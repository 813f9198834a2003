import type { Contract } from '../../src/core/contract/contract.ts';
import type { RehearsalTransport, RehearsedAnswer } from '../../src/core/explain/rehearsal-client.ts';
import { fillPath } from '../../src/core/explain/space-transport.ts';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import type { RehearsedRequest } from '../../src/core/provider/rehearsal.ts';
import { call, smallPdf } from '../support/test-server.ts';

/** What a client observed of a request that it sent. */
export interface SeenExchange {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** Null: no response, or an unreadable one. */
  readonly status: number | null;
  /** The scripted faults that the response's header names. */
  readonly faults: string;
}

/** Carries the requests of a rehearsal over HTTP to a server on a virtual clock. */
export interface HttpTransport extends RehearsalTransport {
  readonly seen: readonly SeenExchange[];
}

/** @param base the server's URL, with the space's prefix */
export function httpTransport(base: string, contract: Contract): HttpTransport {
  const seen: SeenExchange[] = [];
  const moveClock = async (body: JsonObject): Promise<void> => {
    const { status, body: moved } = await call('POST', `${base}/_ringback/clock`, body);
    if (status !== 200 || moved.bound !== null) throw new Error(`clock: ${status} ${JSON.stringify(moved)}`);
  };
  return {
    seen,
    async send(request) {
      const operation = contract.operations.find(({ id }) => id === request.operation);
      if (operation === undefined) throw new Error(`no operation ${request.operation}`);
      const { id, method } = operation;
      const path = fillPath(operation.path, request.path ?? {});
      const answer = await fetchAnswer(`${base}${path}`, method, request);
      const status = answer?.status ?? null;
      seen.push({ operation: id, method, path, status, faults: answer?.headers['x-ringback-fault'] ?? '' });
      return answer;
    },
    wait: (ms) => moveClock({ advance: `${ms}ms` }),
    idle: () => moveClock({ settle: true }),
  };
}

async function fetchAnswer(
  url: string,
  method: string,
  request: RehearsedRequest,
): Promise<RehearsedAnswer | null> {
  try {
    const answer = await fetch(url, { method, ...contentOf(request) });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    const body: JsonValue | undefined = isJson && text !== '' ? JSON.parse(text) : undefined;
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
  } catch (error) {
    // A script may make the connection fail, or make a JSON response malformed.
    if (error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

function contentOf({ headers = {}, body, files, upload }: RehearsedRequest): RequestInit {
  if (upload !== undefined)
    return { headers: { ...headers, 'content-type': 'application/octet-stream' }, body: smallPdf() };
  if (files !== undefined) {
    const form = new FormData();
    for (const [name, value] of Object.entries(body ?? {})) {
      if (typeof value !== 'object' || value === null) form.append(name, String(value));
      else for (const [key, item] of Object.entries(value)) form.append(`${name}[${key}]`, String(item));
    }
    for (const { field, fileName } of files) form.append(field, new Blob([smallPdf()]), fileName);
    return { headers, body: form };
  }
  if (body === undefined) return { headers };
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
