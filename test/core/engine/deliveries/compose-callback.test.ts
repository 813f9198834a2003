import { describe, expect, test } from 'vitest';
import {
  appendQuery,
  composeCallback,
  wirePayload,
} from '../../../../src/core/engine/deliveries/compose-callback.ts';
import { type JsonValue, objectOf } from '../../../../src/core/json.ts';
import type { CallbackDraft } from '../../../../src/core/provider/provider.ts';
import { callbackType } from '../../../support/contract-parts.ts';

const payload = { stateText: 'ANNOTATED', documentId: 'd1', state: 91 };
const order = ['documentId', 'state', 'stateText'];
const pairs = 'documentId=d1&state=91&stateText=ANNOTATED';

describe('appendQuery', () => {
  test.each([
    ['http://c.test/hook', `http://c.test/hook?${pairs}`],
    ['http://c.test', `http://c.test?${pairs}`],
    ['http://c.test/hook?', `http://c.test/hook?${pairs}`],
    ['http://c.test/hook?a=1', `http://c.test/hook?a=1&${pairs}`],
    ['http://c.test/hook?a=1&', `http://c.test/hook?a=1&${pairs}`],
    ['http://c.test/hook?a=%20b+c&a=2&x', `http://c.test/hook?a=%20b+c&a=2&x&${pairs}`],
    ['http://c.test/hook#part', `http://c.test/hook?${pairs}`],
    ['http://c.test/hook?a=1#part?b=2', `http://c.test/hook?a=1&${pairs}`],
    ['http://c.test/hook?state=mine', `http://c.test/hook?state=mine&${pairs}`],
  ])('%s', (url, expected) => {
    expect(appendQuery(url, order, payload)).toBe(expected);
  });

  test('encodes names and values', () => {
    expect(appendQuery('http://c.test/', ['id'], { id: 'ação & 1/2=?#+ 🦊' })).toBe(
      'http://c.test/?id=a%C3%A7%C3%A3o%20%26%201%2F2%3D%3F%23%2B%20%F0%9F%A6%8A',
    );
    expect(new URL(appendQuery('http://c.test/', ['id'], { id: 'ação & 🦊' })).searchParams.get('id')).toBe(
      'ação & 🦊',
    );
  });

  test('keeps falsy values and puts members that the contract lacks last', () => {
    expect(appendQuery('http://c.test/', order, { extra: false, state: 0, documentId: '', none: null })).toBe(
      'http://c.test/?documentId=&state=0&extra=false&none=',
    );
  });

  test('appends nothing for an empty object', () => {
    expect(appendQuery('http://c.test/?a=1#x', order, {})).toBe('http://c.test/?a=1');
  });
});

describe('a callback with its data in the query string', () => {
  const type = callbackType({ name: 'state', methods: ['GET', 'POST'], query: order, hasBody: false });
  const target = { url: 'http://c.test/', method: 'POST', headers: {} };
  const draft: CallbackDraft = { callback: 'state', target, payload: { extra: 1, ...payload } };

  test('is sent and kept in the order of the contract', () => {
    expect(composeCallback(type, draft).url).toBe(`http://c.test/?${pairs}&extra=1`);
    expect(Object.keys(objectOf(wirePayload(type, draft)))).toEqual([...order, 'extra']);
    expect(wirePayload(type, draft)).toEqual(draft.payload);
  });

  test('is sent in its own order when it has one', () => {
    const reordered = { ...draft, queryOrder: ['stateText', 'extra', 'state', 'documentId'] };
    const url = 'http://c.test/?stateText=ANNOTATED&extra=1&state=91&documentId=d1';
    expect(composeCallback(type, reordered).url).toBe(url);
    expect(Object.keys(objectOf(wirePayload(type, reordered)))).toEqual(reordered.queryOrder);
  });

  test('repeats its parameters in its body, whatever a script changed', () => {
    const body = {
      mediaType: 'text/x',
      content: (said: JsonValue | undefined) => Object.keys(objectOf(said)).join(),
    };
    const composed = composeCallback(type, { ...draft, payload: { state: 1 }, body });
    expect([composed.body, composed.headers]).toEqual(['state', { 'content-type': 'text/x' }]);
  });
});

describe('a callback with its data in the body', () => {
  const type = callbackType({ name: 'done' });
  const draftFor = (target: Partial<CallbackDraft['target']>): CallbackDraft => ({
    callback: 'done',
    target: { url: 'http://c.test/hook?a=1#part', method: 'POST', headers: {}, ...target },
    payload,
  });

  test('is sent as JSON, to the URL without its fragment', () => {
    expect(composeCallback(type, draftFor({}))).toEqual({
      method: 'POST',
      url: 'http://c.test/hook?a=1',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
  });

  test('keeps a content type that the consumer requested', () => {
    const { headers } = composeCallback(type, draftFor({ headers: { 'content-type': 'application/x' } }));
    expect(headers).toEqual({ 'content-type': 'application/x' });
  });

  test('is sent by a method that the contract declares', () => {
    expect(composeCallback(type, draftFor({ method: 'GET' })).method).toBe('POST');
    const both = { ...type, methods: ['POST', 'PUT'] as const };
    expect(composeCallback(both, draftFor({ method: 'PUT' })).method).toBe('PUT');
  });
});
