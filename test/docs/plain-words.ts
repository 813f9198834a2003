/** The words that CONTRIBUTING.md asks you to avoid, each with its pattern. */
export const wordsToAvoid: Readonly<Record<string, RegExp>> = {
  anew: /\banew\b/g,
  whoever: /\bwhoever\b/g,
  'whatever it is': /\bwhatever it is\b/g,
  nobody: /\bnobody\b/g,
  spoilt: /\bspoilt\b/g,
  'at once': /\bat once\b/g,
  besides: /\bbesides\b/g,
  'so many': /\bso many\b/g,
  'so manyth': /\bso manyth\b/g,
  // "A text file" is a standard term.
  'a text': /\ba text\b(?! (?:file|editor))/g,
  vouches: /\bvouch(?:es)?\b/g,
  'as it stands': /\bas (?:it stands|they stand)\b/g,
  'is to be': /\bis to be\b/g,
  'are to be': /\bare to be\b/g,
  'goes with': /\bgoes with\b/g,
  'for ever': /\bfor ever\b/g,
  'is told': /\bis told\b/g,
  'pays no heed': /\bpays no heed\b/g,
  bears: /\bbears\b/g,
  wants: /\bwants\b/g,
  knows: /\bknows\b/g,
};

export interface WordCount {
  readonly words: number;
  /** Each occurrence of a word to avoid. */
  readonly found: readonly string[];
}

/** Counts all words and the words to avoid in a string; a phrase may span a line break. */
export function countWords(text: string): WordCount {
  const plain = text.toLowerCase().replaceAll(/\s+/g, ' ');
  return {
    words: plain.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)?.length ?? 0,
    found: Object.values(wordsToAvoid).flatMap((pattern) => plain.match(pattern) ?? []),
  };
}
