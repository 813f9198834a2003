import { describe, expect, test } from 'vitest';
import {
  type ExpressionScope,
  parseRuntimeExpression,
} from '../../../src/core/contract/runtime-expression.ts';

/** The exchange that OpenAPI 3.1 §4.8.18.1 uses for its examples. */
const specification: ExpressionScope = {
  url: 'https://example.org/subscribe/myevent?queryUrl=https://clientdomain.com/stillrunning',
  method: 'POST',
  request: {
    headers: { 'content-type': 'application/json', 'content-length': '187' },
    path: { eventType: 'myevent' },
    query: { queryUrl: 'https://clientdomain.com/stillrunning' },
    body: {
      failedUrl: 'https://clientdomain.com/failed',
      successUrls: [
        'https://clientdomain.com/fast',
        'https://clientdomain.com/medium',
        'https://clientdomain.com/slow',
      ],
      id: 0,
      empty: '',
      nothing: null,
      'a/b~c': true,
    },
  },
  response: {
    statusCode: 201,
    headers: { location: 'https://example.org/subscription/1' },
    path: {},
    query: {},
    body: { user: { uuid: 'u-1' } },
  },
};

test.each([
  ['$url', 'https://example.org/subscribe/myevent?queryUrl=https://clientdomain.com/stillrunning'],
  ['$method', 'POST'],
  ['$request.path.eventType', 'myevent'],
  ['$request.query.queryUrl', 'https://clientdomain.com/stillrunning'],
  ['$request.header.content-type', 'application/json'],
  ['$request.body#/failedUrl', 'https://clientdomain.com/failed'],
  ['$request.body#/successUrls/1', 'https://clientdomain.com/medium'],
  ['$response.header.Location', 'https://example.org/subscription/1'],
])('%s from the example of the specification is %j', (text, value) => {
  expect(parseRuntimeExpression(text)(specification)).toEqual(value);
});

test.each([
  ['$statusCode', 201],
  ['$request.header.CONTENT-TYPE', 'application/json'],
  ['$request.body#/id', 0],
  ['$request.body#/empty', ''],
  ['$request.body#/nothing', null],
  ['$request.body#/a~1b~0c', true],
  ['$request.body#', specification.request.body],
  ['$response.body', { user: { uuid: 'u-1' } }],
  ['$response.body#/user/uuid', 'u-1'],
  ['{$request.body#/failedUrl}', 'https://clientdomain.com/failed'],
  ['http://x?t={$request.body#/id}&e={$request.body#/empty}', 'http://x?t=0&e='],
  ['https://x/{$response.body#/user}', 'https://x/{"uuid":"u-1"}'],
  ['https://x/fixed', 'https://x/fixed'],
])('%s is %j', (text, value) => {
  expect(parseRuntimeExpression(text)(specification)).toEqual(value);
});

test.each([
  '$request.header.x-absent',
  '$request.query.absent',
  '$request.query.toString',
  '$request.path.absent',
  '$request.body#/absent/deeper',
  '$request.body#/successUrls/9',
  '$request.body#/successUrls/-',
  '{$request.body#/absent}',
  '{$request.body#/nothing}',
  'https://x/{$request.body#/absent}/y',
])('%s refers to something missing and is undefined', (text) => {
  expect(parseRuntimeExpression(text)(specification)).toBeUndefined();
});

describe('before there is a response', () => {
  const scope = { ...specification, response: null };
  test.each(['$statusCode', '$response.body', '$response.header.Location', 'x{$response.body#/user/uuid}'])(
    '%s is undefined',
    (text) => {
      expect(parseRuntimeExpression(text)(scope)).toBeUndefined();
    },
  );
});

test('a missing body has no members', () => {
  const request = { ...specification.request, body: undefined };
  expect(parseRuntimeExpression('$request.body#/a')({ ...specification, request })).toBeUndefined();
  expect(parseRuntimeExpression('$request.body')({ ...specification, request })).toBeUndefined();
});

test.each([
  ['', 'it is empty'],
  ['$', '"$" is not a known expression such as $url'],
  ['$statuscode', 'Did you mean "$statusCode"?'],
  ['$request', '"$request" is not a known expression'],
  ['$request.', '"" is none of header.NAME'],
  ['$request.cookie.a', '"cookie.a" is none of header.NAME'],
  ['$request.header.', '"header." is none of'],
  ['$request.header.a b', '"a b" is not the name of a header'],
  ['$request.body#id', 'A JSON pointer starts with "/"'],
  ['https://x/{$request.body#/id', 'a "{" has no "}" after it'],
  ['https://x/$url}', 'a "}" has no "{" before it'],
  ['https://x/}{$url}', 'a "}" has no "{" before it'],
  ['https://x/{id}', '"id" is not a known expression'],
  ['https://x/{}', '"" is not a known expression'],
])('%j is refused: %s', (text, cause) => {
  expect(() => parseRuntimeExpression(text)).toThrow(
    expect.objectContaining({ code: 'contract.invalid', message: expect.stringContaining(cause) }),
  );
});
