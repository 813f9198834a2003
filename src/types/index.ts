import type { CallbackPayloads, components, operations, paths, webhooks } from './contract.gen.ts';

export type { CallbackPayloads, callbacks, components, operations, paths, webhooks } from './contract.gen.ts';

type Schemas = components['schemas'];

/** Informed's callback with the data extracted from one original file. */
export type ExtractionsCallback = Schemas['ExtractionsCallback'];
/** Informed's callback with the analysis of the requested verifications. */
export type VerificationsCallback = Schemas['VerificationsCallback'];
/** Informed's callback when a normal one cannot be given. */
export type ErrorCallback = Schemas['ErrorCallback'];
/** Any callback to an Informed webhook; `event_type` tells them apart. Further event types may be added. */
export type InformedCallback = ExtractionsCallback | VerificationsCallback | ErrorCallback;

/** Query parameters of DocDigitizer's state callback, `state` read as a number. */
export type DocumentStateCallback = Schemas['DocumentStateCallback'];
/** Query parameters of DocDigitizer's state callback as the overview page of API v2 has them. */
export type DocumentStateOverviewCallback = Schemas['DocumentStateOverviewCallback'];
/** Query parameters of the state callback of DocDigitizer's API v1. */
export type DocumentStateV1Callback = Schemas['DocumentStateV1Callback'];

/** Exactly today's shape: for what builds an extractions callback, not for what receives one. */
export type StrictExtractionsCallback = Schemas['StrictExtractionsCallback'];
/** Exactly today's shape: for what builds a verifications callback, not for what receives one. */
export type StrictVerificationsCallback = Schemas['StrictVerificationsCallback'];
/** Exactly today's shape: for what builds an error callback, not for what receives one. */
export type StrictErrorCallback = Schemas['StrictErrorCallback'];
/** Any callback to an Informed webhook, in exactly today's shape. */
export type StrictInformedCallback =
  | StrictExtractionsCallback
  | StrictVerificationsCallback
  | StrictErrorCallback;
/** Exactly today's shape of a state callback. */
export type StrictDocumentStateCallback = Schemas['StrictDocumentStateCallback'];
/** Exactly today's shape of a state callback in the form of the overview page. */
export type StrictDocumentStateOverviewCallback = Schemas['StrictDocumentStateOverviewCallback'];
/** Exactly today's shape of a state callback of API v1. */
export type StrictDocumentStateV1Callback = Schemas['StrictDocumentStateV1Callback'];

/** A callback's type, e.g. `informed.extractions`. */
export type CallbackTypeName = keyof CallbackPayloads;
/** A callback's name under `callbacks` and `webhooks`, e.g. `extractions`. */
export type CallbackName = keyof webhooks;

/** An `operationId` of the providers, e.g. `submitDocument`; those that a consumer implements begin with `receive`. */
export type OperationId = Exclude<keyof operations, `receive${string}`>;
/**
 * The paths of one provider as its real API has them, without the mock's prefix; for openapi-fetch and the like.
 * @example
 * const client = createClient<ProviderPaths<'docdigitizer'>>({ baseUrl: 'https://api.docdigitizer.com' });
 */
export type ProviderPaths<Provider extends 'docdigitizer' | 'informed'> = {
  [Path in keyof paths as Path extends `/${Provider}${infer Own}` ? Own : never]: paths[Path];
};
/** The body of a request: JSON, or the fields of a form. `never` for an operation without one. */
export type RequestBody<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: infer Content };
}
  ? Content[keyof Content]
  : never;
/** The statuses that the contract declares for an operation. `default` covers all others. */
export type ResponseStatus<Id extends OperationId> = keyof operations[Id]['responses'];
/** The body of an operation's response with a status. */
export type ResponseBody<
  Id extends OperationId,
  Status extends ResponseStatus<Id>,
> = operations[Id]['responses'][Status] extends { content: infer Content } ? Content[keyof Content] : never;
/** The parameters in an operation's path, by name. */
export type PathParameters<Id extends OperationId> = NonNullable<operations[Id]['parameters']['path']>;
/** The parameters in an operation's query string, by name. */
export type QueryParameters<Id extends OperationId> = NonNullable<operations[Id]['parameters']['query']>;

/** A document of DocDigitizer's API v2, as `getDocument` returns it. */
export type DocumentResource = Schemas['Document'];
/** One entry of a document's `callbackLog`. */
export type CallbackLogEntry = Schemas['CallbackLogEntry'];
/** An application of Informed's API, as `getApplication` returns it. */
export type Application = Schemas['Application'];
/** The body of an error response. */
export type Problem = Schemas['Problem'];
