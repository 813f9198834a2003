/** A document that says what a provider does, sentence by sentence. */
export interface SeedDocument {
  readonly title: string;
  /** The tests, relative to this folder. */
  readonly tests: string;
  /** In the order of the document, its intermediate headings and examples of payloads left out. */
  readonly sentences: readonly Sentence[];
}

/** One sentence as it is written; `…` where a part was left out. */
export type Sentence = StatesBehaviour | StatesNone;

interface StatesBehaviour {
  /** The sentence, which is the name of its test too. */
  readonly says: string;
  /** How the test shows it, in a few words. */
  readonly shown: string;
}

interface StatesNone {
  readonly says: string;
  /** Why there is nothing to show. */
  readonly because: string;
}

export function statesBehaviour(sentence: Sentence): sentence is StatesBehaviour {
  return 'shown' in sentence;
}

export function statesNone(sentence: Sentence): sentence is StatesNone {
  return 'because' in sentence;
}
