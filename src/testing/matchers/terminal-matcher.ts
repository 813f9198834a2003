import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { bundledProviders } from '../../providers/bundled.ts';
import { providersWithStates } from '../met-callbacks.ts';
import type { RunRecord } from '../records.gen.ts';
import { runText } from '../timeline-text.ts';
import { isDelivery, isInboxRequest, isRun, type MatcherResult, saidBy, wrongReceiver } from './receivers.ts';

/**
 * Passes for a resource or a callback in a final state, or a run that is finished. A provider of the team that this
 * process has started says first what its states are.
 */
export function toBeTerminal(received: unknown): MatcherResult {
  return terminalMatcher(new Map([...providersWithStates(), ...bundledProviders]))(received);
}

/** The matcher `toBeTerminal` for the states of some providers. */
export function terminalMatcher(
  providers: ReadonlyMap<string, Pick<Provider, 'states'>>,
): (received: unknown) => MatcherResult {
  return (received) => (isRun(received) ? judgeRun(received) : judgeState(received, providers));
}

function judgeRun(run: RunRecord): MatcherResult {
  const pass = run.state === 'finished';
  return {
    pass,
    message: () =>
      `Expected the run ${pass ? 'to have something to come, but it is finished' : 'to be finished, but it is still playing: move the clock on, e.g. with await provider.settle()'}.\n${runText(run)}`,
  };
}

function judgeState(
  received: unknown,
  providers: ReadonlyMap<string, Pick<Provider, 'states'>>,
): MatcherResult {
  const said = isDelivery(received)
    ? received.payload
    : isInboxRequest(received)
      ? saidBy(received)
      : received;
  const shown = isJsonObject(said) ? readState(said, providers) : null;
  if (shown === null) throw wrongReceiver('toBeTerminal', wanted, received);
  const { name, isFinal, finals } = shown;
  return {
    pass: isFinal,
    message: () =>
      isFinal
        ? `Expected a state that is not final, but ${name} is.`
        : `Expected a final state (${finals}), but got ${name}.`,
    actual: name,
    expected: finals,
  };
}

const wanted = 'a resource or callback with a state, a delivery or inbox request of one, or a run';

/** The state of the first provider that can read one. */
function readState(
  said: JsonObject,
  providers: ReadonlyMap<string, Pick<Provider, 'states'>>,
): { readonly name: string; readonly isFinal: boolean; readonly finals: string } | null {
  for (const { states } of providers.values()) {
    const state = states?.read(said) ?? null;
    if (states !== undefined && state !== null) return { ...state, finals: states.finals.join(', ') };
  }
  return null;
}
