import { RingbackError, type Violation } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { suggest } from '../../core/suggest.ts';
import { checkRelations } from './relations.ts';
import type { CollectionName } from './rows.ts';
import { tryExpression } from './try-expression.ts';

const suffix = /_(gte|lte|ne|like)$/;

/** How many rows are looked at to learn what members there are. */
const looked = 200;

/**
 * Refuses what json-server would ignore or stumble over: a filter or sort by a member that no row has, which would
 * list everything; an expression in `_like` that is broken or takes too long; a relation that there is not.
 * @param declared the parameters of the contract, which have been checked
 * @throws {RingbackError} `request.invalid`
 */
export function checkQuery(
  query: URLSearchParams,
  collection: CollectionName,
  rows: readonly JsonObject[],
  declared: ReadonlySet<string>,
): void {
  const violations: Violation[] = [...checkRelations(query, collection)];
  const sample = rows.slice(-looked);
  const members = new Set(sample.flatMap((row) => Object.keys(row)));
  const refuse = (name: string, code: string, message: string): void => {
    violations.push({ location: `query/${name}`, code, message });
  };
  const checkMember = (name: string, member: string): void => {
    // Of an empty collection, nobody knows what its rows would have.
    if (rows.length === 0 || rows.some((row) => hasMember(row, member))) return;
    const top = member.split('.')[0] ?? member;
    refuse(name, 'query.unknown', `names "${member}", which no row has.${suggest(top, members)}`);
  };
  for (const [name, value] of query) {
    if (name === '_sort') for (const member of value.split(',')) checkMember(name, member);
    if (declared.has(name)) continue;
    if (name === 'callback') {
      refuse(name, 'query.unknown', 'is not a filter: the type of a delivery is called "type" here.');
    } else if (name.startsWith('_')) {
      refuse(name, 'query.unknown', `is not a parameter of queries.${suggest(name, declared)}`);
    } else {
      checkMember(name, members.has(name) ? name : name.replace(suffix, ''));
      if (name.endsWith('_like') && !members.has(name)) {
        const verdict = tryExpression(value, textsAt(rows, name.replace(suffix, '')));
        if (verdict === 'malformed')
          refuse(name, 'query.expression', `is not a regular expression: ${JSON.stringify(value)}.`);
        else if (verdict === 'too slow')
          refuse(name, 'query.expression', 'is a regular expression that takes too long. Use a simpler one.');
      }
    }
  }
  if (violations.length === 0) return;
  const found = violations.map(({ location, message }) => `${location} ${message}`).join(' ');
  throw new RingbackError('request.invalid', { detail: `Failed to query data: ${found}`, violations });
}

function hasMember(row: JsonObject, path: string): boolean {
  return memberAt(row, path) !== undefined;
}

function memberAt(row: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = row;
  for (const key of path.split('.')) {
    if (isJsonObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else if (Array.isArray(value)) value = (value as readonly JsonValue[])[Number(key)];
    else return undefined;
  }
  return value;
}

/** What json-server holds an expression against. */
function textsAt(rows: readonly JsonObject[], path: string): readonly string[] {
  return rows.flatMap((row) => {
    const value = memberAt(row, path);
    return value === undefined || value === null ? [] : [String(value)];
  });
}
