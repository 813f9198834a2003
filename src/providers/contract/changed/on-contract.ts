import type { CallbackType, Contract, ContractNote, Operation } from '../../../core/contract/contract.ts';
import type { OperationHandler, Provider, StepEffect } from '../../../core/provider/provider.ts';
import type { RehearsedRequest } from '../../../core/provider/rehearsal.ts';
import { unsendable } from '../check-samples.ts';
import { contractProvider } from '../contract-provider.ts';
import { checkCredentials } from '../credentials.ts';
import { createSampler } from '../sampler.ts';
import { contractSettings, settingsOf } from '../settings.ts';
import { bundledType, ChangedCallbacks, patched, type Sent } from './changed-callbacks.ts';
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
export interface Changes {
  readonly shipped: ReadTwice;
  readonly changed: ReadTwice;
}

/** A provider on a changed contract, and what the contract gains by that. */
export interface ProviderOnContract {
  readonly provider: Provider;
  /** The operations that no code handles, as they are played. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** Callbacks that only the changed contract has, or has otherwise, by type. */
  readonly callbacks: ReadonlyMap<string, CallbackType>;
  readonly notes: readonly ContractNote[];
}

/**
 * Plays a changed contract with a provider's code: what the contract does not change is left to the code as it is, and
 * what it changes is translated. What it adds is played as that of any contract.
 */
export function onContract(code: Provider, changes: Changes): ProviderOnContract {
  const { name } = code;
  const { changed, shipped } = changes;
  const versions: Versions = { before: shipped.any, after: changed.any };
  const sampler = createSampler(changed.any.document);
  const before = callbacksByPlace(versions.before);
  const after = callbacksByPlace(versions.after);
  const own = changed.own.operations.filter(({ provider }) => provider === name);
  const events = eventsOf(shipped.own, name);
  const types = typesOf(changed.own, name);
  const pairs = own.flatMap(({ id }) => {
    const pair = { before: operationIn(versions.before, id), after: operationIn(versions.after, id) };
    const handle = Object.hasOwn(code.operations, id) ? code.operations[id] : undefined;
    return handle !== undefined && pair.before && pair.after
      ? [{ id, handle, before: pair.before, after: pair.after }]
      : [];
  });
  const callbacks = changedTypes(versions, { before, after }, types, events);
  const removed = {
    operations: Object.keys(code.operations).filter((id) => own.every((operation) => operation.id !== id)),
    events: [...events].filter((event) => !types.has(event)),
  };
  const added = own.filter(({ id }) => !Object.hasOwn(code.operations, id));
  const changedOperations = new Map<string, ChangedOperation>();
  for (const { id, before: first, after: second } of pairs) {
    const hasOtherUrls = [...events].some(
      (event) =>
        expressionsOf(before.get(placeKey(id, event))) !== expressionsOf(after.get(placeKey(id, event))),
    );
    if (!hasOtherUrls && callbacks.size === 0 && isSameOperation(versions, first, second)) continue;
    const callback = readCallback(first, versions.before, ({ event }) => after.get(placeKey(id, event))?.[0]);
    const hasOtherCallbacks = callbacks.size > 0 || hasOtherUrls;
    changedOperations.set(
      id,
      new ChangedOperation({ versions, before: first, after: second, callback, hasOtherCallbacks, sampler }),
    );
  }
  const nothing = added.length + changedOperations.size + callbacks.size === 0;
  if (nothing && removed.operations.length + removed.events.length === 0)
    return { provider: code, operations: new Map(), callbacks, notes: [] };

  const addedOperations = new Map(
    added.flatMap(({ id, callbacks: references }) => {
      const read = operationIn(versions.after, id);
      return read === undefined ? [] : [[id, playedOperation(read, name, references)] as const];
    }),
  );
  const play = contractProvider(
    {
      ...changed.any,
      operations: [...addedOperations.values()],
      callbacks: new Map([...types.values()].map((type) => [type.type, callbacks.get(type.type) ?? type])),
    },
    name,
  );
  const playHandler = play.handle as OperationHandler;
  const adapted = new ChangedCallbacks({
    name,
    versions,
    events,
    types,
    sampler,
    expressionOf: (operation) => changedOperations.get(operation)?.expression ?? null,
  });
  const securityChanged = new Map(
    pairs.filter((pair) => !isSameSecurity(pair.before, pair.after)).map(({ id, after: read }) => [id, read]),
  );
  const isPlayed = (operation: string): boolean => addedOperations.has(operation);
  const effectOf = (sent: readonly Sent[], effect: StepEffect): StepEffect => ({
    ...effect,
    callbacks: sent.flatMap((each) => ('draft' in each ? [each.draft] : [])),
    unsent: [...(effect.unsent ?? []), ...sent.flatMap((each) => ('unsent' in each ? [each.unsent] : []))],
  });
  const operations: Record<string, OperationHandler> = {};
  for (const { id, handle } of pairs) operations[id] = changedOperations.get(id)?.handler(handle) ?? handle;
  for (const id of addedOperations.keys()) operations[id] = playHandler;
  const isHere = (id: string): boolean => Object.hasOwn(operations, id);
  const choosing = code.choosingOperations?.filter(isHere);
  const provider: Provider = {
    ...code,
    settings: { ...settingsOf(name), ...code.settings },
    operations,
    operationsWithoutRun: (code.operationsWithoutRun ?? []).filter(isHere),
    ...(choosing !== undefined && { choosingOperations: [...choosing, ...addedOperations.keys()] }),
    authorize(head, context) {
      const { id } = head.operation;
      const operation = addedOperations.get(id) ?? securityChanged.get(id);
      if (operation === undefined) return code.authorize(head, context);
      const { credentials } = contractSettings(context.settings, name);
      checkCredentials({ ...head, operation: { ...operation, provider: name } }, credentials);
    },
    async performStep(step, context) {
      if (isPlayed(context.run.operation)) return play.performStep(step, context);
      const { callback: event, ...change } = step;
      const { payload: _payload, query: _query, ...plain } = change;
      if (event !== undefined && !adapted.isCodes(event)) {
        const effect = await code.performStep(plain, context);
        return effectOf([adapted.make(event, step, context)], effect);
      }
      const { payload: _, ...unpatched } = step;
      const effect = await code.performStep(unpatched, context);
      const sent = effect.callbacks.map((draft) => {
        const one = adapted.adapt(draft, context);
        return 'draft' in one ? { draft: patched(one.draft, step) } : one;
      });
      return effectOf(sent, effect);
    },
    contradict(value, draft, context) {
      if (isPlayed(context.run.operation) || !adapted.isCodes(draft.callback))
        return play.contradict(value, draft, context);
      return adapted.inCodesTerms(draft, context.run.operation, (one) =>
        code.contradict(value, one, context),
      );
    },
    collections: [...new Set([...(code.collections ?? []), ...(play.collections ?? [])])],
    viewResource: async (resource, context) =>
      (await code.viewResource?.(resource, context)) ??
      (await play.viewResource?.(resource, context)) ??
      null,
    rehearse: (client, options) =>
      code.rehearse(
        {
          idle: () => client.idle(),
          call: async (request: RehearsedRequest) => {
            const operation = changedOperations.get(request.operation);
            const body = await client.call(operation?.toClient(request) ?? request);
            return body === null || operation === undefined ? body : operation.toCaller(200, body);
          },
        },
        options,
      ),
    sampleCallback(callback, sample) {
      if (!adapted.isCodes(callback)) return play.sampleCallback?.(`${name}.${callback}`, sample) ?? null;
      const payload = code.sampleCallback?.(callback, sample) ?? null;
      return payload === null ? null : adapted.payload(callback, payload, sample);
    },
    draftCallback: (type, order, sample) =>
      adapted.byHand(type, order, sample, code.sampleCallback?.(type.event, sample) ?? null),
    unfireable: (type) =>
      events.has(type.event) ? null : unsendable(callbacks.get(type.type) ?? type, sampler),
  };
  return { provider, operations: addedOperations, callbacks, notes: notesOf(code, removed) };
}

function eventsOf({ callbacks }: Contract, name: string): ReadonlySet<string> {
  return new Set(
    [...callbacks.values()].flatMap(({ provider, event }) => (provider === name ? [event] : [])),
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
function changedTypes(
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

/** An operation that no code handles, as part of the provider. */
function playedOperation(read: Operation, provider: string, callbacks: Operation['callbacks']): Operation {
  return { ...read, provider, callbacks };
}

function notesOf(
  { name }: Provider,
  { operations, events }: { readonly operations: readonly string[]; readonly events: readonly string[] },
): readonly ContractNote[] {
  const note = (message: string): ContractNote => ({ kind: 'unsupported', file: '', pointer: '', message });
  return [
    ...operations.map((id) =>
      note(`The contract has no operation ${id}, which ${name} has: requests to it get 404.`),
    ),
    ...events.map((event) => note(`The contract has no callback ${name}.${event}: it is not sent.`)),
  ];
}
