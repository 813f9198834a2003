import { expect, test } from 'vitest';
import { componentName } from '../../../../src/core/contract/upgrade/component-name.ts';

test.each([
  ['schemas/callbacks/document-state.strict.schema.json', [], 'StrictDocumentStateCallback'],
  ['schemas/document state.json', [], 'DocumentState'],
  ['.json', [], 'Schema'],
  ['a.yaml', ['components', 'schemas', 'Weight'], 'Weight'],
  [
    'a.yaml',
    ['paths', '/a', 'post', 'responses', '200', 'content', 'application/json', 'schema'],
    '_a_post_200',
  ],
  ['a.yaml', ['One', 'properties', 'two', 'properties', 'three', 'properties', 'four'], 'two_three_four'],
  ['a.yaml', ['Choice', 'oneOf', '1'], 'Choice'],
  ['a.yaml', ['Codes', '1'], 'Codes_1'],
  ['a.yaml', ['properties'], 'properties'],
])('a component of %s at %j is called %s', (file, tokens, name) => {
  expect(componentName({ file, tokens })).toBe(name);
});
