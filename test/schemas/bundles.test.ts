import { copyFile, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { loadBundledContract, loadContractFile } from '../../src/loading/contract-files.ts';
import { bundleDocument, bundleSchema } from '../../tools/bundle.ts';
import { callbackNames, examplesOf } from './support.ts';

const root = join(import.meta.dirname, '../..');
const variants = callbackNames.flatMap((name) => [name, `${name}.strict`]);

test('each callback has a loose and a strict bundle, and scenarios have one', async () => {
  const files = await readdir(join(root, 'schemas/bundled'));
  expect(files.sort()).toEqual([...variants, 'scenario'].map((name) => `${name}.json`).sort());
});

describe.each([...variants, 'scenario'])('the bundle of %s', (name) => {
  const schema = createRequire(import.meta.url)(`ringback/schemas/bundled/${name}.json`) as JsonObject;

  test('compiles alone, without a plugin, in the strict mode of ajv, and accepts its examples', () => {
    const validate = new Ajv2020({ strict: true }).compile(schema);
    expect(examplesOf(schema).length).toBeGreaterThan(0);
    for (const example of examplesOf(schema)) {
      expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  test('refers to nothing outside itself', () => {
    const text = JSON.stringify(schema);
    expect(text).not.toContain('"$id"');
    expect([...text.matchAll(/"\$ref":"([^"]+)"/g)].filter(([, ref]) => !ref?.startsWith('#/'))).toEqual([]);
  });
});

describe('the contract', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringback-bundles-'));
    await copyFile(join(root, 'openapi.bundled.yaml'), join(folder, 'alone.yaml'));
    await copyFile(join(root, 'openapi.yaml'), join(folder, 'openapi.yaml'));
    await cp(join(root, 'schemas'), join(folder, 'schemas'), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(['alone.yaml', 'openapi.yaml'])('can be served from a copy: %s', async (name) => {
    const own = await loadContractFile(join(folder, name));
    const shipped = await loadBundledContract();
    expect(own.operations.map(({ id }) => id)).toEqual(shipped.operations.map(({ id }) => id));
    expect([...own.callbacks.keys()]).toEqual([...shipped.callbacks.keys()]);
    for (const [type, callback] of own.callbacks) {
      const examples = shipped.callbacks.get(type)?.examples ?? [];
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(callback.validate(example)).toEqual([]);
      expect(callback.validate({})).not.toEqual([]);
    }
  });
});

describe('bundleSchema', () => {
  const files = (schemas: Record<string, JsonObject>) => new Map(Object.entries(schemas));

  test('bundleSchema puts every referenced file under $defs, and follows references back to the root', () => {
    const bundle = bundleSchema(
      'a/root.schema.json',
      files({
        'a/root.schema.json': {
          $schema: 's',
          $defs: { x: {} },
          properties: { b: { $ref: '../b.schema.json' } },
        },
        'b.schema.json': {
          $schema: 's',
          anyOf: [
            { $ref: 'a/root.schema.json' },
            { $ref: '#/$defs/y' },
            { $ref: 'a/root.schema.json#/$defs/x' },
          ],
          $defs: { y: {} },
        },
      }),
    );
    expect(bundle).toEqual({
      $schema: 's',
      $comment: 'Made from a/root.schema.json by "npm run generate". Change that file.',
      properties: { b: { $ref: '#/$defs/B' } },
      $defs: {
        x: {},
        B: { anyOf: [{ $ref: '#' }, { $ref: '#/$defs/B/$defs/y' }, { $ref: '#/$defs/x' }], $defs: { y: {} } },
      },
    });
  });

  test.each([
    ['2023-02-30T', false],
    ['2023-13-01', false],
    ['2023-12-31', true],
  ])('bundleSchema replaces a date format by a pattern: %s', (value, valid) => {
    const schema = bundleSchema('a.json', files({ 'a.json': { type: 'string', format: 'date' } }));
    expect(new Ajv2020().validate(schema, value)).toBe(valid);
  });

  test('bundleSchema refuses a format without a pattern, and a reference to a missing file', () => {
    expect(() => bundleSchema('a.json', files({ 'a.json': { format: 'ipv6' } }))).toThrow(/format ipv6/);
    expect(() => bundleSchema('a.json', files({ 'a.json': { $ref: 'b.json' } }))).toThrow(
      /there is no b\.json/,
    );
  });
});

test('bundleDocument refuses a file with the name of a component', () => {
  const document = { components: { schemas: { A: { $ref: 'a.json' } } } };
  expect(() => bundleDocument(document, new Map([['a.json', { type: 'string' }]]))).toThrow(
    /A are components already/,
  );
});
