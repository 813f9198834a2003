import type { IncomingHttpHeaders } from 'node:http';

/** The validators of a representation. */
export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string;
  /** Whole seconds, in milliseconds. Null if unknown. */
  readonly modifiedAt: number | null;
}

/** The first and the last byte of a part, counted from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Judges the conditions of a GET or HEAD in the order of RFC 9110 §13.2.2.
 * @returns 412: a condition fails; 304: the client has the current version; null: send it
 */
export function judgeConditions(
  headers: IncomingHttpHeaders,
  { etag, modifiedAt }: Validators,
): 304 | 412 | null {
  const match = headers['if-match'];
  const unmodified = readDate(headers['if-unmodified-since']);
  if (match !== undefined) {
    if (!names(match, etag)) return 412;
  } else if (unmodified !== null && modifiedAt !== null && modifiedAt > unmodified) return 412;
  const noneMatch = headers['if-none-match'];
  const modified = readDate(headers['if-modified-since']);
  if (noneMatch !== undefined) return names(noneMatch.replaceAll('W/', ''), etag) ? 304 : null;
  return modified !== null && modifiedAt !== null && modifiedAt <= modified ? 304 : null;
}

/**
 * Reads the `Range` of a GET (RFC 9110 §14.1.2). A range that is invalid, has several parts or does not match `If-Range`
 * is ignored, and everything is sent.
 */
export function readRange(
  headers: IncomingHttpHeaders,
  { size, etag, modifiedAt }: Validators & { readonly size: number },
): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/i.exec(headers.range?.trim() ?? '');
  const condition = headers['if-range']?.toString();
  if (match === null || (condition !== undefined && !isSame(condition, etag, modifiedAt))) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return null;
  return start < size ? { start, end } : 'unsatisfiable';
}

/** Whether a list of entity tags, or `*`, names this one. */
function names(list: string, etag: string): boolean {
  return list.trim() === '*' || list.split(',').some((tag) => tag.trim() === etag);
}

function isSame(condition: string, etag: string, modifiedAt: number | null): boolean {
  return condition.includes('"') ? condition.trim() === etag : readDate(condition) === modifiedAt;
}

/** An HTTP date in milliseconds, in any of its three forms (RFC 9110 §5.6.7), always UTC. Null for anything else. */
function readDate(text: string | undefined): number | null {
  if (text === undefined || !/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return null;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? null : time;
}
