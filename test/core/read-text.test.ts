import { describe, expect, test } from 'vitest';
import { readText } from '../../src/core/read-text.ts';
import { describeProblem, type TextReading } from '../../src/core/text-reading.ts';
import { parseSource } from '../../src/loading/foreign/parse-source.ts';

const rules = { maxDepth: 20, maxValues: 100 };

/** The same document, with the same parts in the same places. */
const json = `{ "name": "x",
  "list": [1, { "in~side/it": null }]
}`;
const yaml = `"name": "x"
list: &list
  - 1
  - "in~side/it": null
again: *list
`;

const places: [string, pointer: string, json: string, yaml: string, key: string][] = [
  ['the document', '', '1:1', '1:1', '1:1'],
  ['a value, and its key', '/name', '1:11', '1:9', '1:1'],
  ['an array', '/list', '2:11', '3:3', '2:1'],
  ['an item', '/list/0', '2:12', '3:5', '3:5'],
  ['a part of an item', '/list/1/in~0side~1it', '2:31', '4:19', '4:5'],
  ['the nearest part, where there is none', '/list/1/else', '2:15', '4:5', '4:5'],
];

describe('YAML and JSON give the positions of', () => {
  test.each(places)('%s', async (_what, pointer, inJson, inYaml, keyInYaml) => {
    const at = (text: string, atKey: boolean): string => {
      const { line, column } = readText(text, false, rules).documents[0]?.locate({ pointer, atKey }) ?? {};
      return `${line}:${column}`;
    };
    expect([at(json, false), at(yaml, false), at(yaml, true)]).toEqual([inJson, inYaml, keyInYaml]);
  });
});

test.each(places)('a forgiving reader finds %s in the same places', async (_what, pointer) => {
  for (const text of [json, yaml, `${yaml}again: 1\n`]) {
    const strict = readText(text.replace('again: 1\n', ''), false, rules).documents[0];
    const lenient = await parseSource(text);
    if ('problem' in lenient) throw new Error(lenient.problem.message);
    for (const atKey of [false, true])
      expect(lenient.locate({ pointer, atKey })).toEqual(strict?.locate({ pointer, atKey }));
  }
});

test('of a key that occurs twice, a forgiving reader takes and finds the last one', async () => {
  for (const text of ['a: 1\na: 2\n', '{ "a": 1,\n"a": 2 }']) {
    const source = await parseSource(text);
    expect(source).toMatchObject({ value: { a: 2 } });
    expect('locate' in source && source.locate({ pointer: '/a', atKey: true })).toEqual({
      line: 2,
      column: 1,
    });
  }
});

test('a part of an alias is where its anchor is', () => {
  const [document] = readText(yaml, false, rules).documents;
  expect(document?.locate({ pointer: '/again', atKey: false })).toEqual({ line: 5, column: 8 });
  expect(document?.locate({ pointer: '/again/0', atKey: false })).toEqual({ line: 3, column: 5 });
});

describe('YAML and JSON are refused', () => {
  const problemsOf = ({ problems }: TextReading): string[] =>
    problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
  const deep = (open: string, close: string): string => `${open.repeat(22)}${close.repeat(22)}`;

  test.each([
    ['{ "a": 1, "a": 2 }', '1:11 duplicate-key the key "a" occurs twice'],
    ['a: 1\na: 2\n', '2:1 duplicate-key the key "a" occurs twice'],
    ['{ "a": [1e999] }', '1:9 value got Infinity, expected a JSON value'],
    ['a: [.inf]\n', '1:5 value got Infinity, expected a JSON value'],
    [`{ "a": [${'1,'.repeat(100)}1] }`, '1:1 too-large has more than 100 values'],
    [`a: [${'1,'.repeat(100)}1]\n`, '1:201 too-large has more than 100 values with its aliases'],
    [`a: ${deep('[', ']')}\n`, '1:24 too-deep is nested deeper than 20 levels'],
    ['a: *b\n', '1:4 alias the alias *b has no anchor before it'],
    ['a: &a [*a]\n', '1:8 loop the alias *a refers to a node that contains it: a loop'],
  ])('%s', (text, expected) => {
    expect(problemsOf(readText(text, false, rules))).toEqual([expected]);
  });

  test.each([
    ['just above the most values', `[${'1,'.repeat(99)}1]`, `- 1\n`.repeat(100)],
    [
      'just below the deepest level',
      `${'['.repeat(22)}${']'.repeat(22)}`,
      `a: ${'['.repeat(21)}${']'.repeat(21)}`,
    ],
  ])('%s, and read at the limit', (_, inJson, inYaml) => {
    const smaller = (text: string): string => text.replace('1,', '').replace('- 1\n', '').replace('[]', '');
    for (const text of [inJson, inYaml]) {
      const isJson = text === inJson;
      expect(readText(text, isJson, rules).problems).toHaveLength(1);
      expect(readText(smaller(text), isJson, rules)).toMatchObject({ problems: [], documents: [{}] });
    }
  });

  test('that must be JSON and is YAML', () => {
    expect(problemsOf(readText('a: 1', true, rules))).toEqual([
      '1:1 json is not valid JSON: got "a: 1", expected a value',
    ]);
    expect(problemsOf(readText(deep('[', ']'), true, rules))).toEqual([
      '1:1 too-deep is nested deeper than 20 levels',
    ]);
  });
});

test.each([
  ['YAML in braces', '{ a: 1 }', { a: 1 }],
  ['a comment', `{ a: 1 } # ${'['.repeat(30)}`, { a: 1 }],
  ['an alias beside its anchor', '[&a [1], *a, *a]', [[1], [1], [1]]],
])('%s is read', (_, text, value) => {
  expect(readText(text, false, rules)).toMatchObject({ problems: [], documents: [{ value }] });
});

test('JSON is read with a byte-order mark, and with escaped quotes', () => {
  const text = '\uFEFF{ "a\\"[[[[[[[[[[[[[[[[[[[[[[[:": 1 }';
  expect(readText(text, true, rules)).toMatchObject({
    problems: [],
    documents: [{ value: { 'a"[[[[[[[[[[[[[[[[[[[[[[[:': 1 } }],
  });
});

test('a key without a value, and the key of a value, have places', () => {
  const [document] = readText('a: 1\nb: { c, d: 2 }\n', false, rules).documents;
  expect(document?.locate({ pointer: '/b/c', atKey: false })).toEqual({ line: 2, column: 6 });
  expect(document?.locate({ pointer: '/b/d', atKey: true })).toEqual({ line: 2, column: 9 });
});

test('an error of YAML leaves out its document, and says what it is about', () => {
  const { documents, problems } = readText('a: b: c\n---\nd: 1\n', false, { ...rules, several: true });
  expect(documents.map(({ value }) => value)).toEqual([{ d: 1 }]);
  expect(problems.map(describeProblem)).toEqual([expect.stringMatching(/^is not valid YAML: .*[^.]$/)]);
  const [loop] = readText('&a [*a]', false, rules).problems;
  expect(loop && describeProblem(loop)).toMatch(/^is not valid YAML: the alias \*a refers/);
});
