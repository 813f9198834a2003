import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compilingEngine } from '../../../../src/core/contract/compiling-engine.ts';
import type { Contract, MediaTypeDeclaration } from '../../../../src/core/contract/contract.ts';
import { readForeign } from '../../../../src/core/contract/foreign/read-foreign.ts';
import { sample } from '../../../../src/core/contract/sample/sample.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import { loadDocument } from '../../../../src/loading/foreign/load-document.ts';
import { limitTime } from '../../../../src/platform/limit-time.ts';

const corpus = process.env.RINGBACK_CORPUS;
if (corpus === undefined) console.warn('SKIPPED: public documents. Set RINGBACK_CORPUS to their folder.');
const entries: readonly { readonly id: string; readonly root: string }[] =
  corpus === undefined ? [] : JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8'));

/** Bodies that nothing satisfies: a constant that an enum excludes, or alternatives that always match together. */
const unsatisfiable: Readonly<Record<string, number>> = {
  'openadr3-specification-3.1.1-openadr3': 8,
  'onfido-openapi-spec-artifacts': 1,
};

async function read(root: string): Promise<Contract> {
  const { document, notes, origin } = await loadDocument(join(corpus ?? '', root));
  return readForeign(document, { name: 'corpus', notes, origin, engine: { ...compilingEngine, limitTime } });
}

/** The JSON bodies of successful responses and of callbacks, each schema once. */
function bodiesOf({ operations, callbacks }: Contract): ReadonlyMap<MediaTypeDeclaration, string> {
  const bodies = new Map<MediaTypeDeclaration, string>();
  const add = (where: string, content: ReadonlyMap<string, MediaTypeDeclaration>): void => {
    for (const [type, media] of content) if (/json/.test(type)) bodies.set(media, `${where} ${type}`);
  };
  for (const { id, answers } of operations) {
    for (const [status, { content }] of answers) if (/^2/.test(status)) add(`${id} ${status}`, content);
  }
  for (const { type, content } of callbacks.values()) add(type, content);
  return bodies;
}

describe.skipIf(corpus === undefined)('of the public document', () => {
  test.each(entries)('$id, every response and callback has a valid sample', async ({ id, root }) => {
    const contract = await read(root);
    const invalid: string[] = [];
    for (const [media, where] of bodiesOf(contract)) {
      const { violations } = sample(media.schema, {
        document: contract.document,
        random: seededRandom(where),
        now: Date.UTC(2026, 10, 30),
        validate: media.validate,
        direction: contract.callbacks.has(where.replace(/ \S+$/, '')) ? 'callback' : 'response',
        examples: media.examples,
      });
      if (violations.length > 0) invalid.push(`${where}: ${JSON.stringify(violations[0])}`);
    }
    expect(invalid.length, invalid.join('\n')).toBe(unsatisfiable[id] ?? 0);
  });
});
