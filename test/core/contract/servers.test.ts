import { describe, expect, it } from 'vitest';
import { serverHosts } from '../../../src/core/contract/servers.ts';
import type { JsonObject } from '../../../src/core/json.ts';

const hosts = (url: string, variables?: JsonObject): readonly string[] =>
  serverHosts({ servers: [{ url, ...(variables !== undefined && { variables }) }] });

describe('the server hosts of a contract', () => {
  it.each([
    ['https://api.example.com', ['api.example.com']],
    ['https://API.Example.com:8443/v1?x#y', ['api.example.com']],
    ['https://user@api.example.com/v1', ['api.example.com']],
    ['http://127.0.0.1:4020', ['127.0.0.1']],
    ['/v1', []],
    ['//api.example.com/v1', []],
    ['api.example.com', []],
    ['https://', []],
    ['https://*.example.com', ['*.example.com']],
    ['https://*', []],
    ['https://*.com', []],
    ['https://{undeclared}.example.com', []],
  ])('of %s are %j', (url, expected) => {
    expect(hosts(url)).toEqual(expected);
  });

  it('include everything that variables can expand to', () => {
    const region = { default: 'eu', enum: ['eu', 'us'] };
    expect(hosts('https://{region}.example.com', { region })).toEqual(['eu.example.com', 'us.example.com']);
    expect(
      hosts('https://{tenant}.example.com:{port}', { tenant: { default: 'demo' }, port: { default: '1' } }),
    ).toEqual(['demo.example.com', '*.example.com']);
    expect(hosts('{scheme}://api.example.com', { scheme: { default: 'https' } })).toEqual([
      'api.example.com',
    ]);
    // Neither every host nor a whole top-level domain.
    expect(hosts('https://{host}', { host: { default: 'a.test' } })).toEqual(['a.test']);
    expect(hosts('https://{name}.com', { name: { default: 'a' } })).toEqual(['a.com']);
  });

  it('include those of paths and operations, each once', () => {
    const at = (host: string) => [{ url: `https://${host}` }];
    const get = { servers: at('c.test') };
    expect(
      serverHosts({ servers: at('a.test'), paths: { '/x': { servers: at('b.test'), get, put: get } } }),
    ).toEqual(['a.test', 'b.test', 'c.test']);
  });

  it('stay few, however many variables the URL has', () => {
    const letters = Array.from({ length: 50 }, (_, index) => `v${index}`);
    const variables = Object.fromEntries(
      letters.map((name) => [name, { default: 'a', enum: ['a', 'b', 'c'] }]),
    );
    expect(hosts(`https://${letters.map((name) => `{${name}}`).join('.')}.test`, variables).length).toBe(100);
  });

  it('are empty for a document whose servers cannot be read', () => {
    for (const document of [
      {},
      { servers: 'x' },
      { servers: [1, {}, { url: 7 }] },
      { paths: [] },
      { paths: { a: null } },
    ])
      expect(serverHosts(document as JsonObject)).toEqual([]);
    expect(hosts('https://{a}.test', { a: 'x' })).toEqual([]);
  });
});
