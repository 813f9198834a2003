import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { Settings } from '../../core/settings.ts';

/** How a document ends, in the words of an outcome. */
export type Final = 'annotated' | 'rejected' | 'error';

/** What a state means. `received`: before phase 1, and every state that the provider does not document. */
export type Phase = 'received' | 'machineLearning' | Final;

/** The documented states of a document (callback feature, “2 phases where we notify the state of the document”). */
export const states = {
  machineLearning: { state: 30, stateText: 'RECEIVEDMACHINELEARN' },
  annotated: { state: 91, stateText: 'ANNOTATED' },
  rejected: { state: 92, stateText: 'REJECTED' },
  error: { state: 999, stateText: 'ERROR' },
} as const satisfies Record<Exclude<Phase, 'received'>, ShownState>;

const phases: ReadonlyMap<JsonValue, Phase> = new Map(
  (Object.keys(states) as (keyof typeof states)[]).map((phase) => [states[phase].state, phase]),
);

export const finals = ['annotated', 'rejected', 'error'] as const satisfies readonly Final[];

/** A state as in callbacks and responses: an integer and a string, unless a script has set something else. */
export interface ShownState {
  readonly state: JsonValue;
  readonly stateText: JsonValue;
}

/** The state that a document shows, given what scripts have set on it. */
export function shownState(patch: JsonObject, settings: Settings): ShownState {
  const state = readState(patch.state ?? settings['docdigitizer.initialState']);
  return { state, stateText: patch.stateText ?? textOf(state, settings) };
}

/** Scripts may write a state as text, as query strings do: `"91"` is 91. */
export function readState(state: JsonValue): JsonValue {
  return typeof state === 'string' && /^\d{1,9}$/.test(state) ? Number(state) : state;
}

export function phaseOf(state: JsonValue): Phase {
  return phases.get(state) ?? 'received';
}

export function isFinal(phase: Phase): phase is Final {
  return phase !== 'received' && phase !== 'machineLearning';
}

/** The name of a state, if none is given. */
function textOf(state: JsonValue, settings: Settings): string {
  const phase = phaseOf(state);
  return phase === 'received' ? settings['docdigitizer.initialStateText'] : states[phase].stateText;
}

/**
 * The `status` of a v1 callback, `start|classified|annotated|rejected`. Null if there is no callback, since v1
 * documents no status for an error and `docdigitizer.v1.errorStatus` is `none`.
 */
export function statusV1(phase: Phase, settings: Settings): string | null {
  switch (phase) {
    case 'received':
      return 'start';
    case 'machineLearning':
      return 'classified';
    case 'error': {
      const status = settings['docdigitizer.v1.errorStatus'];
      return status === 'none' ? null : status;
    }
    default:
      return phase;
  }
}

/** The `status` of a callback as the overview page of API v2 has it: final states only, else null. */
export function statusOverview(phase: Phase): string | null {
  return isFinal(phase) ? states[phase].stateText : null;
}
