import { RingbackError, type Violation } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { suggest } from '../../core/suggest.ts';

const suffix = /_(gte|lte|ne|like)$/;

/** How many rows are looked at to learn what members there are. */
const looked = 200;

/**
 * Refuses what json-server would ignore or stumble over: a filter or sort by a member that no row has, which would
 * list everything; a broken expression in `_like`.
 * @param declared the parameters of the contract, which have been checked
 * @throws {RingbackError} `request.invalid`
 */
export function checkQuery(
  query: URLSearchParams,
  rows: readonly JsonObject[],
  declared: ReadonlySet<string>,
): void {
  const violations: Violation[] = [];
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
      if (name.endsWith('_like') && !isExpression(value))
        refuse(name, 'query.expression', `is not a regular expression: ${JSON.stringify(value)}.`);
    }
  }
  if (violations.length === 0) return;
  const found = violations.map(({ location, message }) => `${location} ${message}`).join(' ');
  throw new RingbackError('request.invalid', { detail: `Failed to query data: ${found}`, violations });
}

function hasMember(row: JsonObject, path: string): boolean {
  let value: JsonValue | undefined = row;
  for (const key of path.split('.')) {
    if (isJsonObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else if (Array.isArray(value)) value = (value as readonly JsonValue[])[Number(key)];
    else return false;
  }
  return value !== undefined;
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'i');
    return true;
  } catch {
    return false;
  }
}
