import type { JsonObject } from '../../core/json.ts';
import type { SampleOptions } from '../../core/provider/provider.ts';
import { states } from './document-state.ts';

/** A state callback of a document in a final state. */
export function sampleCallback(callback: string, { random, overrides }: SampleOptions): JsonObject | null {
  const documentId = random.stream('document').uuid();
  switch (callback) {
    case 'documentState':
      return { documentId, ...stateOf(overrides) };
    case 'documentStateOverview':
      return { doc_id: documentId, status: states.annotated.stateText };
    case 'documentStateV1':
      return { docid: documentId, status: 'annotated' };
    default:
      return null;
  }
}

/** The final state, or the one whose number is in the overrides. */
function stateOf({ state }: JsonObject): JsonObject {
  return { ...(Object.values(states).find((known) => known.state === state) ?? states.annotated) };
}
