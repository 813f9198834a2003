import { isJsonMedia } from '../../core/contract/coerce.ts';
import type { Contract, Operation, Parameter } from '../../core/contract/contract.ts';
import { encodeParameter } from '../../core/contract/parameter-styles.ts';
import { isJsonObject, type JsonValue, parsePointer, resolvePointer } from '../../core/json.ts';
import type { RehearsalClient, RehearsalOptions, RehearsedRequest } from '../../core/provider/rehearsal.ts';
import { requestsToShow } from '../../core/provider/rehearsal.ts';
import { seededRandom } from '../../core/random.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import { encodeBasic } from './credentials.ts';
import type { Sampler } from './sampler.ts';
import { contractSettings } from './settings.ts';
import { requestPlaces, withAt } from './url-place.ts';

/** Sends a valid submission with the consumer's URL in the place of each callback URL, for `explain` and `trigger`. */
export async function rehearseContract(
  contract: Contract,
  sampler: Sampler,
  client: RehearsalClient,
  { plan, callbackUrl, callbackHeaders, settings }: RehearsalOptions,
): Promise<void> {
  const operation = operationFor(contract, plan);
  if (operation === undefined) return;
  const { credentials } = contractSettings(settings, operation.provider);
  const request = sampleRequest(contract, sampler, operation, callbackUrl, credentials);
  const headers = { ...request.headers, ...callbackHeaders, 'x-ringback-scenario': plan.scenario };
  const times = Math.max(1, requestsToShow(plan, operation.id));
  for (let sent = 0; sent < times; sent++) await client.call({ ...request, headers });
  await client.idle();
}

/** The operation that a scenario is about: one whose callback it sends, or whose requests it refuses. */
function operationFor({ operations, callbacks }: Contract, plan: Plan): Operation | undefined {
  const byId = (id: string | null | undefined): Operation | undefined =>
    operations.find((each) => each.id === id);
  const steps = Object.values(plan.triggers).flat();
  for (const { callback } of steps) {
    const named = [...callbacks.values()].find((type) => type.type === callback || type.event === callback);
    const operation = byId(named?.operation);
    if (operation !== undefined) return operation;
  }
  return (
    byId(plan.respond.find(({ operation }) => operation !== undefined)?.operation) ??
    operations.find((each) => each.callbacks.length > 0) ??
    operations.find(({ method }) => method !== 'GET') ??
    operations[0]
  );
}

/** A valid request for an operation, with a callback URL wherever its callbacks read theirs. */
function sampleRequest(
  contract: Contract,
  sampler: Sampler,
  operation: Operation,
  callbackUrl: string,
  credentials: readonly string[],
): RehearsedRequest {
  const random = seededRandom(`request/${operation.id}`);
  const own = operation.callbacks.flatMap(({ type }) => contract.callbacks.get(type) ?? []);
  const places = own.flatMap(requestPlaces);
  const from = (label: string) =>
    ({ random: random.stream(label), now: Date.UTC(2030, 0, 1), known: {}, direction: 'request' }) as const;
  const path: Record<string, string> = {};
  const query: Record<string, JsonValue> = {};
  const headers: Record<string, string> = {};
  const cookies: Record<string, JsonValue> = {};
  addCredentials(operation, credentials, { query, headers, cookies });
  // What an expression reads is sent, declared or not.
  for (const { in: place, name, isUrl } of places) {
    const text = isUrl ? callbackUrl : 'rehearsal';
    if (place === 'query') query[name] = text;
    else if (place === 'header') headers[name.toLowerCase()] = text;
  }
  for (const parameter of operation.parameters) {
    const { name } = parameter;
    const place = places.find(
      (each) => each.in === parameter.in && each.name.toLowerCase() === name.toLowerCase(),
    );
    if (!parameter.required && place === undefined) continue;
    const value = place?.isUrl
      ? callbackUrl
      : sampler.sample(parameter.media, from(`${parameter.in}/${name}`)).value;
    if (parameter.in === 'path')
      path[name] = typeof value === 'object' ? encodeParameter(parameter, value) : String(value);
    else if (parameter.in === 'query') query[name] = value;
    else if (parameter.in === 'header') headers[name.toLowerCase()] = textOf(parameter, value);
    else if (parameter.in === 'cookie') cookies[name] = value;
  }
  const content = [...(operation.requestBody?.content ?? [])];
  const media = (content.find(([type]) => isJsonMedia(type)) ?? content[0])?.[1].media;
  let body = media === undefined ? undefined : sampler.sample(media, from('body')).value;
  for (const place of places) {
    if (place.in !== 'body') continue;
    if (place.isUrl) body = withAt(body, parsePointer(place.name), callbackUrl);
    else if (resolvePointer(body, place.name) === undefined)
      body = withAt(body, parsePointer(place.name), 'rehearsal');
  }
  return { operation: operation.id, path, query, cookies, headers, ...(isJsonObject(body) && { body }) };
}

/**
 * Adds credentials that the operation accepts.
 * @param accepted those that are configured. Empty: any are accepted
 */
function addCredentials(
  { security }: Operation,
  accepted: readonly string[],
  request: Readonly<Record<'query' | 'cookies', Record<string, JsonValue>>> & {
    readonly headers: Record<string, string>;
  },
): void {
  const [value = 'rehearsal'] = accepted;
  const user = accepted.find((each) => each.includes(':')) ?? 'user:rehearsal';
  for (const { key, scheme } of security[0] ?? []) {
    if (key?.in === 'header') request.headers[key.name.toLowerCase()] = value;
    else if (key?.in === 'query') request.query[key.name] = value;
    else if (key?.in === 'cookie') request.cookies[key.name] = value;
    else if (scheme === 'basic') request.headers.authorization = `Basic ${encodeBasic(user)}`;
    else if (scheme !== null) request.headers.authorization = `${scheme} ${value}`;
  }
}

function textOf(parameter: Parameter, value: JsonValue): string {
  return typeof value === 'string' ? value : encodeParameter(parameter, value);
}
