import { expect, test } from 'vitest';
import { replyWith } from '../../src/testing/nock-reply.ts';

type Answer = (this: unknown, first: unknown, text?: unknown) => Promise<unknown>;

/** The request as it is read from what nock gives a reply function. */
async function read(own: unknown, ...given: readonly [first: unknown, text?: unknown]) {
  let answer: Answer | undefined;
  const interceptor = {
    reply(made: Answer) {
      answer = made;
    },
  };
  let found: unknown;
  replyWith(interceptor as never, async ({ method, path, headers, body }) => {
    found = [method, path, [...headers], new TextDecoder().decode(body as Uint8Array)];
    return [200, Buffer.alloc(0), []];
  });
  await answer?.call(own, ...given);
  return found;
}

test('nock 15 gives a Request', async () => {
  const request = new Request('http://api.test/a/b?c=d', { method: 'POST', body: 'x', headers: { e: 'f' } });
  const headers = [
    ['content-type', 'text/plain;charset=UTF-8'],
    ['e', 'f'],
  ];
  expect(await read(undefined, request)).toEqual(['POST', '/a/b?c=d', headers, 'x']);
});

test('nock 14 gives a path, and a body that is parsed or in hexadecimal digits', async () => {
  const own = { req: { method: 'PUT', getHeaders: () => ({ a: 1, b: ['c', 'd'] }) } };
  const headers = [
    ['a', '1'],
    ['b', 'c'],
    ['b', 'd'],
  ];
  expect(await read(own, '/a?b', { c: 1 })).toEqual(['PUT', '/a?b', headers, '{"c":1}']);
  expect(await read(own, '/a', '6162')).toEqual(['PUT', '/a', headers, '6162']);
  expect(await read(own, '/a', 'ff')).toEqual(['PUT', '/a', headers, '\uFFFD']);
});
