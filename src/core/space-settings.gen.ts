// Made from the table of settings by "npm run generate". Change what it is made from, not this file.

import type { Duration } from './duration.ts';

/** Settings as they are written. */
export interface SpaceSettings {
  /**
   * Whether the bytes of an uploaded file are judged. With `false` any bytes are a good file, such as made-up ones in a unit test; the file name and the size still count.
   * @default true
   */
  readonly 'files.inspect'?: boolean;
  /**
   * Whether a damaged PDF that the usual readers repair is a good file. With `false` it is corrupted unless its end, its cross-reference and its trailer are as the standard has them.
   * @default true
   */
  readonly 'files.repairPdf'?: boolean;
  /**
   * Largest JSON body that is read, in bytes. With the minimum, the control API can still change the settings.
   * @default 1048576
   */
  readonly 'limits.jsonBytes'?: number;
  /**
   * Deepest nesting of a JSON body. With the minimum, the control API can still change the settings.
   * @default 64
   */
  readonly 'limits.jsonDepth'?: number;
  /**
   * Largest upload that is read to its end, in bytes; a longer one is cut off with 413.
   * @default 1073741824
   */
  readonly 'limits.uploadBytes'?: number;
  /**
   * Most files in one form.
   * @default 100
   */
  readonly 'limits.formFiles'?: number;
  /**
   * Most runs that a space keeps; past it, the one that ended first goes, with its resources, uploads and deliveries, and is counted as `evicted`. Likewise for deliveries fired by hand.
   * @default 20000
   */
  readonly 'limits.runs'?: number;
  /**
   * Most bytes of uploads that a space keeps; past it, its oldest go. Counted as `evicted`. `--kept-upload-bytes` limits those of all spaces together.
   * @default 4294967296
   */
  readonly 'limits.keptUploadBytes'?: number;
  /**
   * Most bytes of memory that a space keeps, uploads aside; past it, the oldest of what takes most goes: runs that have ended, requests of inboxes, callbacks fired by hand. Each is counted as `evicted`. When nothing can go, requests that keep something get 507. 0: three quarters of the memory of the server (`--memory-bytes`), which limits all spaces together in any case.
   * @default 0
   */
  readonly 'limits.memoryBytes'?: number;
  /**
   * Most requests that the inboxes of a space keep; past it, the oldest goes. Counted as `evicted`.
   * @default 10000
   */
  readonly 'limits.inboxRequests'?: number;
  /**
   * Most events that a space keeps for readers of `GET /_ringback/events` that come back; one that comes too late is told how many it missed.
   * @default 1000
   */
  readonly 'limits.events'?: number;
  /**
   * Most readers of `GET /_ringback/events` at a time; further ones get 429.
   * @default 100
   */
  readonly 'limits.eventStreams'?: number;
  /**
   * How long a space other than `default` may go unused, in real time, before it is evicted with all it holds. Open requests, event streams, and jobs that wait or run on the real clock count as use. When another space needs room, one that only waits for the real clock goes after that time, too.
   * @default "1h"
   */
  readonly 'limits.spaceIdle'?: Duration;
}
