import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRingbackError } from '../../src/core/errors.ts';
import {
  loadBundledContract,
  loadContractFile,
  readContractFiles,
} from '../../src/loading/contract-files.ts';

let root: string;
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ringback-contract-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Writes files into a new folder and returns its path. */
async function folder(files: Readonly<Record<string, unknown>>): Promise<string> {
  const path = join(root, `case-${count++}`, 'api');
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

async function refusal(path: string): Promise<string[]> {
  try {
    await readContractFiles(path);
  } catch (error) {
    if (!isRingbackError(error) || error.code !== 'contract.invalid') throw error;
    return error.violations.map(({ location, message }) => `${location} ${message}`);
  }
  throw new Error('the files were not refused');
}

const ref = (text: string): object => ({ a: { $ref: text } });

describe('readContractFiles', () => {
  test('reads the files that $refs name, each once, relative to the file with the $ref', async () => {
    const path = await folder({
      'openapi.yaml':
        'a: { $ref: "./schemas/one.schema.json#/$defs/x" }\nb: { $ref: ../shared/two.yaml }\nc: { $ref: "#/a" }\n',
      'schemas/one.schema.json': ref('deep/three.json'),
      'schemas/deep/three.json': ref('../one.schema.json'),
      '../shared/two.yaml': 'a: { $ref: "my%20file.json" }',
      '../shared/my file.json': {},
      'unused.json': {},
    });
    const { document, schemas, file } = await readContractFiles(join(path, 'openapi.yaml'));
    expect(file).toBe(join(path, 'openapi.yaml'));
    expect(document.c).toEqual({ $ref: '#/a' });
    expect([...schemas.keys()].sort()).toEqual([
      '../shared/my file.json',
      '../shared/two.yaml',
      'schemas/deep/three.json',
      'schemas/one.schema.json',
    ]);
  });

  test('reads the strict variant next to a schema, and the files that it refers to', async () => {
    const path = await folder({
      'openapi.json': ref('a.schema.json'),
      'a.schema.json': {},
      'a.strict.schema.json': ref('only-strict.json'),
      'only-strict.json': {},
    });
    const { schemas } = await readContractFiles(join(path, 'openapi.json'));
    expect([...schemas.keys()].sort()).toEqual(['a.schema.json', 'a.strict.schema.json', 'only-strict.json']);
  });

  test('treats a $ref in an example or a constant as data, and a property named $ref as a property', async () => {
    const path = await folder({
      'openapi.json': {
        example: ref('gone.json'),
        examples: [ref('gone.json')],
        const: ref('gone.json'),
        properties: { $ref: { type: 'string' }, example: ref('real.json'), default: { $ref: 'real.json' } },
      },
      'real.json': {},
    });
    expect([...(await readContractFiles(join(path, 'openapi.json'))).schemas.keys()]).toEqual(['real.json']);
  });

  test('keeps numeric keys as strings and members called __proto__ as members', async () => {
    const path = await folder({ 'openapi.yaml': 'responses:\n  200: ok\n__proto__: { polluted: true }\n' });
    const { document } = await readContractFiles(join(path, 'openapi.yaml'));
    expect(JSON.stringify(document)).toBe('{"responses":{"200":"ok"},"__proto__":{"polluted":true}}');
  });

  test('resolves a $ref to the $id of a file that it reads', async () => {
    const path = await folder({
      'openapi.json': { a: { $ref: 'a.json' }, b: { $ref: 'https://x.example/a.json#/b' } },
      'a.json': { $id: 'https://x.example/a.json', b: {} },
    });
    expect((await readContractFiles(join(path, 'openapi.json'))).schemas.size).toBe(1);
  });
});

describe('a contract is refused', () => {
  test('when its document does not exist, with the nearest file', async () => {
    const path = await folder({ 'openapi.yaml': '' });
    expect(await refusal(join(path, 'opnapi.yaml'))).toEqual([
      'opnapi.yaml the file does not exist. Did you mean "openapi.yaml"?',
    ]);
  });

  test('when its folder does not exist', async () => {
    expect(await refusal(join(root, 'nowhere', 'openapi.yaml'))).toEqual([
      'openapi.yaml the file does not exist, and neither does its folder',
    ]);
  });

  test('when its path is a folder', async () => {
    expect(await refusal(await folder({ 'x.yaml': '' }))).toEqual([
      'api the file cannot be read: it is a directory, expected a file',
    ]);
  });

  test('when a $ref names a file that does not exist, with the place of the $ref', async () => {
    const path = await folder({ 'openapi.json': { paths: { '/a': ref('eror.json') } }, 'error.json': {} });
    expect(await refusal(join(path, 'openapi.json'))).toEqual([
      'openapi.json#/paths/~1a/a/$ref the $ref "eror.json" names the file "eror.json", which does not exist. Did you mean "error.json"?',
    ]);
  });

  test.each([
    'http://example.com/a.json',
    'https://example.com/a.json#/x',
    '//example.com/a.json',
    'file:///a.json',
  ])('when a $ref is not local: %s', async (text) => {
    const path = await folder({ 'openapi.json': ref(text) });
    expect(await refusal(join(path, 'openapi.json'))).toEqual([
      `openapi.json#/a/$ref the $ref "${text}" is not a local file, and Ringback fetches nothing. Keep a copy next to the contract and refer to it by a relative path.`,
    ]);
  });

  test.each([
    ['a: 1\na: 2\n', 'openapi.yaml:2:1 the key "a" occurs twice'],
    [
      'a:\n  - b\n c: d\n',
      'openapi.yaml:3:1 is not valid YAML: All mapping items must start at the same column',
    ],
    ['a: *gone\n', 'openapi.yaml:1:4 is not valid YAML: the alias *gone has no anchor before it'],
    ['a: !thing x\n', 'openapi.yaml:1:4 is not valid YAML: Unresolved tag: !thing'],
    [
      'a: &x [*x]\n',
      'openapi.yaml:1:8 is not valid YAML: the alias *x refers to a node that contains it: a loop',
    ],
    ['- a\n', 'openapi.yaml:1:1 must have an object at its root; got something else'],
    ['', 'openapi.yaml:1:1 must have an object at its root; got something else'],
  ])('when its YAML is %j', async (text, expected) => {
    const path = await folder({ 'openapi.yaml': text });
    const [first] = await refusal(join(path, 'openapi.yaml'));
    expect(first).toBe(expected);
  });

  test('when its aliases multiply', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const path = await folder({ 'openapi.yaml': lines.join('\n') });
    expect(await refusal(join(path, 'openapi.yaml'))).toEqual([
      expect.stringContaining('has more than 1000000 values with its aliases'),
    ]);
  });

  test.each([
    ['{\n  "a": 1,\n}', 'openapi.json:3:1 is not valid JSON'],
    ['{"a": ', 'openapi.json:1:7 is not valid JSON'],
    ['[]', 'openapi.json:1:1 must have an object at its root'],
    ['{\n  "a": 1,\n  "a": 2\n}', 'openapi.json:3:3 the key "a" occurs twice'],
    ['{ "a": 1e999 }', 'openapi.json:1:8 got Infinity, expected a JSON value'],
  ])('when its JSON is %j', async (text, expected) => {
    const path = await folder({ 'openapi.json': text });
    expect((await refusal(join(path, 'openapi.json')))[0]).toContain(expected);
  });

  test('all invalid files are reported together', async () => {
    const path = await folder({
      'openapi.json': { a: { $ref: 'gone.json' }, b: { $ref: 'bad.yaml' } },
      'bad.yaml': 'a: [',
    });
    expect((await refusal(join(path, 'openapi.json'))).map((line) => line.replace(/ .*/s, ''))).toEqual([
      'openapi.json#/a/$ref',
      'bad.yaml:1:5',
    ]);
  });
});

test('loadContractFile makes a contract from a document and its files', async () => {
  const path = await folder({
    'openapi.yaml': [
      'openapi: 3.1.0',
      'info: { title: Mine, version: "2" }',
      'webhooks: { done: { post: { tags: [me], requestBody: { content: { application/json: { schema: { $ref: done.schema.json } } } } } } }',
    ].join('\n'),
    'done.schema.json': { type: 'object', required: ['id'] },
    'done.strict.schema.json': { type: 'object', maxProperties: 1 },
  });
  const { title, version, callbacks } = await loadContractFile(join(path, 'openapi.yaml'));
  expect({ title, version }).toEqual({ title: 'Mine', version: '2' });
  expect(callbacks.get('me.done')?.validate({})).toHaveLength(1);
  expect(callbacks.get('me.done')?.validateStrict({ id: 1, b: 2 })).toHaveLength(1);
});

test('both bundled contracts are found relative to the package', async () => {
  expect((await loadBundledContract()).operations.length).toBeGreaterThan(0);
  expect(
    (await loadBundledContract('openapi.control.yaml')).operations.map(({ provider }) => provider),
  ).toContain('control');
});
