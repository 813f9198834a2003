import { checkResponse } from './check-message.ts';
import { brief, type Client } from './client.ts';
import { type Showing, valueAt } from './compare-values.ts';
import type { JudgedDocument, JudgedMedia, JudgedOperation } from './document.ts';
import { propertiesOf } from './encode.ts';
import type { ReceivedResponse } from './expressions.ts';
import { idIn, objectsIn } from './find-id.ts';
import { isParameter, segments } from './find-pairs.ts';
import { type MadeRequest, makeRequest, minimal, preferred, writeRequest } from './make-request.ts';
import type { Manner } from './make-value.ts';
import { isObject, type Loose } from './source.ts';

/** A request with its response. */
export interface Exchange {
  readonly request: MadeRequest;
  readonly response: ReceivedResponse;
}

/** The resource that a request is about. Null: its path has no id. */
export interface About {
  readonly request: MadeRequest;
  readonly id: string | null;
}

/** Sends requests about resources. */
export class ResourceRequests {
  readonly #document: JudgedDocument;
  readonly #client: Client;

  constructor(document: JudgedDocument, client: Client) {
    this.#document = document;
    this.#client = client;
  }

  /** A valid response to GET, or what is wrong. */
  async get(
    operation: JudgedOperation,
    about: About,
    more: readonly (readonly [string, unknown])[] = [],
  ): Promise<Exchange | string> {
    const made = await this.make(operation, minimal);
    if (made === null) return `no valid request for ${nameOf(operation)} was found`;
    const own = placed(made, about);
    const exchange = await this.send({ ...own, parameters: new Map([...own.parameters, ...more]) });
    const wrong = await this.problemOf(exchange);
    return wrong === null ? exchange : `${nameOf(operation)} fails\n      ${wrong}; ${told(exchange)}`;
  }

  make(operation: JudgedOperation, manner: Manner): Promise<MadeRequest | null> {
    const media = preferred(operation.bodies);
    const label = media !== null ? media.type : 'resource';
    return makeRequest(operation, media, { ...manner, omitReadOnly: true }, label, this.#document);
  }

  async send(request: MadeRequest): Promise<Exchange> {
    const response = await this.#client.send(writeRequest(request, this.#document.schemas));
    return { request, response };
  }

  problemOf({ request, response }: Exchange): Promise<string | null> {
    return checkResponse(request.operation, response, this.#document.judge);
  }

  /** The body of a response to GET, and where the resource is in it. */
  showing({ request, response }: Exchange, about: { readonly id: string } | null): Showing {
    const { body, status, headers } = response;
    const { responses } = request.operation;
    const declared = responses.get(String(status)) ?? responses.get('2XX') ?? responses.get('DEFAULT');
    const type = (headers['content-type'] ?? '').replace(/;.*$/s, '').toLowerCase();
    const media: JudgedMedia | undefined =
      declared?.media.find((one) => one.type === type) ??
      declared?.media.find((one) => /json/.test(one.type));
    const schema = media?.schema ?? null;
    const own = objectsIn(body).find(
      ({ value }) => about !== null && Object.values(value).some((id) => String(id) === about.id),
    );
    const path = own?.path ?? idIn(body, request.operation)?.path ?? (Array.isArray(body) ? ['0'] : []);
    return { body, schema, path };
  }

  /** What a request gives of a resource: its body, or what the body has where GET shows the resource. */
  given({ body, media }: MadeRequest, { path }: Showing): Loose {
    const inner = path.length === 0 ? undefined : valueAt(body, path);
    const given = isObject(inner) ? inner : isObject(body) ? body : {};
    const { schemas } = this.#document;
    const declared = propertiesOf(
      schemas,
      media?.schema == null ? true : { $ref: `#/$defs/${media.schema}` },
    );
    return Object.fromEntries(
      Object.entries(given).filter(([name]) => declared.get(name)?.readOnly !== true),
    );
  }
}

/** The request with the path of another one, and the id as the parameter after it. */
export function placed(request: MadeRequest, about: About): MadeRequest {
  const parameters = new Map(request.parameters);
  const template = segments(request.operation.path);
  const other = segments(about.request.operation.path);
  for (const [at, segment] of template.entries()) {
    const from = other[at];
    if (!isParameter(segment) || !isParameter(from)) continue;
    const value = about.request.parameters.get(`path ${from?.slice(1, -1)}`);
    if (value !== undefined) parameters.set(`path ${segment.slice(1, -1)}`, value);
  }
  const last = template.at(-1);
  if (about.id !== null && isParameter(last)) parameters.set(`path ${last?.slice(1, -1)}`, about.id);
  return { ...request, parameters };
}

export function nameOf({ method, path }: JudgedOperation): string {
  return `${method} ${path}`;
}

export function told({ request, response }: Exchange): string {
  const { operation, parameters, body } = request;
  const sent = `${nameOf(operation)} ${brief(Object.fromEntries(parameters), 200)} ${brief(body ?? '', 400)}`;
  return `${sent} → ${response.status} ${brief(response.headers.location ?? '')} ${brief(response.body, 500)}`;
}
