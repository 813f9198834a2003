import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compilingEngine } from '../../../src/core/contract/compiling-engine.ts';
import type { CallbackType, Contract, MediaTypeDeclaration } from '../../../src/core/contract/contract.ts';
import { readForeign } from '../../../src/core/contract/foreign/read-foreign.ts';
import { isJsonObject, resolvePointer } from '../../../src/core/json.ts';
import { loadDocument } from '../../../src/loading/foreign/load-document.ts';
import { limitTime } from '../../../src/platform/limit-time.ts';

/** What the index of the corpus says about a document. */
interface Entry {
  readonly id: string;
  readonly root: string;
  readonly operations: number;
  readonly callbackRequests: number;
  readonly webhooks: number;
  readonly xWebhooks: number;
}

const corpus = process.env.RINGBACK_CORPUS;
if (corpus === undefined) console.warn('SKIPPED: public documents. Set RINGBACK_CORPUS to their folder.');
const entries: readonly Entry[] =
  corpus === undefined ? [] : JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8'));

const contracts = new Map<string, Promise<Contract>>();

/** Each document is read once. */
function contractOf(root: string): Promise<Contract> {
  const known = contracts.get(root) ?? read(root);
  contracts.set(root, known);
  return known;
}

async function read(root: string): Promise<Contract> {
  const { document, notes, origin } = await loadDocument(join(corpus ?? '', root));
  return readForeign(document, { name: 'corpus', notes, origin, engine: { ...compilingEngine, limitTime } });
}

/** The events of a kind. */
function eventsOf(contract: Contract, kind: CallbackType['kind']): number {
  const types = [...contract.callbacks.values()].filter((type) => type.kind === kind);
  return new Set(types.map(({ event }) => event)).size;
}

/** The index counts extensions beside the webhooks too. */
function extensions({ document }: Contract): number {
  const list = document['x-webhooks'];
  return isJsonObject(list) ? Object.values(list).filter((value) => !isJsonObject(value)).length : 0;
}

function everyMedia({ operations, callbacks }: Contract): readonly MediaTypeDeclaration[] {
  const contents = [
    ...operations.flatMap(({ answers }) => [...answers.values()].map(({ content }) => content)),
    ...[...callbacks.values()].map(({ content }) => content),
  ];
  const headers = operations.flatMap(({ answers }) =>
    [...answers.values()].flatMap((each) => [...each.headers.values()]),
  );
  const parameters = [...operations, ...callbacks.values()].flatMap((owner) => owner.parameters);
  return [
    ...contents.flatMap((content) => [...content.values()]),
    ...[...headers, ...parameters].map(({ media }) => media),
  ];
}

describe.skipIf(corpus === undefined)('the public document', () => {
  test.each(entries)('$id has the operations and callbacks that the index counts', async (entry) => {
    const contract = await contractOf(entry.root);
    const callbacks = [...contract.callbacks.values()];
    expect({
      operations: contract.operations.length,
      callbackRequests: callbacks.filter(({ kind }) => kind === 'callback').length,
      webhooks: eventsOf(contract, 'webhook'),
      xWebhooks: eventsOf(contract, 'x-webhook') + extensions(contract),
    }).toEqual({
      operations: entry.operations,
      callbackRequests: entry.callbackRequests,
      webhooks: entry.webhooks,
      xWebhooks: entry.xWebhooks,
    });
    for (const { type, pointer, url, unsubmittable } of callbacks) {
      expect([type, resolvePointer(contract.document, pointer)]).toEqual([type, expect.any(Object)]);
      expect([type, url === null]).toEqual([type, unsubmittable !== null]);
    }
  });

  test.each(entries)('$id has schemas that all compile', async ({ root }) => {
    const contract = await contractOf(root);
    for (const { validate, examples } of everyMedia(contract)) {
      for (const value of [{}, [], 'text', ...examples.map((example) => example.value)]) validate(value);
    }
    for (const { requestBody } of contract.operations) {
      for (const { validate } of requestBody?.content.values() ?? []) validate({});
    }
    expect(contract.notes.filter(({ message }) => message.includes('does not compile'))).toEqual([]);
  });
});
