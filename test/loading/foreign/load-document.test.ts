import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isRingbackError } from '../../../src/core/errors.ts';
import { loadDocument } from '../../../src/loading/foreign/load-document.ts';
import { head, load, messages } from './write-files.ts';

describe('files', () => {
  test('what is referred to in other files becomes components, named after their keys and files', async () => {
    const { document, notes } = await load({
      'openapi.yaml': `${head}paths:
  /parcels: { $ref: paths/parcels.yaml }
components:
  schemas:
    Weight: { $ref: 'schemas/units.yaml#/Weight' }
`,
      'paths/parcels.yaml': {
        post: {
          requestBody: {
            content: { 'application/json': { schema: { $ref: '../schemas/new-parcel.json' } } },
          },
          responses: {
            201: { $ref: '../openapi.yaml#/paths/~1parcels/post/responses/202' },
            202: { description: 'ok' },
          },
        },
      },
      'schemas/new-parcel.json': {
        properties: { weight: { $ref: 'units.yaml#/Weight' }, contents: { $ref: '#/$defs/item' } },
        $defs: { item: { type: 'string' } },
      },
      'schemas/units.yaml': 'Weight: { type: number }\nUnused: { $ref: nowhere.yaml }\n',
    });
    expect(notes).toEqual([]);
    expect(document.paths).toEqual({ '/parcels': { $ref: '#/components/pathItems/Parcels' } });
    expect(document.components).toEqual({
      schemas: {
        Weight: { type: 'number' },
        NewParcel: {
          properties: {
            weight: { $ref: '#/components/schemas/Weight' },
            contents: { $ref: '#/components/schemas/item' },
          },
        },
        item: { type: 'string' },
      },
      responses: { post_202: { description: 'ok' } },
      pathItems: {
        Parcels: {
          post: {
            requestBody: {
              content: { 'application/json': { schema: { $ref: '#/components/schemas/NewParcel' } } },
            },
            responses: {
              201: { $ref: '#/components/responses/post_202' },
              202: { description: 'ok' },
            },
          },
        },
      },
    });
  });

  test('a file that cannot be read is noted once, and what refers to it allows any value', async () => {
    const { document, notes } = await load({
      'openapi.yaml': `${head}components:
  schemas:
    A: { properties: { a: { $ref: 'broken.yaml#/A' }, b: { $ref: 'broken.yaml#/B', description: kept } } }
    C: { $ref: nowhere.json }
`,
      'broken.yaml': 'A: "no end\n',
    });
    expect(document.components).toEqual({
      schemas: { A: { properties: { a: {}, b: { description: 'kept' } } }, C: {} },
    });
    expect(messages(notes)).toEqual([
      'unsupported #/components/schemas/C The $ref "nowhere.json" names the file "nowhere.json", which does not exist. Any value is valid there.',
      'unsupported #/components/schemas/A/properties/a The $ref "broken.yaml#/A" names the file "broken.yaml", which is not valid YAML: missing closing "quote (line 2, column 1). Any value is valid there.',
    ]);
  });
});

test('a document that is no OpenAPI is refused with what it is', async () => {
  const refusal = async (text: string): Promise<string> => {
    try {
      await load({ 'openapi.yaml': text });
    } catch (error) {
      if (isRingbackError(error) && error.code === 'contract.invalid')
        return error.message.replace(/^.*openapi.yaml: /, '');
      throw error;
    }
    return 'not refused';
  };
  expect(await refusal('')).toContain('the file is empty');
  expect(await refusal('<<<<<<< HEAD\nopenapi: 3.1.0\n=======\n')).toContain('markers of a merge conflict');
  expect(await refusal('<!doctype html>\n<title>Login</title>')).toContain('the file is HTML or XML');
  expect(await refusal('swagger: "2.0"\npaths: {}')).toContain(
    'got Swagger 2.0, expected OpenAPI 3.0, 3.1 or 3.2. Convert it',
  );
  expect(await refusal('openapi: 3.9.0\npaths: {}')).toContain(
    'got openapi: "3.9.0", expected 3.0, 3.1 or 3.2',
  );
  expect(await refusal('openapi: 4.0.0\npaths: {}')).toContain('got openapi: "4.0.0"');
  expect(await refusal('{"a": 1}')).toContain('got an object with the keys a, expected an OpenAPI document');
  expect(await refusal('openapi: 3.1.0\npaths: { a: "b')).toContain('is not valid YAML');
});

test('a reference may name its own document, and have a query or backslashes', async () => {
  const { document, notes } = await load({
    'openapi.json': {
      openapi: '3.1.0',
      info: { title: 'a', version: '1' },
      components: {
        schemas: {
          Own: { $ref: 'openapi.json#/components/schemas/Text' },
          Text: { type: 'string' },
          Queried: { type: 'array', items: { $ref: 'schemas/number.json?v=2' } },
          Windows: { type: 'array', items: { $ref: 'schemas\\number.json' } },
        },
      },
    },
    'schemas/number.json': { type: 'number' },
  });
  expect(notes).toEqual([]);
  const number = { type: 'array', items: { $ref: '#/components/schemas/Number' } };
  expect(document.components).toMatchObject({
    schemas: {
      Own: { $ref: '#/components/schemas/Text' },
      Text: { type: 'string' },
      Queried: number,
      Windows: number,
      Number: { type: 'number' },
    },
  });
});

test('a blank title is none', async () => {
  const { document } = await load({ 'parcels.yaml': 'openapi: 3.1.0\ninfo: { title: " " }\npaths: {}' });
  expect(document.info).toMatchObject({ title: 'parcels' });
});

test('a document without a title has the name of its file', async () => {
  const { document } = await load({ 'parcels.v2.yaml': 'openapi: 3.1.0\npaths: {}' });
  expect(document.info).toEqual({ title: 'parcels.v2', version: '' });
});

describe('isOurs', () => {
  test('a copy of our contract is ours by the mark of its tags, not by their names', async () => {
    const tags = (text: string) => load({ 'openapi.yaml': `${head}paths: {}\ntags: [${text}]` });
    expect((await tags('{ name: informed, x-ringback-provider: informed }')).isOurs).toBe(true);
    expect((await tags('{ name: informed }')).isOurs).toBe(false);
    const own = await loadDocument(fileURLToPath(new URL('../../../openapi.yaml', import.meta.url)));
    expect({ isOurs: own.isOurs, notes: own.notes }).toEqual({ isOurs: true, notes: [] });
  });
});
