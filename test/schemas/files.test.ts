import { describe, expect, test } from 'vitest';
import { looseName, loosen } from '../../tools/loosen.ts';
import { policyOf } from '../../tools/loosen-policy.ts';
import { callbackNames, examplesOf, readJson, schemaFiles, strictAjv, validatorOf } from './support.ts';

const ajv = strictAjv();
const strictFiles = schemaFiles.filter((file) => file.includes('.strict.'));

test('each of the six callbacks has a schema', () => {
  expect(new Set(callbackNames)).toEqual(
    new Set([
      'document-state-overview',
      'document-state-v1',
      'document-state',
      'error',
      'extractions',
      'verifications',
    ]),
  );
});

test('every schema has a strict and a loose variant', () => {
  expect(strictFiles.map(looseName)).toEqual(schemaFiles.filter((file) => !file.includes('.strict.')));
});

describe.each(schemaFiles)('%s', (file) => {
  const schema = readJson(file);

  test('has no $id, which tools would try to download', () => {
    expect(JSON.stringify(schema)).not.toContain('"$id"');
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.title).toBeTypeOf('string');
    expect(schema.description).toBeTypeOf('string');
  });

  test('compiles in the strict mode of ajv', () => {
    expect(() => validatorOf(ajv, file)).not.toThrow();
  });
});

describe.each(callbackNames)('examples of %s', (name) => {
  const strict = readJson(`schemas/callbacks/${name}.strict.schema.json`);
  const loose = readJson(`schemas/callbacks/${name}.schema.json`);

  test('the examples are several, and the same in both variants', () => {
    expect(examplesOf(strict).length).toBeGreaterThan(2);
    expect(loose.examples).toEqual(strict.examples);
  });

  test('the examples are valid under both variants', () => {
    for (const variant of ['.strict.schema', '.schema']) {
      const file = `schemas/callbacks/${name}${variant}.json`;
      const validate = validatorOf(ajv, file);
      for (const example of examplesOf(readJson(file))) {
        expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
      }
    }
  });
});

test.each(strictFiles)('the loose variant of %s is up to date with the generator', (file) => {
  expect(readJson(looseName(file))).toEqual(loosen(readJson(file), policyOf(file), file));
});
