import { expect, it } from 'vitest';
import { type SeedDocument, statesBehaviour } from './seed-document.ts';

/** Gives the test of one sentence; only sentences of the document's list have one. */
export type Says = (sentence: string, show: () => Promise<void>) => void;

/** Runs the tests of a document's sentences, and one more: that none was forgotten, and none has two. */
export function testSentences(document: SeedDocument, register: (says: Says) => void): void {
  const expected = document.sentences.filter(statesBehaviour).map(({ says }) => says);
  const shown: string[] = [];
  register((sentence, show) => {
    shown.push(sentence);
    it(sentence, show);
  });
  it('every sentence that states behaviour has its test, and no other has', () => {
    expect(expected.length).toBeGreaterThan(0);
    expect([...shown].sort()).toEqual([...expected].sort());
    expect(new Set(expected).size).toBe(expected.length);
  });
}
