import Router from 'find-my-way';
import type { Operation } from '../../core/contract/contract.ts';
import {
  isReceivable,
  isReservedPath,
  type QueryCondition,
  readPathKey,
  routeKey,
} from '../../core/contract/path-key.ts';
import { formDecode } from '../../core/contract/percent-encoding.ts';
import { RingbackError } from '../../core/errors.ts';
import { setOwn } from '../../core/json.ts';
import { checkCodeGeneration } from '../../platform/code-generation.ts';
import { nearestPath } from './nearest-path.ts';

/** What a path and a method lead to. */
export interface RouteMatch<R> {
  readonly route: R;
  /** Decoded, by the names of the path template. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the operation of a request. */
export interface RouteTable<R> {
  /**
   * @param method as it came
   * @param path still percent-encoded, without space and query
   * @param query without the `?`. Default: empty
   * @throws {RingbackError} `route.not-found`, `route.method-not-allowed`, `request.malformed`
   */
  find(method: string, path: string, query?: string): RouteMatch<R>;
}

/** A route and its place. */
export interface RouteEntry<R> {
  readonly operation: Operation;
  readonly route: R;
  /** True: the path takes every method that no other operation declares for it. */
  readonly anyMethod: boolean;
  /**
   * Whether the operation is of a contract that Ringback does not ship: its path may be anything. An operation that cannot
   * be routed is left out. Default: false.
   */
  readonly isForeign?: boolean;
}

interface Stored<R> {
  readonly entry: RouteEntry<R>;
  /** The names of the template's parameters, and what each is called in the router. */
  readonly names: readonly (readonly [name: string, key: string])[];
  readonly query: readonly QueryCondition[];
  /** Others of the same method and path, which the query string or a slash at the end tells apart. */
  readonly others: Stored<R>[];
}

type Found = Router.FindResult<Router.HTTPVersion.V1> | null;

/** Routes are found, not called. */
const noHandler = (): void => undefined;

/** Longer than any id of a provider. A longer one is not found. */
const maxParamLength = 2_048;

/** The methods that HTTP clients can send, of which contracts have most. */
const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'] as const;

/**
 * Builds the table from the methods and path templates of a contract. A GET also serves HEAD (RFC 9110 §9.3.2). One
 * slash at the end of a path is ignored, unless foreign operations differ in nothing else.
 * @param basePaths the routes of foreign operations are also served below these, e.g. `/v2`
 * @throws {RingbackError} `contract.invalid` for a template that cannot be routed, or that another one shadows, unless
 *   its operation is foreign
 */
export function routeTable<R>(
  entries: readonly RouteEntry<R>[],
  basePaths: readonly string[] = [],
): RouteTable<R> {
  checkCodeGeneration();
  return new Routes(entries, basePaths);
}

class Routes<R> implements RouteTable<R> {
  readonly #router = Router({ maxParamLength, ignoreTrailingSlash: true, onBadUrl: () => undefined });
  readonly #stored = new Map<string, Stored<R>>();
  readonly #templates: readonly string[];
  /** With a slash at the end. */
  readonly #bases: readonly string[];

  constructor(entries: readonly RouteEntry<R>[], basePaths: readonly string[]) {
    for (const entry of entries) this.#add(entry, entry.operation.method);
    this.#addHeads(entries);
    const open = new Set<string>();
    for (const entry of entries) {
      if (!entry.anyMethod || open.has(entry.operation.path)) continue;
      open.add(entry.operation.path);
      for (const method of everyMethod) {
        if (!this.#stored.has(storedKey(method, pattern(entry).path))) this.#add(entry, method);
      }
    }
    // The root is never what a mistyped path meant.
    this.#templates = [...new Set(entries.map(({ operation }) => operation.path))].filter(
      (path) => path !== '/',
    );
    this.#bases = basePaths.map((base) => `${base}/`);
  }

  find(method: string, path: string, query = ''): RouteMatch<R> {
    const found = this.#lookUp(method, path);
    if (found === null) throw this.#missing(method, path);
    const first = found.store as Stored<R> | null;
    if (first === null) throw badEncoding(path);
    const stored = first.others.length === 0 ? first : chooseAmong(first, path, query);
    if (stored === null) throw missingQuery(method, path, first);
    const params: Record<string, string> = {};
    for (const [name, key] of stored.names) {
      const value = found.params[key];
      if (value === undefined || value === '') throw this.#missing(method, path);
      setOwn(params, name, value);
    }
    return { route: stored.entry.route, params };
  }

  /** Without a HEAD in the contract, {@link find} takes the GET: many routes are added in less time. */
  #addHeads(entries: readonly RouteEntry<R>[]): void {
    if (!entries.some(({ operation }) => operation.method === 'HEAD')) return;
    const declared = new Set(entries.map(({ operation }) => routeKey(operation)));
    for (const entry of entries) {
      const { method, path } = entry.operation;
      if (method === 'GET' && !declared.has(routeKey({ method: 'HEAD', path }))) this.#add(entry, 'HEAD');
    }
  }

  #lookUp(method: string, path: string): Found {
    const found = this.#lookUpExactly(method, path);
    return found === null && method === 'HEAD' ? this.#lookUpExactly('GET', path) : found;
  }

  /** What the router finds at the root or below a base path: what has fewer parameters, if both. */
  #lookUpExactly(method: string, path: string): Found {
    const atRoot = this.#router.find(method as Router.HTTPMethod, path);
    let found = atRoot !== null && isForeign(atRoot) && isReservedPath(path) ? null : atRoot;
    for (const base of this.#bases) {
      if (!path.startsWith(base) && `${path}/` !== base) continue;
      const below = this.#router.find(method as Router.HTTPMethod, `/${path.slice(base.length)}`);
      if (below === null || !isForeign(below)) continue;
      if (found === null || parametersIn(below) < parametersIn(found)) found = below;
    }
    return found;
  }

  #add(entry: RouteEntry<R>, method: string): void {
    const { operation, isForeign: lenient = false } = entry;
    if (lenient && (!isReceivable(method) || isReservedPath(operation.path))) return;
    const { path, names, query } = pattern(entry);
    const stored: Stored<R> = { entry, names, query, others: [] };
    const key = storedKey(method, path);
    const first = this.#stored.get(key);
    if (first !== undefined && lenient) {
      const own = routeKey(operation);
      if (![first, ...first.others].some((each) => routeKey(each.entry.operation) === own))
        first.others.push(stored);
      return;
    }
    try {
      this.#router.on(method as Router.HTTPMethod, path, noHandler, stored);
    } catch (cause) {
      if (lenient) return;
      const why = `it cannot be routed (${cause instanceof Error ? cause.message : String(cause)})`;
      throw invalid(operation, why, cause);
    }
    this.#stored.set(key, stored);
  }

  #missing(method: string, path: string): RingbackError {
    const allowed = everyMethod.filter((other) => other !== method && matches(this.#lookUp(other, path)));
    if (allowed.length > 0) {
      const list = allowed.join(', ');
      return new RingbackError('route.method-not-allowed', {
        details: { method, allowed },
        detail: `Could not route ${method} ${shorten(path)}: the path does not support this method. Got ${method}, expected one of ${list}.`,
        headers: { allow: list },
      });
    }
    return new RingbackError('route.not-found', {
      details: { method, path: shorten(path) },
      detail: `Could not route ${method} ${shorten(path)}: no operation has this path.${nearestPath(path, this.#templates)}`,
    });
  }
}

function isForeign(found: NonNullable<Found>): boolean {
  return (found.store as Stored<unknown> | null)?.entry.isForeign === true;
}

function parametersIn({ store }: NonNullable<Found>): number {
  return (store as Stored<unknown> | null)?.names.length ?? 0;
}

function matches(found: Found): boolean {
  return found !== null && found.store !== null && Object.values(found.params).every((value) => value !== '');
}

const storedKey = (method: string, path: string): string => `${method} ${path.replace(/(?<=.)\/$/, '')}`;

/**
 * The route most of whose conditions the query has; one without conditions if none fits. Those that end in a slash as the
 * path does, or does not, come first.
 */
function chooseAmong<R>(first: Stored<R>, path: string, query: string): Stored<R> | null {
  const all = [first, ...first.others];
  const same = all.filter(
    ({ entry }) => entry.operation.path.replace(/[?#].*$/s, '').endsWith('/') === path.endsWith('/'),
  );
  return chooseByQuery(same, query) ?? chooseByQuery(all, query);
}

function chooseByQuery<R>(routes: readonly Stored<R>[], query: string): Stored<R> | null {
  const given = query.split('&').map((pair): readonly [string, string] => {
    const mark = pair.indexOf('=');
    return mark === -1
      ? [formDecode(pair), '']
      : [formDecode(pair.slice(0, mark)), formDecode(pair.slice(mark + 1))];
  });
  let best: Stored<R> | null = null;
  for (const each of routes) {
    const isMet = each.query.every((wanted) =>
      given.some(
        ([name, value]) => name === wanted.name && (wanted.value === null || wanted.value === value),
      ),
    );
    if (isMet && (best === null || each.query.length > best.query.length)) best = each;
  }
  return best;
}

/**
 * The path template in find-my-way's notation. Parameters are numbered, so that their names may hold any character;
 * one that is followed by text of its segment is matched by an expression, since `:` alone would take that text into the name.
 */
function pattern<R>({ operation, isForeign: lenient = false }: RouteEntry<R>): {
  path: string;
  names: [name: string, key: string][];
  query: readonly QueryCondition[];
} {
  if (operation.path.includes('*') && !lenient) throw invalid(operation, 'a path with "*" cannot be routed');
  const { path: template, query } = lenient
    ? readPathKey(operation.path)
    : { path: operation.path, query: [] };
  const names: [name: string, key: string][] = [];
  const path = template.replace(/\{([^{}]*)\}|:|\*/g, (text, name: string | undefined, offset: number) => {
    const next = template.charAt(offset + text.length);
    if (text === ':') return '::';
    // A parameter that may have slashes (`{+path}`, `{path*}`, `{path+}`), at the end; and what is meant by `*`.
    if (lenient && next === '' && (text === '*' || /^\+|[+*]$/.test(name ?? ''))) {
      if (name !== undefined) names.push([name, '*']);
      return '*';
    }
    const key = `p${names.length}`;
    names.push([name ?? `*${names.length}`, key]);
    return `:${key}${next === '' || next === '/' ? '' : '(.+?)'}`;
  });
  return { path: lenient ? decodedOnce(path) : path, names, query };
}

/** The router compares with the decoded path. */
function decodedOnce(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function invalid(operation: Operation, why: string, cause?: unknown): RingbackError {
  const location = `/paths/${operation.path.replaceAll('~', '~0').replaceAll('/', '~1')}/${operation.method.toLowerCase()}`;
  return new RingbackError('contract.invalid', {
    detail: `Could not route the operation "${operation.id}": ${why}. Got the path ${operation.path}.`,
    violations: [{ location, code: 'contract.path', message: why }],
    cause,
  });
}

function missingQuery<R>(method: string, path: string, first: Stored<R>): RingbackError {
  const expected = [first, ...first.others]
    .slice(0, 10)
    .map(({ entry }) => entry.operation.path)
    .join(' or ');
  return new RingbackError('route.not-found', {
    details: { method, path: shorten(path) },
    detail: `Could not route ${method} ${shorten(path)}: its query string selects no operation. Expected ${expected}.`,
  });
}

function shorten(path: string): string {
  return path.length > 300 ? `${path.slice(0, 300)}…` : path;
}

function badEncoding(path: string): RingbackError {
  return new RingbackError('request.malformed', {
    detail: `Could not read the path ${shorten(path)}: its percent-encoding is not UTF-8 (RFC 3986 §2.1). Encode "%" as "%25" and other characters with encodeURIComponent.`,
    violations: [{ location: 'path', code: 'percent-encoding', message: 'expected percent-encoded UTF-8' }],
  });
}
