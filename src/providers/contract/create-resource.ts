import type { Parameter } from '../../core/contract/contract.ts';
import { type ExpressionScope, parseRuntimeExpression } from '../../core/contract/runtime-expression.ts';
import { type JsonObject, type JsonValue, objectOf } from '../../core/json.ts';
import type { OperationRequest, ProviderContext } from '../../core/provider/provider.ts';
import type { ChosenAnswer } from './choose-answer.ts';
import { answerOf, type MadeAnswer } from './make-answer.ts';
import { type Id, idLike, isId, withId } from './new-id.ts';
import { parameterOf, type ResourceKind, segmentsOf } from './resource-map.ts';
import type { ResourcePlace } from './resource-shape.ts';
import type { Sampler } from './sampler.ts';
import { at, withAt } from './show-resource.ts';
import { findStored, type ResourceAddress } from './stored-resource.ts';

/** What a request creates. */
export interface Created {
  readonly address: ResourceAddress;
  readonly state: JsonObject;
  /** The part of the state that is not made up: what the request gives, and the id. */
  readonly given: JsonObject;
  /** The response with its id. */
  readonly made: MadeAnswer;
  /** Whether the id is a new one, not that of the request. */
  readonly isGivenOut: boolean;
}

/** A response to a request that creates something, before it has an id of its own. */
export interface Creation {
  readonly request: OperationRequest;
  readonly chosen: ChosenAnswer;
  readonly made: MadeAnswer;
  /** Where the response has the resource. */
  readonly place: ResourcePlace | null;
  readonly collection: Omit<ResourceAddress, 'id'>;
  /** The properties that the request gives. */
  readonly given: JsonObject;
}

/** How often an id is made up: it may be taken, or the contract may refuse it. */
const tries = 8;

/** Gives what is created an id: that of the request, or a new one. Null: the contract has no place for an id. */
export async function createResource(
  sampler: Sampler,
  creation: Creation,
  context: ProviderContext,
): Promise<Created | null> {
  const { chosen, made, place, collection, given } = creation;
  const old = answeredId(creation);
  const asked = askedId(creation);
  const hasPlace = place?.id != null || place?.self != null || locationName(chosen) !== null;
  if (old === undefined && !isId(asked) && !hasPlace) return null;
  const id = isId(asked) ? asked : await newId(sampler, creation, old, context);
  if (id === undefined) return null;
  const address = { ...collection, id: String(id) };
  const renamed = old === undefined ? made : rewritten(sampler, creation, old, id);
  const own = place?.id == null ? given : { ...given, [place.id]: id };
  const state = { ...objectOf(at(renamed.body, place?.path ?? [])), ...own };
  return {
    address,
    state: withSelf(creation, state, address),
    given: own,
    made: located(creation, renamed, address),
    isGivenOut: !isId(asked) && id !== old,
  };
}

/** The id that the client chose. */
function askedId(creation: Creation): JsonValue | undefined {
  const { place, collection, given } = creation;
  const { idExpression, parameter } = collection.kind;
  if (idExpression?.startsWith('$request.') === true) return evaluated(idExpression, scopeOf(creation));
  return given[place?.id ?? parameter];
}

/** The id in a response, where a link or its schema says. */
function answeredId(creation: Creation): Id | undefined {
  const { made, place, collection } = creation;
  const { idExpression } = collection.kind;
  if (idExpression?.startsWith('$response.body') === true) {
    const value = evaluated(idExpression, scopeOf(creation));
    if (isId(value)) return value;
  }
  const value = place?.id == null ? undefined : objectOf(at(made.body, place.path))[place.id];
  return isId(value) ? value : undefined;
}

function scopeOf({ request, chosen, made: { body, answer } }: Creation): ExpressionScope {
  const { absoluteUrl: url, operation, headers, query, path } = request;
  return {
    url,
    method: operation.method,
    request: { headers, query, path, body: request.body },
    response: { statusCode: chosen.status, headers: answer.headers ?? {}, query: {}, path: {}, body },
  };
}

function evaluated(expression: string, scope: ExpressionScope): JsonValue | undefined {
  try {
    return parseRuntimeExpression(expression)(scope);
  } catch {
    return undefined;
  }
}

/** An id that nothing has, and that the response and the path of the resource may have. */
async function newId(
  sampler: Sampler,
  { chosen, made: { body }, collection }: Creation,
  old: Id | undefined,
  context: ProviderContext,
): Promise<Id | undefined> {
  const parameter = idParameter(collection.kind);
  const random = context.random(`id/${context.newId()}`);
  const media = chosen.media?.declaration;
  const now = context.clock.now();
  const sampled = (label: string): JsonValue | undefined => {
    if (parameter === undefined) return undefined;
    const options = { random: random.stream(label), now, known: {}, direction: 'request' } as const;
    return sampler.sample(parameter.media, options).value;
  };
  const fits = async (id: Id): Promise<boolean> => {
    if (parameter !== undefined && parameter.validate(parameter.coerce(String(id))).length > 0) return false;
    const isRefused = old !== undefined && body !== undefined && media !== undefined;
    if (isRefused && media.validate(withId(body, old, id)).length > 0) return false;
    return (await findStored(context.resources, { ...collection, id: String(id) })) === null;
  };
  for (let i = 0; i < tries; i++) {
    const own = sampled(`try ${i}`);
    const like = random.stream(`like ${i}`);
    const fresh = old === undefined ? like.stream('fresh').uuid() : idLike(old, like);
    for (const id of [fresh, ...(isId(own) ? [idLike(own, like), own] : [])]) if (await fits(id)) return id;
  }
  return old;
}

function idParameter({ item, parameter, operations }: ResourceKind): Parameter | undefined {
  const own = [...operations.values()].find(({ path }) => path === item);
  return own?.parameters.find((each) => each.in === 'path' && each.name === parameter);
}

function rewritten(sampler: Sampler, { chosen, made }: Creation, old: Id, id: Id): MadeAnswer {
  const headers = Object.entries(made.answer.headers ?? {}).map(
    ([name, text]) => [name, String(withId(text, String(old), String(id)))] as const,
  );
  const body = made.body === undefined ? undefined : withId(made.body, old, id);
  return answerOf(sampler, chosen, { ...made, body, headers: Object.fromEntries(headers) });
}

/** The response with the URL of what was created in `Location`, if it declares that header (RFC 9110 §10.2.2). */
function located(creation: Creation, made: MadeAnswer, address: ResourceAddress): MadeAnswer {
  const { chosen } = creation;
  const name = locationName(chosen);
  if (name === null) return made;
  const validate = chosen.declaration?.headers.get(name)?.media.validate;
  const value = urlsOf(creation, address).find((each) => (validate?.(each) ?? []).length === 0);
  if (value === undefined) return made;
  return { ...made, answer: { ...made.answer, headers: { ...made.answer.headers, [name]: value } } };
}

/** The state with the URL of the resource where its schema has a link to itself. */
function withSelf(creation: Creation, state: JsonObject, address: ResourceAddress): JsonObject {
  const { place, chosen, made } = creation;
  const media = chosen.media?.declaration;
  if (place?.self == null || media === undefined) return state;
  const present = at(state, place.self);
  if (typeof present === 'string' && present.endsWith(`/${encodeURIComponent(address.id)}`)) return state;
  for (const url of urlsOf(creation, address)) {
    const own = objectOf(withAt(state, place.self, url));
    const body = withAt(made.body, [...place.path, ...place.self], url);
    if (media.validate(body).length === 0) return own;
  }
  return state;
}

/** The URL of a resource, and its path. Empty: the contract has none. */
function urlsOf(
  { request: { operation, absoluteUrl, path } }: Creation,
  { kind: { item }, collection, id }: ResourceAddress,
): readonly string[] {
  if (item === null) return [];
  const own = segmentsOf(operation.path).map((segment) => {
    const parameter = parameterOf(segment);
    return parameter === null ? segment : encodeURIComponent(path[parameter] ?? '');
  });
  const url = new URL(absoluteUrl);
  const before = url.pathname.replace(/\/+$/, '');
  const tail = `/${own.join('/')}`;
  const base = before.endsWith(tail) ? before.slice(0, -tail.length) : '';
  const target = `${base}${collection}/${encodeURIComponent(id)}`;
  return [`${url.origin}${target}`, target];
}

function locationName({ declaration }: ChosenAnswer): string | null {
  return [...(declaration?.headers.keys() ?? [])].find((name) => /^location$/i.test(name)) ?? null;
}
