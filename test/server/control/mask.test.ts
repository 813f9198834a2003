import { describe, expect, it } from 'vitest';
import {
  isSecretName,
  maskCallbackHeaders,
  maskHeaders,
  maskUrl,
  maskUrlsIn,
} from '../../../src/server/control/mask.ts';

describe('maskHeaders', () => {
  it.each([
    ['Authorization', 'Bearer abc', 'Bearer ***'],
    ['authorization', 'API_KEY 7017f86c', 'API_KEY ***'],
    ['Authorization', 'Basic am9objoxMjM=', 'Basic ***'],
    ['Authorization', 'correct horse battery staple', '***'],
    ['Authorization', '7017f86c', '***'],
    ['Authorization', '', ''],
    ['Cookie', 'sid=1', '***'],
    ['Set-Cookie', 'sid=1; HttpOnly', '***'],
    ['X-Api-Key', '123', '***'],
    ['Password', '123', '***'],
    ['X-Client-Secret', 'x', '***'],
    ['X-Token', 'x', '***'],
    ['X-Auth', 'x', '***'],
    ['X-Hub-Signature-256', 'sha256=1', '***'],
    ['X-Session-Id', 'x', '***'],
    ['WWW-Authenticate', 'Bearer realm="x"', 'Bearer realm="x"'],
    ['User', 'john', 'john'],
    ['Content-Type', 'application/json', 'application/json'],
  ])('shows %s: %s as %s', (name, value, shown) => {
    expect(maskHeaders({ [name]: value })).toEqual({ [name]: shown });
  });

  it('does not modify the given headers', () => {
    const headers = { authorization: 'Bearer abc' };
    maskHeaders(headers);
    expect(headers).toEqual({ authorization: 'Bearer abc' });
  });
});

describe('maskCallbackHeaders', () => {
  it('masks every custom header of a consumer, whatever its name', () => {
    const headers = {
      User: 'john',
      Password: '123',
      Authorization: 'API_KEY 7017',
      'content-type': 'text/plain',
    };
    expect(maskCallbackHeaders(headers)).toEqual({
      User: '***',
      Password: '***',
      Authorization: 'API_KEY ***',
      'content-type': 'text/plain',
    });
  });
});

describe('maskUrl', () => {
  it.each([
    ['https://john:secret@host.test/a?b=c@d', 'https://***@host.test/a?b=c@d'],
    ['https://john@host.test', 'https://***@host.test'],
    ['https://a:b@c@host.test/', 'https://***@host.test/'],
    ['http://host.test/a@b', 'http://host.test/a@b'],
    ['http://host.test?q=a@b', 'http://host.test?q=a@b'],
    ['not a url', 'not a url'],
    ['https://host.test/a?token=abc', 'https://host.test/a?token=***'],
    [
      'https://host.test/a?state=91&documentId=d1&key=k&x',
      'https://host.test/a?state=91&documentId=d1&key=***&x',
    ],
    ['https://host.test?sig=a%3Db=c&sig=d#token=e', 'https://host.test?sig=***&sig=***#token=e'],
    [
      'https://host.test/?accessToken=a&API_KEY=b&X-Amz-Signature=c',
      'https://host.test/?accessToken=***&API_KEY=***&X-Amz-Signature=***',
    ],
    [
      'https://host.test/?webhooksecret=a&auth%5Btoken%5D=b&code=c',
      'https://host.test/?webhooksecret=***&auth%5Btoken%5D=***&code=***',
    ],
    [
      'https://host.test/?passengers=2&author=me&countryCode=pt',
      'https://host.test/?passengers=2&author=me&countryCode=pt',
    ],
    ['https://host.test/?token=&sid', 'https://host.test/?token=&sid'],
    ['https://j:p@host.test/?password=p', 'https://***@host.test/?password=***'],
    ['/_ringback/inbox/x?token=abc', '/_ringback/inbox/x?token=***'],
    ['why? token=abc', 'why? token=abc'],
  ])('shows %s as %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });
});

describe('maskUrlsIn', () => {
  it.each([
    ['{"a":"http://b","mail":"c@d.test"}', '{"a":"http://b","mail":"c@d.test"}'],
    ['{"a":"http://j:s@b/?c=d@e","f":["https://g@h"]}', '{"a":"http://***@b/?c=d@e","f":["https://***@h"]}'],
    ['{"a":"https://b/?token=x&y=1","c":"token=z"}', '{"a":"https://b/?token=***&y=1","c":"token=z"}'],
    [`{"a":"https://j:it's@b"}`, '{"a":"https://***@b"}'],
    ['<a href="https://j:s@b">mail c@d</a>', '<a href="https://***@b">mail c@d</a>'],
  ])('shows %s as %s', (text, shown) => {
    expect(maskUrlsIn(text)).toBe(shown);
  });

  it('is fast on an endless string', () => {
    const text = `${'://'.repeat(200_000)}@`;
    expect(maskUrlsIn(text)).toMatch(/\*\*\*@$/);
    expect(maskUrlsIn('http://'.repeat(200_000))).toHaveLength(1_400_000);
    expect(maskUrlsIn('?a'.repeat(200_000))).toHaveLength(400_000);
  });
});

describe('isSecretName', () => {
  it.each(['docdigitizer.apiKeys', 'informed.credentials', 'informed.endpointAuthorization'])(
    'recognizes %s',
    (name) => {
      expect(isSecretName(name)).toBe(true);
    },
  );
  it.each(['informed.quietPeriod', 'docdigitizer.headersOnGet', 'limits.runs'])(
    'does not recognize %s',
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});
