import { parse } from 'node:querystring';
import type { Operation, Parameter } from '../../core/contract/contract.ts';
import type { Violation } from '../../core/errors.ts';
import { type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import type { OperationRequest } from '../../core/provider/provider.ts';

/** What the parameters of a request are read from. */
export interface GivenParameters {
  /** Decoded, by the names of the path template. */
  readonly path: OperationRequest['path'];
  /** The path as it came, without space. */
  readonly rawPath: string;
  /** Without the `?`. */
  readonly query: string;
  readonly headers: OperationRequest['headers'];
}

/** The parameters of a request as its handler gets them. */
export type ReadParameters = Pick<OperationRequest, 'path' | 'query' | 'cookies'>;

/** Reads the parameters of an operation. Made once from its contract. */
export interface ParameterPlan {
  /**
   * Broken percent-encoding is read as U+FFFD, as most servers do.
   * @param violations gets what the contract does not allow
   */
  read(given: GivenParameters, violations: Violation[]): ReadParameters;
}

const noCookies = {};

/**
 * The plan of an operation of the bundled providers or the control API: query parameters are coerced, a repeated one is a
 * list; path and headers stay text.
 */
export function parameterPlan(operation: Operation): ParameterPlan {
  const of = (place: Parameter['in']): Parameter[] =>
    operation.parameters.filter((parameter) => parameter.in === place);
  const inPath = of('path');
  const inQuery = of('query');
  // With their names in lower case, as Node gives them.
  const inHeader = of('header').map((parameter) => ({ parameter, name: parameter.name.toLowerCase() }));
  return {
    read({ path, query: text, headers }, violations) {
      const query = readQuery(inQuery, text, violations);
      for (const parameter of inPath)
        check(parameter, path[parameter.name], 'path', parameter.name, violations);
      for (const { parameter, name } of inHeader) check(parameter, headers[name], 'header', name, violations);
      return { path, query, cookies: noCookies };
    },
  };
}

function readQuery(parameters: readonly Parameter[], query: string, violations: Violation[]): JsonObject {
  const result: Record<string, JsonValue> = {};
  if (query !== '') {
    for (const [name, value] of Object.entries(parse(query, '&', '=', { maxKeys: 0 })))
      if (value !== undefined) setOwn(result, name, value);
  }
  for (const parameter of parameters) {
    const { name } = parameter;
    const given = Object.hasOwn(result, name) ? (result[name] as string | string[]) : undefined;
    const value = check(parameter, given, 'query', name, violations);
    if (value !== undefined) setOwn(result, name, value as JsonValue);
  }
  return result;
}

/** The parameter's value, or its default; undefined when it has neither. */
function check(
  parameter: Parameter,
  given: string | readonly string[] | undefined,
  place: Parameter['in'],
  name: string,
  violations: Violation[],
): unknown {
  if (given === undefined) return absent(parameter, `${place}/${name}`, violations);
  const value = typeof given === 'string' ? parameter.coerce(given) : given.flatMap(parameter.coerce);
  validate(parameter, value, `${place}/${name}`, violations);
  return value;
}

/** The default of a parameter that a request lacks. */
export function absent(parameter: Parameter, location: string, violations: Violation[]): unknown {
  if (parameter.required) violations.push({ location, code: 'required', message: 'is required and missing' });
  return parameter.default;
}

function validate(parameter: Parameter, value: unknown, location: string, violations: Violation[]): void {
  for (const violation of parameter.validate(value))
    violations.push({ ...violation, location: `${location}${violation.location}` });
}
