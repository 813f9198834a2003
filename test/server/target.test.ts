import { describe, expect, it } from 'vitest';
import { splitTarget } from '../../src/server/http/request-target.ts';

describe('splitTarget', () => {
  it.each([
    ['/informed/v1/x', { space: 'default', prefix: '', path: '/informed/v1/x', query: '' }],
    ['/informed?limit=1&a=/@b', { space: 'default', prefix: '', path: '/informed', query: 'limit=1&a=/@b' }],
    ['/x?', { space: 'default', prefix: '', path: '/x', query: '' }],
    ['/x?a?b', { space: 'default', prefix: '', path: '/x', query: 'a?b' }],
    [
      '/@team-a/informed/v1/x?y=1',
      { space: 'team-a', prefix: '/@team-a', path: '/informed/v1/x', query: 'y=1' },
    ],
    ['/@a', { space: 'a', prefix: '/@a', path: '/', query: '' }],
    ['/@a?q=/1', { space: 'a', prefix: '/@a', path: '/', query: 'q=/1' }],
    ['/@0._-Z/', { space: '0._-Z', prefix: '/@0._-Z', path: '/', query: '' }],
    ['/', { space: 'default', prefix: '', path: '/', query: '' }],
    ['/a@b/c', { space: 'default', prefix: '', path: '/a@b/c', query: '' }],
    ['http://mock.test:80/@a/x?y', { space: 'a', prefix: '/@a', path: '/x', query: 'y' }],
    ['https://mock.test', { space: 'default', prefix: '', path: '/', query: '' }],
    ['*', { space: 'default', prefix: '', path: '*', query: '' }],
  ])('splits %s into its parts', (url, expected) => {
    expect(splitTarget(url)).toEqual(expected);
  });

  it.each(['/@', '/@/x', '/@.a/x', '/@-a', '/@a%20b/x', '/@a b', '/@ü/x', `/@${'a'.repeat(65)}/x`])(
    'refuses the space name in %s',
    (url) => {
      expect(() => splitTarget(url)).toThrow(
        expect.objectContaining({ code: 'request.invalid', status: 400 }),
      );
    },
  );

  it('accepts a space name of 64 characters', () => {
    expect(splitTarget(`/@${'a'.repeat(64)}/x`).space).toHaveLength(64);
  });
});
