import { isJsonObject, type JsonObject } from '../json.ts';
import type { Plan } from '../scenario/plan.ts';
import type { Settings } from '../settings.ts';
import type { FileContent } from './file-content.ts';

/**
 * The requests of a typical client, which make a scenario send its callbacks without a real submission. For `explain`
 * and `trigger`.
 */
export type Rehearse = (client: RehearsalClient, options: RehearsalOptions) => Promise<void>;

/** Sends the requests of a rehearsal. */
export interface RehearsalClient {
  /** Sends a request. Returns the JSON body of a successful response, or null if there was none. */
  call(request: RehearsedRequest): Promise<JsonObject | null>;
  /** Waits until nothing is pending anymore. */
  idle(): Promise<void>;
}

export interface RehearsalOptions {
  /** What is rehearsed. */
  readonly plan: Plan;
  /** Callback URL: an absolute http(s) URL. */
  readonly callbackUrl: string;
  /** HTTP method of the callbacks, if the consumer can choose it. Null: that of the provider. */
  readonly method: 'GET' | 'POST' | null;
  /** Headers that the callbacks have at the client's request. */
  readonly callbackHeaders: Readonly<Record<string, string>>;
  /** Number of files to submit. Null: as many as the scenario describes, or a usual number. */
  readonly files: number | null;
  /** Settings of the space, such as the credentials that requests must have. */
  readonly settings: Settings;
}

/** One request of a rehearsal, in the terms of the contract. */
export interface RehearsedRequest {
  /** `operationId`. */
  readonly operation: string;
  /** Path parameters. Default: none. */
  readonly path?: Readonly<Record<string, string>>;
  /** Query parameters with the types of their schemas. Default: none. */
  readonly query?: JsonObject;
  /** Cookies by name. Default: none. */
  readonly cookies?: JsonObject;
  /** Headers with names in lower case. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The JSON body, or the fields of a form if there are `files`. Default: none. */
  readonly body?: JsonObject;
  /** The files of a form. Default: not a form. */
  readonly files?: readonly RehearsedFile[];
  /** The raw body. Default: none. */
  readonly upload?: RehearsedFile;
}

/** A file of a rehearsal, described as if it had been inspected. */
export interface RehearsedFile {
  /** Name of the form field; empty for a raw body. */
  readonly field: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly content: FileContent;
}

/** A small, valid PDF. */
export function rehearsedPdf(field: string, fileName: string): RehearsedFile {
  return {
    field,
    fileName,
    bytes: 512,
    content: { type: 'pdf', width: null, height: null, problem: null },
  };
}

/** Maximum number of requests to show one fault. */
const mostRequests = 20;

/**
 * How many times a client must send a request until every API fault of the script has applied: once for a fault of
 * that operation, one more time than a `rate_limit` allows, and 0 times if none applies.
 */
export function requestsToShow({ respond }: Plan, operation: string): number {
  const counts = respond
    .filter((fault) => fault.operation === operation)
    .map(({ kind, value }) => (kind === 'rate_limit' && isJsonObject(value) ? Number(value.limit) + 1 : 1));
  return Math.min(mostRequests, Math.max(0, ...counts));
}

/** The property of that name if it is a string, otherwise an empty string. */
export function textMember(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}
