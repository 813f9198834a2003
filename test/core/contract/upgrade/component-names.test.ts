import { expect, test } from 'vitest';
import { ComponentNames } from '../../../../src/core/contract/upgrade/component-names.ts';
import { FileReferences } from '../../../../src/core/contract/upgrade/file-references.ts';
import type { JsonValue } from '../../../../src/core/json.ts';

const weight = { file: 'weight.yaml', tokens: [] };

/** The names of a document with these schemas, beside a file of weights. */
function namesOf(schemas: JsonValue): { names: ComponentNames; pending: readonly string[] } {
  const references = new FileReferences((path) => path);
  references.add({ name: '', value: { components: { schemas } }, problem: null, aliases: false });
  references.add({ name: 'weight.yaml', value: { type: 'number' }, problem: null, aliases: false });
  const names = new ComponentNames(references);
  return { names, pending: names.adopt() };
}

test('a component that only refers to a file of its name becomes that file', () => {
  const { names, pending } = namesOf({ Weight: { $ref: 'weight.yaml' }, Other: { $ref: 'other.yaml' } });
  expect(names.get('schemas', weight)).toBe('Weight');
  expect(pending).toEqual(['other.yaml']);
});

test('a component with more than a reference, or of another name, stays beside the file', () => {
  expect(
    namesOf({ Weight: { $ref: 'weight.yaml', title: 'W' } }).names.get('schemas', weight),
  ).toBeUndefined();
  expect(namesOf({ Mass: { $ref: 'weight.yaml' } }).names.get('schemas', weight)).toBeUndefined();
});

test('of two components for one file, the first one is it', () => {
  const { names } = namesOf({ Weight: { $ref: 'weight.yaml' }, weight: { $ref: 'weight.yaml' } });
  expect(names.get('schemas', weight)).toBe('Weight');
  expect(names.adopted.size).toBe(1);
});

test('a name that is taken gets a number', () => {
  const { names } = namesOf({ Weight: {} });
  expect(names.choose('schemas', weight)).toBe('Weight2');
  expect(names.choose('schemas', { file: 'a/weight.yaml', tokens: [] })).toBe('Weight3');
  expect(names.choose('responses', weight)).toBe('Weight');
  expect(names.get('schemas', weight)).toBe('Weight2');
});
