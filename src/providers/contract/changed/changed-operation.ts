import type { CallbackType, CallbackUrl, Operation } from '../../../core/contract/contract.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectOf,
  parsePointer,
  resolvePointer,
} from '../../../core/json.ts';
import type {
  OperationAnswer,
  OperationHandler,
  OperationRequest,
  ProviderContext,
} from '../../../core/provider/provider.ts';
import type { RehearsedRequest } from '../../../core/provider/rehearsal.ts';
import { seededRandom } from '../../../core/random.ts';
import { answerWith, type ChosenAnswer, chooseAnswer } from '../choose-answer.ts';
import { exchangeRequest } from '../exchange-request.ts';
import { knownValues } from '../known-values.ts';
import { answerOf, makeHeaders } from '../make-answer.ts';
import type { Sampler } from '../sampler.ts';
import { type UrlPlace, urlPlaces, withAt } from '../url-place.ts';
import {
  answerMeanings,
  isSameOperation,
  mainMedia,
  type ParameterNames,
  pairBodies,
  pairParameters,
  type Versions,
} from './compare-contracts.ts';
import { completeValue } from './complete-value.ts';
import {
  pairNames,
  type Renaming,
  renamed,
  renamedMembers,
  restored,
  reversed,
  schemaMeaning,
} from './renaming.ts';
import { requiredOf } from './schema-parts.ts';
import { withChoice } from './with-choice.ts';

/** Stands in the code's view of a request for a callback URL that is known only later, or never. */
export const unknownUrl = 'http://callback-url.invalid/';

/** What an operation of both contracts is made from. */
export interface OperationVersions {
  readonly versions: Versions;
  readonly before: Operation;
  readonly after: Operation;
  /** The callback from which the code reads its URL, in both contracts. Null: it declares none. */
  readonly callback: { readonly before: CallbackType; readonly after: CallbackType | null } | null;
  /** Whether its callbacks have other URLs, or more data, than the code gives them. */
  readonly hasOtherCallbacks: boolean;
  /** Makes values for the contract that is played. */
  readonly sampler: Sampler;
}

/** An operation that a provider's code handles, on a contract that declares it, or its callbacks, differently. */
export class ChangedOperation {
  readonly #parts: OperationVersions;
  /** Null: requests and responses are the same. */
  readonly #names: ParameterNames | null;
  readonly #body: Renaming | null;
  readonly #url: {
    readonly place: UrlPlace;
    readonly read: CallbackUrl | null;
    readonly isRequired: boolean;
  } | null;
  readonly #answers = new Map<number, Renaming | null>();

  constructor(parts: OperationVersions) {
    this.#parts = parts;
    const { versions, before, after, callback } = parts;
    const isSame = isSameOperation(versions, before, after);
    this.#names = isSame ? null : pairParameters(versions, before, after);
    this.#body = isSame ? null : pairBodies(versions, bodyOf(before), bodyOf(after));
    const [place] = callback === null ? [] : urlPlaces(callback.before);
    const hasUrl = !isSame || callback?.before.expression !== callback?.after?.expression;
    this.#url =
      place?.in !== 'body' || callback === null || !hasUrl
        ? null
        : { place, read: callback.after?.url ?? null, isRequired: this.#requires(place) };
  }

  #requires({ name }: UrlPlace): boolean {
    const { versions, before } = this.#parts;
    const schema = bodyOf(before)?.schema ?? true;
    return requiredOf({ document: versions.before.document, schema }).has(parsePointer(name)[0] ?? '');
  }

  /** The URL that the code gives its callbacks is the value of this expression. Null: as it reads it itself. */
  get expression(): string | null {
    return this.#url === null ? null : (this.#parts.callback?.after?.expression ?? '');
  }

  /** Handles requests of the changed contract by code for the other one. */
  handler(handle: OperationHandler): OperationHandler {
    return async (request, context) => {
      const view = this.#toCode(request);
      // Scenarios match what the client has sent.
      const given = (facts: Parameters<ProviderContext['chooseScenario']>[0]) =>
        context.chooseScenario(facts.body === view.body ? { ...facts, body: request.body } : facts);
      const answer = await handle(view, withChoice(context, given));
      return this.#fromCode(answer, request, context);
    };
  }

  /** A request in the terms of the changed contract, from one of the code. */
  toClient(request: RehearsedRequest): RehearsedRequest {
    const names = this.#names;
    const { path = {}, query = {}, headers = {}, body, files } = request;
    return {
      ...request,
      path: names === null ? path : renamedMembers(path, names.path),
      query: names === null ? query : renamedMembers(query, names.query),
      headers: names === null ? headers : renamedMembers(headers, names.header),
      ...(body !== undefined && { body: this.#clientBody(body, files !== undefined) }),
    };
  }

  #clientBody(body: JsonObject, hasFiles: boolean): JsonObject {
    const { callback, sampler, after } = this.#parts;
    const url = this.#url === null ? undefined : resolvePointer(body, this.#url.place.name);
    const [to] = callback?.after ? urlPlaces(callback.after) : [];
    const own = renamed(body, this.#body);
    const given = to?.in === 'body' && url !== undefined ? withAt(own, parsePointer(to.name), url) : own;
    const media = bodyOf(after);
    if (media === undefined || hasFiles) return objectOf(given);
    const random = seededRandom(`request/${after.id}`);
    const from = { random, now: Date.UTC(2030, 0, 1), known: {}, direction: 'request' } as const;
    return objectOf(completeValue(sampler, media, given, from));
  }

  /** The body of a successful response in the terms of the code. */
  toCaller(body: JsonObject): JsonObject {
    const { before, after } = this.#parts;
    if (this.#names === null) return body;
    const names = [...before.answers.keys()].flatMap((key) => {
      const status = Number(key);
      if (!(status < 300)) return [];
      const chosen = answerWith(after, this.#statusOf(status), undefined);
      return this.#bodyNames(status, answerWith(before, status, undefined), chosen) ?? [];
    });
    // The status is not known here: that of a rename which the body shows.
    const shown = names.find((each) =>
      [...each.names.values()].some((name) => name !== null && name in body),
    );
    return objectOf(restored(body, shown ?? names[0]));
  }

  #toCode(request: OperationRequest): OperationRequest {
    const names = this.#names;
    const body = request.body === undefined ? undefined : restored(request.body, this.#body);
    return {
      operation: request.operation,
      path: names === null ? request.path : renamedMembers(request.path, reversed(names.path)),
      query: names === null ? request.query : renamedMembers(request.query, reversed(names.query)),
      headers: names === null ? request.headers : renamedMembers(request.headers, reversed(names.header)),
      cookies: names === null ? request.cookies : renamedMembers(request.cookies, reversed(names.cookie)),
      absoluteUrl: request.absoluteUrl,
      baseUrl: request.baseUrl,
      body: this.#url === null ? body : this.#withUrl(body, request),
      files: request.files,
      unknownFields: request.unknownFields,
      receiveFile: (options) => request.receiveFile(options),
    };
  }

  /** The body with the callback URL where the code reads it. */
  #withUrl(body: JsonValue | undefined, request: OperationRequest): JsonValue | undefined {
    if (this.#url === null) return body;
    const { place, read, isRequired } = this.#url;
    const known = read?.({ ...exchangeRequest(request), response: null });
    // A callback that is a webhook by now has its URL from a setting.
    const later = read === null || /\$(?:response|statusCode)/.test(this.expression ?? '');
    const url = known ?? (later || isRequired ? unknownUrl : undefined);
    const tokens = parsePointer(place.name);
    if (url !== undefined) return withAt(body, tokens, url);
    const [first = ''] = tokens;
    if (!isJsonObject(body)) return body;
    const { [first]: _, ...others } = body;
    return others;
  }

  #fromCode(answer: OperationAnswer, request: OperationRequest, context: ProviderContext): OperationAnswer {
    const { after } = this.#parts;
    const made = this.#names === null ? answer : this.#translated(answer, request, context);
    const asked = exchangeRequest(request);
    if (answer.runs === undefined || after.callbacks.length + Number(this.#parts.hasOtherCallbacks) === 0)
      return made;
    const headers = Object.entries(made.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    const response = { statusCode: made.status, headers: Object.fromEntries(headers), query: {}, path: {} };
    return { ...made, exchange: { ...asked, response: { ...response, body: made.body } } };
  }

  /** The response as the changed contract declares it. */
  #translated(answer: OperationAnswer, request: OperationRequest, context: ProviderContext): OperationAnswer {
    const { before, after, sampler } = this.#parts;
    if (answer.status >= 400) return answer;
    const first = answerWith(before, answer.status, undefined);
    const chosen = answerWith(after, this.#statusOf(answer.status), request.headers.accept);
    const id = idIn(answer.body, 0);
    const random = context.random(`contract/${id ?? JSON.stringify(request.path)}`);
    const now = context.clock.now();
    const resource = id === undefined ? null : { id, state: {} };
    const exchange = { ...exchangeRequest(request), response: null };
    const known = { ...knownValues(exchange, after.path, resource), ...objectOf(answer.body) };
    const headers = this.#headers(answer, first, chosen, { known, random, now });
    const { status, media } = chosen;
    if (answer.text !== undefined || answer.blob !== undefined) return { ...answer, status, headers };
    const value =
      media === null
        ? undefined
        : completeValue(
            sampler,
            media.declaration,
            renamed(answer.body ?? {}, this.#bodyNames(answer.status, first, chosen)),
            { known, random, now, direction: 'response' },
          );
    const { answer: shown } = answerOf(sampler, chosen, { headers, body: value, violations: [] });
    return answer.runs === undefined ? shown : { ...shown, runs: answer.runs };
  }

  /** The status, or the one that the changed contract has in its place. */
  #statusOf(status: number): number {
    const { versions, before, after } = this.#parts;
    const declares = ({ answers }: Operation): boolean =>
      answers.has(String(status)) || answers.has(`${String(status)[0]}XX`);
    if (declares(after) || !declares(before)) return status;
    const [first, second] = [answerMeanings(versions.before, before), answerMeanings(versions.after, after)];
    const other = pairNames(first, second).get(String(status)) ?? '';
    return /^[23]\d\d$/.test(other) ? Number(other) : chooseAnswer(after, {}).status;
  }

  #bodyNames(
    status: number,
    first: Pick<ChosenAnswer, 'media'>,
    chosen: Pick<ChosenAnswer, 'media'>,
  ): Renaming | null {
    let names = this.#answers.get(status);
    if (names === undefined) {
      const { versions } = this.#parts;
      names = pairBodies(versions, first.media?.declaration, chosen.media?.declaration);
      this.#answers.set(status, names);
    }
    return names;
  }

  #headers(
    { headers = {} }: OperationAnswer,
    first: Pick<ChosenAnswer, 'declaration'>,
    chosen: Pick<ChosenAnswer, 'declaration'>,
    from: Parameters<typeof makeHeaders>[2],
  ): Readonly<Record<string, string>> {
    const { versions, sampler } = this.#parts;
    const declared = [...(chosen.declaration?.headers ?? [])];
    const meanings = (
      document: JsonObject,
      list: Iterable<readonly [string, { media: { schema: JsonValue } }]>,
    ) =>
      new Map(
        [...list].map(([name, { media }]) => [name, schemaMeaning({ document, schema: media.schema })]),
      );
    const before = meanings(versions.before.document, first.declaration?.headers ?? []);
    const names = pairNames(before, meanings(versions.after.document, declared));
    const added = declared.filter(([name]) => !before.has(name) && ![...names.values()].includes(name));
    return { ...renamedMembers(headers, names), ...makeHeaders(sampler, added, from) };
  }
}

function bodyOf({ requestBody }: Operation) {
  const media = [...(requestBody?.content ?? [])].flatMap(([type, { media }]) =>
    media === undefined ? [] : [[type, media] as const],
  );
  return mainMedia(new Map(media));
}

/** The first id in a body: of the resource that it is about. */
function idIn(body: JsonValue | undefined, depth: number): string | undefined {
  if (!isJsonObject(body) || depth > 2) return undefined;
  const own = Object.entries(body).find(
    ([name, value]) => typeof value === 'string' && /^id$|_id$|Id$/.test(name),
  );
  if (own !== undefined) return String(own[1]);
  for (const value of Object.values(body)) {
    const inner = idIn(value, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
