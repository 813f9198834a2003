import { describe, expect, it } from 'vitest';
import { judgeConditions, readRange } from '../../src/server/http/conditional-request.ts';

const noon = 'Sun, 06 Nov 1994 12:00:00 GMT';
const earlier = 'Sun, 06 Nov 1994 11:59:59 GMT';
const later = 'Sun, 06 Nov 1994 12:00:01 GMT';
const validators = { etag: '"abc"', modifiedAt: Date.parse(noon) };

describe('a conditional request', () => {
  it.each([
    [{}, null],
    [{ 'if-none-match': '"abc"' }, 304],
    [{ 'if-none-match': 'W/"abc"' }, 304],
    [{ 'if-none-match': '"x", "abc"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, null],
    [{ 'if-none-match': '"x"', 'if-modified-since': noon }, null],
    [{ 'if-modified-since': noon }, 304],
    [{ 'if-modified-since': later }, 304],
    [{ 'if-modified-since': earlier }, null],
    [{ 'if-modified-since': 'no date' }, null],
    [{ 'if-match': '"abc"' }, null],
    [{ 'if-match': '*' }, null],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': 'W/"abc"' }, 412],
    [{ 'if-match': '"abc"', 'if-unmodified-since': earlier }, null],
    [{ 'if-unmodified-since': noon }, null],
    [{ 'if-unmodified-since': earlier }, 412],
    [{ 'if-unmodified-since': 'no date' }, null],
    [{ 'if-unmodified-since': '1' }, null],
    [{ 'if-match': '"x"', 'if-none-match': '"abc"' }, 412],
  ])('with %j gives %j', (headers, verdict) => {
    expect(judgeConditions(headers, validators)).toBe(verdict);
  });

  it('by time is unconditional when no modification time is known', () => {
    const unknown = { etag: '"abc"', modifiedAt: null };
    expect(judgeConditions({ 'if-modified-since': later }, unknown)).toBeNull();
    expect(judgeConditions({ 'if-unmodified-since': earlier }, unknown)).toBeNull();
  });
});

describe('a range of 10 bytes', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-4', { start: 2, end: 4 }],
    ['bytes=2-', { start: 2, end: 9 }],
    ['bytes=0-99', { start: 0, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-99', { start: 0, end: 9 }],
    ['Bytes = 2 - 4 ', { start: 2, end: 4 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=10-12', 'unsatisfiable'],
    ['bytes=99999999999999999999-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=4-2', null],
    ['bytes=-', null],
    ['bytes=a-b', null],
    ['bytes=0-1,3-4', null],
    ['lines=0-1', null],
    [undefined, null],
  ])('%j is %j', (range, expected) => {
    expect(readRange(range === undefined ? {} : { range }, { size: 10, ...validators })).toEqual(expected);
  });

  it('is unsatisfiable for an empty file', () => {
    expect(readRange({ range: 'bytes=0-' }, { size: 0, ...validators })).toBe('unsatisfiable');
    expect(readRange({ range: 'bytes=-1' }, { size: 0, ...validators })).toBe('unsatisfiable');
  });

  it.each([
    ['"abc"', { start: 2, end: 4 }],
    ['"x"', null],
    ['W/"abc"', null],
    [noon, { start: 2, end: 4 }],
    [later, null],
    ['nonsense', null],
  ])('with the condition %s is %j', (condition, expected) => {
    const headers = { range: 'bytes=2-4', 'if-range': condition };
    expect(readRange(headers, { size: 10, ...validators })).toEqual(expected);
  });
});
