import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Violation } from '../errors.ts';
import { suggest } from '../suggest.ts';
import { listed } from './place.ts';
import { advised, sentence, shown } from './sentence.ts';

/** More are of no use, and a hostile body could cause millions. */
const mostViolations = 100;

/** Errors that only report the existence of other errors in the array. */
const summaries = new Set(['if', 'propertyNames']);

/** How many errors the branch of a failed `oneOf` or `anyOf` left in the array. Undefined if unknown. */
export type BranchErrorCount = (union: ErrorObject, index: number) => number | undefined;

/**
 * Translates Ajv's errors into readable violations. Of the alternatives of a `oneOf` or `anyOf`, only the errors of the
 * best match are reported.
 * @param errors as Ajv lists them with `allErrors` and `verbose`: the errors of branches precede that of their union
 */
export function explain(errors: readonly ErrorObject[], countOf: BranchErrorCount): readonly Violation[] {
  const violations: Violation[] = [];
  const seen = new Set<string>();
  let more = 0;
  for (const violation of read(errors, countOf)) {
    const key = `${violation.location}\n${violation.message}`;
    if (seen.has(key)) continue;
    if (violations.length === mostViolations) {
      more++;
      continue;
    }
    seen.add(key);
    violations.push(violation);
  }
  if (more > 0) violations.push({ location: '', code: 'more', message: `has ${more} more violations` });
  return violations;
}

function read(errors: readonly ErrorObject[], countOf: BranchErrorCount): Violation[] {
  // Collected from the end, where the error of the union is, and reversed afterwards.
  const groups: Violation[][] = [];
  for (let at = errors.length - 1; at >= 0; at--) {
    const error = errors[at] as ErrorObject;
    if (summaries.has(error.keyword)) continue;
    const branches = isUnion(error) ? branchesOf(errors, at, countOf) : undefined;
    if (branches === undefined) {
      groups.push([{ location: error.instancePath, code: error.keyword, message: sentence(error) }]);
      continue;
    }
    groups.push(readUnion(error, branches, countOf));
    at -= branches.reduce((sum, branch) => sum + branch.length, 0);
  }
  const violations = groups.reverse().flat();
  if (violations.length > 0) return violations;
  return errors.map((error) => ({
    location: error.instancePath,
    code: error.keyword,
    message: sentence(error),
  }));
}

function isUnion(error: ErrorObject): boolean {
  return error.keyword === 'oneOf' || error.keyword === 'anyOf';
}

/**
 * The errors of each branch, cut out of those before the union's own at `end`. Undefined if the counts do not add up.
 */
function branchesOf(
  errors: readonly ErrorObject[],
  end: number,
  countOf: BranchErrorCount,
): readonly (readonly ErrorObject[])[] | undefined {
  const union = errors[end] as ErrorObject;
  const alternatives = Array.isArray(union.schema) ? union.schema.length : 0;
  const counts: number[] = [];
  // A oneOf that two branches satisfy stops at the second one.
  const last: unknown = union.params.passingSchemas?.[1] ?? alternatives - 1;
  for (let index = 0; index < alternatives && index <= Number(last); index++) {
    const count = countOf(union, index);
    if (count === undefined) return undefined;
    counts.push(count);
  }
  let start = end - counts.reduce((sum, count) => sum + count, 0);
  if (start < 0) return undefined;
  if (errors.slice(start, end).some((error) => !error.instancePath.startsWith(union.instancePath)))
    return undefined;
  return counts.map((count) => {
    const branch = errors.slice(start, start + count);
    start += count;
    return branch;
  });
}

function readUnion(
  union: ErrorObject,
  branches: readonly (readonly ErrorObject[])[],
  countOf: BranchErrorCount,
): Violation[] {
  const own = { location: union.instancePath, code: union.keyword, message: sentence(union) };
  if (union.params.passingSchemas != null || branches.length === 0) return [own];
  const choice = sameChoice(union, branches);
  if (choice !== undefined) return [choice];
  const best = branches.reduce((left, right) => (misfit(right, union) < misfit(left, union) ? right : left));
  return read(best, countOf);
}

/** How badly a branch matches: a wrong type first, then a wrong tag, then the number of errors. */
function misfit(branch: readonly ErrorObject[], union: ErrorObject): number {
  const wrongType = branch.some(
    (error) => error.keyword === 'type' && error.instancePath === union.instancePath,
  );
  const wrongTag = branch.some((error) => tagOf(error, union) !== undefined);
  return (wrongType ? 1_000_000 : 0) + (wrongTag ? 10_000 : 0) + Math.min(branch.length, 9_999);
}

/** The allowed values of the value itself, or of one of its properties, in this branch. */
function tagOf(
  error: ErrorObject,
  union: ErrorObject,
): { path: string; values: readonly unknown[] } | undefined {
  const rest = error.instancePath.slice(union.instancePath.length);
  if (rest.lastIndexOf('/') > 0) return undefined;
  if (error.keyword === 'const') return { path: error.instancePath, values: [error.params.allowedValue] };
  if (error.keyword === 'enum') return { path: error.instancePath, values: error.params.allowedValues };
  return undefined;
}

/** One violation for all branches, if each fails for the type of the value, or for the value of the same property. */
function sameChoice(
  union: ErrorObject,
  branches: readonly (readonly ErrorObject[])[],
): Violation | undefined {
  const types = branches.map((branch) =>
    branch.find((error) => error.keyword === 'type' && error.instancePath === union.instancePath),
  );
  if (types.every((error) => error !== undefined)) {
    const type = [...new Set(types.flatMap((error) => error.params.type as string | string[]))];
    const merged = { ...(types[0] as ErrorObject), params: { type } };
    return { location: union.instancePath, code: 'type', message: sentence(merged) };
  }
  const candidates =
    branches[0]?.map((error) => tagOf(error, union)?.path).filter((path) => path !== undefined) ?? [];
  for (const path of candidates) {
    const found = branches.map((branch) => branch.find((error) => tagOf(error, union)?.path === path));
    if (!found.every((error) => error !== undefined)) continue;
    const values = [...new Set(found.flatMap((error) => tagOf(error, union)?.values ?? []))];
    const data: unknown = found[0]?.data;
    const advice = typeof data === 'string' ? suggest(data, values.map(String)) : '';
    const names = listed(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))));
    const message = advised(`must be one of ${names}; got ${shown(data)}`, advice);
    return { location: path, code: 'enum', message };
  }
  return undefined;
}
