import { describe, expect, it } from 'vitest';
import type { HttpMethod, Operation } from '../../src/core/contract/contract.ts';
import { isRingbackError, type RingbackError } from '../../src/core/errors.ts';
import { type RouteTable, routeTable } from '../../src/server/http/route-table.ts';

function table(
  ...routes: (readonly [HttpMethod, string, 'any'] | readonly [HttpMethod, string])[]
): RouteTable<string> {
  return routeTable(
    routes.map(([method, path, any]) => ({
      operation: { id: `${method} ${path}`, method, path } as Operation,
      route: `${method} ${path}`,
      anyMethod: any === 'any',
    })),
  );
}

function errorOf(act: () => unknown): RingbackError {
  try {
    act();
  } catch (error) {
    if (isRingbackError(error)) return error;
    throw error;
  }
  throw new Error('did not throw');
}

const provider = table(
  ['POST', '/doc/v1/documents/annotate'],
  ['POST', '/doc/v1/documents/annotate:{document_class}'],
  ['GET', '/doc/v1/documents/{docid}'],
  ['GET', '/doc/v1/documents/{docid}/assets'],
  ['PUT', '/informed/v1/{product}/applications/{application-id}'],
  ['GET', '/informed/v1/{product}/applications/{application-id}'],
  ['GET', '/files/{name}.{ext}/raw'],
);

describe('routeTable', () => {
  it.each([
    ['POST', '/doc/v1/documents/annotate', 'POST /doc/v1/documents/annotate', {}],
    [
      'POST',
      '/doc/v1/documents/annotate:invoice',
      'POST /doc/v1/documents/annotate:{document_class}',
      { document_class: 'invoice' },
    ],
    [
      'POST',
      '/doc/v1/documents/annotate:a,b',
      'POST /doc/v1/documents/annotate:{document_class}',
      { document_class: 'a,b' },
    ],
    ['POST', '/doc/v1/documents/annotate%3Ainvoice', undefined, undefined],
    ['GET', '/doc/v1/documents/annotate', 'GET /doc/v1/documents/{docid}', { docid: 'annotate' }],
    ['GET', '/doc/v1/documents/a%2Fb', 'GET /doc/v1/documents/{docid}', { docid: 'a/b' }],
    ['GET', '/doc/v1/documents/%C3%BC%20%E2%82%AC', 'GET /doc/v1/documents/{docid}', { docid: 'ü €' }],
    ['GET', '/doc/v1/documents/100%25', 'GET /doc/v1/documents/{docid}', { docid: '100%' }],
    ['GET', '/doc/v1/documents/a%252Fb', 'GET /doc/v1/documents/{docid}', { docid: 'a%2Fb' }],
    ['GET', '/doc/v1/documents/a+b', 'GET /doc/v1/documents/{docid}', { docid: 'a+b' }],
    ['GET', '/doc/v1/documents/__proto__', 'GET /doc/v1/documents/{docid}', { docid: '__proto__' }],
    ['GET', '/doc/v1/documents/x/assets', 'GET /doc/v1/documents/{docid}/assets', { docid: 'x' }],
    ['GET', '/doc/v1/documents/x/', 'GET /doc/v1/documents/{docid}', { docid: 'x' }],
    ['HEAD', '/doc/v1/documents/x', 'GET /doc/v1/documents/{docid}', { docid: 'x' }],
    [
      'PUT',
      '/informed/v1/auto/applications/7',
      'PUT /informed/v1/{product}/applications/{application-id}',
      { product: 'auto', 'application-id': '7' },
    ],
    ['GET', '/files/a.b.pdf/raw', 'GET /files/{name}.{ext}/raw', { name: 'a', ext: 'b.pdf' }],
  ])('routes %s %s', (method, path, route, params) => {
    if (route === undefined) expect(() => provider.find(method, path)).toThrow();
    else expect(provider.find(method, path)).toEqual({ route, params });
  });

  it.each([
    '/doc/v1/documents/x//',
    '/doc/v1/documents/x/assets/more',
    '/doc/v1/documents/',
    '/doc/v1//documents/x',
    '/DOC/v1/documents/x',
    '/',
    '*',
    '',
    '/files/.pdf/raw',
  ])('finds nothing at %j', (path) => {
    expect(errorOf(() => provider.find('GET', path)).code).toBe('route.not-found');
  });

  it.each([
    ['/doc/v1/document/x', '/doc/v1/documents/x'],
    ['/v1/documents/x/assets', '/doc/v1/documents/x/assets'],
    ['/informed/v1/auto/aplications/7', '/informed/v1/auto/applications/7'],
  ])('names the nearest path for %s', (path, nearest) => {
    expect(errorOf(() => provider.find('GET', path)).message).toContain(`Did you mean "${nearest}"?`);
  });

  it.each(['/', '/doc', '/informed/v1', '/nothing', '/files/x'])(
    'names the common start of all paths at %s, where none is near',
    (path) => {
      const { message } = errorOf(() => provider.find('GET', path));
      expect(message).toMatch(
        / no operation has this path\. All paths start with \/doc, \/informed, \/files\.$/,
      );
    },
  );

  it('names the other methods of a path', () => {
    const error = errorOf(() => provider.find('DELETE', '/informed/v1/auto/applications/7'));
    expect(error).toMatchObject({
      code: 'route.method-not-allowed',
      status: 405,
      headers: { allow: 'GET, HEAD, PUT' },
    });
  });

  it('refuses percent-encoding that is not UTF-8', () => {
    expect(errorOf(() => provider.find('GET', '/doc/v1/documents/%E0%A4%A')).code).toBe('request.malformed');
    expect(errorOf(() => provider.find('GET', '/doc/v1/documents/%ff')).code).toBe('request.malformed');
  });

  it('responds to a path of 15 kB immediately', () => {
    expect(errorOf(() => provider.find('GET', `/doc/${'%25'.repeat(5_000)}`)).message.length).toBeLessThan(
      1_000,
    );
  });

  it('routes every method where a path accepts any', () => {
    const inbox = table(['GET', '/inbox/{name}', 'any'], ['POST', '/inbox/{name}', 'any']);
    for (const method of ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expect(inbox.find(method, '/inbox/a').params).toEqual({ name: 'a' });
    expect(inbox.find('POST', '/inbox/a').route).toBe('POST /inbox/{name}');
  });

  it('refuses a path template that cannot be routed', () => {
    expect(errorOf(() => table(['GET', '/a/*/b'])).code).toBe('contract.invalid');
    expect(errorOf(() => table(['GET', '/a/{x}'], ['GET', '/a/{y}'])).violations[0]?.location).toBe(
      '/paths/~1a~1{y}/get',
    );
  });
});
