import type { HttpMethod } from './contract.ts';
import type { ContractReader } from './openapi-objects.ts';
import { readObject } from './openapi-objects.ts';
import type { Place } from './place.ts';
import { below, members } from './place.ts';

/** The fields of a path item that hold an operation. */
export const methods: Readonly<Record<string, HttpMethod>> = {
  get: 'GET',
  put: 'PUT',
  post: 'POST',
  delete: 'DELETE',
  options: 'OPTIONS',
  head: 'HEAD',
  patch: 'PATCH',
  trace: 'TRACE',
};

/** One operation of a path item, with the parameters that the item declares for all its operations. */
export interface OperationPlace {
  readonly method: HttpMethod;
  readonly place: Place;
  readonly shared: Place | undefined;
}

/** The operations of a path item (OpenAPI 3.1 §4.8.9), in document order. */
export function operationsOf(reader: ContractReader, place: Place): readonly OperationPlace[] {
  const item = readObject(reader, place, 'path item');
  if (item === undefined) return [];
  return members(item).flatMap(([key, child]) => {
    const method = methods[key];
    const operation = method && readObject(reader, child, 'operation');
    return method && operation ? [{ method, place: operation, shared: below(item, 'parameters') }] : [];
  });
}
