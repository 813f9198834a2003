import Router from 'find-my-way';
import type { Operation } from '../../core/contract/contract.ts';
import { RingbackError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { checkCodeGeneration } from '../../platform/code-generation.ts';

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
   * @throws {RingbackError} `route.not-found`, `route.method-not-allowed`, `request.malformed`
   */
  find(method: string, path: string): RouteMatch<R>;
}

/** A route and its place. */
export interface RouteEntry<R> {
  readonly operation: Operation;
  readonly route: R;
  /** True: the path takes every method that no other operation declares for it. */
  readonly anyMethod: boolean;
}

interface Stored<R> {
  /** The names of the template's parameters, and what each is called in the router. */
  readonly names: readonly (readonly [name: string, key: string])[];
  readonly route: R;
}

/** Longer than any id of a provider. A longer one is not found. */
const maxParamLength = 2_048;

/** The methods that HTTP clients can send. find-my-way has more, a contract has fewer. */
const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const;

/**
 * Builds the table from the methods and path templates of a contract. A GET also serves HEAD (RFC 9110 §9.3.2). One
 * slash at the end of a path is ignored.
 * @throws {RingbackError} `contract.invalid` for a template that cannot be routed, or that another one shadows
 */
export function routeTable<R>(entries: readonly RouteEntry<R>[]): RouteTable<R> {
  checkCodeGeneration();
  const router = Router({ maxParamLength, ignoreTrailingSlash: true, onBadUrl: () => undefined });
  for (const { operation, route } of entries) {
    add(router, operation, operation.method as Router.HTTPMethod, route);
  }
  for (const { operation, route } of entries) {
    if (operation.method === 'GET' && !declared(entries, 'HEAD', operation.path))
      add(router, operation, 'HEAD', route);
  }
  const open = new Set<string>();
  for (const { operation, route, anyMethod } of entries) {
    if (!anyMethod || open.has(operation.path)) continue;
    open.add(operation.path);
    for (const method of everyMethod) {
      if (router.findRoute(method, pattern(operation).path) === null) add(router, operation, method, route);
    }
  }
  const templates = [...new Set(entries.map((entry) => entry.operation.path))];

  return {
    find(method, path) {
      const found = router.find(method as Router.HTTPMethod, path);
      if (found === null) throw missing(method, path);
      const stored = found.store as Stored<R> | null;
      if (stored === null) throw badEncoding(path);
      const params: Record<string, string> = {};
      for (const [name, key] of stored.names) {
        const value = found.params[key];
        if (value === undefined || value === '') throw missing(method, path);
        params[name] = value;
      }
      return { route: stored.route, params };
    },
  };

  function missing(method: string, path: string): RingbackError {
    const allowed = everyMethod.filter((other) => other !== method && matches(router.find(other, path)));
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
      detail: `Could not route ${method} ${shorten(path)}: no operation has this path.${nearest(path, templates)}`,
    });
  }
}

function matches(found: Router.FindResult<Router.HTTPVersion.V1> | null): boolean {
  return found !== null && found.store !== null && Object.values(found.params).every((value) => value !== '');
}

function declared<R>(entries: readonly RouteEntry<R>[], method: string, path: string): boolean {
  return entries.some(({ operation }) => operation.method === method && operation.path === path);
}

function add<R>(
  router: Router.Instance<Router.HTTPVersion.V1>,
  operation: Operation,
  method: Router.HTTPMethod,
  route: R,
): void {
  const { path, names } = pattern(operation);
  try {
    router.on(method, path, () => undefined, { names, route } satisfies Stored<R>);
  } catch (cause) {
    throw invalid(
      operation,
      `it cannot be routed (${cause instanceof Error ? cause.message : String(cause)})`,
      cause,
    );
  }
}

/**
 * The path template in find-my-way's notation. Parameters are numbered, so that their names may hold any character;
 * one that is followed by text of its segment is matched by an expression, since `:` alone would take that text into the name.
 */
function pattern(operation: Operation): { path: string; names: [name: string, key: string][] } {
  if (operation.path.includes('*')) throw invalid(operation, 'a path with "*" cannot be routed');
  const names: [name: string, key: string][] = [];
  const path = operation.path.replace(/\{([^{}]*)\}|:/g, (text, name: string | undefined, offset: number) => {
    if (name === undefined) return '::';
    const key = `p${names.length}`;
    names.push([name, key]);
    const next = operation.path.charAt(offset + text.length);
    return `:${key}${next === '' || next === '/' ? '' : '(.+?)'}`;
  });
  return { path, names };
}

function invalid(operation: Operation, why: string, cause?: unknown): RingbackError {
  const location = `/paths/${operation.path.replaceAll('~', '~0').replaceAll('/', '~1')}/${operation.method.toLowerCase()}`;
  return new RingbackError('contract.invalid', {
    detail: `Could not route the operation "${operation.id}": ${why}. Got the path ${operation.path}.`,
    violations: [{ location, code: 'contract.path', message: why }],
    cause,
  });
}

/**
 * ` Did you mean "…"?`, with the segments that the caller gave in place of the template's parameters. A path that only
 * lacks the beginning of another one, as when the provider's mount was forgotten, means that one. Where none is near,
 * what all paths begin with.
 */
function nearest(path: string, templates: readonly string[]): string {
  const given = path.length > 300 ? path.slice(0, 300) : path;
  const mounted = templates
    .filter((template) => endsAlike(template, given))
    .map((template) => fill(template, given, true))
    .find((full) => full.endsWith(given));
  if (mounted !== undefined) return ` Did you mean "${mounted}"?`;
  const advice = suggest(
    given,
    templates.map((template) => fill(template, given, false)),
  );
  if (advice !== '') return advice;
  const mounts = new Set(templates.map((template) => template.split('/', 2).join('/')));
  return ` All paths start with ${[...mounts].join(', ')}.`;
}

/** Whether a segment that is not a parameter is the same in both, counted from their ends. */
function endsAlike(template: string, given: string): boolean {
  const segments = template.split('/').reverse();
  const givenSegments = given.split('/').reverse();
  return segments.some((segment, i) => segment !== '' && segment === givenSegments[i]);
}

/** @param fromEnd whether to match the segments from the end, or from the start */
function fill(template: string, given: string, fromEnd: boolean): string {
  const segments = template.split('/');
  const givenSegments = given.split('/');
  const shift = fromEnd ? givenSegments.length - segments.length : 0;
  return segments
    .map((segment, i) => (/^\{[^{}]*\}$/.test(segment) ? givenSegments[i + shift] || segment : segment))
    .join('/');
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
