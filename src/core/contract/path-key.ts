import { escapePointer } from '../json.ts';
import type { ContractNote, Operation } from './contract.ts';
import { formDecode } from './percent-encoding.ts';

/** A key under `paths`, taken apart. */
export interface PathKey {
  /** The path template, e.g. `/orders/{id}`. */
  readonly path: string;
  /** What the query string of a request must have, as some contracts tell operations of one path apart. */
  readonly query: readonly QueryCondition[];
}

export interface QueryCondition {
  readonly name: string;
  /** Null: any value. */
  readonly value: string | null;
}

/** `/orders/{id}?action=cancel#x` → the path, and `action` with its value. A fragment is never sent, so it is left out. */
export function readPathKey(key: string): PathKey {
  const [whole = ''] = key.split('#');
  const mark = whole.indexOf('?');
  if (mark === -1) return { path: whole === '' ? '/' : whole, query: [] };
  const query = whole
    .slice(mark + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value] = pair.split(/=(.*)/s);
      const isAny = value === undefined || value === '' || /^\{.*\}$/s.test(value);
      return { name: formDecode(name), value: isAny ? null : formDecode(value) };
    });
  return { path: whole.slice(0, mark) || '/', query };
}

/** The methods that Node.js receives. Clients cannot send others to the mock. */
const receivable =
  /^(ACL|BIND|CHECKOUT|COPY|DELETE|GET|HEAD|LINK|LOCK|M-SEARCH|MERGE|MKACTIVITY|MKCALENDAR|MKCOL|MOVE|NOTIFY|OPTIONS|PATCH|POST|PROPFIND|PROPPATCH|PURGE|PUT|QUERY|REBIND|REPORT|SEARCH|SOURCE|SUBSCRIBE|TRACE|UNBIND|UNLINK|UNLOCK|UNSUBSCRIBE)$/;

export function isReceivable(method: string): boolean {
  return receivable.test(method);
}

/** The same for templates that the same requests match. */
export function routeKey({ method, path: key }: Pick<Operation, 'method' | 'path'>): string {
  const { path, query } = readPathKey(key);
  const template = path.replace(/\{[^{}]*\}/g, '{}');
  const conditions = query.map(({ name, value }) => `${name}=${value ?? '{}'}`).sort();
  return `${method} ${template}?${conditions.join('&')}`;
}

/** The paths of the control API and of spaces, which no contract replaces. */
export function isReservedPath(path: string): boolean {
  return /^\/_ringback(\/|$)/.test(path);
}

/** Notes on operations that no request reaches, or reaches under another path only. */
export function routeNotes(operations: readonly Pick<Operation, 'method' | 'path' | 'id'>[]): ContractNote[] {
  const notes: ContractNote[] = [];
  const first = new Map<string, string>();
  for (const operation of operations) {
    const { method, path } = operation;
    const add = (message: string): void => {
      const pointer = `/paths/${escapePointer(path)}/${escapePointer(method.toLowerCase())}`;
      notes.push({ kind: 'unsupported', file: '', pointer, message });
    };
    const key = routeKey(operation);
    const other = first.get(key);
    if (!isReceivable(method)) {
      add(`The method ${method} cannot be received: the HTTP parser of Node.js does not have it.`);
    } else if (isReservedPath(path)) {
      add(`The path ${path} cannot be served: paths below /_ringback are those of the control API.`);
    } else if (other !== undefined) {
      add(`${method} ${path} matches the same requests as ${other}, which is served.`);
    } else {
      first.set(key, `${method} ${path}`);
      if (path.startsWith('/@'))
        add(`The path ${path} begins like that of a space. It is served as /@default${path}.`);
    }
  }
  return notes;
}
