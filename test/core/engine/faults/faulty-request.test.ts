import { describe, expect, test } from 'vitest';
import { composeCallback } from '../../../../src/core/engine/deliveries/compose-callback.ts';
import { type FaultSubject, injectFaults } from '../../../../src/core/engine/faults/faulty-request.ts';
import type { Strike } from '../../../../src/core/engine/faults/select-faults.ts';
import { type JsonObject, type JsonValue, objectOf } from '../../../../src/core/json.ts';
import { type FaultName, faultNames } from '../../../../src/core/scenario/fault-schemas.ts';
import { loadBundledContract } from '../../../../src/loading/contract-files.ts';

const contract = await loadBundledContract();

function subject(
  name: string,
  url: string,
  method: string,
  headers: Record<string, string> = {},
): FaultSubject {
  const type = contract.callbacks.get(name);
  const payload = type?.examples[0];
  if (type === undefined || payload === undefined) throw new Error(`no callback ${name}`);
  const target = { url, method, headers };
  return {
    type,
    document: {},
    target,
    payload,
    request: composeCallback(type, { callback: type.name, target, payload }),
  };
}

const base = 'http://127.0.0.1:9/hook?tenant=7';
const get = subject('docdigitizer.documentState', base, 'GET');
const post = subject('docdigitizer.documentState', base, 'POST', { 'X-Api-Key': 'secret', User: 'jo' });
const json = subject('informed.error', base, 'POST', { authorization: 'Basic c2VjcmV0' });
const id = String(objectOf(get.payload).documentId);

function strike(fault: FaultName, value: JsonValue, attempt: number | null = null): Strike {
  return { fault, value, attempt };
}

function inject(of: FaultSubject, ...strikes: readonly Strike[]) {
  return injectFaults(of, strikes);
}

describe('corrupt of a query string', () => {
  test.each<[JsonValue, string]>([
    ['invalid-json', `${get.request.url}%`],
    ['charset', `${get.request.url}%E7`],
    ['empty', base],
    [{ missingQuery: 'state' }, `${base}&documentId=${id}&stateText=RECEIVEDMACHINELEARN`],
    [{ missingQuery: 'documentId' }, `${base}&state=30&stateText=RECEIVEDMACHINELEARN`],
    [{ schema: '/state' }, `${base}&documentId=${id}&state=%7B%7D&stateText=RECEIVEDMACHINELEARN`],
  ])('%j', (how, url) => {
    const { faults, wire, ...request } = inject(get, strike('corrupt', how));
    expect(request).toEqual({ ...get.request, url });
    expect([faults.length, wire]).toEqual([1, null]);
  });

  test('truncate cuts the callback’s own part in half', () => {
    const { url } = inject(get, strike('corrupt', 'truncate'));
    expect(get.request.url.startsWith(url)).toBe(true);
    expect(url.length - base.length).toBe(Math.ceil((get.request.url.length - base.length) / 2));
  });

  test('content-type names an unexpected type, and keeps the other headers', () => {
    const { headers } = inject(post, strike('corrupt', 'content-type'));
    expect(headers).toEqual({
      'content-type': 'application/octet-stream',
      'X-Api-Key': 'secret',
      User: 'jo',
    });
  });
});

describe('corrupt of a JSON body', () => {
  const text = json.request.body ?? '';

  test('truncate is applied on the wire', () => {
    const faulty = inject(json, strike('corrupt', 'truncate'));
    expect([faulty.body, faulty.wire]).toEqual([text, { cutBodyInHalf: true }]);
  });

  test('invalid-json leaves the document incomplete', () => {
    expect(inject(json, strike('corrupt', 'invalid-json')).body).toBe(`${text.slice(0, -1)},`);
  });

  test('empty removes the body and keeps the headers', () => {
    const { body, headers } = inject(json, strike('corrupt', 'empty'));
    expect([body, headers]).toEqual(['', json.request.headers]);
  });

  test('content-type becomes text/plain', () => {
    const { body, headers } = inject(json, strike('corrupt', 'content-type'));
    expect([body, headers['content-type']]).toEqual([text, 'text/plain']);
  });

  test('charset claims UTF-8 and sends UTF-16', () => {
    const { body, headers } = inject(json, strike('corrupt', 'charset'));
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(Buffer.from(body as Uint8Array).toString('utf16le')).toBe(text);
  });

  test.each(['/event_type', '/application_id', '/error_message', '/file_id', '/webhook_url'])(
    'schema violates the place %s, and no other',
    (pointer) => {
      const member = pointer.slice(1);
      const broken = JSON.parse(
        String(inject(json, strike('corrupt', { schema: pointer })).body),
      ) as JsonObject;
      expect(json.type.validate(broken).length).toBeGreaterThan(0);
      expect({ ...broken, [member]: objectOf(json.payload)[member] }).toEqual(json.payload);
    },
  );

  test('schema reaches into arrays', () => {
    const extractions = subject('informed.extractions', base, 'POST');
    const pointer = '/documents/paystub/0/document_id';
    const { body } = inject(extractions, strike('corrupt', { schema: pointer }));
    const broken = JSON.parse(String(body));
    expect(broken.documents.paystub[0].document_id).toEqual({});
    expect(broken.documents.paystub[1]).toEqual(
      JSON.parse(String(extractions.request.body)).documents.paystub[1],
    );
  });

  test('several corruptions all apply, whatever their order', () => {
    const strikes = [
      strike('corrupt', 'charset'),
      strike('corrupt', { schema: '/application_id' }),
      strike('corrupt', 'invalid-json'),
      strike('corrupt', { schema: '/file_id' }),
    ];
    for (const order of [strikes, strikes.toReversed()]) {
      const { body, faults } = inject(json, ...order);
      const sent = Buffer.from(body as Uint8Array).toString('utf16le');
      expect(sent).toMatch(/"application_id":\{\}.*"file_id":\{\}.*,$/);
      expect(faults).toHaveLength(4);
    }
  });
});

describe('auth', () => {
  test.each<[string, FaultSubject, string, Record<string, string>]>([
    ['missing, of own headers', post, 'missing', {}],
    ['missing, of a webhook', json, 'missing', { 'content-type': 'application/json' }],
    ['wrong, of own headers', post, 'wrong', { 'X-Api-Key': 'wrong', User: 'wrong' }],
    [
      'wrong, of a webhook',
      json,
      'wrong',
      { 'content-type': 'application/json', authorization: 'Basic d3Jvbmc6d3Jvbmc=' },
    ],
    ['wrong, where there are none', get, 'wrong', { authorization: 'Basic d3Jvbmc6d3Jvbmc=' }],
  ])('%s', (_, of, how, headers) => {
    const faulty = inject(of, strike('auth', how));
    expect([faulty.headers, faulty.url, faulty.faults]).toEqual([headers, of.request.url, [`auth ${how}`]]);
  });

  test.each([
    ['missing', {}],
    ['wrong', { authorization: 'Basic d3Jvbmc6d3Jvbmc=' }],
  ])('%s, for user and password in the URL', (how, headers) => {
    const of = subject('docdigitizer.documentState', 'http://jo:pa%40ss@127.0.0.1:9/a@b', 'GET');
    const { url, headers: sent } = inject(of, strike('auth', how));
    expect([url.slice(0, url.indexOf('?')), sent]).toEqual(['http://127.0.0.1:9/a@b', headers]);
  });
});

test.each<[readonly Strike[], object]>([
  [[strike('slow', { bytesPerSecond: 7 })], { bytesPerSecond: 7 }],
  [[strike('reset_peer', { after: 0 })], { resetAfterBytes: 0 }],
  [[strike('timeout', 0)], { silentForMs: 0 }],
  [
    [
      strike('slow', { bytesPerSecond: 7 }),
      strike('reset_peer', { after: 3 }),
      strike('corrupt', 'truncate'),
    ],
    { bytesPerSecond: 7, resetAfterBytes: 3, cutBodyInHalf: true },
  ],
])('%j are applied on the wire', (strikes, wire) => {
  const { faults, wire: played, ...request } = inject(json, ...strikes);
  expect([played, request]).toEqual([wire, json.request]);
  expect(faults).toHaveLength(strikes.length);
});

test.each<[string, FaultSubject, Strike, string]>([
  [
    'a parameter that a body lacks',
    json,
    strike('corrupt', { missingQuery: 'state' }),
    'corrupt missingQuery state',
  ],
  [
    'a parameter that this callback lacks',
    get,
    strike('corrupt', { missingQuery: 'status' }),
    'corrupt missingQuery status',
  ],
  [
    'a place that does not exist',
    json,
    strike('corrupt', { schema: '/documents/paystub/0' }),
    'corrupt schema /documents/paystub/0',
  ],
  [
    'a place that accepts any value',
    json,
    strike('corrupt', { schema: '/anything' }),
    'corrupt schema /anything',
  ],
  ['credentials where there are none', get, strike('auth', 'missing'), 'auth missing'],
])('%s: the log says that it does not apply, and nothing changes', (_, of, one, words) => {
  expect(inject(of, one)).toEqual({ ...of.request, wire: null, faults: [`${words} (does not apply)`] });
});

test('a fault of the callback as a whole is ignored', () => {
  const own: readonly FaultName[] = ['corrupt', 'auth', 'slow', 'reset_peer', 'timeout'];
  const others = faultNames.filter((name) => !own.includes(name));
  expect(others).toHaveLength(faultNames.length - own.length);
  for (const name of others) {
    expect(inject(json, strike(name, true))).toEqual({ ...json.request, wire: null, faults: [] });
  }
});

test('a delay before a later attempt is logged, and changes nothing', () => {
  expect(inject(json, strike('delay', 60_000, 2))).toEqual({
    ...json.request,
    wire: null,
    faults: ['delay 1m'],
  });
  expect(inject(json, strike('delay', 60_000, 1)).faults).toEqual([]);
});
