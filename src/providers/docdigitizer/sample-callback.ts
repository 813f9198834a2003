import type { JsonObject } from '../../core/json.ts';
import type { SampleOptions } from '../../core/provider/provider.ts';
import { states } from './document-state.ts';

/** A state callback of a document that has come to its end. */
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

/** The final state, or the one that the overrides ask for by its number. */
function stateOf({ state }: JsonObject): JsonObject {
  return { ...(Object.values(states).find((known) => known.state === state) ?? states.annotated) };
}
