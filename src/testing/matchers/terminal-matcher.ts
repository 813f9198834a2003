import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { isFinal, phaseOf, readState, states } from '../../providers/docdigitizer/document-state.ts';
import { runText } from '../timeline-text.ts';
import { isDelivery, isInboxRequest, isRun, type MatcherResult, saidBy, wrongReceiver } from './receivers.ts';

const wanted =
  'a document or state callback with "state" or "status", a delivery or inbox request of one, or a run';

const finalStatuses: readonly string[] = ['ANNOTATED', 'REJECTED', 'ERROR'];

/**
 * Passes for a document or state callback in a final state (91 ANNOTATED, 92 REJECTED, 999 ERROR), or a run that is
 * finished.
 */
export function toBeTerminal(received: unknown): MatcherResult {
  if (isRun(received)) {
    const pass = received.state === 'finished';
    return {
      pass,
      message: () =>
        `Expected the run ${pass ? 'to have something to come, but it is finished' : 'to be finished, but it is still playing: move the clock on, e.g. with await provider.settle()'}.\n${runText(received)}`,
    };
  }
  const said = isDelivery(received)
    ? received.payload
    : isInboxRequest(received)
      ? saidBy(received)
      : received;
  const shown = isJsonObject(said) ? stateOf(said) : null;
  if (shown === null) throw wrongReceiver('toBeTerminal', wanted, received);
  const finals = Object.values(states).filter(({ state }) => state !== states.machineLearning.state);
  const known = finals.map(({ state, stateText }) => `${state} ${stateText}`).join(', ');
  return {
    pass: shown.final,
    message: () =>
      shown.final
        ? `Expected a state that is not final, but ${shown.text} is.`
        : `Expected a final state (${known}), but got ${shown.text}.`,
    actual: shown.text,
    expected: known,
  };
}

/** The state in an object, in any of its variants. */
function stateOf(said: Readonly<Record<string, JsonValue>>): { final: boolean; text: string } | null {
  const { state, stateText, status } = said;
  if (typeof state === 'number' || (typeof state === 'string' && /^\d+$/.test(state))) {
    const text = typeof stateText === 'string' ? ` ${stateText}` : '';
    return { final: isFinal(phaseOf(readState(state))), text: `${state}${text}` };
  }
  if (typeof status !== 'string') return null;
  return { final: finalStatuses.includes(status.toUpperCase()), text: status };
}
