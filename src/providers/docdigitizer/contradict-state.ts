import { isJsonObject, type JsonObject, type JsonValue, objectOf } from '../../core/json.ts';
import type { CallbackDraft, StepContext } from '../../core/provider/provider.ts';
import { finals, phaseOf, readState, states, statusOverview, statusV1 } from './document-state.ts';

/**
 * A state callback that contradicts one just sent: with another state, for an unknown document, or with a state that
 * the document has left.
 */
export function contradictState(
  value: JsonValue,
  draft: CallbackDraft,
  context: StepContext,
): CallbackDraft | null {
  const payload = objectOf(draft.payload);
  if (value === 'unknown-id') {
    const name = ['documentId', 'doc_id', 'docid'].find((key) => key in payload);
    if (name === undefined) return null;
    const unknown = context.random(`contradict/${context.run.id}`).uuid();
    return { ...draft, payload: { ...payload, [name]: unknown } };
  }
  if (value === 'stale') return withState(draft, states.machineLearning.state, context);
  if (!isJsonObject(value)) return null;
  if (value.state !== undefined) return withState(draft, readState(value.state), context);
  const final = finals.find((name) => name === value.final);
  return final === undefined ? null : withState(draft, states[final].state, context);
}

/** Null if the draft already has that state, or its form cannot express it. */
function withState(draft: CallbackDraft, state: JsonValue, { settings }: StepContext): CallbackDraft | null {
  const phase = phaseOf(state);
  const payload = objectOf(draft.payload);
  const [said] = draft.selects?.state ?? [payload.state];
  if (String(said) === String(state)) return null;
  const stateText =
    phase === 'received' ? settings['docdigitizer.initialStateText'] : states[phase].stateText;
  const words = spoken(draft, { state, stateText }, statusV1(phase, settings), statusOverview(phase));
  return words === null
    ? null
    : { ...draft, payload: { ...payload, ...words }, selects: { state: [state, stateText] } };
}

/** A state in the draft's form. Null if the form cannot express it. */
function spoken(
  draft: CallbackDraft,
  state: JsonObject,
  v1: string | null,
  overview: string | null,
): JsonObject | null {
  if (draft.callback === 'documentState') return state;
  const status = draft.callback === 'documentStateV1' ? v1 : overview;
  return status === null ? null : { status };
}
