import { describe, expect, test } from 'vitest';
import { decodeXml } from '../../../../src/core/contract/media/decode-xml.ts';
import { encodeXml } from '../../../../src/core/contract/media/encode-xml.ts';
import { SchemaView } from '../../../../src/core/contract/schema-view.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { parseXml } from '../../../../src/server/body/parse-xml.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

function encode(
  value: JsonValue,
  schema: JsonValue,
  component: string | null = null,
  document: JsonObject = {},
) {
  const text = encodeXml(value, new SchemaView(schema, document), component);
  expect(text.startsWith(declaration)).toBe(true);
  return text.slice(declaration.length);
}

async function decode(text: string, schema: JsonValue, document: JsonObject = {}): Promise<JsonValue> {
  return decodeXml(await parseXml(Buffer.from(text), 64), new SchemaView(schema, document));
}

function animals(more: JsonObject, items: JsonObject = {}): JsonObject {
  return {
    type: 'object',
    properties: { animals: { type: 'array', items: { type: 'string', ...items }, ...more } },
  };
}

const value = { animals: ['fox', 'owl'] };
const inline = '<root><animals>fox</animals><animals>owl</animals></root>';

/** The XML examples of OpenAPI 3.1 §4.8.26.2. */
const examples: readonly (readonly [string, JsonValue, JsonObject, string])[] = [
  [
    'no XML',
    { id: 0, name: 'string' },
    { type: 'object', properties: { id: { type: 'integer' }, name: {} } },
    '<root><id>0</id><name>string</name></root>',
  ],
  [
    'attribute, prefix and namespace',
    { id: 7, name: 'string' },
    {
      type: 'object',
      xml: { name: 'Person' },
      properties: {
        id: { type: 'integer', xml: { attribute: true } },
        name: { type: 'string', xml: { namespace: 'https://example.com/schema/sample', prefix: 'sample' } },
      },
    },
    '<Person id="7"><sample:name xmlns:sample="https://example.com/schema/sample">string</sample:name></Person>',
  ],
  ['an array', value, animals({}), inline],
  [
    'named items',
    value,
    animals({}, { xml: { name: 'animal' } }),
    '<root><animal>fox</animal><animal>owl</animal></root>',
  ],
  [
    'a name of the array that has no effect',
    value,
    animals({ xml: { name: 'aliens' } }, { xml: { name: 'animal' } }),
    '<root><animal>fox</animal><animal>owl</animal></root>',
  ],
  [
    'a wrapped array without names',
    value,
    animals({ xml: { wrapped: true } }),
    '<root><animals><animals>fox</animals><animals>owl</animals></animals></root>',
  ],
  [
    'a wrapped array with both names',
    value,
    animals({ xml: { name: 'aliens', wrapped: true } }, { xml: { name: 'animal' } }),
    '<root><aliens><animal>fox</animal><animal>owl</animal></aliens></root>',
  ],
  [
    'a wrapped array with its own name',
    value,
    animals({ xml: { name: 'aliens', wrapped: true } }),
    '<root><aliens><aliens>fox</aliens><aliens>owl</aliens></aliens></root>',
  ],
  [
    'node types of 3.2',
    { lang: 'en', text: 'a < b', note: ']]>' },
    {
      type: 'object',
      properties: {
        lang: { type: 'string', xml: { nodeType: 'attribute' } },
        text: { type: 'string', xml: { nodeType: 'text' } },
      },
    },
    '<root lang="en">a &lt; b<note>]]&gt;</note></root>',
  ],
];

test.each(examples)(
  '%s is written as in the specification, and read again',
  async (_, given, schema, text) => {
    expect(encode(given, schema)).toBe(text);
    expect(await decode(text, schema)).toEqual(given);
  },
);

test('the root has the name of its component', () => {
  const document = { components: { schemas: { Pet: { type: 'object' } } } };
  expect(encode({}, { $ref: '#/components/schemas/Pet' }, null, document)).toBe('<Pet/>');
  expect(encode({}, {}, 'Order')).toBe('<Order/>');
});

test('an array has one root', () => {
  expect(
    encode(['a', 'b'], {
      type: 'array',
      items: { type: 'string', xml: { name: 'tag' } },
      xml: { name: 'tags' },
    }),
  ).toBe('<tags><tag>a</tag><tag>b</tag></tags>');
});

test('null is an empty element with xsi:nil', async () => {
  const schema = { type: 'object', properties: { a: { type: ['string', 'null'] } } };
  const text = encode({ a: null }, schema);
  expect(text).toBe('<root><a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></root>');
  expect(await decode(text, schema)).toEqual({ a: null });
});

test('special characters are read as they were written', async () => {
  const given = { a: `<&>"'\r\n\t]]>é😀`, b: 'x' };
  const schema = { type: 'object', properties: { b: { type: 'string', xml: { attribute: true } } } };
  expect(await decode(encode(given, schema), schema)).toEqual(given);
});

test('names that are no names of elements are changed', () => {
  expect(encode({ '1 a/b': 1 }, {})).toBe('<root><_1_a_b>1</_1_a_b></root>');
});

describe('lenient reading', () => {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      open: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
      lines: {
        type: 'array',
        items: { type: 'object', properties: { n: { type: 'number' } } },
        xml: { wrapped: true },
      },
      who: { type: 'object', properties: { name: { type: 'string' } } },
    },
  };

  test('a single element is an array where the schema says so', async () => {
    expect(await decode('<x><tags>a</tags><lines><line><n>1.5</n></line></lines></x>', schema)).toEqual({
      tags: ['a'],
      lines: [{ n: 1.5 }],
    });
  });

  test('prefixes and white space do not matter', async () => {
    const text = `<?xml version="1.0"?>
      <!-- a comment -->
      <s:Envelope xmlns:s="urn:x">
        <s:id> 5 </s:id>
        <s:open>true</s:open>
        <who><name><![CDATA[A & B]]></name></who>
      </s:Envelope>`;
    expect(await decode(text, schema)).toEqual({ id: 5, open: true, who: { name: 'A & B' } });
  });

  test('an attribute may be an element, and an element an attribute', async () => {
    expect(await decode('<x id="5"><open>true</open></x>', schema)).toEqual({ id: 5, open: true });
  });

  test('a known element that is repeated has several values', async () => {
    expect(await decode('<x><id>1</id><id>2</id></x>', schema)).toEqual({ id: [1, 2] });
  });

  test('unknown elements are properties', async () => {
    expect(await decode('<x><new>1</new><more>1</more><more>2</more></x>', schema)).toEqual({
      new: '1',
      more: ['1', '2'],
    });
  });
});

describe('malformed XML', () => {
  const bad = [
    '',
    'plain text',
    '<a>',
    '<a></b>',
    '<a><b></a>',
    '{"json": true}',
    '<a/><b/>',
    '<a><__proto__><y>1</y></__proto__></a>',
  ];

  test.each(bad)('%j is refused', async (text) => {
    await expect(parseXml(Buffer.from(text), 64)).rejects.toMatchObject({ code: 'request.malformed' });
  });

  test('deep nesting is refused', async () => {
    const text = `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`;
    await expect(parseXml(Buffer.from(text), 64)).rejects.toMatchObject({ code: 'request.too-large' });
  });

  test('entities that multiply are refused or stay small', async () => {
    const entities = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
      (name, i, all) => `<!ENTITY ${name} "${i === 0 ? 'lol' : `&${all[i - 1]};`.repeat(10)}">`,
    );
    const text = `<!DOCTYPE x [${entities.join('')}]><x>&h;</x>`;
    const read = await parseXml(Buffer.from(text), 64).then(
      ({ text: found }) => found.length,
      () => 0,
    );
    expect(read).toBeLessThan(1_000);
  });
});
