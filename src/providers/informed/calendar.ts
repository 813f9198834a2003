import { isoTime } from '../../core/engine/time/clock.ts';

/** Documents are dated by calendar days: whole numbers of days since 1970-01-01. */
const msPerDay = 86_400_000;

export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / msPerDay);
}

export function dayFrom(year: number, month: number, date: number): number {
  return dayOf(Date.UTC(year, month - 1, date));
}

export function yearOf(day: number): number {
  return new Date(day * msPerDay).getUTCFullYear();
}

/** The first day of the month that is `months` after (before, if negative) the one of `day`. */
export function monthStart(day: number, months = 0): number {
  const date = new Date(day * msPerDay);
  return dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
}

/** A cache of written days, which documents often repeat. The strings then share their memory, too. */
const dayTexts = new Map<number, string>();
const mostDayTexts = 5_000;

/** `2021-04-04` */
export function isoDay(day: number): string {
  let text = dayTexts.get(day);
  if (text === undefined) {
    text = isoTime(day * msPerDay).slice(0, -14);
    if (dayTexts.size >= mostDayTexts) dayTexts.clear();
    dayTexts.set(day, text);
  }
  return text;
}

/** `04/04/2021`, the format of verification questions. */
export function usDay(day: number): string {
  const [year, month, date] = isoDay(day).split('-');
  return `${month}/${date}/${year}`;
}

/** Reads `2021-04-04` (or the start of a date-time) and `04/04/2021`; null for anything else. */
export function readDay(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:T|\s|$)/.exec(text);
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  const parts = iso === null ? us && [us[3], us[1], us[2]] : [iso[1], iso[2], iso[3]];
  if (parts === null) return null;
  const [year, month, date] = parts.map(Number) as [number, number, number];
  const day = dayFrom(year, month, date);
  return isoDay(day) === `${String(year).padStart(4, '0')}-${pad(month)}-${pad(date)}` ? day : null;
}

/** Days from Monday to Friday between two days, both included. */
export function workingDays(first: number, last: number): number {
  let count = 0;
  for (let day = first; day <= last; day++) if (isWorkingDay(day)) count++;
  return count;
}

/** 1970-01-01 was a Thursday. */
function isWorkingDay(day: number): boolean {
  const weekday = (((day + 4) % 7) + 7) % 7;
  return weekday !== 0 && weekday !== 6;
}

/** The Friday on or before a day: pay day. */
export function fridayUpTo(day: number): number {
  return day - ((((day + 4 - 5) % 7) + 7) % 7);
}

/** `2023-09-18T17:59:18Z`: how extractions write a time. */
export function extractionTime(timeMs: number): string {
  return `${isoDay(dayOf(timeMs))}T${timeOfDay(timeMs, ':')}Z`;
}

/** `2023-09-18 18:02:17 +0000`: how verifications write a time. */
export function verificationTime(timeMs: number): string {
  return `${isoDay(dayOf(timeMs))} ${timeOfDay(timeMs, ':')} +0000`;
}

/** `20230918T175918Z`: how a pre-signed URL writes a time (AWS Signature Version 4). */
export function amzTime(timeMs: number): string {
  return `${isoDay(dayOf(timeMs)).replaceAll('-', '')}T${timeOfDay(timeMs, '')}Z`;
}

/** Reads what `amzTime` wrote; null for anything else. */
export function readAmzTime(text: string): number | null {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null) return null;
  const [year, month, date, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const time = Date.UTC(year, month - 1, date, hour, minute, second);
  return amzTime(time) === text ? time : null;
}

/** `17:59:18` */
function timeOfDay(timeMs: number, separator: string): string {
  const seconds = Math.floor(timeMs / 1_000) - dayOf(timeMs) * 86_400;
  const minutes = Math.floor(seconds / 60);
  return [Math.floor(minutes / 60), minutes % 60, seconds % 60].map(pad).join(separator);
}

function pad(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
