import type { paths } from './control.gen.ts';
import { Refusal, refusalOf, Unreachable } from './refusal.ts';

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;

type JsonOf<R> = R extends { content: { readonly 'application/json': infer Body } } ? Body : undefined;

/** The JSON of the successful responses that the contract declares. */
type Answer<O> = O extends { readonly responses: infer R }
  ? JsonOf<R[Extract<keyof R, 200 | 201 | 204>]>
  : never;

type PathOf<O> = O extends { readonly parameters: { readonly path: infer Path } } ? Path : never;
type QueryOf<O> = O extends { readonly parameters: { readonly query?: infer Query } } ? Query : never;
type BodyOf<O> = O extends { readonly requestBody: { content: infer Content } }
  ? Content extends { readonly 'application/json': infer Body }
    ? Body
    : string
  : undefined;

interface Given<O> {
  readonly path?: PathOf<O>;
  readonly query?: QueryOf<O>;
  readonly body?: BodyOf<O>;
  /** The media type of a body that is text. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The same, whatever the operation. */
interface Parts {
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The tab keeps the token until it is closed. It is sent as a header, and never part of a URL. */
const tokenKey = 'ringback.token';

/** Calls the control API of one space, as `openapi.control.yaml` describes it. */
export class Client {
  /** The path before `/_ringback`: empty, or `/@name`, below the path of a proxy if there is one. */
  readonly base: string;
  onTokenNeeded: (() => void) | undefined;

  constructor(base: string) {
    this.base = base;
  }

  get token(): string | null {
    return sessionStorage.getItem(tokenKey);
  }

  set token(value: string | null) {
    if (value === null) sessionStorage.removeItem(tokenKey);
    else sessionStorage.setItem(tokenKey, value);
  }

  get<P extends keyof paths>(
    path: P,
    given: Given<Operation<P, 'get'>> = {},
  ): Promise<Answer<Operation<P, 'get'>>> {
    return this.#json('get', path, given);
  }

  post<P extends keyof paths>(
    path: P,
    given: Given<Operation<P, 'post'>> = {},
  ): Promise<Answer<Operation<P, 'post'>>> {
    return this.#json('post', path, given);
  }

  put<P extends keyof paths>(
    path: P,
    given: Given<Operation<P, 'put'>> = {},
  ): Promise<Answer<Operation<P, 'put'>>> {
    return this.#json('put', path, given);
  }

  delete<P extends keyof paths>(
    path: P,
    given: Given<Operation<P, 'delete'>> = {},
  ): Promise<Answer<Operation<P, 'delete'>>> {
    return this.#json('delete', path, given);
  }

  /** The events after the one with this id, as they arrive. Null: from now on. */
  async events(after: number | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const headers = after === null ? {} : { 'last-event-id': String(after) };
    const response = await this.#send('get', '/_ringback/events', {
      query: { bodyLimit: 0 },
      headers,
      signal,
    });
    if (response.body === null) throw new Unreachable();
    return response.body;
  }

  /** Calls a provider or an inbox of the space. Its responses are shown, whatever their status. */
  async callProvider(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const { token } = this;
    if (token !== null) headers.set('x-ringback-token', token);
    return reach(() => fetch(this.base + path, { ...init, headers }));
  }

  async #json<T>(method: Method, path: string, given: Parts): Promise<T> {
    const response = await this.#send(method, path, given);
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return (isJson ? await reach(() => response.json()) : undefined) as T;
  }

  async #send(method: Method, path: string, given: Parts): Promise<Response> {
    const { body, mediaType, signal } = given;
    const headers = new Headers(given.headers);
    const { token } = this;
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    const isText = mediaType !== undefined;
    if (body !== undefined) headers.set('content-type', mediaType ?? 'application/json');
    const init: RequestInit = {
      method: method.toUpperCase(),
      headers,
      ...(body !== undefined && { body: isText ? String(body) : JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    };
    const response = await reach(() => fetch(this.base + urlOf(path, given), init));
    if (response.ok) return response;
    const refusal = await refusalOf(response);
    if (refusal.status === 401) {
      this.token = null;
      this.onTokenNeeded?.();
    }
    throw refusal;
  }
}

/** Fetch rejects with a TypeError when there is no server, or when it stops amid its response. */
async function reach<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Refusal || (error instanceof DOMException && error.name === 'AbortError'))
      throw error;
    throw new Unreachable(error);
  }
}

function urlOf(template: string, { path, query }: Parts): string {
  const values = (path ?? {}) as Readonly<Record<string, string>>;
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const search = new URLSearchParams(
    Object.entries(query ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  ).toString();
  return search === '' ? filled : `${filled}?${search}`;
}
