import { describe, expect, it } from 'vitest';
import { isRingbackError, type RingbackError } from '../../src/core/errors.ts';
import type { Provider } from '../../src/core/provider/provider.ts';
import { makeRoutes, type RoutedParts } from '../../src/server/http/routes.ts';
import { controlContract, echoContract } from './support/echo-contract.ts';

const contract = echoContract();
const control = controlContract();
const handler = async () => ({ status: 200 });
const all = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, handler]));
const operationIds = contract.operations.map((operation) => operation.id);
const controlIds = control.operations.map((operation) => operation.id);

function make(
  parts: { operations?: readonly string[]; controls?: readonly string[]; provider?: string } = {},
) {
  const name = parts.provider ?? 'echo';
  const provider = { name, operations: all(parts.operations ?? operationIds) } as unknown as Provider;
  const routed: RoutedParts = {
    contract,
    controlContract: control,
    providers: new Map([[name, provider]]),
    controlHandlers: all(parts.controls ?? controlIds),
  };
  return makeRoutes(routed);
}

function errorOf(act: () => unknown): RingbackError {
  try {
    act();
  } catch (error) {
    if (isRingbackError(error)) return error;
    throw error;
  }
  throw new Error('did not throw');
}

describe('makeRoutes', () => {
  it('routes every operation of both contracts to its own handler', () => {
    const routes = make();
    let checked = 0;
    for (const operation of [...contract.operations, ...control.operations]) {
      const path = operation.path.replaceAll(/\{[^{}]*\}/g, 'x');
      expect(routes.find(operation.method, path).route.operation.id).toBe(operation.id);
      checked++;
    }
    expect(checked).toBe(operationIds.length + controlIds.length);
  });

  it('refuses an operation that the provider does not implement, and one that the contract lacks', () => {
    const operations = [...operationIds.filter((id) => id !== 'getDocument'), 'getDokument'];
    const error = errorOf(() => make({ operations }));
    expect(error.code).toBe('contract.invalid');
    expect(error.violations).toMatchObject([
      { location: 'getDocument', message: expect.stringContaining('Did you mean "getDokument"?') },
      { location: 'getDokument', message: expect.stringContaining('Did you mean "getDocument"?') },
    ]);
  });

  it('refuses an operation without a provider', () => {
    const error = errorOf(() => make({ provider: 'ecco', operations: [] }));
    expect(error.violations).toHaveLength(operationIds.length);
    expect(error.message).toContain('has the tag "echo", which is not a provider. Did you mean "ecco"?');
  });

  it('refuses a control API that its contract does not describe', () => {
    const error = errorOf(() => make({ controls: [...controlIds.slice(1), 'extra'] }));
    expect(error.violations.map((violation) => violation.location)).toEqual([controlIds[0], 'extra']);
  });

  it('does not treat an inherited object property as a handler', () => {
    const operations = operationIds.filter((id) => id !== 'list');
    const named = {
      ...contract,
      operations: contract.operations.map((operation) =>
        operation.id === 'list' ? { ...operation, id: 'toString' } : operation,
      ),
    };
    const provider = { name: 'echo', operations: all(operations) } as unknown as Provider;
    const error = errorOf(() =>
      makeRoutes({
        contract: named,
        controlContract: control,
        providers: new Map([['echo', provider]]),
        controlHandlers: all(controlIds),
      }),
    );
    expect(error.violations).toMatchObject([{ location: 'toString' }]);
  });
});
