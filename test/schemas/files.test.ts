import { describe, expect, test } from 'vitest';
import { looseName, loosen } from '../../tools/loosen.ts';
import { policyOf } from '../../tools/loosen-policy.ts';
import { callbackNames, examplesOf, readJson, schemaFiles, strictAjv, validatorOf } from './support.ts';

const ajv = strictAjv();
const strictFiles = schemaFiles.filter((file) => file.includes('.strict.'));

test('there is a schema for each of the six callbacks', () => {
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

  test('has the $id of its place', () => {
    expect(schema.$id).toBe(`https://ringback.example/${file}`);
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.title).toBeTypeOf('string');
    expect(schema.description).toBeTypeOf('string');
  });

  test('compiles in the strict mode of ajv', () => {
    expect(() => validatorOf(ajv, schema.$id)).not.toThrow();
  });
});

describe.each(callbackNames)('examples of %s', (name) => {
  const strict = readJson(`schemas/callbacks/${name}.strict.schema.json`);
  const loose = readJson(`schemas/callbacks/${name}.schema.json`);

  test('are several, and the same in both variants', () => {
    expect(examplesOf(strict).length).toBeGreaterThan(2);
    expect(loose.examples).toEqual(strict.examples);
  });

  test('are valid under both variants', () => {
    for (const schema of [strict, loose]) {
      const validate = validatorOf(ajv, schema.$id);
      for (const example of examplesOf(schema)) {
        expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
      }
    }
  });
});

test.each(strictFiles)('the loose variant of %s is what the generator makes', (file) => {
  expect(readJson(looseName(file))).toEqual(loosen(readJson(file), policyOf(file), file));
});
