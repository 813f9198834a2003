import type { Contract } from './contract.ts';

/** The operations of one provider by each of their names: `operationId`, and `METHOD /path`. */
export interface OperationNames {
  /** In document order. */
  readonly ids: readonly string[];
  /** The id of an operation. Undefined: there is none of that name. */
  idOf(name: string): string | undefined;
}

/** Names of the operations of a provider. The method of `POST /subscriptions` may be in lower case. */
export function operationNames(contract: Pick<Contract, 'operations'>, provider: string): OperationNames {
  const own = contract.operations.filter((operation) => operation.provider === provider);
  const ids = own.map(({ id }) => id);
  const byName = new Map(own.map(({ method, path, id }) => [`${method} ${path}`, id]));
  for (const id of ids) byName.set(id, id);
  return {
    ids,
    idOf: (name) =>
      byName.get(name) ?? byName.get(name.replace(/^[a-z]+(?= \/)/i, (method) => method.toUpperCase())),
  };
}
