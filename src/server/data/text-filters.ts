import { Script } from 'node:vm';
import { RingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { inTurns } from '../http/in-turns.ts';
import { memberAt } from './member-at.ts';

/**
 * The maximum time of all expressions of a query over all rows, in milliseconds. The server does nothing else
 * meanwhile.
 */
const maxMs = 200;

/** Compiling longer expressions can take long and use much memory. */
export const maxExpressionLength = 200;

/** V8 can end it in the middle of an expression: it checks for termination at each backtracking step. */
const script = new Script(
  'filters.map(({ expressions, texts }) => texts.map((text) => expressions.some((each) => each.test(text))))',
);

/** `scenario_like`: the rows whose property matches one of the expressions. */
export interface LikeFilter {
  /** The parameter, for messages. */
  readonly name: string;
  readonly member: string;
  readonly expressions: readonly RegExp[];
}

/** Reads `_like` as json-server does. Null: it is not a regular expression. */
export function readExpression(source: string): RegExp | null {
  try {
    return new RegExp(source, 'i');
  } catch {
    return null;
  }
}

/**
 * The rows that match all filters. json-server would run the expressions without a limit.
 * @throws {RingbackError} `request.invalid` if the expressions take too long
 */
export function filterLike(
  rows: readonly JsonObject[],
  filters: readonly LikeFilter[],
): readonly JsonObject[] {
  if (filters.length === 0) return rows;
  // A row without the property matches no expression.
  const candidates = rows.filter((row) =>
    filters.every(({ member }) => (memberAt(row, member) ?? null) !== null),
  );
  const asked = filters.map(({ member, expressions }) => ({
    expressions,
    texts: candidates.map((row) => String(memberAt(row, member))),
  }));
  let fits: readonly (readonly boolean[])[];
  try {
    fits = script.runInNewContext({ filters: asked }, { timeout: maxMs }) as typeof fits;
  } catch (cause) {
    const names = filters.map(({ name }) => `query/${name}`).join(', ');
    const message = `takes too long: the regular expressions of a query get ${maxMs} ms for all rows together. Use a simpler one.`;
    throw new RingbackError('request.invalid', {
      detail: `Could not query data: ${names} ${message}`,
      violations: filters.map(({ name }) => ({
        location: `query/${name}`,
        code: 'query.expression',
        message,
      })),
      cause,
    });
  }
  return candidates.filter((_, index) => fits.every((filter) => filter[index] === true));
}

/** The rows that contain the string anywhere, case-insensitive, like `q` of json-server. Yields to other work. */
export async function filterText(rows: readonly JsonObject[], q: string): Promise<readonly JsonObject[]> {
  const text = q.toLowerCase();
  const found = await inTurns(rows, (row) => hasText(row, text));
  return rows.filter((_, index) => found[index] === true);
}

function hasText(value: JsonValue, text: string): boolean {
  if (Array.isArray(value)) return value.some((item: JsonValue) => hasText(item, text));
  if (isJsonObject(value)) return Object.values(value).some((member) => hasText(member, text));
  // json-server does not search null, false and 0.
  return Boolean(value) && String(value).toLowerCase().includes(text);
}
