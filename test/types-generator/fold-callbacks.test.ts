import { describe, expect, test } from 'vitest';
import { type FoldedDocument, foldCallbacks } from '../../src/types-generator/fold-callbacks.ts';
import { load } from '../loading/foreign/write-files.ts';

async function folded(text: string): Promise<FoldedDocument> {
  const head = 'openapi: 3.1.1\ninfo: { title: A, version: "1" }\n';
  return foldCallbacks((await load({ 'openapi.yaml': head + text })).document);
}

test('extensions of OpenAPI objects are omitted, with anything in them that looks like a reference', async () => {
  const { document } = await folded(
    'paths: { x-all: { $ref: "#/nowhere" }, /a: { x-b: { $ref: "#/nowhere" }, get: { x-c: 1, summary: A } } }',
  );
  expect(document.paths).toEqual({ '/a': { get: { summary: 'A' } } });
});

test('an operationId that several operations share names none of them', async () => {
  const { document, callbacks } = await folded(`
paths:
  /a: { get: { operationId: x }, post: { operationId: x, callbacks: { told: { '{$url}': { get: {} } } } } }
  /b: { get: { operationId: y } }`);
  expect(document.paths).toEqual({ '/a': { get: {}, post: {} }, '/b': { get: { operationId: 'y' } } });
  expect(callbacks.map(({ operation }) => operation)).toEqual(['POST /a']);
});

test('x-webhooks become webhooks, by name and expression, unless a webhook has the name', async () => {
  const { document } = await folded(`
webhooks: { a: { post: { summary: own } } }
x-webhooks:
  a: { post: { summary: extra } }
  b: { get: {} }
  c: { '{$request.body#/url}': { put: {} } }
  d: { '{$url}': { get: {} }, 'https://example.com': { post: {} } }`);
  expect(document.webhooks).toEqual({
    a: { post: { summary: 'own' } },
    b: { get: {} },
    c: { put: {} },
    'd {$url}': { get: {} },
    'd https://example.com': { post: {} },
  });
  expect(document).not.toHaveProperty('x-webhooks');
});

describe('callbacks', () => {
  test('callbacks are moved out of their operations; one that is also a webhook says so', async () => {
    const { document, callbacks } = await folded(`
paths: { /a: { post: { operationId: a, callbacks: { told: { x: { $ref: '#/components/pathItems/told' } } } } } }
webhooks: { told: { $ref: '#/components/pathItems/told' } }
components: { pathItems: { told: { get: { summary: Told } } } }`);
    expect(document).toMatchObject({
      paths: { '/a': { post: { operationId: 'a' } } },
      webhooks: { told: { get: { summary: 'Told' } } },
      components: {},
    });
    expect(document.components).toEqual({});
    expect(callbacks).toEqual([{ operation: 'a', name: 'told', item: { kind: 'webhook', name: 'told' } }]);
  });

  test('callbacks that lead back to themselves are visited once', async () => {
    const { callbacks } = await folded(`
paths: { /a: { post: { callbacks: { again: { x: { $ref: '#/components/pathItems/again' } } } } } }
components: { pathItems: { again: { get: { callbacks: { again: { y: { $ref: '#/components/pathItems/again' } } } } } } }`);
    expect(callbacks).toEqual([
      { operation: 'POST /a', name: 'again', item: { kind: 'own', value: { get: {} } } },
      { operation: 'GET again', name: 'again', item: { kind: 'callback', index: 0 } },
    ]);
  });
});
