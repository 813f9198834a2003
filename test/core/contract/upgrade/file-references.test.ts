import { describe, expect, test } from 'vitest';
import { FileReferences } from '../../../../src/core/contract/upgrade/file-references.ts';
import type { JsonValue } from '../../../../src/core/json.ts';

/** Finds a reference from a file among files that were read. */
function find(ref: string, files: Readonly<Record<string, JsonValue>>, from = '', id: string | null = null) {
  const references = new FileReferences((path) => path);
  for (const [name, value] of Object.entries(files))
    references.add({ name, value, problem: null, aliases: false });
  return references.find(ref, from, id === null ? null : { id, tokens: [] });
}

const at = (file: string, ...tokens: readonly string[]) => ({
  target: expect.objectContaining({ file, tokens }),
});
const problem = (text: string) => ({ problem: expect.stringContaining(text) });

describe('a reference', () => {
  test.each<[string, string, Record<string, JsonValue>, object]>([
    ['to a file that was not read', 'b.yaml', {}, { pending: 'b.yaml' }],
    ['to a whole file', 'b.yaml', { 'b.yaml': { a: 1 } }, at('b.yaml')],
    ['to nothing', '#/nmae', { '': { name: 1 } }, problem('has no "nmae". Did you mean "name"?')],
    ['~1 is a slash', '#/a~1b', { '': { 'a/b': 1 } }, at('', 'a/b')],
    ['~01 is ~1', '#/a~01b', { '': { 'a~1b': 1, 'a/b': 2 } }, at('', 'a~1b')],
    ['percent-encoded', '#/a%20b', { '': { 'a b': 1 } }, at('', 'a b')],
    ['to a key with a percent sign', '#/a%20b', { '': { 'a%20b': 1 } }, at('', 'a%20b')],
    ['to a key with half an escape', '#/100%', { '': { '100%': 1 } }, at('', '100%')],
    ['to an anchor', '#here', { '': { a: { $anchor: 'here' } } }, at('', 'a')],
    ['to a dynamic anchor', '#here', { '': { a: { $dynamicAnchor: 'here' } } }, at('', 'a')],
    ['to an anchor that is not there', '#here', { '': { a: {} } }, problem('there is no $anchor "here"')],
    [
      'to the old place of definitions',
      '#/definitions/A',
      { '': { components: { schemas: { A: {} } } } },
      at('', 'components', 'schemas', 'A'),
    ],
    [
      'to definitions that are there',
      '#/definitions/A',
      { '': { definitions: { A: {} }, components: { schemas: { A: {} } } } },
      at('', 'definitions', 'A'),
    ],
    [
      'through a reference',
      '#/a/b',
      { '': { a: { $ref: 'b.yaml#/c' } }, 'b.yaml': { c: { b: 1 } } },
      at('b.yaml', 'c', 'b'),
    ],
    [
      'by $self',
      'https://x.example/api/b.yaml#/c',
      { '': { $self: 'https://x.example/api/openapi.yaml' }, 'b.yaml': { c: 1 } },
      at('b.yaml', 'c'),
    ],
    [
      'by $id, whatever file it is in',
      'https://x.example/s',
      { '': {}, 'b.yaml': { deep: { $id: 'https://x.example/s' } } },
      at('b.yaml', 'deep'),
    ],
  ])('%s', (_, ref, files, expected) => {
    expect(find(ref, files)).toMatchObject(expected);
  });

  test('is relative to the $id around it', () => {
    const files = { '': { a: { $id: 'https://x.example/s/other' } } };
    expect(find('other', files, '', 'https://x.example/s/base')).toMatchObject(at('', 'a'));
  });
});

describe('a chain of references', () => {
  const alias = { components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { type: 'string' } } } };

  test('stays an alias within the document', () => {
    expect(find('#/components/schemas/A', { '': alias })).toMatchObject(at('', 'components', 'schemas', 'A'));
  });

  test('is followed to its end in other files', () => {
    const files = { '': {}, 'b.yaml': { a: { $ref: '#/b' }, b: { type: 'string' } } };
    expect(find('b.yaml#/a', files)).toMatchObject(at('b.yaml', 'b'));
  });

  test('keeps what stands beside a reference', () => {
    const files = { '': {}, 'b.yaml': { a: { $ref: '#/b', title: 'A' }, b: { type: 'string' } } };
    expect(find('b.yaml#/a', files)).toMatchObject(at('b.yaml', 'a'));
  });

  test('that leads back to itself is a problem', () => {
    const files = { '': {}, 'b.yaml': { a: { $ref: 'c.yaml#/c' } }, 'c.yaml': { c: { $ref: 'b.yaml#/a' } } };
    expect(find('b.yaml#/a', files)).toMatchObject(problem('leads back to itself'));
  });
});
