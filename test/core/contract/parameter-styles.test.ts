import { describe, expect, test } from 'vitest';
import type { Parameter } from '../../../src/core/contract/contract.ts';
import {
  decodePairs,
  decodeParameter,
  encodeParameter,
  type NamedTexts,
  type StyledParameter,
} from '../../../src/core/contract/parameter-styles.ts';
import { formDecode } from '../../../src/core/contract/percent-encoding.ts';
import { SchemaView } from '../../../src/core/contract/schema-view.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';

const array = ['blue', 'black', 'brown'];
const object = { R: 100, G: 200, B: 150 };
const schemas = {
  string: { type: 'string' },
  array: { type: 'array', items: { type: 'string' } },
  object: {
    type: 'object',
    properties: { R: { type: 'integer' }, G: { type: 'integer' }, B: { type: 'integer' } },
  },
} as const;

type Place = Parameter['in'];

function parameter(place: Place, style: Parameter['style'], explode: boolean, more = {}): StyledParameter {
  return { name: 'color', in: place, style, explode, allowReserved: false, mediaType: null, ...more };
}

function pairsOf(text: string, separator: string | RegExp): NamedTexts {
  return text.split(separator).map((pair) => {
    const mark = pair.indexOf('=');
    return mark === -1 ? [formDecode(pair), ''] : [formDecode(pair.slice(0, mark)), pair.slice(mark + 1)];
  });
}

function decode(
  given: StyledParameter,
  schema: JsonValue,
  text: string,
  { others = [], document = {} }: { others?: readonly string[]; document?: JsonObject } = {},
): JsonValue | undefined {
  const isText = given.in === 'path' || given.in === 'header' || given.in === 'querystring';
  return decodeParameter(given, new SchemaView(schema, document), {
    text: isText ? text : null,
    pairs:
      given.in === 'path' || given.in === 'header' || text === ''
        ? []
        : pairsOf(text, given.in === 'cookie' ? /; */ : '&'),
    others: new Set(others),
  });
}

/** The style examples of OpenAPI 3.0.4, 3.1.1 and 3.2.0: place, style, explode, empty, string, array, object. */
const examples: readonly (readonly [
  place: Place,
  style: Parameter['style'],
  explode: boolean,
  empty: string | null,
  text: string | null,
  array: string | null,
  object: string | null,
])[] = [
  ['path', 'matrix', false, ';color', ';color=blue', ';color=blue,black,brown', ';color=R,100,G,200,B,150'],
  [
    'path',
    'matrix',
    true,
    ';color',
    ';color=blue',
    ';color=blue;color=black;color=brown',
    ';R=100;G=200;B=150',
  ],
  ['path', 'label', false, '.', '.blue', '.blue,black,brown', '.R,100,G,200,B,150'],
  ['path', 'label', true, '.', '.blue', '.blue.black.brown', '.R=100.G=200.B=150'],
  ['path', 'simple', false, '', 'blue', 'blue,black,brown', 'R,100,G,200,B,150'],
  ['path', 'simple', true, '', 'blue', 'blue,black,brown', 'R=100,G=200,B=150'],
  ['header', 'simple', false, '', 'blue', 'blue,black,brown', 'R,100,G,200,B,150'],
  ['header', 'simple', true, '', 'blue', 'blue,black,brown', 'R=100,G=200,B=150'],
  ['query', 'form', false, 'color=', 'color=blue', 'color=blue,black,brown', 'color=R,100,G,200,B,150'],
  ['query', 'form', true, 'color=', 'color=blue', 'color=blue&color=black&color=brown', 'R=100&G=200&B=150'],
  [
    'query',
    'spaceDelimited',
    false,
    null,
    null,
    'color=blue%20black%20brown',
    'color=R%20100%20G%20200%20B%20150',
  ],
  [
    'query',
    'pipeDelimited',
    false,
    null,
    null,
    'color=blue%7Cblack%7Cbrown',
    'color=R%7C100%7CG%7C200%7CB%7C150',
  ],
  ['query', 'deepObject', true, null, null, null, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
  ['cookie', 'form', false, 'color=', 'color=blue', 'color=blue,black,brown', 'color=R,100,G,200,B,150'],
  ['cookie', 'cookie', false, 'color=', 'color=blue', 'color=blue,black,brown', 'color=R,100,G,200,B,150'],
  [
    'cookie',
    'cookie',
    true,
    'color=',
    'color=blue',
    'color=blue; color=black; color=brown',
    'R=100; G=200; B=150',
  ],
];

describe.each(examples)(
  'in %s, style %s, explode %s',
  (place, style, explode, empty, text, list, members) => {
    const cases = [
      ['an empty string', 'string', '', empty],
      ['a string', 'string', 'blue', text],
      ['an array', 'array', array, list],
      ['an object', 'object', object, members],
    ] as const;

    test.each(cases.filter(([, , , sent]) => sent !== null))(
      '%s is sent as in the specification',
      (_, kind, value, sent) => {
        const given = parameter(place, style, explode);
        expect(encodeParameter(given, value)).toBe(sent);
        expect(decode(given, schemas[kind], sent as string)).toEqual(value);
      },
    );
  },
);

/** What earlier tables and common clients send. */
const lenient: readonly (readonly [string, StyledParameter, JsonValue, string, JsonValue])[] = [
  [
    'label without explode, as before 3.0.4',
    parameter('path', 'label', false),
    schemas.array,
    '.blue.black.brown',
    array,
  ],
  [
    'a label object without explode',
    parameter('path', 'label', false),
    schemas.object,
    '.R.100.G.200.B.150',
    object,
  ],
  [
    'pipes that are not encoded',
    parameter('query', 'pipeDelimited', false),
    schemas.array,
    'color=blue|black|brown',
    array,
  ],
  [
    'a repeated pipe array',
    parameter('query', 'pipeDelimited', true),
    schemas.array,
    'color=blue&color=black&color=brown',
    array,
  ],
  [
    'spaces as plus signs',
    parameter('query', 'spaceDelimited', false),
    schemas.array,
    'color=blue+black+brown',
    array,
  ],
  [
    'brackets that are not encoded',
    parameter('query', 'deepObject', true),
    schemas.object,
    'color[R]=100&color[G]=200&color[B]=150',
    object,
  ],
  [
    'an exploded array with one value',
    parameter('query', 'form', true),
    schemas.array,
    'color=blue',
    ['blue'],
  ],
  [
    'an exploded array whose value has a comma',
    parameter('query', 'form', true),
    schemas.array,
    'color=a,b&color=c',
    ['a,b', 'c'],
  ],
  ['one string with a comma', parameter('query', 'form', true), schemas.array, 'color=a,b', ['a,b']],
  [
    'numbers in one value',
    parameter('query', 'form', true),
    { type: 'array', items: { type: 'integer' } },
    'color=1,2',
    [1, 2],
  ],
  [
    'an array with brackets',
    parameter('query', 'form', true),
    schemas.array,
    'color[]=blue&color[]=black',
    ['blue', 'black'],
  ],
  [
    'an array with indexes',
    parameter('query', 'form', true),
    schemas.array,
    'color[0]=blue&color[1]=black',
    ['blue', 'black'],
  ],
  [
    'numbers in several values, one of them with a comma',
    parameter('query', 'form', true),
    { type: 'array', items: { type: 'integer' } },
    'color=1,2&color=3',
    ['1,2', 3],
  ],
  ['a comma that is data', parameter('query', 'form', false), schemas.array, 'color=a%2Cb,c', ['a,b', 'c']],
  ['an empty array', parameter('query', 'form', false), schemas.array, 'color=', []],
  [
    'JSON in place of an object',
    parameter('query', 'form', true),
    schemas.object,
    'color=%7B%22R%22%3A100%7D',
    { R: 100 },
  ],
  [
    'null in place of an array',
    parameter('query', 'form', false),
    { type: ['array', 'null'], items: { type: 'string' } },
    'color=null',
    null,
  ],
  ['a key without a value', parameter('query', 'form', false), schemas.object, 'color=R,1,G', 'R,1,G'],
  [
    'brackets nested forty times',
    parameter('query', 'deepObject', true),
    {},
    `color${'[a]'.repeat(40)}=1`,
    Array.from({ length: 32 }).reduce<JsonValue>((inner) => ({ a: inner }), '1'),
  ],
  [
    'a parameter of a longer name',
    parameter('query', 'deepObject', true),
    {},
    'color[a]=1&colors[b]=2',
    { a: '1' },
  ],
  ['encoded pipes', parameter('query', 'pipeDelimited', false), schemas.array, 'color=a%7cb', ['a', 'b']],
  ['a matrix without its name', parameter('path', 'matrix', false), schemas.string, 'blue', 'blue'],
  [
    'percent-encoding in the path',
    parameter('path', 'simple', false),
    schemas.string,
    'a%2Fb%20%C3%A9',
    'a/b é',
  ],
  ['malformed percent-encoding', parameter('query', 'form', true), schemas.string, 'color=50%&x', '50%'],
];

test.each(lenient)('reads %s', (_, given, schema, sent, value) => {
  expect(decode(given, schema, sent)).toEqual(value);
});

describe('deepObject', () => {
  const deep = parameter('query', 'deepObject', true, { name: 'filter' });
  const schema = {
    type: 'object',
    properties: {
      age: { type: 'object', properties: { min: { type: 'integer' } } },
      tags: { type: 'array', items: { type: 'string' } },
      open: { type: 'boolean' },
      people: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } },
    },
  };

  test('nests objects and arrays', () => {
    const sent =
      'filter[age][min]=18&filter[tags][]=a&filter[tags][]=b&filter[open]=true&filter[people][0][id]=1&filter[people][1][id]=2&other[x]=1';
    expect(decode(deep, schema, sent)).toEqual({
      age: { min: 18 },
      tags: ['a', 'b'],
      open: true,
      people: [{ id: 1 }, { id: 2 }],
    });
  });

  test('reads what it writes', () => {
    const value = { age: { min: 18 }, tags: ['a', 'b'], open: true };
    expect(decode(deep, schema, encodeParameter(deep, value))).toEqual(value);
  });

  test('leaves the prototype alone', () => {
    const value = decode(deep, schema, 'filter[__proto__][x]=1&filter[constructor]=2');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
  });

  test('is absent where no pair has its name', () => {
    expect(decode(deep, schema, 'filters[age]=1')).toBeUndefined();
  });
});

describe('types', () => {
  const simple = parameter('query', 'form', true);
  const typed: readonly (readonly [JsonValue, string, JsonValue])[] = [
    [{ type: 'integer' }, '25', 25],
    [{ type: 'integer' }, '2.5', 2.5],
    [{ type: 'integer' }, '9007199254740994', 9007199254740994],
    [{ type: 'integer' }, '0x1', '0x1'],
    [{ type: 'number' }, '-1.5e2', -150],
    [{ type: 'boolean' }, 'True', true],
    [{ type: ['integer', 'null'] }, 'null', null],
    [{ type: 'string' }, '25', '25'],
    [{ enum: [1, 2] }, '2', 2],
    [{ const: true }, 'true', true],
    [{ $ref: '#/components/schemas/Count' }, '3', 3],
    [{ allOf: [{ $ref: '#/components/schemas/Count' }, { minimum: 1 }] }, '3', 3],
    [{ oneOf: [{ type: 'integer' }, { type: 'boolean' }] }, 'false', false],
    [{}, '3', '3'],
    [true, '3', '3'],
    [{ $ref: '#/components/schemas/Loop' }, '3', '3'],
  ];
  const document = {
    components: { schemas: { Count: { type: 'integer' }, Loop: { $ref: '#/components/schemas/Loop' } } },
  };

  test.each(typed)('%j reads %s', (schema, text, value) => {
    expect(decode(simple, schema, `color=${text}`, { document })).toBe(value);
  });
});

describe('exploded objects', () => {
  const open = { type: 'object', additionalProperties: { type: 'integer' } };

  test('take the properties that they declare', () => {
    const taken = new Set<string>();
    const view = new SchemaView(schemas.object, {});
    const pairs = pairsOf('R=1&page=2', '&');
    const source = { text: null, pairs, others: new Set(['page']) };
    expect(decodeParameter(parameter('query', 'form', true), view, source, taken)).toEqual({ R: 1 });
    expect([...taken]).toEqual(['R']);
  });

  test('take every name that no other parameter has, if they declare none', () => {
    const given = parameter('query', 'form', true);
    expect(decode(given, open, 'a=1&b=2&page=3', { others: ['page'] })).toEqual({ a: 1, b: 2 });
  });
});

describe('content', () => {
  const json = parameter('query', 'form', true, { mediaType: 'application/json' });

  test('is written and read as JSON', () => {
    const value = { a: ['x y', 1] };
    expect(encodeParameter(json, value)).toBe('color=%7B%22a%22%3A%5B%22x%20y%22%2C1%5D%7D');
    expect(decode(json, {}, encodeParameter(json, value))).toEqual(value);
    expect(decode(json, {}, 'color={broken')).toBe('{broken');
  });

  test('of a whole query string is a form', () => {
    const given = parameter('querystring', 'form', true, { mediaType: 'application/x-www-form-urlencoded' });
    const schema = { type: 'object', properties: { a: { type: 'integer' }, b: schemas.array } };
    expect(decode(given, schema, 'a=1&b=x+y&b=z')).toEqual({ a: 1, b: ['x y', 'z'] });
  });

  test('of a whole query string is JSON', () => {
    const given = parameter('querystring', 'form', true, { mediaType: 'application/json' });
    expect(encodeParameter(given, { a: 1 })).toBe('%7B%22a%22%3A1%7D');
    expect(decode(given, {}, '%7B%22a%22%3A1%7D')).toEqual({ a: 1 });
  });
});

describe('reserved characters', () => {
  test('are percent-encoded', () => {
    expect(encodeParameter(parameter('query', 'form', true), "a/b?c=d&e f'(é)*!")).toBe(
      'color=a%2Fb%3Fc%3Dd%26e%20f%27%28%C3%A9%29%2A%21',
    );
  });

  test('stay with allowReserved, but those that end a parameter', () => {
    const given = parameter('query', 'form', true, { allowReserved: true });
    expect(encodeParameter(given, 'https://x.test/a?b=[1]&c#d%20e 50%')).toBe(
      'color=https://x.test/a?b=[1]%26c%23d%20e%2050%25',
    );
  });

  test('stay in headers', () => {
    expect(encodeParameter(parameter('header', 'simple', false), 'a/b c')).toBe('a/b c');
  });

  test('are percent-encoded in a path and in the names of an object, whatever is allowed', () => {
    const path = parameter('path', 'simple', false, { allowReserved: true });
    expect(encodeParameter(path, 'a/b')).toBe('a%2Fb');
    expect(encodeParameter(parameter('query', 'deepObject', true), { 'a&b': 1 })).toBe('color%5Ba%26b%5D=1');
  });

  test.each([true, false])('an empty array is not sent, exploded: %s', (explode) => {
    expect(encodeParameter(parameter('query', 'form', explode), [])).toBe('');
    expect(encodeParameter(parameter('cookie', 'form', explode), {})).toBe('');
    expect(encodeParameter(parameter('path', 'matrix', explode), [])).toBe('');
  });
});

test('the pairs of a form are an object, nested by brackets', () => {
  const view = new SchemaView(
    { type: 'object', properties: { id: { type: 'integer' }, who: { type: 'object' }, tags: schemas.array } },
    {},
  );
  const pairs = pairsOf('id=5&who[name]=A+B&tags=x&tags=y&note=%26&note=2', '&');
  expect(decodePairs(pairs, view)).toEqual({
    id: 5,
    who: { name: 'A B' },
    tags: ['x', 'y'],
    note: ['&', '2'],
  });
});
