import type { JsonObject, JsonValue } from '../../core/json.ts';
import { memberAt } from './member-at.ts';
import type { QueryAnswer, QueryRouter } from './query-router.ts';

/**
 * Processes queries where json-server is not installed: its filters, order and pages. Properties that are missing or of
 * an unexpected type have the same effect as in json-server, even if it is odd.
 */
export const nativeQueryRouter: QueryRouter = {
  ask(path, link, collections) {
    const [collection = '', search = ''] = path.split(/\?(.*)/s);
    return Promise.resolve(answer(collections[collection] ?? [], new URLSearchParams(search), link));
  },
};

function answer(rows: readonly JsonObject[], query: URLSearchParams, link: string): QueryAnswer {
  const found = sorted(filtered(rows, query), query.get('_sort') ?? '', query.get('_order') ?? '');
  const [page, limit, end] = ['_page', '_limit', '_end'].map((name) => query.get(name) ?? '');
  const total = { 'x-total-count': String(found.length) };
  if (page) {
    const shown = pageOf(found, Math.max(1, integer(page) || 1), integer(limit) || 10);
    return { status: 200, headers: { ...total, link: linksOf(shown, link) }, body: shown.rows };
  }
  const start = integer(query.get('_start')) || 0;
  if (end) return { status: 200, headers: total, body: found.slice(start, integer(end)) };
  if (limit) return { status: 200, headers: total, body: found.slice(start, start + integer(limit)) };
  return { status: 200, headers: {}, body: found };
}

function filtered(rows: readonly JsonObject[], query: URLSearchParams): readonly JsonObject[] {
  const names = [...new Set(query.keys())].filter((name) => !name.startsWith('_'));
  // json-server ignores a filter by a property that no row has.
  const known = names.filter(
    (name) => suffix.test(name) || rows.some((row) => memberAt(row, name) !== undefined),
  );
  return known.reduce((left, name) => {
    const [, member = name, kind] = suffix.exec(name) ?? [];
    const values = query.getAll(name);
    return left.filter((row) => {
      const value = memberAt(row, member) ?? null;
      if (value === null) return false;
      const fits = (given: string): boolean => fitsOne(kind, given, value);
      return kind === 'ne' ? values.every(fits) : values.some(fits);
    });
  }, rows);
}

const suffix = /^(.*)_(lte|gte|ne)$/s;

function fitsOne(kind: string | undefined, given: string, value: Exclude<JsonValue, null>): boolean {
  if (kind === 'gte') return given <= (value as string);
  if (kind === 'lte') return given >= (value as string);
  return (given === value.toString()) !== (kind === 'ne');
}

function sorted(rows: readonly JsonObject[], members: string, orders: string): readonly JsonObject[] {
  if (members === '') return rows;
  const descending = orders.split(',').map((order) => order.toLowerCase() === 'desc');
  const keys = members.split(',').map((member, i) => ({ member, sign: descending[i] === true ? -1 : 1 }));
  return rows.toSorted((a, b) => {
    for (const { member, sign } of keys) {
      const order = compare(memberAt(a, member), memberAt(b, member));
      if (order !== 0) return order * sign;
    }
    return 0;
  });
}

/** The order of lodash, with which json-server sorts: missing values come last, preceded by null. */
function compare(a: JsonValue | undefined, b: JsonValue | undefined): number {
  const rank = (value: JsonValue | undefined): number => (value === undefined ? 2 : value === null ? 1 : 0);
  const ranks = rank(a) - rank(b);
  if (ranks !== 0 || rank(a) > 0) return ranks;
  return Number((a as string) > (b as string)) - Number((a as string) < (b as string));
}

interface Page {
  readonly rows: readonly JsonObject[];
  /** By relation, in the order of the header. */
  readonly links: readonly (readonly [relation: string, page: number])[];
  readonly current: number;
}

function pageOf(all: readonly JsonObject[], current: number, size: number): Page {
  const rows = all.slice((current - 1) * size, current * size);
  if (rows.length === 0 || rows.length === all.length) return { rows, links: [], current };
  const last = Math.ceil(all.length / size);
  const links = [
    ['first', 1],
    ...(current > 1 ? [['prev', current - 1] as const] : []),
    ...(current < last ? [['next', current + 1] as const] : []),
    ['last', last],
  ] as const;
  return { rows, links, current };
}

function linksOf({ links, current }: Page, link: string): string {
  return links
    .map(([relation, page]) => `<${link.replace(`page=${current}`, `page=${page}`)}>; rel="${relation}"`)
    .join(', ');
}

function integer(text: string | null | undefined): number {
  return Number.parseInt(text ?? '', 10);
}
