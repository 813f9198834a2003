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
import { at } from './show-resource.ts';
import { findStored, type ResourceAddress } from './stored-resource.ts';

/** What a request creates. */
export interface Created {
  readonly address: ResourceAddress;
  readonly state: JsonObject;
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
  const { kind } = collection;
  const old = answeredId(creation);
  const asked = given[place?.id ?? kind.parameter];
  if (old === undefined && !isId(asked) && locationName(chosen) === null) return null;
  const id = isId(asked) ? asked : await newId(sampler, creation, old, context);
  if (id === undefined) return null;
  const address = { ...collection, id: String(id) };
  const renamed = old === undefined ? made : rewritten(sampler, creation, old, id);
  const state = { ...objectOf(at(renamed.body, place?.path ?? [])), ...given };
  const named = place?.id == null ? state : { ...state, [place.id]: id };
  return {
    address,
    state: named,
    made: located(creation, renamed, address),
    isGivenOut: !isId(asked) && id !== old,
  };
}

/** The id in a response, where a link or its schema says. */
function answeredId({ request, chosen, made, place, collection }: Creation): Id | undefined {
  const { idExpression } = collection.kind;
  const { body, answer } = made;
  if (idExpression !== null && !idExpression.startsWith('$response.header')) {
    const { absoluteUrl: url, operation, headers, query, path } = request;
    const value = evaluated(idExpression, {
      url,
      method: operation.method,
      request: { headers, query, path, body: request.body },
      response: { statusCode: chosen.status, headers: answer.headers ?? {}, query: {}, path: {}, body },
    });
    if (isId(value)) return value;
  }
  const value = place?.id == null ? undefined : objectOf(at(body, place.path))[place.id];
  return isId(value) ? value : undefined;
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
function located(
  { request: { operation, absoluteUrl, path }, chosen }: Creation,
  made: MadeAnswer,
  { kind: { item }, collection, id }: ResourceAddress,
): MadeAnswer {
  const name = locationName(chosen);
  if (name === null || item === null) return made;
  const own = segmentsOf(operation.path).map((segment) => {
    const parameter = parameterOf(segment);
    return parameter === null ? segment : encodeURIComponent(path[parameter] ?? '');
  });
  const url = new URL(absoluteUrl);
  const before = url.pathname.replace(/\/+$/, '');
  const tail = `/${own.join('/')}`;
  const base = before.endsWith(tail) ? before.slice(0, -tail.length) : '';
  const target = `${base}${collection}/${encodeURIComponent(id)}`;
  const validate = chosen.declaration?.headers.get(name)?.media.validate;
  const value = [`${url.origin}${target}`, target].find((each) => (validate?.(each) ?? []).length === 0);
  if (value === undefined) return made;
  return { ...made, answer: { ...made.answer, headers: { ...made.answer.headers, [name]: value } } };
}

function locationName({ declaration }: ChosenAnswer): string | null {
  return [...(declaration?.headers.keys() ?? [])].find((name) => /^location$/i.test(name)) ?? null;
}
