import type { Violation } from '../errors.ts';
import type { JsonObject } from '../json.ts';

/** Checks a value against one schema of the contract. An empty array means that it is valid. */
export type Validator = (value: unknown) => readonly Violation[];

/**
 * An OpenAPI 3.1 document and its JSON Schemas, ready for use: routes of the server, validators of requests, and the
 * callbacks with their payloads.
 */
export interface Contract {
  readonly title: string;
  readonly version: string;
  /** Host names of its `servers`, in lower case. `*.example.com`: any name under it. */
  readonly serverHosts: readonly string[];
  readonly operations: readonly Operation[];
  /** By type, e.g. `informed.extractions`. */
  readonly callbacks: ReadonlyMap<string, CallbackType>;
}

/** One operation of the API (OpenAPI 3.1 §4.8.10). */
export interface Operation {
  /** `operationId`. */
  readonly id: string;
  /** The first tag of the operation: the provider whose API it belongs to. */
  readonly provider: string;
  readonly method: HttpMethod;
  /** Path template with `{name}` parameters, e.g. `/informed/v1/{product}/applications`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody: RequestBody | null;
  /** The status keys that the contract declares, e.g. `200`, `4XX`, `default`. */
  readonly responses: ReadonlySet<string>;
  /**
   * Checks a response of this operation against the contract for its status.
   * @param mediaType as in `Content-Type`, with or without parameters. Null if the response has no body
   * @param body the parsed body if it is JSON. Otherwise only status and media type are checked
   */
  readonly validateAnswer: (status: number, mediaType: string | null, body: unknown) => readonly Violation[];
  /** Callbacks declared on this operation, in document order. */
  readonly callbacks: readonly CallbackReference[];
}

export type HttpMethod = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH' | 'HEAD' | 'OPTIONS' | 'TRACE';

/** One path, query or header parameter (OpenAPI 3.1 §4.8.12). */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** The `default` of the schema, or `undefined`. */
  readonly default: unknown;
  /**
   * Converts the string of the request to the type of the schema: `"25"` → 25, `"true"` → true. Strings that match no
   * type stay strings.
   */
  readonly coerce: (text: string) => unknown;
  readonly validate: Validator;
}

export interface RequestBody {
  readonly required: boolean;
  /** By media type in lower case, without parameters; a range such as `*\/*` is possible. */
  readonly content: ReadonlyMap<string, BodyContent>;
}

export interface BodyContent {
  /** Whether the body is raw bytes: read as a stream, never parsed. */
  readonly binary: boolean;
  readonly validate: Validator;
  /** The properties of an object schema, for reading form fields; empty for other schemas. */
  readonly fields: ReadonlyMap<string, FormField>;
}

/** How a form field of `multipart/form-data` becomes a value of the validated object. */
export interface FormField {
  /**
   * `file`: the field holds files. `object`: written as `name[key]=text`. `list`: may occur several times.
   * `value`: once, coerced to the schema's type.
   */
  readonly kind: 'file' | 'object' | 'list' | 'value';
  /**
   * Whether the schema is an array, so that the validated value is an array, however often the field occurs. For
   * validation, each file is represented by its file name.
   */
  readonly repeated: boolean;
  /**
   * Converts one string to the type of the schema: of the items of a list, or of the properties of an object. Undefined
   * for a blank `value` that is not a string: it counts as missing.
   */
  readonly coerce: (text: string) => unknown;
}

/** A callback of an operation: its type and its URL (OpenAPI 3.1 §4.8.18). */
export interface CallbackReference {
  /** The callback's type, e.g. `informed.extractions`. */
  readonly type: string;
  /** Runtime expression of its URL, e.g. `{$request.body#/callbackUrl}`. */
  readonly expression: string;
}

/** A callback request that the contract declares. It defines the shape of deliveries. */
export interface CallbackType {
  /** `provider.name`, e.g. `docdigitizer.documentState`. */
  readonly type: string;
  readonly provider: string;
  /** The name under `callbacks` and `webhooks`, e.g. `documentState`. */
  readonly name: string;
  /** The methods that the path item declares, in document order. */
  readonly methods: readonly HttpMethod[];
  /** Names of the query parameters, in document order. Empty if the callback has a body. */
  readonly query: readonly string[];
  /** Whether the callback has a JSON body. */
  readonly hasBody: boolean;
  /**
   * Validates the payload: the JSON body, or the query parameters as one object (`{documentId, state: 30, stateText}`).
   */
  readonly validate: Validator;
  /** Like `validate`, with the strict variant: the current shape, nothing unknown. */
  readonly validateStrict: Validator;
  /** The responses that the contract declares for the consumer, by status key: `200`, `2XX`, `default`. */
  readonly answers: ReadonlyMap<string, CallbackAnswer>;
  /** Valid examples from the contract. */
  readonly examples: readonly JsonObject[];
}

/**
 * One response that the operation of a callback declares (OpenAPI 3.1 §4.8.17): what the provider requires of the
 * consumer.
 */
export interface CallbackAnswer {
  /** Whether `content` has JSON media types only, so that a body must be JSON. */
  readonly jsonOnly: boolean;
}
