import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { apiFaultNames, faultNames } from '../../../src/core/scenario/fault-schemas.ts';
import { scenarioSchema, scenarioSchemaFiles } from '../../support/bundled.ts';

const root = new URL('../../../', import.meta.url);
const published = async (path: string) => JSON.parse(await readFile(new URL(path, root), 'utf8'));

async function publishedAjv() {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  for (const path of scenarioSchemaFiles.keys()) ajv.addSchema(await published(path), path);
  return ajv;
}

async function publishedValidator() {
  const validate = (await publishedAjv()).getSchema('schemas/scenario.schema.json');
  if (validate === undefined) throw new Error('There is no schema for scenarios.');
  return validate;
}

describe('the published schema', () => {
  test.each([...scenarioSchemaFiles.keys()])(
    '%s matches the tables (otherwise run node tools/scenario-schema.ts)',
    async (path) => {
      const { $id: _id, ...schema } = scenarioSchemaFiles.get(path) ?? {};
      expect(await published(path)).toEqual(JSON.parse(JSON.stringify(schema)));
    },
  );

  test('compiles in the strict mode of ajv', async () => {
    expect(await publishedValidator()).toBeTypeOf('function');
  });

  test('accepts its own examples', async () => {
    const ajv = await publishedAjv();
    let count = 0;
    for (const [path, { examples }] of scenarioSchemaFiles) {
      for (const example of examples as unknown[]) {
        expect([example, ajv.validate(path, example)]).toEqual([example, true]);
        count++;
      }
    }
    expect(count).toBeGreaterThanOrEqual(5);
  });

  test('accepts a file as an editor sees it, and refuses a misspelled key', async () => {
    const validate = await publishedValidator();
    const good = parseDocument(
      '{ name: x, provider: informed, outcome: { verifications: { income: fail } } }',
    ).toJS();
    expect(validate(good)).toBe(true);
    expect(validate({ ...good, fualts: [] })).toBe(false);
    expect(validate({ ...good, outcome: { verifications: { incme: 'fail' } } })).toBe(false);
  });

  test('describes every key of a scenario for editors', () => {
    const properties = Object.entries(scenarioSchema.properties as Record<string, { description?: string }>);
    expect(properties.filter(([, schema]) => schema.description === undefined)).toEqual([]);
    expect(properties.length).toBeGreaterThan(12);
  });

  test('has every fault of the design, and no other', () => {
    expect(faultNames.toSorted()).toEqual(
      [
        'drop',
        'delay',
        'duplicate',
        'reorder',
        'early',
        'corrupt',
        'drift',
        'contradict',
        'auth',
        'signature',
        'slow',
        'reset_peer',
        'timeout',
      ].toSorted(),
    );
    expect(apiFaultNames.toSorted()).toEqual(
      ['status', 'latency', 'reset_peer', 'slow', 'malformed', 'rate_limit'].toSorted(),
    );
  });
});
