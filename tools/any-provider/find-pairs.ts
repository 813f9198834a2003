import type { JudgedDocument, JudgedOperation } from './document.ts';

/** An operation that creates a resource, and the one that reads it, with those that are about the same. */
export interface ResourcePair {
  readonly create: JudgedOperation;
  readonly read: JudgedOperation;
  readonly list: JudgedOperation | null;
  /** PUT, then PATCH, of what is read. */
  readonly changes: readonly JudgedOperation[];
  readonly remove: JudgedOperation | null;
}

/** Something that there is one of: GET and PUT or PATCH of a path that does not end in a parameter. */
export interface Singleton {
  readonly read: JudgedOperation;
  readonly change: JudgedOperation;
}

/**
 * Finds what is created and read, from the paths and the links of a contract: GET of a path that ends in a parameter is
 * created by POST to the path before it, by what links to it, by POST to a path that says the same in the singular, with
 * `/create` or below another resource, or else by PUT to the same path.
 */
export function findPairs({ operations }: JudgedDocument): readonly ResourcePair[] {
  return operations.filter(isItemRead).flatMap((read) => {
    const path = segments(read.path);
    const create = creatorOf(operations, read);
    if (create === undefined) return [];
    const on = (method: string, at: readonly string[]): JudgedOperation | null =>
      operations.find((one) => one.method === method && isSame(segments(one.path), at)) ?? null;
    const changes = [on('PUT', path), on('PATCH', path)].filter((one) => one !== null);
    return [{ create, read, list: on('GET', path.slice(0, -1)), changes, remove: on('DELETE', path) }];
  });
}

export function findSingletons({ operations }: JudgedDocument): readonly Singleton[] {
  return operations.flatMap((read) => {
    const path = segments(read.path);
    if (read.method !== 'GET' || path.length === 0 || isParameter(path.at(-1))) return [];
    const change = ['PUT', 'PATCH'].flatMap(
      (method) => operations.find((one) => one.method === method && isSame(segments(one.path), path)) ?? [],
    )[0];
    return change === undefined ? [] : [{ read, change }];
  });
}

function creatorOf(
  operations: readonly JudgedOperation[],
  read: JudgedOperation,
): JudgedOperation | undefined {
  const path = segments(read.path);
  const collection = path.slice(0, -1);
  const isPlain = !isParameter(collection.at(-1));
  const posts = operations.filter(({ method }) => method === 'POST' && isPlain);
  return (
    posts.find((one) => isSame(segments(one.path), collection)) ??
    operations.find((one) => one.method !== 'GET' && linksTo(one, read)) ??
    posts.find((one) => isSame(segments(one.path), [...collection, 'create'])) ??
    posts.find((one) => isSame(singular(segments(one.path)), singular(collection))) ??
    posts.find((one) => isElsewhere(operations, segments(one.path), collection)) ??
    operations.find((one) => one.method === 'PUT' && isSame(segments(one.path), path))
  );
}

/** `/customers/{id}/orders` for what is read at `/orders/{orderId}`, if nothing is below it. */
function isElsewhere(
  operations: readonly JudgedOperation[],
  path: readonly string[],
  collection: readonly string[],
): boolean {
  const same = path.at(-1) === collection.at(-1) && !collection.some(isParameter);
  return same && !operations.some((one) => isSame(segments(one.path), [...path, '{id}']));
}

function linksTo(operation: JudgedOperation, read: JudgedOperation): boolean {
  const name = lastParameter(read);
  return [...operation.responses]
    .filter(([status]) => /^2/.test(status))
    .some(([, { links }]) =>
      links.some(
        ({ target, parameters }) =>
          read.names.includes(target) && (name in parameters || `path.${name}` in parameters),
      ),
    );
}

/** GET of JSON at a path that ends in a parameter. A file is no resource whose values could be compared. */
function isItemRead({ method, path, responses }: JudgedOperation): boolean {
  const [last, before] = [...segments(path)].reverse();
  const answers = [...responses].filter(([status]) => /^(2|DEFAULT)/.test(status));
  const isJson = answers.some(([, { media }]) => media.some(({ type }) => /json/.test(type)));
  return method === 'GET' && isJson && isParameter(last) && before !== undefined;
}

/** The segments of a path template. */
export function segments(path: string): readonly string[] {
  return path
    .replace(/[?#].*$/s, '')
    .split('/')
    .filter((segment) => segment !== '');
}

/** Whether a segment is one parameter. */
export function isParameter(segment: string | undefined): boolean {
  return /^\{[^{}]+\}$/.test(segment ?? '');
}

/** The name of the parameter that the path ends in. */
export function lastParameter({ path }: JudgedOperation): string {
  return segments(path).at(-1)?.slice(1, -1) ?? '';
}

/** Whether two templates are the same path, whatever their parameters are called. */
function isSame(a: readonly string[], b: readonly string[]): boolean {
  const plain = (segment: string): string => (isParameter(segment) ? '{}' : segment);
  return a.length === b.length && a.every((segment, index) => plain(segment) === plain(b[index] ?? ''));
}

function singular(path: readonly string[]): readonly string[] {
  return path.map((segment, index) => (index === path.length - 1 ? one(segment) : segment));
}

/** What a path names one of: `card` for `/users/{userId}/cards/{cardId}`. */
export function nounOf({ path }: JudgedOperation): string {
  return one(segments(path).findLast((segment) => !isParameter(segment)) ?? '');
}

/** One of what an English word names. */
function one(word: string): string {
  return word.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '');
}
