import { describe, expect, test } from 'vitest';
import { encodeBody } from '../../../../src/core/contract/media/encode-body.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';

function encode(
  mediaType: string,
  value: JsonValue,
  schema: JsonValue = {},
  { encoding, document = {} }: { encoding?: JsonObject; document?: JsonObject } = {},
) {
  return encodeBody(mediaType, value, { schema, pointer: null, ...(encoding && { encoding }) }, document);
}

describe('JSON and text', () => {
  const rows: readonly (readonly [mediaType: string, value: JsonValue, text: string, contentType: string])[] =
    [
      ['application/json', { a: 1 }, '{"a":1}', 'application/json'],
      ['application/json', 'text', '"text"', 'application/json'],
      ['application/cloudevents+json', null, 'null', 'application/cloudevents+json'],
      ['application/json; charset=utf-8', [1], '[1]', 'application/json; charset=utf-8'],
      ['*/*', { a: 1 }, '{"a":1}', 'application/json'],
      ['text/*', 'hello', 'hello', 'text/plain'],
      ['text/plain', 'hello', 'hello', 'text/plain'],
      ['text/plain', 12, '12', 'text/plain'],
      ['text/csv', { a: 1 }, '{"a":1}', 'text/csv'],
      ['application/octet-stream', 'bytes', 'bytes', 'application/octet-stream'],
      ['application/x-ndjson', [{ a: 1 }, { a: 2 }], '{"a":1}\n{"a":2}\n', 'application/x-ndjson'],
      ['application/jsonl', { a: 1 }, '{"a":1}\n', 'application/jsonl'],
      ['application/json-seq', [1, 'b'], '\x1e1\n\x1e"b"\n', 'application/json-seq'],
      [
        'text/event-stream',
        [{ event: 'tick', data: 'a\nb' }],
        'event: tick\ndata: a\ndata: b\n\n',
        'text/event-stream',
      ],
      ['text/event-stream', ['a\rb\r\nc'], 'data: a\ndata: b\ndata: c\n\n', 'text/event-stream'],
      ['text/event-stream', [{ n: 1 }], 'data: {"n":1}\n\n', 'text/event-stream'],
    ];

  test.each(rows)('%s of %j', (mediaType, value, text, contentType) => {
    expect(encode(mediaType, value)).toEqual({ text, contentType });
  });
});

describe('application/x-www-form-urlencoded', () => {
  const form = 'application/x-www-form-urlencoded';

  test('sends strings as they are, arrays as repeated fields and objects as JSON', () => {
    const { text, contentType } = encode(form, {
      id: 'a b&c',
      tags: ['x', 'y'],
      at: { zip: '1+2' },
      n: 5,
      no: null,
    });
    expect(contentType).toBe(form);
    expect([...new URLSearchParams(text)]).toEqual([
      ['id', 'a b&c'],
      ['tags', 'x'],
      ['tags', 'y'],
      ['at', '{"zip":"1+2"}'],
      ['n', '5'],
      ['no', 'null'],
    ]);
  });

  test('follows the encoding', () => {
    const encoding = {
      at: { style: 'deepObject', explode: true },
      tags: { style: 'form', explode: false },
      id: { contentType: 'application/json' },
    };
    expect(encode(form, { at: { zip: 1 }, tags: ['x', 'y'], id: 'json' }, {}, { encoding }).text).toBe(
      'at%5Bzip%5D=1&tags=x,y&id=%22json%22',
    );
  });
});

test('a styled field of a form is exploded by default, and an empty one is not sent', () => {
  const encoding = { a: { style: 'form' }, b: { style: 'form' }, c: { style: 'spaceDelimited' } };
  const value = { a: ['x', 'y'], b: [], c: ['x', 'y'] };
  expect(encode('application/x-www-form-urlencoded', value, {}, { encoding }).text).toBe('a=x&a=y&c=x+y');
});

test('of several content types of a field, the first one is sent', () => {
  const encoding = { a: { contentType: 'application/json, text/plain' } };
  expect(encode('application/x-www-form-urlencoded', { a: 'x' }, {}, { encoding }).text).toBe('a=%22x%22');
});

describe('multipart/form-data', () => {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'string', format: 'uuid' },
      address: { type: 'object' },
      picture: { type: 'string', format: 'binary' },
      pages: { type: 'array', items: { type: 'string', contentMediaType: 'application/pdf' } },
      history: { type: 'object', properties: { n: { type: 'integer' } } },
      children: { type: 'array', items: { type: 'string' } },
    },
  };
  const encoding = {
    picture: { contentType: 'image/png, image/jpeg' },
    history: { contentType: 'application/xml; charset=utf-8' },
  };
  const value = {
    id: 'f81d4fae',
    address: { city: 'Näs' },
    picture: 'ringback-part',
    pages: ['one', 'two'],
    history: { n: 1 },
    children: ['a', 'b'],
  };

  test('is read by another parser', async () => {
    const { text, contentType } = encode('multipart/form-data', value, schema, { encoding });
    const form = await new Response(text, { headers: { 'content-type': contentType } }).formData();
    const read = await Promise.all(
      [...form].map(async ([name, part]) =>
        typeof part === 'string' ? [name, part] : [name, part.name, part.type, await part.text()],
      ),
    );
    expect(read).toEqual([
      ['id', 'f81d4fae'],
      ['address', '{"city":"Näs"}'],
      ['picture', 'picture.png', 'image/png', 'ringback-part'],
      ['pages', 'pages.pdf', 'application/pdf', 'one'],
      ['pages', 'pages.pdf', 'application/pdf', 'two'],
      ['history', '<?xml version="1.0" encoding="UTF-8"?>\n<history><n>1</n></history>'],
      ['children', 'a'],
      ['children', 'b'],
    ]);
    expect(text).toContain('name="history"\r\nContent-Type: application/xml; charset=utf-8\r\n');
    expect(text).toContain('name="address"\r\nContent-Type: application/json\r\n');
  });

  test('chooses a boundary that no part contains', () => {
    expect(encode('multipart/form-data', { a: 'ringback-part' }).contentType).toBe(
      'multipart/form-data; boundary=ringback-part-1',
    );
  });

  test('keeps quotes and line breaks of a name within its header', async () => {
    const { text, contentType } = encode('multipart/form-data', { 'a"b\r\nX: y': '1' });
    const form = await new Response(text, { headers: { 'content-type': contentType } }).formData();
    expect([...form]).toEqual([['a"b\r\nX: y', '1']]);
  });

  test('other multipart media types identify the parts by Content-ID', () => {
    const { text, contentType } = encode('multipart/related', { jsonData: { a: 1 } });
    expect(contentType).toBe('multipart/related; boundary=ringback-part');
    expect(text).toBe(
      '--ringback-part\r\nContent-ID: <jsonData>\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n--ringback-part--\r\n',
    );
  });
});
