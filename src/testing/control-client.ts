import { StringDecoder } from 'node:string_decoder';
import { type ErrorCode, errorCatalogue } from '../core/error-catalogue.ts';
import { problemUrn, RingbackError, type Violation } from '../core/errors.ts';
import { isJsonObject, type JsonValue } from '../core/json.ts';
import { type HttpRequest, type HttpResponse, sendRequest } from '../http-client/request.ts';
import { requireNextTick } from '../platform/machine-time.ts';
import type { SpaceEventRecord } from './records.gen.ts';
import { listViolations } from './sentences.ts';
import { bodyLimit } from './whole-lists.ts';

/** A request to the control API. */
export interface ControlCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the URL of the control API, e.g. `clock`. */
  readonly path: string;
  /** Sent as JSON; undefined: no body. */
  readonly json?: JsonValue;
  /** Sent as YAML instead of `json`. */
  readonly yaml?: string;
  /** Aborts the request. */
  readonly signal?: AbortSignal;
}

export interface ControlClientOptions {
  /** URL of the control API of a space, without a trailing slash. */
  readonly url: string;
  /** The value of the server's `--control-token`. Null: none. */
  readonly token: string | null;
}

/** A client of the control API of one space. It uses HTTP even if the server is in this process. */
export class ControlClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, token }: ControlClientOptions) {
    this.url = url;
    this.#headers = token === null ? {} : { authorization: `Bearer ${token}` };
  }

  /**
   * Returns the JSON body of the response, or null if there is none.
   * @throws {RingbackError} the error in the server's response, with its own code; `provider.unreachable`
   */
  async call({ method, path, json, yaml, signal }: ControlCall): Promise<unknown> {
    const body = yaml ?? (json === undefined ? undefined : JSON.stringify(json));
    const type = yaml === undefined ? 'application/json' : 'application/yaml';
    const url = `${this.url}/${path}`;
    const headers = { ...this.#headers, ...(body !== undefined && { 'content-type': type }) };
    const { statusCode, text } = await this.#send({ method, url, headers, body, signal });
    const content = await text().catch((error: unknown) => Promise.reject(unreachable(url, error)));
    const request = `${method} ${url}`;
    if (!isSuccess(statusCode)) throw problem(content, statusCode, request);
    const value = content === '' ? null : parse(content);
    if (value === undefined) throw stranger(request, statusCode);
    return value;
  }

  /**
   * The events of the space, as they happen.
   * @param after id of the last event that the caller has. Null: from now on
   * @returns when the stream is open. It contains everything that happens from then on
   */
  async events(after: number | null, signal: AbortSignal): Promise<AsyncGenerator<SpaceEventRecord, void>> {
    const from = after === null ? '' : `&lastEventId=${after}`;
    const url = `${this.url}/events?bodyLimit=${bodyLimit}${from}`;
    const { statusCode, body, text } = await this.#send({
      method: 'GET',
      url,
      headers: this.#headers,
      signal,
    });
    if (!isSuccess(statusCode)) throw problem(await text(), statusCode, `GET ${this.url}/events`);
    return eventsIn(body, signal);
  }

  async #send(request: HttpRequest): Promise<HttpResponse> {
    await requireNextTick();
    try {
      return await sendRequest(request);
    } catch (error) {
      if (request.signal?.aborted === true) throw error;
      throw unreachable(request.url, error);
    }
  }
}

function isSuccess(statusCode: number): boolean {
  return statusCode >= 200 && statusCode <= 299;
}

function unreachable(url: string, error: unknown): RingbackError {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const reason = String(code ?? message ?? error);
  return new RingbackError('provider.unreachable', {
    details: { url, status: null },
    detail: `Could not reach the mock provider at ${url}: ${reason}. Check the URL, and that "ringback serve" runs there.`,
    cause: error,
  });
}

/** The error from a problem+json body. Its message includes the remedy, since test runners show only the message. */
function problem(text: string, status: number, request: string): RingbackError {
  const body = parse(text);
  if (!isJsonObject(body) || typeof body.type !== 'string' || !body.type.startsWith(problemUrn))
    return stranger(request, status);
  const code = body.type.slice(problemUrn.length);
  const known = Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : 'internal';
  const remedy = typeof body.remedy === 'string' ? body.remedy : '';
  const violations = Array.isArray(body.violations) ? (body.violations as unknown as Violation[]) : [];
  // The detail describes only the first one.
  const listed = violations.length > 1 ? `\n${listViolations(violations)}` : '';
  return new RingbackError(known, {
    detail: [String(body.detail ?? ''), remedy].filter((part) => part !== '').join(' ') + listed,
    violations,
    status,
    details: (isJsonObject(body.details) ? body.details : {}) as never,
  });
}

function stranger(request: string, status: number): RingbackError {
  return new RingbackError('provider.unreachable', {
    details: { url: request.slice(request.indexOf(' ') + 1), status },
    detail: `Could not use the mock provider: ${request} returned ${status} with a body that is not a Ringback response. Check that the URL points to a Ringback server.`,
  });
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Reads server-sent events (HTML Living Standard §9.2.6) whose data is one line of JSON. */
async function* eventsIn(
  body: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<SpaceEventRecord, void> {
  const decoder = new StringDecoder('utf8');
  let buffered = '';
  try {
    for await (const chunk of body) {
      buffered += decoder.write(chunk);
      const blocks = buffered.split('\n\n');
      buffered = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) yield JSON.parse(data) as SpaceEventRecord;
      }
    }
  } catch (error) {
    // Aborted by the caller.
    if (!signal.aborted) throw error;
  }
}
