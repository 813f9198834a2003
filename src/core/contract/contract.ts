import type { Violation } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { TemplateScope } from '../scenario/templates.ts';
import type { ExpressionScope } from './runtime-expression.ts';

/** Checks a value against one schema of the contract. An empty array means that it is valid. */
export type Validator = (value: unknown) => readonly Violation[];

/**
 * An OpenAPI document and its JSON Schemas, ready for use: routes of the server, validators of requests, and the
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
  /**
   * Paths of its `servers`, without a trailing slash, e.g. `/v2`. Operations are served below each of them and at the
   * root. Empty for the contract of the bundled providers.
   */
  readonly basePaths: readonly string[];
  /** What was forgiven or is unsupported, in document order. */
  readonly notes: readonly ContractNote[];
  /** The contract as it is used: one OpenAPI 3.1 document. All its `$ref`s are local. */
  readonly document: JsonObject;
}

/** A deviation from the standard that was forgiven, or a part of a contract that is unsupported. */
export interface ContractNote {
  readonly kind: 'forgiven' | 'unsupported';
  /** Path relative to the document. Empty for the document itself. */
  readonly file: string;
  /** JSON pointer in the file as the author wrote it. */
  readonly pointer: string;
  /** What was found and how it is understood, in one sentence. */
  readonly message: string;
}

/** One operation of the API (OpenAPI 3.1 §4.8.10). */
export interface Operation {
  /** `operationId`, or method and path (`POST /subscriptions`) if it has none or shares it. */
  readonly id: string;
  /** The provider whose API it belongs to. */
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
  /** The declared responses by status key. Empty for the bundled providers, whose code makes their responses. */
  readonly answers: ReadonlyMap<string, AnswerDeclaration>;
  /** Ways to authenticate (OpenAPI 3.1 §4.8.30): one of them is enough. Empty: no credentials are needed. */
  readonly security: readonly (readonly SecurityScheme[])[];
  /** Callbacks declared on this operation, in document order. */
  readonly callbacks: readonly CallbackReference[];
  /**
   * The document of an operation whose requests are read as OpenAPI describes them, in all styles and media types.
   * Absent for operations of the bundled providers and of the control API, which use less.
   */
  readonly document?: JsonObject;
}

/** A method of a contract. OpenAPI 3.2 has `QUERY`, and others by `additionalOperations`. */
export type HttpMethod =
  | 'GET'
  | 'PUT'
  | 'POST'
  | 'DELETE'
  | 'PATCH'
  | 'HEAD'
  | 'OPTIONS'
  | 'TRACE'
  | (string & {});

/** One declared response of an operation (OpenAPI 3.1 §4.8.17). */
export interface AnswerDeclaration {
  readonly headers: ReadonlyMap<string, HeaderDeclaration>;
  /** By media type in lower case, without parameters. Empty: no body. */
  readonly content: ReadonlyMap<string, MediaTypeDeclaration>;
}

/** A declared header (OpenAPI 3.1 §4.8.21). */
export interface HeaderDeclaration {
  readonly required: boolean;
  readonly media: MediaTypeDeclaration;
  readonly explode: boolean;
}

/** The schema and the examples of one media type, parameter or header (OpenAPI 3.1 §4.8.14). */
export interface MediaTypeDeclaration {
  /** JSON pointer of the schema in `Contract.document`. Null: there is none, so any value is valid. */
  readonly pointer: string | null;
  /** The schema, whose `$ref`s are local to `Contract.document`. `true` if there is none. */
  readonly schema: JsonValue;
  /** `example`, and the values of `examples`, in document order. Some may violate the schema. */
  readonly examples: readonly NamedExample[];
  /**
   * How the properties of a form are sent, by property (OpenAPI 3.1 §4.8.15). Only forms have it.
   */
  readonly encoding?: JsonObject;
  /** Compiled at its first use. Throws `contract.invalid` if the schema cannot be compiled. */
  readonly validate: Validator;
}

export interface NamedExample {
  /** Null for `example`. */
  readonly name: string | null;
  readonly value: JsonValue;
}

/** A declared way to authenticate (OpenAPI 3.1 §4.8.27). */
export interface SecurityScheme {
  /** Its name under `components.securitySchemes`. */
  readonly name: string;
  readonly type: 'apiKey' | 'http' | 'oauth2' | 'openIdConnect' | 'mutualTLS';
  /** Of an `apiKey`: where it is sent, and under which name. Null for the others. */
  readonly key: { readonly in: 'query' | 'header' | 'cookie'; readonly name: string } | null;
  /** Of `http`, in lower case: `basic`, `bearer`. `bearer` for `oauth2` and `openIdConnect`. Null for the others. */
  readonly scheme: string | null;
}

export type ParameterStyle =
  | 'matrix'
  | 'label'
  | 'simple'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'deepObject'
  /** Of OpenAPI 3.2: `form` without percent-encoding, for cookies. */
  | 'cookie';

/** One parameter (OpenAPI 3.1 §4.8.12, 3.2 §4.12). */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'querystring';
  readonly required: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  /** Whether reserved characters stay as they are in a URL. */
  readonly allowReserved: boolean;
  /** Whether a query parameter may have an empty value, even if its schema refuses it. Default: false. */
  readonly allowEmptyValue?: boolean;
  /** The media type of its `content`, which replaces the style. Null: it has a schema. */
  readonly mediaType: string | null;
  readonly media: MediaTypeDeclaration;
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
  /** The schema, and how a form is encoded. Absent for the bundled providers. */
  readonly media?: MediaTypeDeclaration;
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
  /**
   * Identifies it in the contract: `provider.name` for a bundled provider, e.g. `docdigitizer.documentState`. In any
   * other contract `operation.event`, e.g. `createSubscription.onEvent`, or the name of a webhook. Where an operation
   * declares several expressions or methods for an event, it ends in ` METHOD expression`.
   */
  readonly type: string;
  readonly provider: string;
  /** Its name in scenarios: unique in the provider. Of a bundled provider the event, otherwise the type. */
  readonly name: string;
  /** The name under `callbacks` and `webhooks`, e.g. `documentState`. Several types may share it. */
  readonly event: string;
  readonly kind: 'callback' | 'webhook' | 'x-webhook';
  /** The `id` of the operation that declares it. Null for webhooks, and if several operations declare it. */
  readonly operation: string | null;
  /** The key under the callback, as in the contract. Null for webhooks. */
  readonly expression: string | null;
  /** JSON pointer of the operation in `Contract.document`, or of the path item if it has several methods. */
  readonly pointer: string;
  /** Evaluates its URL. Null if no submission has it; {@link unsubmittable} says why. */
  readonly url: CallbackUrl | null;
  /** The key by the book, as `url` evaluates it: `{$request.body#/callbackUrl}/done`. Null if `url` is. */
  readonly reading: string | null;
  /** Why no submission can call it back, and what to do. Null if one can. */
  readonly unsubmittable: string | null;
  /** The methods that the path item declares, in document order. One method, unless the provider is bundled. */
  readonly methods: readonly HttpMethod[];
  /** Parameters of the callback, in document order. Empty for the bundled providers. */
  readonly parameters: readonly Parameter[];
  /** Bodies by media type in lower case. Empty for the bundled providers, and if there is no body. */
  readonly content: ReadonlyMap<string, MediaTypeDeclaration>;
  /** Credentials that the consumer requires, as in {@link Operation.security}. */
  readonly security: readonly (readonly SecurityScheme[])[];
  /** The description, or the summary. Empty if it has neither. */
  readonly description: string;
  /** Names of the query parameters, in document order, if the payload consists of them. Empty if it is a body. */
  readonly query: readonly string[];
  /** Whether the callback has a body. */
  readonly hasBody: boolean;
  /**
   * The properties of a JSON body that have a `const` or an `enum`, with their values. They tell the callbacks of a
   * provider apart. Empty for a query.
   */
  readonly enums: ReadonlyMap<string, readonly JsonValue[]>;
  /**
   * Validates the payload: the body, or the query parameters as one object (`{documentId, state: 30, stateText}`).
   */
  readonly validate: Validator;
  /** Like `validate`, with the strict variant if there is one: the current shape, nothing unknown. */
  readonly validateStrict: Validator;
  /** The responses that the contract declares for the consumer, by status key: `200`, `2XX`, `default`. */
  readonly answers: ReadonlyMap<string, CallbackAnswer>;
  /** Valid examples from the contract. */
  readonly examples: readonly JsonObject[];
}

/**
 * Evaluates the URL of a callback for a submission: an absolute http or https URL. Undefined if something that it
 * refers to is absent, or if the result is no such URL.
 * @param explain called with the reason if the URL is undefined, e.g. `$request.body#/callbackUrl is absent`
 * @param scope what templates of a configured URL refer to. Default: the callback is not due yet. Then templates whose
 *   values only a resource has count as present
 */
export type CallbackUrl = (
  exchange: ExpressionScope,
  explain?: (reason: string) => void,
  scope?: TemplateScope,
) => string | undefined;

/**
 * One response that the operation of a callback declares (OpenAPI 3.1 §4.8.17): what the provider requires of the
 * consumer.
 */
export interface CallbackAnswer {
  /** Whether `content` has JSON media types only, so that a body must be JSON. */
  readonly jsonOnly: boolean;
}
