import { parse } from 'node:querystring';
import type { Operation, Parameter } from '../../core/contract/contract.ts';
import type { Violation } from '../../core/errors.ts';
import { type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';

/** The parameters of an operation by place, made once from its contract. */
export interface ParameterPlan {
  readonly path: readonly Parameter[];
  readonly query: readonly Parameter[];
  /** With their names in lower case, as Node gives them. */
  readonly header: readonly { readonly parameter: Parameter; readonly name: string }[];
}

export function parameterPlan(operation: Operation): ParameterPlan {
  const of = (place: Parameter['in']): Parameter[] =>
    operation.parameters.filter((parameter) => parameter.in === place);
  return {
    path: of('path'),
    query: of('query'),
    header: of('header').map((parameter) => ({ parameter, name: parameter.name.toLowerCase() })),
  };
}

/**
 * Reads a query string: declared parameters coerced, the others as text; a repeated one is a list.
 * Broken percent-encoding is read as U+FFFD, as most servers do.
 */
export function readQuery(plan: ParameterPlan, query: string, violations: Violation[]): JsonObject {
  const result: Record<string, JsonValue> = {};
  if (query !== '') {
    for (const [name, value] of Object.entries(parse(query, '&', '=', { maxKeys: 0 })))
      if (value !== undefined) setOwn(result, name, value);
  }
  for (const parameter of plan.query) {
    const { name } = parameter;
    const given = Object.hasOwn(result, name) ? (result[name] as string | string[]) : undefined;
    const value = check(parameter, given, 'query', name, violations);
    if (value !== undefined) setOwn(result, name, value as JsonValue);
  }
  return result;
}

/** Checks what stays text for the handlers: path and headers. */
export function checkTexts(
  plan: ParameterPlan,
  path: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  violations: Violation[],
): void {
  for (const parameter of plan.path)
    check(parameter, path[parameter.name], 'path', parameter.name, violations);
  for (const { parameter, name } of plan.header) check(parameter, headers[name], 'header', name, violations);
}

/** The parameter's value, or its default; undefined when it has neither. */
function check(
  parameter: Parameter,
  given: string | readonly string[] | undefined,
  place: Parameter['in'],
  name: string,
  violations: Violation[],
): unknown {
  if (given === undefined) {
    if (parameter.required)
      violations.push({ location: `${place}/${name}`, code: 'required', message: 'is required and missing' });
    return parameter.default;
  }
  const value = typeof given === 'string' ? parameter.coerce(given) : given.flatMap(parameter.coerce);
  for (const violation of parameter.validate(value)) {
    violations.push({ ...violation, location: `${place}/${name}${violation.location}` });
  }
  return value;
}
