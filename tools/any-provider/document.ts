import { Schemas } from './schemas.ts';
import { isObject, type Loose, type Place, Source } from './source.ts';
import { Judge } from './validate.ts';

export interface JudgedParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly style: string;
  readonly explode: boolean;
  readonly mediaType: string | null;
  readonly schema: string;
  readonly examples: readonly unknown[];
}

export interface JudgedMedia {
  readonly type: string;
  /** Name of its schema. Null: any value. */
  readonly schema: string | null;
  readonly examples: readonly unknown[];
  readonly encoding: Loose;
}

export interface JudgedResponse {
  readonly media: readonly JudgedMedia[];
  readonly requiredHeaders: readonly string[];
  readonly links: readonly JudgedLink[];
}

/** A link of a response to an operation (OpenAPI 3.1 §4.8.20). */
export interface JudgedLink {
  /** `operationId`, or method and path. */
  readonly target: string;
  /** Values or runtime expressions by the name of the parameter. */
  readonly parameters: Loose;
}

interface Exchange {
  readonly method: string;
  readonly parameters: readonly JudgedParameter[];
  readonly bodyRequired: boolean;
  readonly bodies: readonly JudgedMedia[];
  readonly responses: ReadonlyMap<string, JudgedResponse>;
}

export interface JudgedOperation extends Exchange {
  /** `operationId`, or method and path. */
  readonly names: readonly string[];
  readonly path: string;
  /** Credentials of the first alternative: what to add to a request. */
  readonly credentials: readonly Credential[];
}

export interface Credential {
  readonly in: 'header' | 'query' | 'cookie';
  readonly name: string;
  readonly value: string;
}

/** A callback request that a contract declares. */
export interface JudgedCallback extends Exchange {
  readonly kind: 'callback' | 'webhook' | 'x-webhook';
  readonly event: string;
  /** The key under the event. Null for webhooks. */
  readonly expression: string | null;
  readonly operation: JudgedOperation | null;
  /** Whether another callback declares it: its URL is read from that one's payload. */
  readonly nested: boolean;
}

/** A contract as the judge reads it. */
export interface JudgedDocument {
  readonly title: string;
  readonly operations: readonly JudgedOperation[];
  readonly callbacks: readonly JudgedCallback[];
  readonly schemas: Schemas;
  readonly judge: Judge;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/** Reads a contract, independently of the product. */
export function readJudgedDocument(file: string): JudgedDocument {
  const source = new Source(file);
  const root = source.root();
  const value = isObject(root.value) ? root.value : {};
  const schemas = new Schemas(source, String(value.openapi).startsWith('3.0'));
  const reader = new Reader(source, schemas, root);
  return { title: titleOf(value), ...reader.read(), schemas, judge: new Judge(schemas) };
}

function titleOf(root: Loose): string {
  return isObject(root.info) && typeof root.info.title === 'string' ? root.info.title : '';
}

class Reader {
  readonly #source: Source;
  readonly #schemas: Schemas;
  readonly #root: Place;
  readonly #callbacks: JudgedCallback[] = [];

  constructor(source: Source, schemas: Schemas, root: Place) {
    this.#source = source;
    this.#schemas = schemas;
    this.#root = root;
  }

  read(): Pick<JudgedDocument, 'operations' | 'callbacks'> {
    const operations: JudgedOperation[] = [];
    for (const [path, item] of this.#source.members(this.#at(this.#root, 'paths'))) {
      for (const [method, place] of this.#operationsOf(item)) {
        const operation = this.#operation(path, method, item, place);
        operations.push(operation);
        this.#readCallbacks(place, operation);
      }
    }
    this.#readWebhooks('webhooks', 'webhook');
    this.#readWebhooks('x-webhooks', 'x-webhook');
    return { operations, callbacks: this.#callbacks };
  }

  /** @param nested whether another callback declares it, so that no submission has its URL */
  #readCallbacks(place: Place, operation: JudgedOperation, nested = 0): void {
    for (const [event, callback] of this.#source.members(this.#at(place, 'callbacks'))) {
      for (const [expression, item] of this.#source.members(callback)) {
        for (const [method, declared] of this.#operationsOf(item)) {
          const exchange = this.#exchange(method, item, declared);
          const owner = { operation, nested: nested > 0 };
          this.#callbacks.push({ kind: 'callback', event, expression, ...owner, ...exchange });
          if (nested < 5) this.#readCallbacks(declared, operation, nested + 1);
        }
      }
    }
  }

  #readWebhooks(key: string, kind: 'webhook' | 'x-webhook'): void {
    for (const [event, item] of this.#source.members(this.#at(this.#root, key))) {
      if (this.#callbacks.some((other) => other.kind === 'webhook' && other.event === event)) continue;
      const found = this.#operationsOf(item).map(([method, place]) => [method, place, item] as const);
      const keyed = this.#source
        .members(item)
        .flatMap(([, below]) =>
          this.#operationsOf(below).map(([method, place]) => [method, place, below] as const),
        );
      for (const [method, place, owner] of found.length > 0 ? found : keyed) {
        const exchange = this.#exchange(method, owner, place);
        this.#callbacks.push({ kind, event, expression: null, operation: null, nested: false, ...exchange });
      }
    }
  }

  #operationsOf(item: Place): readonly (readonly [string, Place])[] {
    const members = this.#source.members(item);
    const usual = members.filter(([key, { value }]) => methods.includes(key) && isObject(value));
    const more = this.#source.members(this.#at(item, 'additionalOperations'));
    return [...usual.map(([key, place]) => [key.toUpperCase(), place] as const), ...more];
  }

  #operation(path: string, method: string, item: Place, place: Place): JudgedOperation {
    const exchange = this.#exchange(method, item, place);
    const declared = new Set(exchange.parameters.filter((one) => one.in === 'path').map((one) => one.name));
    const undeclared = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
    const added = [...new Set(undeclared)]
      .filter((name) => !declared.has(name))
      .map((name) => this.#plain(name));
    const id = isObject(place.value) ? place.value.operationId : undefined;
    const names = [...(typeof id === 'string' ? [id] : []), `${method} ${path}`];
    const parameters = [...exchange.parameters, ...added];
    return { ...exchange, parameters, path, names, credentials: this.#credentials(place) };
  }

  #plain(name: string): JudgedParameter {
    const schema = this.#schemas.add({ file: '', pointer: 'text', value: { type: 'string' } });
    const rest = { style: 'simple', explode: false, mediaType: null, examples: [] };
    return { name, in: 'path', required: true, schema, ...rest };
  }

  #exchange(method: string, item: Place, place: Place): Exchange {
    const parameters = new Map<string, JudgedParameter>();
    for (const owner of [item, place]) {
      for (const one of this.#list(this.#at(owner, 'parameters'))) {
        const parameter = this.#parameter(one);
        if (parameter !== null) parameters.set(`${parameter.in} ${parameter.name}`, parameter);
      }
    }
    const body = this.#source.follow(this.#at(place, 'requestBody'));
    return {
      method,
      parameters: [...parameters.values()],
      bodyRequired: isObject(body.value) && body.value.required === true,
      bodies: this.#content(body),
      responses: new Map(
        this.#source
          .members(this.#at(place, 'responses'))
          .map(([status, response]) => [status.toUpperCase(), this.#response(response)]),
      ),
    };
  }

  #response(place: Place): JudgedResponse {
    const response = this.#source.follow(place);
    const headers = this.#source.members(this.#at(response, 'headers'));
    const required = headers.filter(([, header]) => this.#at(header, 'required').value === true);
    const links = this.#source.members(this.#at(response, 'links'));
    return {
      media: this.#content(response),
      links: links.flatMap(([, link]) => readLink(this.#source.follow(link).value)),
      requiredHeaders: required.map(([name]) => name).filter((name) => name.toLowerCase() !== 'content-type'),
    };
  }

  #content(owner: Place): readonly JudgedMedia[] {
    return this.#source.members(this.#at(owner, 'content')).map(([type, media]) => this.#media(type, media));
  }

  #media(type: string, place: Place): JudgedMedia {
    const media = this.#source.follow(place);
    const schema = this.#at(media, 'schema');
    const encoding = this.#at(media, 'encoding').value;
    return {
      type: type.toLowerCase().replace(/;.*$/s, '').trim(),
      schema: schema.value === undefined ? null : this.#schemas.add(schema),
      examples: this.#examples(media),
      encoding: isObject(encoding) ? encoding : {},
    };
  }

  #examples(place: Place): readonly unknown[] {
    const single = this.#at(place, 'example').value;
    const named = this.#source
      .members(this.#at(place, 'examples'))
      .map(([, example]) => this.#at(example, 'value').value);
    return [single, ...named].filter((value) => value !== undefined);
  }

  #parameter(place: Place): JudgedParameter | null {
    const parameter = this.#source.follow(place);
    const { value } = parameter;
    if (!isObject(value) || typeof value.name !== 'string' || typeof value.in !== 'string') return null;
    if (value.in === 'header' && !isOrdinary(value.name)) return null;
    const usual = value.in === 'query' || value.in === 'cookie' ? 'form' : 'simple';
    const style = typeof value.style === 'string' ? value.style : usual;
    const [content] = this.#content(parameter);
    const schema = this.#at(parameter, 'schema');
    return {
      name: value.name,
      in: value.in,
      required: value.required === true || value.in === 'path',
      style,
      explode: typeof value.explode === 'boolean' ? value.explode : style === 'form',
      mediaType: content?.type ?? null,
      schema: content?.schema ?? this.#schemas.add(schema),
      examples: content?.examples ?? this.#examples(parameter),
    };
  }

  #credentials(operation: Place): readonly Credential[] {
    const own = this.#at(operation, 'security').value;
    const alternatives = Array.isArray(own) ? own : this.#at(this.#root, 'security').value;
    if (!Array.isArray(alternatives) || alternatives.length === 0) return [];
    const [first] = alternatives;
    if (!isObject(first)) return [];
    const schemes = this.#at(this.#at(this.#root, 'components'), 'securitySchemes');
    return Object.keys(first).flatMap((name) =>
      credential(this.#source.follow(this.#at(schemes, name)).value),
    );
  }

  #list(place: Place): readonly Place[] {
    const list = this.#source.follow(place);
    return Array.isArray(list.value) ? list.value.map((_, index) => this.#source.child(list, index)) : [];
  }

  #at(place: Place, key: string): Place {
    const direct = this.#source.child(place, key);
    return direct.value === undefined ? this.#source.child(this.#source.follow(place), key) : direct;
  }
}

function readLink(link: unknown): readonly JudgedLink[] {
  if (!isObject(link)) return [];
  const [, path = '', method = ''] = /#\/paths\/([^/]+)\/(\w+)$/.exec(String(link.operationRef)) ?? [];
  const named = `${method.toUpperCase()} ${path.replaceAll('~1', '/').replaceAll('~0', '~')}`;
  const target = typeof link.operationId === 'string' ? link.operationId : named;
  return [{ target, parameters: isObject(link.parameters) ? link.parameters : {} }];
}

/** Headers that HTTP itself reads, or that cannot be sent, are no parameters. */
function isOrdinary(header: string): boolean {
  if (
    /^(accept|authorization|connection|content-(encoding|length|type)|expect|host|transfer-encoding)$/i.test(
      header,
    )
  )
    return false;
  return /^[\w!#$%&'*+.^`|~-]+$/.test(header);
}

function credential(scheme: unknown): readonly Credential[] {
  if (!isObject(scheme)) return [];
  if (scheme.type === 'apiKey' && typeof scheme.name === 'string') {
    const where = scheme.in === 'query' || scheme.in === 'cookie' ? scheme.in : 'header';
    return [{ in: where, name: scheme.name, value: 'any-key' }];
  }
  if (scheme.type === 'mutualTLS') return [];
  const basic = scheme.type === 'http' && String(scheme.scheme).toLowerCase() === 'basic';
  return [{ in: 'header', name: 'authorization', value: basic ? 'Basic bWU6c2VjcmV0' : 'Bearer any-token' }];
}
