import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerSchema, validate } from '@hyperjump/json-schema/draft-2020-12';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../src/config/config-schema.ts';
import { codeBlocks } from '../docs/markdown.ts';

const file = join(import.meta.dirname, '../../schemas/ringback.schema.json');
const schema = JSON.parse(readFileSync(file, 'utf8'));
const id = 'https://ringback.example/ringback.schema.json';
registerSchema(schema, id);

/** Whether another validator than ours accepts a configuration. */
async function accepts(value: unknown): Promise<boolean> {
  // biome-ignore lint/suspicious/noExplicitAny: JSON as parsed
  return (await validate(id, value as any)).valid;
}

test('the schema that ships is made from the tables', () => {
  expect(schema).toEqual(configSchema({ variables: true }));
});

test('the schema is one by its metaschema', async () => {
  const meta = await validate('https://json-schema.org/draft/2020-12/schema', schema);
  expect(meta.valid).toBe(true);
});

describe('every property', () => {
  const named = (properties: Readonly<Record<string, object>>, before: string): [string, object][] =>
    Object.entries(properties).flatMap(([name, own]) => [
      [`${before}${name}`, own] as [string, object],
      ...('properties' in own ? named(own.properties as Record<string, object>, `${before}${name}.`) : []),
    ]);
  const all = [...named(schema.properties, ''), ...named(schema.$defs.operation.properties, 'operations.*.')];

  test.each(all)('%s has a description', (_, own) => {
    expect(own).toHaveProperty('description', expect.stringMatching(/.{20}/));
  });

  test.each(all.filter(([, own]) => 'examples' in own && !JSON.stringify(own).includes('"$ref"')))(
    '%s accepts its examples',
    async (name, own) => {
      const [key = ''] = name.split('.');
      for (const example of (own as { examples: readonly unknown[] }).examples) {
        const [, below] = name.split('.');
        const value = name.startsWith('operations.*')
          ? { operations: { a: { [name.split('.')[2] ?? '']: example } } }
          : { [key]: below === undefined ? example : { [name.slice(key.length + 1)]: example } };
        expect(await accepts(value), JSON.stringify(value)).toBe(true);
      }
    },
  );
});

test('the examples of the page are valid', async () => {
  const blocks = codeBlocks('docs/configuration.md').filter(({ language }) => language === 'yaml');
  expect(blocks.length).toBeGreaterThan(0);
  for (const { code, place } of blocks) expect(await accepts(parse(code)), place).toBe(true);
});

test.each([
  { contarct: 'a' },
  { port: 'none' },
  { port: 70_000 },
  { clock: 'fast' },
  { operations: { a: {} } },
  { operations: { a: { callback: [] } } },
  { signing: { scheme: 'other' } },
  { settings: { 'payments.resources': 'lax' } },
  { settings: { 'limits.runs': -1 } },
  { retry: 'svx' },
  { retry: { schedule: ['soon'] } },
])('an editor refuses %j', async (value) => {
  expect(await accepts(value)).toBe(false);
});

test.each([
  { port: '${PORT}' },
  { tls: '${TLS}' },
  { clock: '${CLOCK}' },
  { requestTimeout: '${TIME}' },
  { requestTimeout: '5s' },
  { retry: '${RETRY}' },
  { retry: { schedule: ['5s', '${WAIT}', 1500] } },
  { settings: { 'payments.resources': '${RESOURCES}', 'own.anything': 7 } },
])('an editor accepts %j', async (value) => {
  expect(await accepts(value)).toBe(true);
});
