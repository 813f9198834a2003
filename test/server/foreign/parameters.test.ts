import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { closeEchoServers, startForeignServer } from './support.ts';

afterEach(closeEchoServers);

const integers = { type: 'array', items: { type: 'integer' } };
const range = {
  type: 'object',
  properties: { from: { type: 'integer' }, to: { type: 'integer' } },
  additionalProperties: false,
};

function get(path: string, parameters: readonly JsonObject[]): JsonObject {
  return {
    paths: { [path]: { get: { operationId: 'find', parameters: [...parameters], responses: { 204: {} } } } },
  };
}

describe('path parameters', () => {
  it('are read in every style', async () => {
    const { send, refusal } = await startForeignServer(
      get('/x/{simple}/{list}/{label}/{matrix}/{range}', [
        { name: 'simple', in: 'path', required: true, schema: { type: 'integer' } },
        { name: 'list', in: 'path', required: true, schema: { ...integers, minItems: 2 } },
        {
          name: 'label',
          in: 'path',
          required: true,
          style: 'label',
          schema: { type: 'string', pattern: '^[a-z]+$' },
        },
        { name: 'matrix', in: 'path', required: true, style: 'matrix', schema: { type: 'integer' } },
        { name: 'range', in: 'path', required: true, explode: true, schema: range },
      ]),
    );
    const { path } = await send('/x/5/1,2/.blue/;matrix=7/from=1,to=2');
    expect(path).toEqual({ simple: '5', list: '1,2', label: 'blue', matrix: '7', range: 'from=1,to=2' });
    expect(await refusal('/x/five/1/.7/;matrix=a/from=1,too=2')).toMatchObject({
      status: 400,
      violations: [
        'path/simple type',
        'path/list minItems',
        'path/label pattern',
        'path/matrix type',
        'path/range additionalProperties',
      ],
    });
  });

  it.each(['application/json', '*/*'])('of %s may have the quotation marks of JSON', async (type) => {
    const content = { [type]: { schema: { type: 'string', maxLength: 5 } } };
    const { send, refusal } = await startForeignServer(
      get('/x/{id}', [{ name: 'id', in: 'path', required: true, content }]),
    );
    for (const text of ['abcde', '%22abcde%22', '12345']) await send(`/x/${text}`);
    expect(await refusal('/x/%22abcdef%22')).toMatchObject({ status: 400 });
  });

  it('may stand several in a segment, and need no declaration', async () => {
    const { send } = await startForeignServer(
      get('/files/{name}.{ext}/v{major}-{minor}', [
        { name: 'major', in: 'path', required: true, schema: { type: 'integer' } },
      ]),
    );
    const { path } = await send('/files/a.b.pdf/v1-2');
    expect(path).toEqual({ name: 'a', ext: 'b.pdf', major: '1', minor: '2' });
  });
});

describe('query parameters', () => {
  it('are read in every style, with their types', async () => {
    const { send } = await startForeignServer(
      get('/x', [
        { name: 'ids', in: 'query', schema: integers },
        { name: 'csv', in: 'query', explode: false, schema: integers },
        { name: 'piped', in: 'query', style: 'pipeDelimited', explode: false, schema: integers },
        { name: 'spaced', in: 'query', style: 'spaceDelimited', explode: false, schema: integers },
        { name: 'range', in: 'query', style: 'deepObject', explode: true, schema: range },
        { name: 'on', in: 'query', schema: { type: 'boolean', default: true } },
        { name: 'size', in: 'query', schema: { type: 'integer', default: 20 } },
        { name: 'json', in: 'query', content: { 'application/json': { schema: { type: 'object' } } } },
      ]),
    );
    const { query } = await send(
      '/x?ids=1&ids=2&csv=3,4&piped=5|6&spaced=7%208&range[from]=1&range%5Bto%5D=2&on=false&json={%22a%22:1}&other=a&other=b&more=%C3%A9+e',
    );
    expect(query).toEqual({
      ids: [1, 2],
      csv: [3, 4],
      piped: [5, 6],
      spaced: [7, 8],
      range: { from: 1, to: 2 },
      on: false,
      size: 20,
      json: { a: 1 },
      other: ['a', 'b'],
      more: 'é e',
    });
  });

  it('are read as another type that their schema allows, if they are no valid strings', async () => {
    const date = { type: ['string', 'null'], format: 'date' };
    const { send } = await startForeignServer(
      get('/x', [
        { name: 'since', in: 'query', schema: date },
        { name: 'until', in: 'query', schema: date },
        {
          name: 'size',
          in: 'query',
          schema: { anyOf: [{ type: 'integer' }, { type: 'string', enum: ['all'] }] },
        },
      ]),
    );
    expect((await send('/x?since=null&until=2030-01-01&size=5')).query).toEqual({
      since: null,
      until: '2030-01-01',
      size: 5,
    });
    expect((await send('/x?size=all')).query).toEqual({ size: 'all' });
  });

  it('an array may have one value', async () => {
    const { send } = await startForeignServer(get('/x', [{ name: 'ids', in: 'query', schema: integers }]));
    expect((await send('/x?ids=1')).query).toEqual({ ids: [1] });
  });

  it('are refused when they break their schema, or are missing', async () => {
    const { refusal } = await startForeignServer(
      get('/x', [
        { name: 'size', in: 'query', schema: { type: 'integer', maximum: 100 } },
        { name: 'q', in: 'query', required: true, schema: { type: 'string' } },
        { name: 'range', in: 'query', style: 'deepObject', explode: true, schema: range },
      ]),
    );
    expect((await refusal('/x?size=101&range[from]=a')).violations).toEqual([
      'query/size maximum',
      'query/q required',
      'query/range/from type',
    ]);
  });

  it('may be empty where the contract allows it', async () => {
    const { send, refusal } = await startForeignServer(
      get('/x', [
        { name: 'flag', in: 'query', allowEmptyValue: true, schema: { type: 'boolean' } },
        { name: 'size', in: 'query', schema: { type: 'integer' } },
      ]),
    );
    expect((await send('/x?flag')).query).toEqual({ flag: '' });
    expect((await refusal('/x?size=')).violations).toEqual(['query/size type']);
  });

  it('an exploded object takes the parameters that no other one has', async () => {
    const { send } = await startForeignServer(
      get('/x', [
        { name: 'filter', in: 'query', schema: { type: 'object', additionalProperties: { type: 'string' } } },
        { name: 'page', in: 'query', schema: { type: 'integer' } },
      ]),
    );
    expect((await send('/x?a=1&page=2')).query).toEqual({ filter: { a: '1' }, page: 2 });
  });

  it('of the name __proto__ leave the prototype alone', async () => {
    const { send } = await startForeignServer(get('/x', []));
    const { query } = await send('/x?__proto__=1&__proto__[a]=2');
    expect(Object.keys(query)).toEqual(['__proto__', '__proto__[a]']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

describe('headers and cookies', () => {
  it('are read and checked, and the security check gets them before', async () => {
    const { send, refusal, heads } = await startForeignServer(
      get('/x', [
        { name: 'X-Count', in: 'header', required: true, schema: { type: 'integer' } },
        { name: 'session', in: 'cookie', schema: { type: 'string', minLength: 3 } },
        { name: 'seen', in: 'cookie', explode: false, schema: integers },
      ]),
    );
    const headers = { 'x-count': '5', cookie: 'session=abc%20d; seen=1,2; other="q=1"' };
    const { cookies } = await send('/x?api_key=k', { headers });
    expect(cookies).toEqual({ session: 'abc d', seen: [1, 2], other: 'q=1' });
    expect(heads[0]).toMatchObject({ query: { api_key: 'k' }, cookies, headers: { 'x-count': '5' } });
    expect((await refusal('/x', { headers: { cookie: 'session=a' } })).violations).toEqual([
      'header/x-count required',
      'cookie/session minLength',
    ]);
  });
});

it('a request has its absolute URL, with space and query', async () => {
  const { send, url } = await startForeignServer(get('/x/{id}', []));
  expect(await send('/@team/x/5?a=%20b')).toMatchObject({
    absoluteUrl: `${url}/@team/x/5?a=%20b`,
    baseUrl: `${url}/@team`,
  });
});

it('an object that is sent as single parameters may have none', async () => {
  const page = { type: 'object', properties: { page: { type: 'integer' } } };
  const sized = { ...page, required: ['page'] };
  const parameter = (schema: JsonObject, more: JsonObject = {}): readonly JsonObject[] => [
    { name: 'paging', in: 'query', required: true, schema, ...more },
  ];
  for (const parameters of [parameter(page), parameter(page, { style: 'deepObject' })]) {
    const { send } = await startForeignServer(get('/x', parameters));
    await send('/x');
  }
  for (const parameters of [parameter(sized), parameter(page, { explode: false })]) {
    const { refusal } = await startForeignServer(get('/x', parameters));
    expect(await refusal('/x')).toMatchObject({ status: 400, violations: ['query/paging required'] });
  }
});
