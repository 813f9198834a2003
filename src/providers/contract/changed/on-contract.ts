import type { CallbackType, ContractNote, Operation } from '../../../core/contract/contract.ts';
import type { OperationHandler, Provider, StepEffect } from '../../../core/provider/provider.ts';
import type { Rehearse } from '../../../core/provider/rehearsal.ts';
import { unsendable } from '../check-samples.ts';
import { contractProvider } from '../contract-provider.ts';
import { checkCredentials } from '../credentials.ts';
import { createSampler } from '../sampler.ts';
import { contractSettings, settingsOf } from '../settings.ts';
import { ChangedCallbacks, patched, type Sent } from './changed-callbacks.ts';
import {
  type ContractVersions,
  compareProvider,
  isUnchanged,
  type ProviderChanges,
} from './provider-changes.ts';
import { withChoice } from './with-choice.ts';

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
export function onContract(code: Provider, contracts: ContractVersions): ProviderOnContract {
  const sampler = createSampler(contracts.changed.any.document);
  const changes = compareProvider(code, contracts, sampler);
  const { addedOperations: operations, changedTypes: callbacks } = changes;
  if (isUnchanged(changes)) return { provider: code, operations, callbacks, notes: [] };
  const play = playOf(code.name, contracts, changes);
  const adapted = new ChangedCallbacks({
    name: code.name,
    versions: { before: contracts.shipped.any, after: contracts.changed.any },
    events: changes.events,
    types: changes.types,
    sampler,
    expressionOf: (operation) => changes.changedOperations.get(operation)?.expression ?? null,
  });
  const language = adapted.language(code.language);
  const provider: Provider = {
    ...code,
    ...(language !== undefined && { language }),
    ...operationsOf(code, play, changes),
    ...callbacksOf(code, play, adapted),
    settings: { ...settingsOf(code.name), ...code.settings },
    collections: [...new Set([...(code.collections ?? []), ...(play.collections ?? [])])],
    viewResource: async (resource, context) =>
      (await code.viewResource?.(resource, context)) ??
      (await play.viewResource?.(resource, context)) ??
      null,
    rehearse: rehearseBy(code.rehearse, changes),
    unfireable: (type) =>
      changes.events.has(type.event) ? null : unsendable(callbacks.get(type.type) ?? type, sampler),
    // Of the code's callbacks, the steps of its default scenario say it.
    defaultTime: (type, settings) =>
      operations.has(type.operation ?? '') ? play.defaultTime?.(type, settings) : undefined,
  };
  return { provider, operations, callbacks, notes: notesOf(code, changes) };
}

/** The provider of what only the contract has. */
function playOf(name: string, { changed }: ContractVersions, changes: ProviderChanges): Provider {
  const { addedOperations, types, changedTypes } = changes;
  const all = [...types.values()].map((own) => [own.type, changedTypes.get(own.type) ?? own] as const);
  const operations = [...addedOperations.values()];
  return contractProvider({ ...changed.any, operations, callbacks: new Map(all) }, name);
}

/** Operations and credentials: those of the code, and those that only the contract has. */
function operationsOf(
  code: Provider,
  play: Provider,
  { handlers, addedOperations, changedSecurity }: ProviderChanges,
): Pick<Provider, 'operations' | 'operationsWithoutRun' | 'choosingOperations' | 'authorize'> {
  const { handle } = play;
  if (handle === undefined) throw new TypeError('the play of a contract handles every operation');
  // The outcome of the code's default scenario says nothing of operations that only the contract has.
  const playAdded: OperationHandler = (request, context) =>
    handle(
      request,
      withChoice(context, async (facts) => {
        const chosen = await context.chooseScenario(facts);
        return chosen.plan.outcome === null ? chosen : { ...chosen, plan: { ...chosen.plan, outcome: {} } };
      }),
    );
  const added = [...addedOperations.keys()];
  const isHere = (id: string): boolean => handlers.has(id);
  const { choosingOperations, operationsWithoutRun = [] } = code;
  return {
    operations: Object.fromEntries([...handlers, ...added.map((id) => [id, playAdded] as const)]),
    operationsWithoutRun: operationsWithoutRun.filter(isHere),
    ...(choosingOperations !== undefined && {
      choosingOperations: [...choosingOperations.filter(isHere), ...added],
    }),
    authorize(head, context) {
      const { id } = head.operation;
      const operation = addedOperations.get(id) ?? changedSecurity.get(id);
      if (operation === undefined) return code.authorize(head, context);
      checkCredentials({ ...head, operation }, contractSettings(context.settings, code.name).credentials);
    },
  };
}

/** Callbacks: those of the code as the contract has them, and those that only the contract has. */
function callbacksOf(
  code: Provider,
  play: Provider,
  adapted: ChangedCallbacks,
): Pick<Provider, 'performStep' | 'contradict' | 'sampleCallback' | 'draftCallback'> {
  const isPlayed = (operation: string): boolean => !Object.hasOwn(code.operations, operation);
  return {
    async performStep(step, context) {
      if (isPlayed(context.run.operation)) return play.performStep(step, context);
      const { callback: event } = step;
      if (event !== undefined && !adapted.isCodes(event)) {
        const { callback: _, payload: _payload, query: _query, ...change } = step;
        const effect = await code.performStep(change, context);
        return withSent(effect, [adapted.make(event, step, context)]);
      }
      // A patch of the scenario is the last word, even if it violates the contract.
      const { payload: _, ...unpatched } = step;
      const effect = await code.performStep(unpatched, context);
      const sent = effect.callbacks.map((draft) => adapted.adapt(draft, context));
      return withSent(
        effect,
        sent.map((one) => ('draft' in one ? { ...one, draft: patched(one.draft, step) } : one)),
      );
    },
    contradict(value, draft, context) {
      const { operation } = context.run;
      if (isPlayed(operation) || !adapted.isCodes(draft.callback))
        return play.contradict(value, draft, context);
      return adapted.inCodesTerms(draft, operation, (one) => code.contradict(value, one, context));
    },
    sampleCallback(callback, sample) {
      if (!adapted.isCodes(callback))
        return play.sampleCallback?.(`${code.name}.${callback}`, sample) ?? null;
      const payload = code.sampleCallback?.(callback, sample) ?? null;
      return payload === null ? null : adapted.payload(callback, payload, sample);
    },
    draftCallback: (type, order, sample) =>
      adapted.byHand(type, order, sample, code.sampleCallback?.(type.event, sample) ?? null),
  };
}

function withSent(effect: StepEffect, sent: readonly Sent[]): StepEffect {
  return {
    ...effect,
    callbacks: sent.flatMap((one) => ('draft' in one ? [one.draft] : [])),
    warnings: [...(effect.warnings ?? []), ...sent.flatMap((one) => ('draft' in one ? one.warnings : []))],
    unsent: [...(effect.unsent ?? []), ...sent.flatMap((one) => ('unsent' in one ? [one.unsent] : []))],
  };
}

/** A typical client that sends its requests as the changed contract declares them. */
function rehearseBy(rehearse: Rehearse, { changedOperations }: ProviderChanges): Rehearse {
  return (client, options) =>
    rehearse(
      {
        idle: () => client.idle(),
        async call(request) {
          const operation = changedOperations.get(request.operation);
          const body = await client.call(operation?.toClient(request) ?? request);
          return body === null || operation === undefined ? body : operation.toCaller(body);
        },
      },
      options,
    );
}

function notesOf(
  { name }: Provider,
  { removedOperations, removedEvents }: ProviderChanges,
): readonly ContractNote[] {
  const note = (pointer: string, message: string): ContractNote => ({
    kind: 'unsupported',
    file: '',
    pointer,
    message,
  });
  return [
    ...removedOperations.map((id) =>
      note('/paths', `The contract has no operation ${id}, which ${name} has: requests to it get 404.`),
    ),
    ...removedEvents.map((event) =>
      note('/webhooks', `The contract has no callback ${name}.${event}: it is not sent.`),
    ),
  ];
}
