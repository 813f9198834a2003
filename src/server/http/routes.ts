import type { Contract, Operation } from '../../core/contract/contract.ts';
import { readPathKey } from '../../core/contract/path-key.ts';
import { RingbackError, type Violation } from '../../core/errors.ts';
import type { OperationHandler, Provider } from '../../core/provider/provider.ts';
import { suggest } from '../../core/suggest.ts';
import { type BodyPlan, bodyPlan } from '../body/body-plan.ts';
import type { FileSettings } from '../body/intake.ts';
import { type ParameterPlan, parameterPlan } from '../body/parameters.ts';
import { styledParameterPlan } from '../body/styled-parameters.ts';
import type { ControlHandler, ControlHandlers } from '../control/control-handler.ts';
import { type RouteEntry, type RouteTable, routeTable } from './route-table.ts';

/** An operation, and what is prepared for it at its first request. */
export type Route = ProviderRoute | ControlRoute;

class OperationRoute {
  readonly operation: Operation;
  readonly fileSettings: FileSettings;
  #parameters: ParameterPlan | null = null;
  #body: BodyPlan | null | undefined;

  constructor(operation: Operation) {
    this.operation = operation;
    this.fileSettings = {
      maxBytes: `${operation.provider}.maxFileBytes`,
      minPixels: `${operation.provider}.minImagePixels`,
    };
  }

  get parameters(): ParameterPlan {
    const { document } = this.operation;
    this.#parameters ??=
      document === undefined ? parameterPlan(this.operation) : styledParameterPlan(this.operation, document);
    return this.#parameters;
  }

  /** Null: the operation has no body. */
  get body(): BodyPlan | null {
    if (this.#body === undefined) this.#body = bodyPlan(this.operation, this.operation.document ?? null);
    return this.#body;
  }
}

export class ProviderRoute extends OperationRoute {
  readonly kind = 'provider';
  readonly provider: Provider;
  readonly handler: OperationHandler;
  /** Whether its requests are read as OpenAPI describes them: see {@link Operation.document}. */
  readonly isForeign: boolean;
  /** The statuses whose responses were compared with a foreign contract already. */
  readonly checkedStatuses = new Set<number>();

  constructor(operation: Operation, provider: Provider, handler: OperationHandler) {
    super(operation);
    this.provider = provider;
    this.handler = handler;
    this.isForeign = operation.document !== undefined;
  }
}

export class ControlRoute extends OperationRoute {
  readonly kind = 'control';
  readonly handler: ControlHandler;

  constructor(operation: Operation, handler: ControlHandler) {
    super(operation);
    this.handler = handler;
  }
}

export interface RoutedParts {
  readonly contract: Contract;
  readonly controlContract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly controlHandlers: ControlHandlers;
}

/**
 * Makes the routes of both contracts. Contract and code must agree: an operation without a handler, or a handler
 * without an operation, prevents the start.
 * @throws {RingbackError} `contract.invalid`, with all disagreements as violations
 */
export function makeRoutes(parts: RoutedParts): RouteTable<Route> {
  const violations: Violation[] = [];
  const entries: RouteEntry<Route>[] = [];
  for (const operation of parts.contract.operations) {
    const route = providerRoute(operation, parts, violations);
    if (route !== null) entries.push({ operation, route, anyMethod: false, isForeign: route.isForeign });
  }
  const hasRoot = parts.contract.operations.some(({ path }) => readPathKey(path).path === '/');
  for (const operation of parts.controlContract.operations) {
    if (operation.path === '/' && hasRoot) continue;
    const handler = own(parts.controlHandlers, operation.id);
    if (handler === undefined)
      violations.push(lacking(operation, 'the control API', Object.keys(parts.controlHandlers)));
    else
      entries.push({
        operation,
        route: new ControlRoute(operation, handler),
        anyMethod: isInbox(operation),
      });
  }
  for (const provider of parts.providers.values()) {
    const declared = parts.contract.operations.filter((operation) => operation.provider === provider.name);
    violations.push(
      ...undeclared(`the provider "${provider.name}"`, Object.keys(provider.operations), declared),
    );
  }
  violations.push(
    ...undeclared('the control API', Object.keys(parts.controlHandlers), parts.controlContract.operations),
  );
  if (violations.length > 0) {
    throw new RingbackError('contract.invalid', {
      detail: `Could not make the routes: contract and code do not match. ${violations.map(({ message }) => message).join(' ')}`,
      violations,
    });
  }
  return routeTable(entries, parts.contract.basePaths);
}

/** An inbox acts as a consumer's endpoint and accepts every request. */
export function isInbox(operation: Operation): boolean {
  return operation.id.startsWith('receiveInbox');
}

/** The files of the dashboard hold nothing of a space. */
export function isPage(operation: Operation): boolean {
  return operation.id === 'getUi' || operation.id === 'getUiFile';
}

function providerRoute(
  operation: Operation,
  { providers }: RoutedParts,
  violations: Violation[],
): ProviderRoute | null {
  const provider = providers.get(operation.provider);
  if (provider === undefined) {
    violations.push({
      location: operation.id,
      code: 'contract.provider',
      message: `The operation "${operation.id}" has the tag "${operation.provider}", which is not a provider.${suggest(operation.provider, providers.keys())}`,
    });
    return null;
  }
  const handler = own(provider.operations, operation.id) ?? provider.handle;
  if (handler === undefined) {
    violations.push(lacking(operation, `the provider "${provider.name}"`, Object.keys(provider.operations)));
    return null;
  }
  return new ProviderRoute(operation, provider, handler);
}

function lacking(operation: Operation, owner: string, known: readonly string[]): Violation {
  return {
    location: operation.id,
    code: 'contract.operation',
    message: `The contract has the operation "${operation.id}" (${operation.method} ${operation.path}), which ${owner} does not implement.${suggest(operation.id, known)}`,
  };
}

function undeclared(owner: string, ids: readonly string[], declared: readonly Operation[]): Violation[] {
  const known = declared.map((operation) => operation.id);
  return ids
    .filter((id) => !known.includes(id))
    .map((id) => ({
      location: id,
      code: 'contract.operation',
      message: `${owner.charAt(0).toUpperCase()}${owner.slice(1)} implements the operation "${id}", which the contract lacks.${suggest(id, known)}`,
    }));
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
