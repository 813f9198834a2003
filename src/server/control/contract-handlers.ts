import type { CallbackType, Contract, ContractNote, Operation } from '../../core/contract/contract.ts';
import type { Space } from '../../core/engine/space.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { defaultTimes } from '../default-times.ts';
import { JsonItems } from '../http/json-pieces.ts';
import type { ControlHandlers } from './control-handler.ts';

export interface ContractParts {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  /** The contract as one document, whose `$ref`s are local. Default: that of the contract. */
  readonly document?: () => Promise<JsonObject>;
  /** Line and column of a note of the contract. Default: unknown. */
  readonly locate?: (note: ContractNote) => { readonly line: number; readonly column: number } | null;
}

/** The handlers that show the contract, and its callbacks. */
export function contractHandlers(parts: ContractParts): ControlHandlers {
  const { contract, document = async () => contract.document } = parts;
  return {
    listCallbacks: async (_, space) => ({
      status: 200,
      pieces: { callbacks: new JsonItems(callbackViews(parts, space)) },
    }),
    getContract: async () => ({
      status: 200,
      pieces: { ...(await document()), 'x-ringback-notes': new JsonItems(noteViews(parts)) },
    }),
  };
}

/** Each callback is looked at when it is sent, since that may mean to make a payload. */
function* callbackViews({ contract, providers }: ContractParts, space: Space): Generator<JsonObject> {
  const declared = new Map<string, Operation[]>();
  for (const operation of contract.operations)
    for (const { type } of operation.callbacks)
      declared.set(type, [...(declared.get(type) ?? []), operation]);
  const times = new Map([...providers].map(([name, provider]) => [name, defaultTimes(provider, space)]));
  for (const type of contract.callbacks.values()) {
    const provider = providers.get(type.provider);
    yield callbackView(type, {
      declaredBy: declared.get(type.type) ?? [],
      byDefault: (times.get(type.provider)?.(type) ?? null) !== null,
      unfireable: provider?.unfireable?.(type) ?? null,
    });
  }
}

function callbackView(
  callback: CallbackType,
  {
    declaredBy,
    byDefault,
    unfireable,
  }: { declaredBy: readonly Operation[]; byDefault: boolean; unfireable: string | null },
): JsonObject {
  const { type, event, kind, methods, pointer, unsubmittable } = callback;
  const [only, second] = declaredBy;
  const expressions = declaredBy.flatMap(({ callbacks }) =>
    callbacks.filter((reference) => reference.type === type).map(({ expression }) => expression),
  );
  const [expression = null, other] = new Set(expressions);
  const reasons = [unfireable, unsubmittable].filter((reason) => reason !== null);
  return {
    callback: type,
    event,
    kind,
    operation: callback.operation ?? (second === undefined ? (only?.id ?? null) : null),
    method: methods[0] ?? 'POST',
    expression: callback.expression ?? (other === undefined ? expression : null),
    pointer,
    fireable: unfireable === null,
    fromSubmission: unsubmittable === null,
    reason: reasons.length === 0 ? null : reasons.join(' '),
    byDefault,
  };
}

function* noteViews({ contract, locate }: ContractParts): Generator<JsonObject> {
  for (const note of contract.notes) {
    const { kind, pointer, file, message } = note;
    const place = locate?.(note);
    yield { kind, pointer, ...(file !== '' && { file }), ...(place && { ...place }), message };
  }
}
