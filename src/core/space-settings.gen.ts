// Made from the table of settings by "npm run generate". Change what it is made from, not this file.

import type { Duration } from './duration.ts';

/** Settings as they are written. */
export interface SpaceSettings {
  /**
   * Whether the bytes of an uploaded file are inspected. With `false`, any bytes count as a valid file, such as dummy bytes in a unit test. File name and size are still checked.
   * @default true
   */
  readonly 'files.inspect'?: boolean;
  /**
   * Whether a damaged PDF that common readers repair counts as a valid file. With `false` it counts as corrupted, unless its end, cross-reference and trailer conform to the standard.
   * @default true
   */
  readonly 'files.repairPdf'?: boolean;
  /**
   * URL that the webhooks of your own contract are sent to. It may have templates, such as `{{request.body.tenant}}`. Empty: they are not sent.
   * @default ""
   */
  readonly 'webhooks.to'?: string;
  /**
   * How callbacks are signed. `none`: only with the headers that your contract declares for signatures.
   * @default "none"
   */
  readonly 'signing.scheme'?: 'none' | 'standard-webhooks' | 'stripe' | 'github' | 'twilio' | 'rfc9421' | 'hmac';
  /**
   * Secrets that sign, newest first. `standard-webhooks`, `stripe` and `rfc9421` sign with each of them, for rotation. The other schemes use the first one. Empty: a fixed test secret, which the start shows.
   * @default []
   */
  readonly 'signing.secrets'?: readonly string[];
  /**
   * Name of the header with the signature. `rfc9421` does not use it. Empty: the header that your contract declares, or that of the scheme. With `hmac`, that is `X-Signature`.
   * @default ""
   */
  readonly 'signing.header'?: string;
  /**
   * Name of a header with the time of the attempt in seconds since 1970. Empty: the one that your contract declares, or with `standard-webhooks` `webhook-timestamp`. Otherwise none.
   * @default ""
   */
  readonly 'signing.timestampHeader'?: string;
  /**
   * Name of a header with the id of the message. Empty: the one that your contract declares, or with `standard-webhooks` `webhook-id`. Otherwise none.
   * @default ""
   */
  readonly 'signing.idHeader'?: string;
  /**
   * Algorithm of the signature. `hmac` takes those that start with `hmac`; `rfc9421` takes `hmac-sha256` and `ed25519`.
   * @default "hmac-sha256"
   */
  readonly 'signing.algorithm'?: 'hmac-sha256' | 'hmac-sha1' | 'hmac-sha512' | 'ed25519';
  /**
   * How `hmac` writes the signature.
   * @default "hex"
   */
  readonly 'signing.encoding'?: 'hex' | 'base64';
  /**
   * Text before the signature of `hmac`, e.g. `sha256=`.
   * @default ""
   */
  readonly 'signing.prefix'?: string;
  /**
   * What `hmac` signs, e.g. `{{timestamp}}.{{body}}`, `v0:{{timestamp}}:{{body}}` or `{{url}}{{sortedForm}}`. It may contain `{{body}}`, `{{timestamp}}`, `{{id}}`, `{{method}}`, `{{url}}`, `{{path}}` (with the query) and `{{sortedForm}}` (names and values of a form, sorted by name, without separators).
   * @default "{{body}}"
   */
  readonly 'signing.template'?: string;
  /**
   * What `rfc9421` signs: headers in lower case, and `@method`, `@target-uri`, `@authority`, `@scheme`, `@request-target`, `@path`, `@query`. A header that the request lacks is left out. With `content-digest`, the request has that header (RFC 9530).
   * @default ["@method","@target-uri","content-type","content-digest"]
   */
  readonly 'signing.components'?: readonly string[];
  /**
   * The `keyid` of `rfc9421`. That of the second secret ends in `-2`, and so on.
   * @default "ringback"
   */
  readonly 'signing.identity'?: string;
  /**
   * Maximum size of a JSON body, in bytes. With the minimum, the control API can still change the settings.
   * @default 1048576
   */
  readonly 'limits.jsonBytes'?: number;
  /**
   * Maximum nesting of a JSON body. With the minimum, the control API can still change the settings.
   * @default 64
   */
  readonly 'limits.jsonDepth'?: number;
  /**
   * Maximum size of an upload, in bytes. A longer one is cut off with 413.
   * @default 1073741824
   */
  readonly 'limits.uploadBytes'?: number;
  /**
   * Maximum number of files in one form.
   * @default 100
   */
  readonly 'limits.formFiles'?: number;
  /**
   * Maximum number of runs that a space keeps. Beyond it, the run that ended first is evicted with its resources, uploads and deliveries, and counted as `evicted`. The same limit applies to callbacks that you send by hand.
   * @default 20000
   */
  readonly 'limits.runs'?: number;
  /**
   * Maximum size in bytes of the uploads that a space keeps. Beyond it, the oldest are evicted and counted as `evicted`. `--kept-upload-bytes` limits all spaces together.
   * @default 4294967296
   */
  readonly 'limits.keptUploadBytes'?: number;
  /**
   * Maximum memory in bytes that a space uses, without uploads. Beyond it, the oldest records of the largest kind are evicted: runs that have ended, inbox requests, or callbacks sent by hand. Each is counted as `evicted`. If nothing can be evicted, requests that would store something get 507. 0: three quarters of the memory of the server (`--memory-bytes`), which always limits all spaces together.
   * @default 0
   */
  readonly 'limits.memoryBytes'?: number;
  /**
   * Maximum number of requests that the inboxes of a space keep. Beyond it, the oldest are evicted and counted as `evicted`.
   * @default 10000
   */
  readonly 'limits.inboxRequests'?: number;
  /**
   * Maximum number of events that a space keeps for clients that reconnect to `GET /_ringback/events`. A client that reconnects too late gets the number of events it missed.
   * @default 1000
   */
  readonly 'limits.events'?: number;
  /**
   * Maximum number of clients of a space that read `GET /_ringback/events`, or wait with `wait=`, at the same time. Further ones get 429.
   * @default 100
   */
  readonly 'limits.eventStreams'?: number;
  /**
   * How long a space other than `default` may be idle, in real time, before it is evicted. Open requests, event streams, and pending or running jobs on the real clock count as use. When another space needs room, a space that only waits for the real clock is also evicted after that time.
   * @default "1h"
   */
  readonly 'limits.spaceIdle'?: Duration;
}
