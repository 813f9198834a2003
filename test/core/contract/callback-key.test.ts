import { describe, expect, test } from 'vitest';
import { readCallbackKey } from '../../../src/core/contract/callback-key.ts';
import type { KeyContext } from '../../../src/core/contract/request-names.ts';
import type { ExpressionScope } from '../../../src/core/contract/runtime-expression.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';

/** The exchange that the three specifications use for their examples of callbacks. */
const specification: ExpressionScope = {
  url: 'https://example.org/subscribe/myevent?queryUrl=https://clientdomain.com/stillrunning',
  method: 'POST',
  request: {
    headers: { 'content-type': 'application/json', 'content-length': '188' },
    path: { eventType: 'myevent' },
    query: { queryUrl: 'https://clientdomain.com/stillrunning' },
    body: {
      failedUrl: 'https://clientdomain.com/failed',
      successUrls: [
        'https://clientdomain.com/fast',
        'https://clientdomain.com/medium',
        'https://clientdomain.com/slow',
      ],
    },
  },
  response: {
    statusCode: 201,
    headers: { location: 'https://example.org/subscription/1' },
    path: {},
    query: {},
    body: undefined,
  },
};

const bare: KeyContext = { document: {}, operation: {} };

function exchange(request: Partial<ExpressionScope['request']>, body?: JsonValue): ExpressionScope {
  return {
    url: 'http://localhost/a',
    method: 'POST',
    request: { headers: {}, query: {}, path: {}, body: undefined, ...request },
    response: { statusCode: 202, headers: {}, query: {}, path: {}, body },
  };
}

function read(key: string, context: KeyContext = bare) {
  const result = readCallbackKey(key, context);
  if ('reason' in result) throw new Error(result.reason);
  return result;
}

function operationOf(schema: JsonValue, parameters: readonly JsonValue[] = []): KeyContext {
  const content = { 'application/json': { schema } };
  return { document: {}, operation: { parameters, requestBody: { content } } };
}

function texts(...names: string[]): JsonObject {
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) };
}

describe('examples of OpenAPI 3.0.4, 3.1.1 and 3.2.0', () => {
  test.each([
    ['$url', specification.url],
    ['$request.query.queryUrl', 'https://clientdomain.com/stillrunning'],
    ['$request.body#/failedUrl', 'https://clientdomain.com/failed'],
    ['$request.body#/successUrls/1', 'https://clientdomain.com/medium'],
    ['$response.header.Location', 'https://example.org/subscription/1'],
    ['{$request.query.queryUrl}', 'https://clientdomain.com/stillrunning'],
    ['https://x.test/{$method}', 'https://x.test/POST'],
    ['https://x.test/{$request.path.eventType}', 'https://x.test/myevent'],
    ['https://x.test/?type={$request.header.content-type}', 'https://x.test/?type=application%2Fjson'],
    ['https://x.test/{$statusCode}', 'https://x.test/201'],
  ])('%s is %s', (key, url) => {
    const result = read(key);
    expect(result.url(specification)).toBe(url);
    expect(result).toMatchObject({ expression: key, forgiven: null });
  });

  test.each(['$method', '$request.path.eventType', '$request.header.content-type'])(
    '%s alone is read, and is no URL',
    (key) => {
      const reasons: string[] = [];
      expect(read(key).url(specification, (reason) => reasons.push(reason))).toBeUndefined();
      expect(reasons).toEqual([expect.stringContaining('expected an absolute http or https URL')]);
    },
  );

  test('a URL of the client and the values of the body stand in one URL', () => {
    const key =
      'http://notificationServer.com?transactionId={$request.body#/id}&email={$request.body#/email}';
    const body = { id: 12, email: 'a+b@example.com' };
    expect(read(key).url(exchange({ body }))).toBe(
      'http://notificationServer.com?transactionId=12&email=a%2Bb%40example.com',
    );
  });

  test.each([
    ['$request.body#/url', { url: 'https://a.test/b' }, 'https://a.test/b'],
    [
      'http://notificationServer.com?url={$request.body#/url}',
      { url: 'https://a.test/b?c=1' },
      'http://notificationServer.com?url=https%3A%2F%2Fa.test%2Fb%3Fc%3D1',
    ],
    ['https://x.test/{$request.body#/user/uuid}', { user: { uuid: 'u-1' } }, 'https://x.test/u-1'],
    ['{$request.body#}', 'https://a.test/b', 'https://a.test/b'],
    ['{$request.body}', 'https://a.test/b', 'https://a.test/b'],
    ['{$request.body#/a~1b~0c}', { 'a/b~c': 'https://a.test/' }, 'https://a.test/'],
  ])('%s of a body', (key, body, url) => {
    expect(read(key).url(exchange({ body }))).toBe(url);
  });

  test.each([
    ['{$response.body#/status}', { status: 'https://a.test/s' }],
    ['$response.body#/status', { status: 'https://a.test/s' }],
    ['{$response.body}', 'https://a.test/s'],
  ])('%s of a response', (key, body) => {
    expect(read(key).url(exchange({}, body))).toBe('https://a.test/s');
    expect(read(key).url({ ...exchange({}), response: null })).toBeUndefined();
  });
});

describe('values', () => {
  const key = '{$request.body#/url}/{$request.body#/part}?n={$request.body#/n}';
  const url = read(key).url;

  test('only what stands at the start is used as it is', () => {
    const body = { url: 'http://a.test/x?y=z', part: 'b/c d', n: 'é&' };
    expect(url(exchange({ body }))).toBe('http://a.test/x?y=z/b%2Fc%20d?n=%C3%A9%26');
  });

  test('the first entry of an array counts', () => {
    const body = { url: ['http://a.test', 'http://b.test'], part: [7], n: [0] };
    expect(url(exchange({ body }))).toBe('http://a.test/7?n=0');
  });

  test('half a surrogate pair is no crash', () => {
    expect(url(exchange({ body: { url: 'http://a.test', part: '\ud800', n: 1 } }))).toBe(
      'http://a.test/%EF%BF%BD?n=1',
    );
  });

  test('a host keeps its port', () => {
    const host = read('http://{$request.body#/host}/x').url;
    expect(host(exchange({ body: { host: 'localhost:3000' } }))).toBe('http://localhost:3000/x');
    expect(host(exchange({ body: { host: 'https://a.test' } }))).toBe('https://a.test/x');
  });

  test.each([
    ['null', null],
    ['true', true],
    ['{"a":1}', { a: 1 }],
    ['absent', []],
    ['absent', undefined],
  ])('%s is no URL', (found, value) => {
    const reasons: string[] = [];
    const body = value === undefined ? {} : { url: value };
    expect(
      read('{$request.body#/url}').url(exchange({ body }), (reason) => reasons.push(reason)),
    ).toBeUndefined();
    expect(reasons).toEqual([`$request.body#/url is ${found}`]);
  });

  test.each(['/relative', 'localhost:3000', 'ftp://a.test', 'javascript:alert(1)', 'http://', 'http://a b'])(
    'the value %s is no absolute http URL',
    (value) => {
      const reasons: string[] = [];
      const result = read('{$request.body#/url}').url(exchange({ body: { url: value } }), (reason) =>
        reasons.push(reason),
      );
      expect(result).toBeUndefined();
      expect(reasons[0]).toContain(`the URL is "${value}": expected an absolute http or https URL`);
    },
  );

  test('headers are read in any case, properties of the prototype are absent', () => {
    expect(
      read('{$request.header.progressUrl}').url(exchange({ headers: { progressurl: 'http://a.test/' } })),
    ).toBe('http://a.test/');
    expect(read('{$request.query.constructor}').url(exchange({}))).toBeUndefined();
    expect(read('{$request.body#/__proto__}').url(exchange({ body: {} }))).toBeUndefined();
  });
});

describe('literal URLs', () => {
  test.each([
    'https://example.com/hook',
    'http://localhost:3000/hook?a=b',
    'http://{$request.body#/a}.test/',
  ])('%s is by the book', (key) => {
    expect(read(key).forgiven).toBeNull();
    expect(read(key).url(exchange({ body: { a: 'b' } }))).toMatch(/^https?:/);
  });

  test('a path is below the first absolute server of the callback', () => {
    const callback = {
      post: {},
      servers: [{ url: '/x' }, { url: 'https://{env}.a.test/', variables: { env: { default: 'prod' } } }],
    };
    const result = read('/hook/{$request.body#/id}', { ...bare, callback });
    expect(result.url(exchange({ body: { id: 4 } }))).toBe('https://prod.a.test/hook/4');
    expect(read('/hook', { ...bare, callback }).url(exchange({}))).toBe('https://prod.a.test/hook');
    expect(result.forgiven).toContain('read as "https://prod.a.test/hook/{$request.body#/id}"');
  });
});

test('the servers of the operation of a callback come before those of its path', () => {
  const callback = {
    post: { servers: [{ url: 'http://own.test/' }] },
    servers: [{ url: 'http://path.test/' }],
  };
  expect(read('/hook', { ...bare, callback }).url(exchange({}))).toBe('http://own.test/hook');
});

test('what the submission has counts before what the contract declares elsewhere', () => {
  const context = operationOf(texts('callbackUrl'), [
    { name: 'url', in: 'query', schema: { type: 'string' } },
  ]);
  const { url, forgiven } = read('{$request.body#/url}', context);
  const query = { url: 'http://query.test/' };
  expect(url(exchange({ query, body: {} }))).toBe('http://query.test/');
  expect(url(exchange({ query, body: { url: 'http://body.test/' } }))).toBe('http://body.test/');
  expect(forgiven).toContain('which the request does not declare');
});

test('limits of keys', () => {
  const longest = `https://a.test/${'x'.repeat(8_192 - 'https://a.test/'.length)}`;
  expect(readCallbackKey(longest, bare)).not.toHaveProperty('reason');
  expect(readCallbackKey(`${longest}x`, bare)).toMatchObject({
    reason: expect.stringContaining('it has 8193 characters. Expected at most 8192'),
  });
  expect(readCallbackKey(`https://a.test/${'{$request.body#/a}'.repeat(101)}`, bare)).toMatchObject({
    reason: expect.stringContaining('it has more than 100 expressions'),
  });
  expect(readCallbackKey('https://', bare)).toMatchObject({
    reason: expect.stringContaining('it is not a URL that callbacks can be sent to'),
  });
});

describe('keys that are not by the book', () => {
  const url = '{$request.body#/callbackUrl}';
  const flat = operationOf(texts('callbackUrl', 'id'));

  test.each([
    ['{request.body#/callbackUrl}', url],
    ['request.body#/callbackUrl', url],
    ['{$request.body.callbackUrl}', url],
    ['{$request.body#callbackUrl}', url],
    ['{$request.body#.callbackUrl}', url],
    ['{$request.body/callbackUrl}', url],
    ["{$request.body['callbackUrl']}", url],
    ['{$request.requestBody#/callbackUrl}', url],
    ['{$requestBody#/callbackUrl}', url],
    ['{$req.body.callbackUrl}', url],
    ['{$Request.Body#/callbackUrl}', url],
    ['{$body.callbackUrl}', url],
    ['{body#/callbackUrl}', url],
    ['{$.callbackUrl}', url],
    ['{$callbackUrl}', url],
    ['{#/callbackUrl}', url],
    ['{$request.callbackUrl}', url],
    ['{ $request.body#/callbackUrl }', url],
    ['{$request.body# /callbackUrl}', url],
    [' {$request.body#/callbackUrl}', url],
    ['{$request.body#/callbackUrl} /done', `${url}/done`],
    ['{$request.body#/callbackUrl', url],
    ['{$request.body#/callbackUrl/done', `${url}/done`],
    ['$request.body#/callbackUrl}', url],
    ['$request.body#/callbackUrl}/done', `${url}/done`],
    ['$request.body#/callbackUrl/done', `${url}/done`],
    ['$request.body#/callbackUrl?id={$request.body#/id}', `${url}?id={$request.body#/id}`],
    ['{{$request.body#/callbackUrl}}', url],
    [`$\{request.body#/callbackUrl}`, url],
    ['POST {$request.body#/callbackUrl}', url],
    ['/{$request.body#/callbackUrl}', url],
    ['{$request.body#/callbackUrl} (POST)', url],
    ['{callbackUrl}', url],
    ['{callback_url}/done', `${url}/done`],
    ['{{callbackUrl}}', url],
    ['%7BcallbackUrl%7D', url],
    ['<callbackUrl>', url],
    ['<your-callback-url>', url],
    ['callbackUrl', url],
    ['{yourWebhookUrl}', url],
    ['onEvent', url],
    ['', url],
    ['The client gets a POST at callbackUrl.', url],
    ['URL that the client registered', url],
    ['https://x.test/{id}', 'https://x.test/{$request.body#/id}'],
    [
      'https://x.test/?id=$request.body#/id&b={id}',
      'https://x.test/?id={$request.body#/id}&b={$request.body#/id}',
    ],
    ['{$request.headers.X-Url}', '{$request.header.X-Url}'],
    ['{$request.queryParams.url}', '{$request.query.url}'],
    ['{request.query.url}', '{$request.query.url}'],
    ['$request.query.url/done', '{$request.query.url}/done'],
    ['{$request.pathParameters.id}', '{$request.path.id}'],
    ['{$response.body.links.self}', '{$response.body#/links/self}'],
    ['{response.header.Location}', '{$response.header.Location}'],
  ])('%s is read as %s', (key, expression) => {
    const result = read(key, flat);
    expect(result.expression).toBe(expression);
    expect(result.forgiven).toBe(
      `The callback key ${JSON.stringify(key)} is not a runtime expression. It is read as ${JSON.stringify(expression)}.`,
    );
  });

  test.each([
    '{$request.body#/callbackUrl}',
    '$request.body#/other',
    '{$request.body#/not/declared}',
    '{$request.query.undeclared}/x',
  ])('%s is by the book', (key) => {
    expect(read(key, flat)).toMatchObject({ expression: key, forgiven: null });
  });

  test.each([
    ['{$request.body#/callbackURL}', '$request.body#/callbackUrl'],
    ['{$request.body#/data/callback_url}', '$request.body#/callbackUrl'],
    ['{$request.query.callbackUrl}', '$request.body#/callbackUrl'],
    ['{$request.header.Callback-Url}', '$request.body#/callbackUrl'],
  ])('%s, which is not declared, also stands for %s', (key, other) => {
    const result = read(key, flat);
    expect(result.forgiven).toContain(`which the request does not declare, stands for "${other}"`);
    expect(result.url(exchange({ body: { callbackUrl: 'http://a.test/' } }))).toBe('http://a.test/');
    const query = { callbackUrl: 'http://b.test/' };
    const headers = { 'callback-url': 'http://b.test/' };
    const body = { callbackURL: 'http://b.test/', data: { callback_url: 'http://b.test/' } };
    expect(result.url(exchange({ query, headers, body }))).toBe('http://b.test/');
  });

  test('a name is a parameter, or a property of the body, however deep', () => {
    const nested = { type: 'object', properties: { data: { $ref: '#/components/schemas/Data' } } };
    const schemas = {
      Data: { allOf: [texts('url'), { properties: { again: { $ref: '#/components/schemas/Data' } } }] },
    };
    const context = { ...operationOf(nested), document: { components: { schemas } } };
    expect(read('{url}', context).expression).toBe('{$request.body#/data/url}');
    expect(read('{webhookURL}', context).expression).toBe('{$request.body#/data/url}');
    expect(read('{$request.body.data.url}', context).expression).toBe('{$request.body#/data/url}');
    const query = [{ name: 'hook', in: 'query', schema: { type: 'string', format: 'uri' } }];
    expect(read('{hook}', { ...bare, operation: { parameters: query } }).expression).toBe(
      '{$request.query.hook}',
    );
    expect(read('{hook}', { ...bare, pathItem: { parameters: query } }).expression).toBe(
      '{$request.query.hook}',
    );
  });

  test('a property whose name has dots is that property', () => {
    expect(read('{$request.body.a.b}', operationOf(texts('a.b', 'a'))).expression).toBe(
      '{$request.body#/a.b}',
    );
  });

  test.each([
    [
      '{callbackUrl}',
      operationOf(texts('id')),
      'no parameter and no property of the request body "callbackUrl"',
    ],
    ['configuredPath', operationOf(texts('id')), 'no property of the request body "configuredPath"'],
    ['<WSS live>', operationOf(texts('id')), 'no property of the request body "WSSlive"'],
    [
      'the configured queue',
      operationOf(texts('url')),
      '"the configured queue" is neither a URL nor an expression',
    ],
    [
      '{url}',
      operationOf({ properties: { a: texts('url'), b: texts('url') } }),
      '"url" may be $request.body#/a/url or $request.body#/b/url',
    ],
    [
      '{hookUrl}',
      operationOf(texts('successUrl', 'failureUrl')),
      'no property of the request body "hookUrl"',
    ],
    ['{hookUrl}', operationOf(texts('documentUrl')), 'no property of the request body "hookUrl"'],
    ['wss://a.test/x', bare, 'Expected an http or https URL'],
    ['/hook', operationOf(texts('id')), '"/hook" is neither a URL nor an expression'],
    ['{}', operationOf(texts('id')), 'no property'],
  ])('%s has no plain reading', (key, context, cause) => {
    const result = readCallbackKey(key, context);
    expect(result).toEqual({ reason: expect.stringContaining(cause) });
    expect(result).toEqual({
      reason: expect.stringMatching(/^Could not read the callback key .*fire the callback by hand/s),
    });
  });
});

describe('hostile keys are refused or read in no time', () => {
  const circle: JsonObject = {
    properties: { a: { $ref: '#/s' }, b: { $ref: '#/s' }, url: { type: 'string' } },
    allOf: [{ $ref: '#/s' }],
  };
  const loop = {
    document: { s: circle, l: { $ref: '#/l' } },
    operation: operationOf({ $ref: '#/s' }).operation,
  };
  test.each([
    ['1 MB', 'x'.repeat(1_000_000)],
    ['braces', '{'.repeat(8_000)],
    ['closed braces', '}'.repeat(8_000)],
    ['empty expressions', '{}'.repeat(4_000)],
    ['expressions', '{$request.body#/a}'.repeat(400)],
    ['a deep pointer', `{$request.body#${'/a'.repeat(4_000)}}`],
    ['deep dots', `{$request.body${'.a'.repeat(4_000)}}`],
    ['open and deep', `{$request.body#${'/a'.repeat(4_000)}`],
    ['dollars', '$'.repeat(8_000)],
    ['angles', '<'.repeat(8_000)],
    ['blanks', ' '.repeat(8_000)],
    ['words', '{a'.repeat(4_000)],
    ['requests', '$request.'.repeat(900)],
  ])('%s', (_, key) => {
    const before = process.cpuUsage();
    readCallbackKey(key, loop);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(250);
  });

  test('a reference to itself has no names', () => {
    expect(
      readCallbackKey('{url}', {
        ...loop,
        operation: { requestBody: { $ref: '#/l' }, parameters: [{ $ref: '#/l' }] },
      }),
    ).toHaveProperty('reason');
  });
});
