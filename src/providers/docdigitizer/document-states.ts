import type { ProviderStates } from '../../core/provider/provider.ts';
import { finals, isFinal, phaseOf, readState, states } from './document-state.ts';

/** The states of documents and state callbacks, in any of their variants: `state`, a number, or `status`, a name. */
export const documentStates: ProviderStates = {
  finals: finals.map((final) => `${states[final].state} ${states[final].stateText}`),
  read({ state, stateText, status }) {
    if (typeof state === 'number' || (typeof state === 'string' && /^\d+$/.test(state))) {
      const text = typeof stateText === 'string' ? ` ${stateText}` : '';
      return { name: `${state}${text}`, isFinal: isFinal(phaseOf(readState(state))) };
    }
    if (typeof status !== 'string') return null;
    const upper = status.toUpperCase();
    return { name: status, isFinal: finals.some((final) => states[final].stateText === upper) };
  },
};
