import type { ExpressionScope } from '../../core/contract/runtime-expression.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { singular } from './singular.ts';

/** The largest number of values that are carried over, so that a huge body costs little. */
const most = 200;

/** A resource that a request is about. */
export interface KnownResource {
  readonly id: string | number;
  readonly state: JsonObject;
}

/**
 * The values of an exchange that its answer and its callbacks repeat under the same names: those of the resource, then
 * of the response, and of the request's body, query and path. The id of the resource is known as `id`, and by the name of its collection:
 * `paymentId` and `payment_id` for `/payments`.
 */
export function knownValues(
  exchange: Pick<ExpressionScope, 'request' | 'response'>,
  template: string,
  resource: KnownResource | null = null,
): JsonObject {
  const { request, response } = exchange;
  const known: Record<string, JsonValue> = Object.create(null);
  let left = most;
  const take = (value: JsonValue | undefined): void => {
    if (!isJsonObject(value)) return;
    for (const [name, item] of Object.entries(value)) {
      if (left === 0) return;
      if (name in known || item === null || item === undefined) continue;
      known[name] = item;
      left--;
    }
  };
  if (resource !== null) take(resource.state);
  take(response?.body);
  take(request.body);
  take(request.query);
  take(request.path);
  const id = resource?.id ?? idOf(exchange);
  if (id !== undefined) {
    const noun = resourceNoun(template);
    take({
      id,
      ...(noun !== null && { [`${noun}Id`]: id, [`${noun}_id`]: id }),
      resourceId: id,
      resource_id: id,
    });
  }
  return known;
}

/** The id of the resource that a request is about: that of the response, or the last path parameter. */
export function idOf({
  request,
  response,
}: Pick<ExpressionScope, 'request' | 'response'>): string | number | undefined {
  const body = response?.body;
  if (isJsonObject(body) && (typeof body.id === 'string' || typeof body.id === 'number')) return body.id;
  return Object.values(request.path).at(-1);
}

/** `payment` for `/v1/payments` and `/v1/payments/{id}`. Null if no segment is a plain word. */
export function resourceNoun(template: string): string | null {
  const words = template.split('/').filter((segment) => /^[a-z][a-z_-]*$/i.test(segment));
  const last = words.at(-1);
  if (last === undefined) return null;
  return singular(last);
}
