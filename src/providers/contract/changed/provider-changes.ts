import type { CallbackType, Contract, Operation } from '../../../core/contract/contract.ts';
import type { OperationHandler, Provider } from '../../../core/provider/provider.ts';
import type { Sampler } from '../sampler.ts';
import { bundledType } from './changed-callbacks.ts';
import { ChangedOperation } from './changed-operation.ts';
import {
  areSameCallbacks,
  type CallbacksByPlace,
  callbacksByPlace,
  expressionsOf,
  isSameOperation,
  isSameSecurity,
  placeKey,
  type Versions,
} from './compare-contracts.ts';

/** A contract, read in both ways. */
export interface ReadTwice {
  /** As the contract of bundled providers: callbacks by provider and event. */
  readonly own: Contract;
  /** As any contract: with responses, credentials and expressions. */
  readonly any: Contract;
}

/** The contract that a provider's code was written for, and a changed copy of it. */
export interface ContractVersions {
  readonly shipped: ReadTwice;
  readonly changed: ReadTwice;
}

/** What a changed contract means for the code of one provider. */
export interface ProviderChanges {
  /** The handlers of the operations that both have. */
  readonly handlers: ReadonlyMap<string, OperationHandler>;
  /** Those of them whose requests, responses or callbacks differ. */
  readonly changedOperations: ReadonlyMap<string, ChangedOperation>;
  /** Those whose credentials differ, as the contract declares them. */
  readonly changedSecurity: ReadonlyMap<string, Operation>;
  /** The operations that only the contract has, as they are played. */
  readonly addedOperations: ReadonlyMap<string, Operation>;
  /** The operations that only the code has. */
  readonly removedOperations: readonly string[];
  /** The events that the code sends. */
  readonly events: ReadonlySet<string>;
  /** The callbacks of the contract, by event. */
  readonly types: ReadonlyMap<string, CallbackType>;
  /** Callbacks that only the contract has, or has otherwise, by type. */
  readonly changedTypes: ReadonlyMap<string, CallbackType>;
  /** The events that only the code has. */
  readonly removedEvents: readonly string[];
}

/** Compares what a provider's code plays with what a contract declares. */
export function compareProvider(
  { name, operations }: Provider,
  { shipped, changed }: ContractVersions,
  sampler: Sampler,
): ProviderChanges {
  const versions: Versions = { before: shipped.any, after: changed.any };
  const [before, after] = [callbacksByPlace(versions.before), callbacksByPlace(versions.after)];
  const declared = changed.own.operations.filter(({ provider }) => provider === name);
  const events = new Set(typesOf(shipped.own, name).keys());
  const types = typesOf(changed.own, name);
  const changedTypes = findChangedTypes(versions, { before, after }, types, events);
  const handlers = new Map<string, OperationHandler>();
  const changedOperations = new Map<string, ChangedOperation>();
  const changedSecurity = new Map<string, Operation>();
  const addedOperations = new Map<string, Operation>();
  for (const { id, callbacks } of declared) {
    const handle = Object.hasOwn(operations, id) ? operations[id] : undefined;
    const [first, second] = [operationIn(versions.before, id), operationIn(versions.after, id)];
    if (second === undefined) continue;
    if (handle === undefined || first === undefined) {
      addedOperations.set(id, { ...second, provider: name, callbacks });
      continue;
    }
    if (!isSameSecurity(first, second)) changedSecurity.set(id, { ...second, provider: name });
    const hasOtherUrls = [...events].some(
      (event) =>
        expressionsOf(before.get(placeKey(id, event))) !== expressionsOf(after.get(placeKey(id, event))),
    );
    const hasOtherCallbacks = changedTypes.size > 0 || hasOtherUrls;
    if (hasOtherCallbacks || !isSameOperation(versions, first, second)) {
      const callback = readCallback(
        first,
        versions.before,
        ({ event }) => after.get(placeKey(id, event))?.[0],
      );
      const parts = { versions, before: first, after: second, callback, hasOtherCallbacks, sampler };
      changedOperations.set(id, new ChangedOperation(parts));
    }
    handlers.set(id, changedOperations.get(id)?.handler(handle) ?? handle);
  }
  return {
    handlers,
    changedOperations,
    changedSecurity,
    addedOperations,
    removedOperations: Object.keys(operations).filter((id) => !handlers.has(id)),
    events,
    types,
    changedTypes,
    removedEvents: [...events].filter((event) => !types.has(event)),
  };
}

/** Whether the code can play the contract as it is. */
export function isUnchanged(changes: ProviderChanges): boolean {
  const { changedOperations, changedSecurity, addedOperations, changedTypes } = changes;
  const sizes = [changedOperations, changedSecurity, addedOperations, changedTypes].map(({ size }) => size);
  return (
    sizes.every((size) => size === 0) &&
    changes.removedOperations.length === 0 &&
    changes.removedEvents.length === 0
  );
}

function typesOf({ callbacks }: Contract, name: string): ReadonlyMap<string, CallbackType> {
  return new Map(
    [...callbacks.values()].flatMap((type) => (type.provider === name ? [[type.event, type] as const] : [])),
  );
}

function operationIn({ operations }: Contract, id: string): Operation | undefined {
  return operations.find((operation) => operation.id === id);
}

/** The callbacks that only the changed contract has, or has otherwise. */
function findChangedTypes(
  versions: Versions,
  places: { readonly before: CallbacksByPlace; readonly after: CallbacksByPlace },
  types: ReadonlyMap<string, CallbackType>,
  events: ReadonlySet<string>,
): ReadonlyMap<string, CallbackType> {
  const changed = new Map<string, CallbackType>();
  for (const [event, own] of types) {
    const keys = [...places.after.keys()].filter((key) => key.endsWith(` ${event}`));
    const isSame = keys.every((key) => {
      const before = places.before.get(key);
      return before !== undefined && areSameCallbacks(versions, before, places.after.get(key) ?? []);
    });
    if (isSame && events.has(event)) continue;
    const any = places.after.get(keys.find((key) => !key.startsWith(' ')) ?? keys[0] ?? '')?.[0];
    if (any !== undefined) changed.set(own.type, bundledType(own, any));
  }
  return changed;
}

/** The callback from which the code reads its URL: the first one that the changed contract still has. */
function readCallback(
  { callbacks }: Operation,
  { callbacks: types }: Contract,
  inAfter: (type: CallbackType) => CallbackType | undefined,
): { readonly before: CallbackType; readonly after: CallbackType | null } | null {
  const declared = callbacks.flatMap(({ type }) => types.get(type) ?? []);
  const before = declared.find((type) => inAfter(type) !== undefined) ?? declared[0];
  return before === undefined ? null : { before, after: inAfter(before) ?? null };
}
