import { describe, expect, it } from 'vitest';
import {
  amzTime,
  dayFrom,
  extractionTime,
  isoDay,
  readAmzTime,
  verificationTime,
} from '../../../src/providers/informed/calendar.ts';

const times = [
  '2023-09-18T17:59:18.000Z',
  '2026-11-22T00:00:00.000Z',
  '2024-02-29T23:59:59.999Z',
  '1969-12-31T23:59:59.500Z',
  '0099-01-02T03:04:05.006Z',
];

describe('the calendar', () => {
  it.each(times)('the calendar writes %s to the second in each format', (iso) => {
    const timeMs = Date.parse(iso);
    expect(extractionTime(timeMs)).toBe(`${iso.slice(0, 19)}Z`);
    expect(verificationTime(timeMs)).toBe(`${iso.slice(0, 10)} ${iso.slice(11, 19)} +0000`);
    expect(amzTime(timeMs)).toBe(`${iso.slice(0, 19).replaceAll(/[-:]/g, '')}Z`);
  });

  it('the calendar reads back the time of a pre-signed URL', () => {
    expect(readAmzTime(amzTime(Date.parse('2023-09-18T17:59:18Z')))).toBe(Date.parse('2023-09-18T17:59:18Z'));
    expect(readAmzTime('20230231T000000Z')).toBeNull();
  });

  it('the calendar writes more days than its cache of strings holds', () => {
    const first = dayFrom(1990, 1, 1);
    for (const round of [0, 1]) {
      for (let day = first; day < first + 6_000; day += 1 + round)
        expect(isoDay(day)).toBe(new Date(day * 86_400_000).toISOString().slice(0, 10));
    }
  });
});
