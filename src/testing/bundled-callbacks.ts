import type { Contract } from '../core/contract/contract.ts';
import { findCallback } from '../core/contract/find-callback.ts';
import { readContract } from '../core/contract/read-contract.ts';
import { RingbackError } from '../core/errors.ts';
import { shippedEngine } from '../loading/schema-engines.ts';
import type { CallbackName, CallbackTypeName } from '../types/index.ts';
import { callbackContract } from './callback-contract.gen.ts';

/** A callback's type, `informed.extractions`, or its bare name, `extractions`. */
export type CallbackReference = CallbackTypeName | CallbackName;

let contract: Contract | undefined;

/** The callbacks of the bundled contract, without its operations. Read on the first call, compiled on first use. */
export function bundledCallbacks(): Contract {
  const { document, schemas } = callbackContract;
  contract ??= readContract(document, new Map(Object.entries(schemas)), {
    compile: 'on-first-use',
    // Schemas have the same URIs here as in the whole contract.
    engine: shippedEngine('openapi.yaml'),
  });
  return contract;
}

/**
 * The full type of a callback.
 * @param what the action for the error message, e.g. `validate the callback`
 * @throws {RingbackError} `callback.unknown`, naming the nearest
 */
export function callbackTypeName(name: string, what: string): CallbackTypeName {
  const found = findCallback(String(name), bundledCallbacks());
  if ('advice' in found) {
    throw new RingbackError('callback.unknown', {
      details: { name: String(name), suggestion: found.suggestion },
      detail: `Could not ${what}: there is no such callback. ${found.advice}`,
    });
  }
  // The types are generated from the same contract.
  return found.type.type as CallbackTypeName;
}
