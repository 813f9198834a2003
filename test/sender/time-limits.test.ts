import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Limited, TimeLimits } from '../../src/sender/time-limits.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const now = (): number => performance.now();

/** Limits, and what they ended: `name at time`. */
function watched() {
  const ended: string[] = [];
  let idles = 0;
  const limits = new TimeLimits(now, () => idles++, {
    set: (callback, ms) => setTimeout(callback, ms),
    clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
    soon: (callback) => void setImmediate(callback),
  });
  const origin = now();
  const begin = (name: string, limitMs: number): (() => void) => {
    const limit = limits.of(limitMs);
    const end = (what: string): void => {
      limit.end(each);
      ended.push(`${name} ${what} at ${Math.round(now() - origin)}`);
    };
    const each: Limited = {
      startedAt: now(),
      timeOut: () => end('timed out'),
      cutOff: () => end('was cut off'),
    };
    limit.begin(each);
    return () => limit.end(each);
  };
  return { limits, begin, ended, idles: () => idles };
}

describe('time limits', () => {
  it('end each request at its own time, whatever else is under way', () => {
    const { begin, ended, limits, idles } = watched();
    begin('a', 100);
    vi.advanceTimersByTime(30);
    begin('b', 100);
    begin('quick', 20);
    vi.advanceTimersByTime(1_000);
    expect(ended).toEqual(['quick timed out at 50', 'a timed out at 100', 'b timed out at 130']);
    expect([limits.idle, idles()]).toEqual([true, 1]);
  });

  it('wait no longer than needed after a request that ended in time', () => {
    const { begin, ended } = watched();
    const endA = begin('a', 100);
    vi.advanceTimersByTime(60);
    begin('b', 100);
    endA();
    vi.advanceTimersByTime(1_000);
    expect(ended).toEqual(['b timed out at 160']);
  });

  it('end those that begin while an ended one has not left yet', () => {
    const { begin, ended, limits } = watched();
    const slow = { startedAt: now(), timeOut: () => undefined, cutOff: () => undefined };
    limits.of(100).begin(slow);
    vi.advanceTimersByTime(150);
    begin('a', 100);
    vi.advanceTimersByTime(1_000);
    expect(ended).toEqual(['a timed out at 250']);
  });

  it('leave no timer behind when nothing is under way', () => {
    const { begin, limits } = watched();
    const ends = [begin('a', 100), begin('b', 100), begin('c', 50)];
    expect(vi.getTimerCount()).toBe(2);
    for (const end of ends) end();
    expect(vi.getTimerCount()).toBe(0);
    expect(limits.idle).toBe(true);
  });

  it.each([0, -1])('of %d ms end immediately, but not before the caller has continued', (limitMs) => {
    const { begin, ended } = watched();
    begin('a', limitMs);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ended).toHaveLength(1);
  });

  it('hold beyond the longest timer of Node', () => {
    const { begin, ended } = watched();
    begin('a', 2 ** 31 + 1_000);
    vi.advanceTimersByTime(2 ** 31);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(ended).toEqual([`a timed out at ${2 ** 31 + 1_000}`]);
  });

  it('cut off everything that is under way', () => {
    const { begin, ended, limits } = watched();
    begin('a', 100);
    begin('b', 100);
    begin('c', 50);
    limits.cutOffAll();
    expect(ended).toEqual(['a was cut off at 0', 'b was cut off at 0', 'c was cut off at 0']);
    expect(limits.idle).toBe(true);
  });
});
