import { RingbackError, type Violation } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import { suggest } from '../../core/suggest.ts';
import { memberAt } from './member-at.ts';
import { checkRelations, type Relations } from './relations.ts';
import { type LikeFilter, maxExpressionLength, readExpression } from './text-filters.ts';

const suffix = /_(gte|lte|ne|like)$/;

/** The number of rows that are examined to find the properties of a collection. */
const looked = 200;

/** The maximum number of parameters, since each is compared with all rows. */
const maxParameters = 50;

/** The maximum number of rows in one response. */
const maxRows = 10_000;

/**
 * Reads the `_like` filters, and refuses what json-server would ignore or fail at: a filter or sort by a property that
 * no row has, which would return everything; an invalid expression; an unknown relation; a range of too many rows.
 * @param known `declared`: the parameters of the contract, which are already validated
 * @throws {RingbackError} `request.invalid`
 */
export function checkQuery(
  query: URLSearchParams,
  collection: string,
  rows: readonly JsonObject[],
  { declared, relations }: { readonly declared: ReadonlySet<string>; readonly relations: Relations },
): readonly LikeFilter[] {
  const violations: Violation[] = [...checkRelations(query, collection, relations)];
  const sample = rows.slice(-looked);
  const members = new Set(sample.flatMap((row) => Object.keys(row)));
  const refuse = (name: string, code: string, message: string): void => {
    violations.push({ location: `query/${name}`, code, message });
  };
  const checkMember = (name: string, member: string): void => {
    // For an empty collection, the properties of its rows are unknown.
    if (rows.length === 0 || rows.some((row) => memberAt(row, member) !== undefined)) return;
    const top = member.split('.')[0] ?? member;
    refuse(name, 'query.unknown', `names ${quoted(member)}, which no row has.${suggest(top, members)}`);
  };
  const readLike = (name: string): LikeFilter => {
    const expressions = query.getAll(name).flatMap((source) => {
      if (source.length > maxExpressionLength) {
        const got = `is a regular expression of ${source.length} characters`;
        refuse(
          name,
          'query.expression',
          `${got}, expected at most ${maxExpressionLength}. Use a shorter one.`,
        );
        return [];
      }
      const expression = readExpression(source);
      if (expression !== null) return [expression];
      refuse(name, 'query.expression', `is not a regular expression: ${JSON.stringify(source)}.`);
      return [];
    });
    return { name, member: name.replace(suffix, ''), expressions };
  };
  checkRange(query, refuse);
  const filters: LikeFilter[] = [];
  const names = new Set(query.keys());
  if (query.size > maxParameters) {
    refuse('', 'query.parameters', `has ${query.size} parameters, expected at most ${maxParameters}.`);
    names.clear();
  }
  for (const name of names) {
    if (name === '_sort')
      for (const member of (query.get(name) ?? '').split(',').slice(0, maxParameters))
        checkMember(name, member);
    if (declared.has(name)) continue;
    if (name === 'callback') {
      refuse(name, 'query.unknown', 'is not a filter: here the type of a delivery is "type".');
    } else if (name.startsWith('_')) {
      refuse(name, 'query.unknown', `is not a parameter of queries.${suggest(name, declared)}`);
    } else {
      checkMember(name, members.has(name) ? name : name.replace(suffix, ''));
      if (name.endsWith('_like') && !members.has(name)) filters.push(readLike(name));
    }
  }
  if (violations.length === 0) return filters;
  const found = violations.map(({ location, message }) => `${location} ${message}`).join(' ');
  throw new RingbackError('request.invalid', { detail: `Could not query data: ${found}`, violations });
}

/** The contract limits `_limit`. `_end` counts from `_start`. */
function checkRange(
  query: URLSearchParams,
  refuse: (name: string, code: string, message: string) => void,
): void {
  const rows = Number(query.get('_end') ?? 0) - Number(query.get('_start') ?? 0);
  if (rows > maxRows)
    refuse('_end', 'maximum', `asks for ${rows} rows, expected at most ${maxRows}, counted from _start.`);
}
