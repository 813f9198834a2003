import type { Violation } from '../errors.ts';
import type { JsonObject } from '../json.ts';

/** Checks a value against one schema of the contract. An empty list means that it is valid. */
export type Validator = (value: unknown) => readonly Violation[];

/**
 * An OpenAPI 3.1 document and its JSON Schemas, made ready for use: what the server routes by, what requests are
 * validated against, which callbacks exist and what they may hold.
 */
export interface Contract {
  readonly title: string;
  readonly version: string;
  /** Host names of its `servers`, in lower case; `*.example.com`: any name under it. */
  readonly serverHosts: readonly string[];
  readonly operations: readonly Operation[];
  /** By type, e.g. `informed.extractions`. */
  readonly callbacks: ReadonlyMap<string, CallbackType>;
}

/** One operation of the API (OpenAPI 3.1 §4.8.10). */
export interface Operation {
  /** `operationId`. */
  readonly id: string;
  /** The operation's first tag: the provider whose API it belongs to. */
  readonly provider: string;
  readonly method: HttpMethod;
  /** Path template with `{name}` parameters, e.g. `/informed/v1/{product}/applications`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody: RequestBody | null;
  /** The status keys that the contract declares, e.g. `200`, `4XX`, `default`. */
  readonly responses: ReadonlySet<string>;
  /**
   * Checks an answer of this operation against the response that the contract declares for its status.
   * @param mediaType as in `Content-Type`, with or without parameters; null when the answer has no body
   * @param body the parsed body when it is JSON; otherwise only status and media type are checked
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
  /** The schema's own `default`, or `undefined`. */
  readonly default: unknown;
  /** Turns the text of the request into the schema's type: `"25"` → 25, `"true"` → true; texts that fit no type stay texts. */
  readonly coerce: (text: string) => unknown;
  readonly validate: Validator;
}

export interface RequestBody {
  readonly required: boolean;
  /** By media type in lower case, without parameters; a range such as `*\/*` is possible. */
  readonly content: ReadonlyMap<string, BodyContent>;
}

export interface BodyContent {
  /** True when the body is raw bytes: read as a stream, never parsed. */
  readonly binary: boolean;
  readonly validate: Validator;
  /** The properties of an object schema, for reading form fields; empty for other schemas. */
  readonly fields: ReadonlyMap<string, FormField>;
}

/** How a form field of `multipart/form-data` becomes a value of the object that is validated. */
export interface FormField {
  /**
   * `file`: the field holds files. `object`: written as `name[key]=text`. `list`: may occur several times.
   * `value`: once, coerced to the schema's type.
   */
  readonly kind: 'file' | 'object' | 'list' | 'value';
  /**
   * True when the schema is an array, so that the value to validate is a list, however often the field came.
   * For validation each file stands as its file name.
   */
  readonly repeated: boolean;
  /**
   * Turns one text into the schema's type: that of the items of a list, of the members of an object. Undefined for a
   * blank `value` that is no string: it counts as left out.
   */
  readonly coerce: (text: string) => unknown;
}

/** A callback as an operation declares it: which one, and where it goes (OpenAPI 3.1 §4.8.18). */
export interface CallbackReference {
  /** The callback's type, e.g. `informed.extractions`. */
  readonly type: string;
  /** Runtime expression of its URL, e.g. `{$request.body#/callbackUrl}`. */
  readonly expression: string;
}

/** An out-of-band request that the contract declares: where the engine's deliveries get their shape from. */
export interface CallbackType {
  /** `provider.name`, e.g. `docdigitizer.documentState`. */
  readonly type: string;
  readonly provider: string;
  /** The name under `callbacks` and `webhooks`, e.g. `documentState`. */
  readonly name: string;
  /** The methods that the path item declares, in document order. */
  readonly methods: readonly HttpMethod[];
  /** Names of the query parameters, in document order; empty when the callback is a body. */
  readonly query: readonly string[];
  /** True when the callback has a JSON body. */
  readonly hasBody: boolean;
  /**
   * Validates what the callback says: the JSON body, or the query parameters as one object
   * (`{documentId, state: 30, stateText}`).
   */
  readonly validate: Validator;
  /** Like `validate`, against the strict variant: today's shape, nothing unknown. */
  readonly validateStrict: Validator;
  /** The answers that the contract declares for the consumer, by status key: `200`, `2XX`, `default`. */
  readonly answers: ReadonlyMap<string, CallbackAnswer>;
  /** Valid examples that the contract ships. */
  readonly examples: readonly JsonObject[];
}

/** One answer that a callback's operation declares (OpenAPI 3.1 §4.8.17): what the provider asks of the consumer. */
export interface CallbackAnswer {
  /** True when `content` names JSON media types only, so that a body has to be JSON. */
  readonly jsonOnly: boolean;
}
