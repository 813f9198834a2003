import { isJsonMedia } from '../../../core/contract/coerce.ts';
import type {
  CallbackType,
  Contract,
  MediaTypeDeclaration,
  Operation,
  Parameter,
} from '../../../core/contract/contract.ts';
import type { JsonObject } from '../../../core/json.ts';
import { type Meaning, pairNames, pairProperties, type Renaming, schemaMeaning } from './renaming.ts';
import { meaningOf } from './schema-parts.ts';

/** Two readings of contracts: the one that code was written for, and the one that is played. */
export interface Versions {
  readonly before: Contract;
  readonly after: Contract;
}

/** The new names of parameters, by their place. */
export type ParameterNames = Readonly<
  Record<'path' | 'query' | 'header' | 'cookie', ReadonlyMap<string, string | null>>
>;

/** The callbacks of a contract by the operation that declares them and their event; '' for webhooks. */
export type CallbacksByPlace = ReadonlyMap<string, readonly CallbackType[]>;

export function callbacksByPlace({ callbacks }: Contract): CallbacksByPlace {
  return Map.groupBy(callbacks.values(), ({ operation, event }) => placeKey(operation ?? '', event));
}

export function placeKey(operation: string, event: string): string {
  return `${operation} ${event}`;
}

/** Whether the requests, responses and credentials of an operation are the same in both contracts. */
export function isSameOperation(versions: Versions, before: Operation, after: Operation): boolean {
  return operationText(versions.before.document, before) === operationText(versions.after.document, after);
}

/** Whether callbacks of one event are sent in the same way. Their URLs can differ. */
export function areSameCallbacks(
  versions: Versions,
  before: readonly CallbackType[],
  after: readonly CallbackType[],
): boolean {
  return callbackText(versions.before.document, before) === callbackText(versions.after.document, after);
}

export function expressionsOf(types: readonly CallbackType[] | undefined): string {
  return (types ?? []).map(({ expression }) => expression ?? '').join('\n');
}

export function isSameSecurity(before: Operation, after: Operation): boolean {
  return JSON.stringify(before.security) === JSON.stringify(after.security);
}

function operationText(document: JsonObject, operation: Operation): string {
  const { method, path, parameters, requestBody, answers, security } = operation;
  return JSON.stringify([
    method,
    path,
    parameters.map((each) => parameterText(document, each)),
    requestBody?.required,
    [...(requestBody?.content ?? [])].map(([type, { media }]) => [type, mediaText(document, media)]),
    [...answers].map(([status, { headers, content }]) => [
      status,
      [...headers].map(([name, { required, media }]) => [name, required, mediaText(document, media)]),
      contentText(document, content),
    ]),
    security,
  ]);
}

function callbackText(document: JsonObject, types: readonly CallbackType[]): string {
  return JSON.stringify(
    types.map(({ methods, parameters, content, security }) => [
      methods,
      parameters.map((each) => parameterText(document, each)),
      contentText(document, content),
      security,
    ]),
  );
}

function parameterText(document: JsonObject, parameter: Parameter): readonly unknown[] {
  const { name, required, style, explode, media } = parameter;
  return [name, parameter.in, required, style, explode, mediaText(document, media)];
}

function contentText(document: JsonObject, content: ReadonlyMap<string, MediaTypeDeclaration>): unknown {
  return [...content].map(([type, media]) => [type, mediaText(document, media)]);
}

function mediaText(document: JsonObject, media: MediaTypeDeclaration | undefined): string {
  return media === undefined ? '' : meaningOf({ document, schema: media.schema });
}

/** The media type that code reads or makes: JSON, otherwise the first one. */
export function mainMedia(
  content: ReadonlyMap<string, MediaTypeDeclaration> | undefined,
): MediaTypeDeclaration | undefined {
  const entries = [...(content ?? [])];
  return (entries.find(([type]) => isJsonMedia(type)) ?? entries[0])?.[1];
}

/** The new names of the properties of a body. */
export function pairBodies(
  { before, after }: Versions,
  first: MediaTypeDeclaration | undefined,
  second: MediaTypeDeclaration | undefined,
): Renaming | null {
  if (first === undefined || second === undefined) return null;
  return pairProperties(
    { document: before.document, schema: first.schema },
    { document: after.document, schema: second.schema },
  );
}

/** What the responses of an operation mean, by status. */
export function answerMeanings({ document }: Contract, { answers }: Operation): ReadonlyMap<string, Meaning> {
  return new Map(
    [...answers].map(([status, { content }]) => {
      const whole = JSON.stringify(contentText(document, content));
      return [status, { whole, type: String(status)[0] ?? '' }];
    }),
  );
}

/** The new names of the parameters of an operation. Those of a path are told apart by their order. */
export function pairParameters(versions: Versions, before: Operation, after: Operation): ParameterNames {
  const pairIn = (place: Parameter['in']): ReadonlyMap<string, string | null> =>
    pairNames(
      meaningsIn(versions.before.document, before.parameters, place),
      meaningsIn(versions.after.document, after.parameters, place),
    );
  const names = namesIn(before.path);
  const others = namesIn(after.path);
  const path = new Map(names.map((name, index) => [name, others[index] ?? null]));
  return { path, query: pairIn('query'), header: pairIn('header'), cookie: pairIn('cookie') };
}

function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
}

function meaningsIn(
  document: JsonObject,
  parameters: readonly Parameter[],
  place: Parameter['in'],
): ReadonlyMap<string, Meaning> {
  const own = parameters.filter((each) => each.in === place);
  const nameOf = ({ name }: Parameter): string => (place === 'header' ? name.toLowerCase() : name);
  return new Map(own.map((each) => [nameOf(each), schemaMeaning({ document, schema: each.media.schema })]));
}

/** The new names of the data of a callback: the properties of its body, or its query parameters. */
export function pairPayloads(versions: Versions, before: CallbackType, after: CallbackType): Renaming | null {
  if (before.hasBody && after.hasBody)
    return pairBodies(versions, mainMedia(before.content), mainMedia(after.content));
  const names = pairNames(
    meaningsIn(versions.before.document, before.parameters, 'query'),
    meaningsIn(versions.after.document, after.parameters, 'query'),
  );
  return names.size === 0 ? null : { names, within: new Map(), items: null };
}
