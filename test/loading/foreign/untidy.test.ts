import { truncate } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isJsonObject, type JsonValue, resolvePointer } from '../../../src/core/json.ts';
import { type LoadedDocument, loadDocument } from '../../../src/loading/foreign/load-document.ts';
import { head, load, messages, writeContract } from './write-files.ts';

const schemaOf = ({ document }: LoadedDocument, name: string) =>
  resolvePointer(document, `/components/schemas/${name}`);

describe('texts', () => {
  test('YAML in a .json file, JSON in a .yaml file and a byte-order mark are read', async () => {
    const yaml = `\uFEFF${head}paths: {}\n`;
    expect((await load({ 'openapi.json': yaml })).document.info).toEqual({ title: 'Parcels', version: '1' });
    const json = { openapi: '3.1.0', info: { title: 'A', version: '1' }, paths: {} };
    expect((await load({ 'openapi.yaml': json })).document.info).toEqual({ title: 'A', version: '1' });
  });

  test('UTF-16 is refused with advice', async () => {
    const text = Buffer.from(`\uFEFF${head}`, 'utf16le');
    await expect(load({ 'openapi.yaml': text })).rejects.toThrow(
      /the file is UTF-16, expected UTF-8\. Convert it, e\.g\. iconv -f UTF-16 -t UTF-8/,
    );
  });

  test('a binary file is refused where it is no text', async () => {
    const path = await writeContract({ 'openapi.yaml': `${head}paths:\n  "/a\0": {}\n` });
    await expect(loadDocument(path)).rejects.toThrow(
      /the file is binary: it has the character NUL \(line 4, column 6\)/,
    );
  });

  test('dates stay strings, merge keys are merged, and a folded $ref is followed', async () => {
    const loaded = await load({
      'openapi.yaml': `${head}components:
  schemas:
    Base: &base { type: string, example: 2020-01-01 }
    Merged: { <<: *base, description: 2020-01-01T00:00:00Z }
    Folded:
      items:
        $ref: >-
          #/components/schemas/Base
`,
    });
    expect(schemaOf(loaded, 'Merged')).toEqual({
      type: 'string',
      examples: ['2020-01-01'],
      description: '2020-01-01T00:00:00Z',
    });
    expect(schemaOf(loaded, 'Folded')).toEqual({ items: { $ref: '#/components/schemas/Base' } });
    expect(loaded.notes).toEqual([]);
  });

  test('of a key that occurs twice the last one counts, with its line', async () => {
    const loaded = await load({ 'openapi.yaml': `${head}paths: {}\ntags: []\ntags: [{ name: a }]\n` });
    expect(loaded.document.tags).toEqual([{ name: 'a' }]);
    expect(messages(loaded.notes)).toEqual([
      'forgiven # A key that occurs twice in one object: the last one counts.',
    ]);
    expect(loaded.notes.map(loaded.locate)).toEqual([{ line: 5, column: 1 }]);
  });

  test('continuation lines that are not indented belong to the text before them', async () => {
    const loaded = await load({
      'openapi.yaml': `openapi: 3.1.0
info:
  title: Parcels
  version: "1"
  description: 'A text that
  goes on, and
  ends here'
paths: {}
`,
    });
    expect(loaded.document.info).toEqual({
      title: 'Parcels',
      version: '1',
      description: 'A text that goes on, and ends here',
    });
    expect(loaded.notes.map(({ message }) => message)).toContain(
      'A continuation line that is not indented is read as part of the text before it.',
    );
  });

  test('a continuation line is found before the line where it stops making sense', async () => {
    const text = `openapi: 3.1.0\ninfo:\n  description: some text\nthat continues\n  title: Parcels\n  version: "1"\npaths: {}\n`;
    const loaded = await load({ 'openapi.yaml': text });
    expect(loaded.document.info).toMatchObject({ description: 'some text that continues', title: 'Parcels' });
    const [note] = loaded.notes;
    expect(note?.message).toContain('A continuation line that is not indented');
    expect(note && loaded.locate(note)).toEqual({ line: 4, column: 1 });
  });

  test('aliases that contain themselves end, and those that explode are refused', async () => {
    const loaded = await load({
      'openapi.yaml': `${head}x-own: &own { a: [1, *own] }\ncomponents: { schemas: { A: &a { properties: { a: *a, b: *a } } } }\n`,
    });
    expect(loaded.document['x-own']).toEqual({ a: [1, null] });
    expect(schemaOf(loaded, 'A')).toEqual({ properties: { a: {}, b: {} } });
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'])
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`);
    await expect(load({ 'openapi.yaml': `${head}${bomb.join('\n')}\n` })).rejects.toThrow(
      /it has more than 1000000 values with its YAML aliases/,
    );
  });
});

describe('references', () => {
  test('a map of components may be in another file, and keeps its names', async () => {
    const loaded = await load({
      'openapi.yaml': `${head}components: { schemas: { $ref: schemas.yaml } }\n`,
      'schemas.yaml':
        'A: { type: string }\nB: { items: { $ref: "#/A" }, contains: { $ref: "openapi.yaml#/components/schemas/A" } }',
    });
    expect(loaded.document.components).toEqual({
      schemas: {
        A: { type: 'string' },
        B: { items: { $ref: '#/components/schemas/A' }, contains: { $ref: '#/components/schemas/A' } },
      },
    });
  });

  test('references are found by $id, $anchor and $self, and $dynamicRef is one', async () => {
    const loaded = await load({
      'openapi.yaml': `openapi: 3.2.0
$self: https://example.com/api/openapi.yaml
info: { title: A, version: "1" }
components:
  schemas:
    A: { $ref: 'https://example.com/ids/pet' }
    B: { $ref: 'https://example.com/api/parts.yaml#/Part' }
    C: { $anchor: tree, properties: { left: { $dynamicRef: '#tree' } } }
    D: { $id: 'https://example.com/ids/pet', type: string }
    E: { $ref: 'https://example.com/api/openapi.yaml#/components/schemas/D' }
`,
      'parts.yaml': 'Part: { type: number }',
    });
    expect(loaded.document.components).toEqual({
      schemas: {
        A: { $ref: '#/components/schemas/D' },
        B: { $ref: '#/components/schemas/Part' },
        C: { properties: { left: { $ref: '#/components/schemas/C' } } },
        D: { type: 'string' },
        E: { $ref: '#/components/schemas/D' },
        Part: { type: 'number' },
      },
    });
    expect(loaded.document).not.toHaveProperty('$self');
  });

  test('references in extensions and data are not followed; those of x-webhooks are', async () => {
    const loaded = await load({
      'openapi.yaml': `${head}x-other: { $ref: nowhere.yaml }
components: { schemas: { A: { default: { $ref: nowhere.yaml }, x-b: { $ref: nowhere.yaml } } } }
x-webhooks: { told: { '{$request.body#/url}': { $ref: told.yaml } }, said: { $ref: told.yaml } }
`,
      'told.yaml': 'post: { responses: {} }',
    });
    expect(loaded.notes).toEqual([]);
    expect(loaded.document['x-other']).toEqual({ $ref: 'nowhere.yaml' });
    expect(loaded.document['x-webhooks']).toEqual({
      told: { '{$request.body#/url}': { $ref: '#/components/pathItems/Told' } },
      said: { $ref: '#/components/pathItems/Told' },
    });
  });

  test('references that lead back to themselves are left out; trees stay', async () => {
    const loaded = await load({
      'openapi.yaml': `${head}components:
  schemas:
    A: { $ref: '#/components/schemas/B' }
    B: { $ref: 'b.yaml' }
    C: { allOf: [{ $ref: '#/components/schemas/D' }] }
    D: { anyOf: [{ type: string }, { $ref: '#/components/schemas/C' }] }
    Tree: { items: { $ref: '#/components/schemas/Tree' } }
`,
      'b.yaml': '$ref: openapi.yaml#/components/schemas/A',
    });
    expect(schemaOf(loaded, 'Tree')).toEqual({ items: { $ref: '#/components/schemas/Tree' } });
    expect(loaded.notes.map(({ kind }) => kind)).toEqual(loaded.notes.map(() => 'unsupported'));
    expect(loaded.notes.map(({ message }) => message).join('\n')).toMatch(/leads back to itself/);
    expect(dangling(loaded.document)).toEqual([]);
    expect(JSON.stringify(schemaOf(loaded, 'D'))).not.toContain('$ref');
  });

  test('discriminators keep their schemas when these come from other files', async () => {
    const loaded = await load({
      'openapi.yaml': `${head}components:
  schemas:
    Pet:
      oneOf: [{ $ref: cat.yaml }]
      discriminator: { propertyName: kind, mapping: { cat: cat.yaml, dog: Dog, cow: '#/components/schemas/Pet' } }
`,
      'cat.yaml': 'type: object',
    });
    expect(resolvePointer(loaded.document, '/components/schemas/Pet/discriminator/mapping')).toEqual({
      cat: '#/components/schemas/Cat',
      dog: 'Dog',
      cow: '#/components/schemas/Pet',
    });
  });

  test('remote files are noted, and fetched when that is allowed', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/old.yaml') response.writeHead(302, { location: '/new/pet.yaml' }).end();
      else if (request.url === '/new/pet.yaml') response.end('type: string');
      else if (request.url === '/tree.yaml') response.end('items: { $ref: new/pet.yaml }');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const files = {
      'openapi.yaml': `${head}components: { schemas: { A: { $ref: '${base}/old.yaml' }, B: { $ref: '${base}/tree.yaml' }, C: { $ref: '${base}/no.yaml' } } }`,
    };
    const without = await load(files);
    expect(without.document.components).toEqual({ schemas: { A: {}, B: {}, C: {} } });
    expect(without.notes[0]?.message).toContain('is remote. Start with --allow-remote-refs to fetch it');
    const fetched = await load(files, { allowRemoteRefs: true });
    expect(fetched.document.components).toEqual({
      schemas: {
        A: { $ref: '#/components/schemas/Old' },
        B: { $ref: '#/components/schemas/Tree' },
        C: {},
        Pet: { type: 'string' },
        Old: { type: 'string' },
        Tree: { items: { $ref: '#/components/schemas/Pet' } },
      },
    });
    expect(fetched.notes.map(({ message }) => message)).toEqual([
      expect.stringContaining('cannot be fetched: it answered 404, expected 200'),
    ]);
  });
});

describe('hostile documents', () => {
  test('values nested 100,000 levels deep are cut off', async () => {
    const deep = (depth: number) => `${'{"items":'.repeat(depth)}{}${'}'.repeat(depth)}`;
    const loaded = await load({
      'openapi.json': `{"openapi":"3.0.0","info":{"title":"A","version":"1"},"paths":{},"x-data":${'['.repeat(100_000)}${']'.repeat(100_000)},"components":{"schemas":{"A":${deep(100_000)}}}}`,
    });
    expect(depthOf(loaded.document)).toBeLessThan(520);
    expect(loaded.notes.map(({ message }) => message)).toEqual([
      'Values nested deeper than 500 levels are left out.',
    ]);
    await expect(
      load({ 'openapi.yaml': `${head}x-data: ${'['.repeat(20_000)}${']'.repeat(20_000)}` }),
    ).rejects.toThrow(/the file is nested deeper than 1000 levels/);
  });

  test('__proto__ is a name like any other', async () => {
    const loaded = await load({
      'openapi.yaml': `${head}components:
  schemas:
    __proto__: { type: string, properties: { __proto__: { $ref: '#/components/schemas/__proto__' }, constructor: { $ref: other.yaml#/__proto__ } } }
`,
      'other.yaml': '__proto__: { type: number, nullable: true }',
    });
    const schemas = resolvePointer(loaded.document, '/components/schemas');
    expect(isJsonObject(schemas) && Object.keys(schemas)).toEqual(['__proto__', '__proto__2']);
    expect(JSON.stringify(schemas)).toBe(
      '{"__proto__":{"type":"string","properties":{"__proto__":{"$ref":"#/components/schemas/__proto__"},"constructor":{"$ref":"#/components/schemas/__proto__2"}}},"__proto__2":{"type":["number","null"]}}',
    );
    expect(Object.getPrototypeOf(loaded.document)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('type');
  });

  test('a directory and an absent file are refused with what is there', async () => {
    const path = await writeContract({ 'openapi.yaml': head });
    await expect(loadDocument(dirname(path))).rejects.toThrow(
      /: the file cannot be read: it is a directory, expected a file\.$/,
    );
    await expect(loadDocument(path.replace('.yaml', '.yml'))).rejects.toThrow(
      /openapi\.yml: the file does not exist\. Did you mean "openapi\.yaml"\?$/,
    );
  });

  test('files that have 100 MB together are refused from the one that is too many', async () => {
    const path = await writeContract({
      'openapi.yaml': `${head}components: { schemas: { A: { $ref: a.json }, B: { $ref: b.json } } }\npaths: {}\n`,
      'a.json': '',
      'b.json': '',
    });
    for (const name of ['a.json', 'b.json']) await truncate(join(dirname(path), name), 60 * 1024 * 1024);
    const { notes } = await loadDocument(path);
    expect(messages(notes).join()).toMatch(
      /[ab]\.json", which is too large: got 60 MiB, expected at most 96 MiB/,
    );
  });

  test('a file of 100 MB is refused before it is read', async () => {
    const path = await writeContract({ 'openapi.yaml': head });
    await truncate(path, 101 * 1024 * 1024);
    await expect(loadDocument(path)).rejects.toThrow(
      /the file is too large: got 101 MiB, expected at most 96 MiB for a contract with all its files/,
    );
  });
});

function depthOf(value: JsonValue): number {
  let level: JsonValue[] = [value];
  let depth = 0;
  for (; level.length > 0; depth++)
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as JsonValue[]) : [],
    );
  return depth;
}

/** Local references without a target. */
function dangling(document: JsonValue): string[] {
  const found: string[] = [];
  const stack: JsonValue[] = [document];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value) as [string, JsonValue][]) {
      if (
        key === '$ref' &&
        typeof child === 'string' &&
        resolvePointer(document, child.slice(1)) === undefined
      )
        found.push(child);
      stack.push(child);
    }
  }
  return found;
}
