import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRingbackError, type Violation } from '../../src/core/errors.ts';
import { resolvePointer } from '../../src/core/json.ts';
import { readContractFiles } from '../../src/loading/contract-files.ts';
import { type Bundle, bundle } from '../../src/types-generator/bundle.ts';
import { writeFiles } from './documents.ts';

async function bundled(openapi: string, files: Readonly<Record<string, object>> = {}): Promise<Bundle> {
  return bundle(
    await readContractFiles(join(writeFiles({ 'openapi.yaml': openapi, ...files }), 'openapi.yaml')),
  );
}

async function violationsOf(openapi: string, files: Readonly<Record<string, object>> = {}) {
  try {
    await bundled(openapi, files);
  } catch (error) {
    if (isRingbackError(error))
      return error.violations.map(({ location, message }: Violation) => [location, message]);
    throw error;
  }
  return [];
}

const schemasOf = ({ document }: Bundle) => resolvePointer(document, '/components/schemas');

describe('schemas', () => {
  test('schemas become components named after their files, and references point there', async () => {
    const result = await bundled(
      'components: { schemas: { Own: { $ref: ./schemas/models/bank-statement.schema.json } } }',
      {
        'schemas/models/bank-statement.schema.json': { type: 'object' },
        'schemas/models/bank-statement.strict.schema.json': { items: { $ref: 'bank-statement.schema.json' } },
      },
    );
    expect(schemasOf(result)).toEqual({
      Own: { $ref: '#/components/schemas/BankStatement' },
      BankStatement: { type: 'object' },
      StrictBankStatement: { items: { $ref: '#/components/schemas/BankStatement' } },
    });
  });

  test('schemas keep the name of a component that only refers to their file', async () => {
    const result = await bundled(
      'components: { schemas: { Use: { items: { $ref: pet.json } }, Pet: { $ref: pet.json } } }',
      { 'pet.json': { properties: { mother: { $ref: '#' } } } },
    );
    expect(schemasOf(result)).toEqual({
      Use: { items: { $ref: '#/components/schemas/Pet' } },
      Pet: { properties: { mother: { $ref: '#/components/schemas/Pet' } } },
    });
  });

  test('schemas of the same name are distinguished by a number', async () => {
    const result = await bundled(
      'components: { schemas: { Pet: { type: string }, A: { $ref: a/pet.json }, B: { $ref: b/pet.json } } }',
      { 'a/pet.json': { type: 'number' }, 'b/pet.json': { type: 'boolean' } },
    );
    expect(schemasOf(result)).toEqual({
      Pet: { type: 'string' },
      A: { $ref: '#/components/schemas/Pet2' },
      B: { $ref: '#/components/schemas/Pet3' },
      Pet2: { type: 'number' },
      Pet3: { type: 'boolean' },
    });
  });

  test('schemas are found by their $id', async () => {
    const result = await bundled(
      'components: { schemas: { A: { $ref: https://example.com/pet }, B: { $ref: pet.json } } }',
      { 'pet.json': { $id: 'https://example.com/pet', type: 'string' } },
    );
    expect(schemasOf(result)).toMatchObject({
      A: { $ref: '#/components/schemas/Pet' },
      Pet: { type: 'string' },
    });
  });

  test('schemas keep properties that are named like keywords', async () => {
    const result = await bundled(
      'components: { schemas: { A: { properties: { $id: { type: string }, x-a: {}, $ref: { type: string } }, example: { $ref: "#/no" } } } }',
    );
    expect(schemasOf(result)).toEqual({
      A: {
        properties: { $id: { type: 'string' }, 'x-a': {}, $ref: { type: 'string' } },
        example: { $ref: '#/no' },
      },
    });
  });
});

test('extensions of OpenAPI objects are omitted, with anything in them that looks like a reference', async () => {
  const { document } = await bundled(
    'paths: { x-all: { $ref: "#/nowhere" }, /a: { x-b: { $ref: "#/nowhere" }, get: { x-c: 1, summary: A } } }',
  );
  expect(document.paths).toEqual({ '/a': { get: { summary: 'A' } } });
});

describe('callbacks', () => {
  test('callbacks are moved out of their operations; one that is also a webhook says so', async () => {
    const result = await bundled(`
paths: { /a: { post: { operationId: a, callbacks: { told: { x: { $ref: '#/components/pathItems/told' } } } } } }
webhooks: { told: { $ref: '#/components/pathItems/told' } }
components: { pathItems: { told: { get: { summary: Told } } } }`);
    expect(result).toEqual({
      document: {
        paths: { '/a': { post: { operationId: 'a' } } },
        webhooks: { told: { get: { summary: 'Told' } } },
        components: {},
      },
      callbacks: [{ operation: 'a', name: 'told', item: { kind: 'webhook', name: 'told' } }],
    });
  });

  test('callbacks that lead back to themselves are visited once', async () => {
    const { callbacks } = await bundled(`
paths: { /a: { post: { callbacks: { again: { x: { $ref: '#/components/pathItems/again' } } } } } }
components: { pathItems: { again: { get: { callbacks: { again: { y: { $ref: '#/components/pathItems/again' } } } } } } }`);
    expect(callbacks).toEqual([
      { operation: 'POST /a', name: 'again', item: { kind: 'own', value: { get: {} } } },
      { operation: 'GET again', name: 'again', item: { kind: 'callback', index: 0 } },
    ]);
  });
});

describe('a dangling reference', () => {
  test('a dangling reference is reported with its place and the nearest name, together with all others', async () => {
    expect(
      await violationsOf(
        `paths: { /a: { get: { responses: { '200': { $ref: 'common.json#/responses/Find' } } }, $ref: '#/components/pathItems/a' } }
components: { schemas: { Order: { $ref: '#/components/schemas/Ordre' }, Anchor: { $ref: '#there' } } }`,
        { 'common.json': { responses: { Fine: { description: 'Fine' } } } },
      ),
    ).toEqual([
      [
        'openapi.yaml#/paths/~1a',
        'the $ref "#/components/pathItems/a" points to nothing: openapi.yaml#/components has no "pathItems".',
      ],
      [
        'openapi.yaml#/components/schemas/Order/$ref',
        'the $ref "#/components/schemas/Ordre" points to nothing: openapi.yaml#/components/schemas has no "Ordre". Did you mean "Order"?',
      ],
      [
        'openapi.yaml#/components/schemas/Anchor/$ref',
        'the $ref "#there" refers to an anchor, which is not supported. Use a JSON pointer: #/…',
      ],
    ]);
  });

  test('a reference to itself is dangling', async () => {
    expect(
      await violationsOf(`webhooks: { a: { $ref: '#/components/pathItems/a' } }
components: { pathItems: { a: { $ref: '#/components/pathItems/b' }, b: { $ref: '#/components/pathItems/a' } } }`),
    ).toContainEqual([expect.stringContaining('#/components/pathItems/'), 'the $ref refers to itself.']);
  });
});
