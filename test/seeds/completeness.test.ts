import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { docdigitizerCallbackFeature } from './docdigitizer-callback-feature.ts';
import { informedAsyncCallbacks } from './informed-async-callbacks.ts';
import type { SeedDocument } from './seed-document.ts';

// The documents are not part of the project: CI has them, and says so when it has not.
const folder = process.env.RINGBACK_SEEDS;

describe.skipIf(folder === undefined)('with the documents in RINGBACK_SEEDS', () => {
  test('every sentence of DocDigitizer’s document is listed, in its order', () => {
    const text = readFileSync(join(folder ?? '', 'docdigitizer-callback-feature.txt'), 'utf8');
    const plain = text.replaceAll(/^ *(?:1\.|•|##)/gm, ' ').replaceAll(/[()🔗[\]\\]/gu, '');
    expect(leftOut(plain, docdigitizerCallbackFeature)).toEqual([
      'What do I need to do to be notified?',
      'I didn’t receive any callback. Why?',
    ]);
  });

  test('every sentence of Informed’s document is listed, in its order', () => {
    const text = readFileSync(join(folder ?? '', 'informed-async-callbacks.txt'), 'utf8');
    const plain = text
      .replaceAll(/^\{\n[\s\S]*?\n\}(?=\n[A-Z{]|$(?![\s\S]))/gm, ' ')
      .replaceAll(/(^|(?<=\.))\s*- (?=[A-Z])/gm, ' ');
    expect(leftOut(plain, informedAsyncCallbacks)).toEqual([
      'Async callback responses',
      'Process Flow',
      'Callback types',
      'Extractions Callbacks',
      'Extractions Callback Structure Full Extractions Schema',
      'Verifications Callbacks',
      'Verifications Callback Structure Full Verifications Schema',
      'Error Callbacks',
      'Physical image defects',
      'Generic issues Corrupted file Password-protected file Physical image dimensions',
      'Physical image size',
      'Verifications error',
    ]);
  });
});

/** What is between the sentences of a document that its list has. Fails when one of them is not there, or out of order. */
function leftOut(document: string, { sentences }: SeedDocument): string[] {
  const text = squeezed(document);
  const rest: string[] = [];
  let at = 0;
  for (const { says } of sentences) {
    // What samples of payloads say, beside its heading.
    if (/^[A-Z][a-z-]+ (issues|file): "/.test(says)) continue;
    const parts = squeezed(says.replace(/ \((verifications|acceptable documents)\)$/, '')).split('…');
    for (const [index, part] of parts.entries()) {
      const found = text.indexOf(part, at);
      expect(found, `"${part}" in the document, behind the sentences before it`).toBeGreaterThan(-1);
      if (index === 0) rest.push(text.slice(at, found));
      at = found + part.length;
      if (part === '' && index > 0) at = text.indexOf('.', at) + 1;
    }
  }
  rest.push(text.slice(at));
  return rest.filter((one) => one !== '').map((one) => readable(one, document));
}

/** Without spaces and marks of code, which the documents and the lists set differently. */
function squeezed(text: string): string {
  return text.replaceAll(/[\s`()[\]\\]/gu, '').replaceAll('’', "'");
}

/** A squeezed text as the document has it. */
function readable(part: string, document: string): string {
  const spaced = [...part].map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s`()[\\]\\\\]*');
  const [found = part] = new RegExp(spaced.replaceAll("'", "['’]")).exec(document) ?? [];
  return found.replaceAll(/\s+/g, ' ').replaceAll("'", '’').trim();
}
