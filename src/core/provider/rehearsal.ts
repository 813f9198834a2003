import { isJsonObject, type JsonObject } from '../json.ts';
import type { Plan } from '../scenario/plan.ts';
import type { FileContent } from './file-content.ts';

/**
 * The requests of a typical client, by which a scenario gets to send its callbacks although nobody submits anything:
 * for `explain` and `trigger`.
 */
export type Rehearse = (client: RehearsalClient, options: RehearsalOptions) => Promise<void>;

/** Who sends the requests of a rehearsal. */
export interface RehearsalClient {
  /** Sends a request; returns the JSON body of a successful answer, or null when there was none in the end. */
  call(request: RehearsedRequest): Promise<JsonObject | null>;
  /** Waits until nothing is pending any more. */
  idle(): Promise<void>;
}

export interface RehearsalOptions {
  /** What is rehearsed. */
  readonly plan: Plan;
  /** Where the callbacks are to go: an absolute http(s) URL. */
  readonly callbackUrl: string;
  /** How the callbacks are to come, where the consumer has a say; null: as the provider does by default. */
  readonly method: 'GET' | 'POST' | null;
  /** Headers that the client asks the callbacks to carry. */
  readonly callbackHeaders: Readonly<Record<string, string>>;
  /** How many files are sent in; null: as many as the scenario has something to say about, or a usual number. */
  readonly files: number | null;
}

/** One request of a rehearsal, in the contract's terms. */
export interface RehearsedRequest {
  /** `operationId`. */
  readonly operation: string;
  /** Path parameters; default: none. */
  readonly path?: Readonly<Record<string, string>>;
  /** Lower-case names; default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The JSON body, or the fields of a form when there are `files`; default: none. */
  readonly body?: JsonObject;
  /** The files of a form; default: it is no form. */
  readonly files?: readonly RehearsedFile[];
  /** The raw body; default: there is none. */
  readonly upload?: RehearsedFile;
}

/** What a file would be found to be, if it were sent. */
export interface RehearsedFile {
  /** Name of the form field; empty for a raw body. */
  readonly field: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly content: FileContent;
}

/** A small PDF that nothing is wrong with. */
export function rehearsedPdf(field: string, fileName: string): RehearsedFile {
  return {
    field,
    fileName,
    bytes: 512,
    content: { type: 'pdf', width: null, height: null, problem: null },
  };
}

/** Most requests that a client makes to show one fault. */
const mostRequests = 20;

/**
 * How often a client has to send a request until the script's API side has had its say about it: once for a fault that
 * names the operation, once more than a `rate_limit` allows; 0 when none names it.
 */
export function requestsToShow({ respond }: Plan, operation: string): number {
  const counts = respond
    .filter((fault) => fault.operation === operation)
    .map(({ kind, value }) => (kind === 'rate_limit' && isJsonObject(value) ? Number(value.limit) + 1 : 1));
  return Math.min(mostRequests, Math.max(0, ...counts));
}

/** The member of that name when it is a text; else an empty one. */
export function textMember(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}
