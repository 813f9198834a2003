/**
 * The `details` of errors, by code. A code that is missing here has none: its `violations`, if any, say where and what.
 * `docs/errors.md` is made from this file.
 */
export interface ErrorDetails {
  'request.invalid': FirstViolation;
  'request.malformed': FirstViolation;
  'scenario.invalid': FirstViolation;
  'config.invalid': FirstViolation;
  'contract.invalid': FirstViolation;
  'option.invalid': {
    /** Name of the option or argument, as the command line or code has it, e.g. `--port` or `seed`. */
    readonly option: string;
    /** The value as it was given; null when none was given, or when it is a secret. */
    readonly given: unknown;
  };
  'resource.not-found': {
    /** What was looked for, e.g. `document`, `application`, `delivery`. */
    readonly kind: string;
    /** As it was given; a long one is cut. */
    readonly id: string;
  };
  'resource.conflict': {
    /** What is in another state, e.g. `file`, `delivery`, `space`. */
    readonly kind: string;
    /** The id or name; null when there is only one in a space. */
    readonly id: string | null;
  };
  'callback.address-refused': {
    /** The host in the URL, a name or an address. */
    readonly host: string;
  };
  'request.too-large': {
    /** What the limit allows: bytes, or levels for `limits.jsonDepth`. */
    readonly limit: number;
    /** The setting that holds the limit. */
    readonly setting: string;
  };
  'request.media-type': {
    /** The content types that the operation takes. */
    readonly accepted: string;
  };
  'route.not-found': {
    readonly method: string;
    /** Without the query string; a long one is cut. */
    readonly path: string;
  };
  'route.method-not-allowed': {
    readonly method: string;
    /** The methods that the path takes. */
    readonly allowed: readonly string[];
  };
  'clock.end': {
    /** How far the clock was to move, in milliseconds. */
    readonly advanceMs: number;
    /** The time now, ISO 8601. */
    readonly now: string;
  };
  'scenario.unknown': {
    /** As it was given; a long one is cut. */
    readonly name: string;
    /** The nearest name that exists; null when none is near. */
    readonly suggestion: string | null;
  };
  'space.limit': {
    /** Most spaces at a time. */
    readonly limit: number;
  };
  'space.unknown': {
    readonly name: string;
  };
  'memory.full': {
    /** Bytes in use. */
    readonly bytes: number;
    /** Bytes that may be in use. */
    readonly limit: number;
  };
  'events.limit': {
    /** Most event streams of a space at a time. */
    readonly limit: number;
  };
  'setting.unknown': {
    /** As it was given; a long one is cut. */
    readonly name: string;
    /** The nearest setting; null when none is near. */
    readonly suggestion: string | null;
  };
  'setting.invalid': {
    readonly name: string;
    /** What the setting takes, in words. */
    readonly expected: string;
  };
  'duration.invalid': {
    /** As it was given, in JSON; a long one is cut. */
    readonly given: string;
  };
  'clock.real': {
    /** Name of the space. */
    readonly space: string;
  };
  'clock.unsettled': {
    /** What ended the move: 30 virtual days, or a number of steps and attempts. */
    readonly bound: 'horizon' | 'count';
    /** The number of steps and attempts played. */
    readonly jobs: number;
    /** How many are still to come. */
    readonly pending: number;
  };
  'callback.unknown': {
    /** As it was given; a long one is cut. */
    readonly name: string;
    /** The nearest callback; null when none is near. */
    readonly suggestion: string | null;
  };
  'provider.failed': {
    /** Path of the module. */
    readonly module: string;
    /** The operation or the callback. */
    readonly name: string;
  };
  'provider.unreachable': {
    readonly url: string;
    /** The status of the response; null when there was none. */
    readonly status: number | null;
  };
  'provider.version': {
    /** Version of the running server. */
    readonly server: string;
    /** Version of this package. */
    readonly package: string;
  };
  'wait.timeout': {
    /** What was waited for, in words. */
    readonly awaited: string;
    /** How long, in milliseconds; null when there was no limit, as with `done()` of `ringback/nock` and `ringback/msw`. */
    readonly timeoutMs: number | null;
  };
  'matcher.receiver': {
    /** Name of the matcher. */
    readonly matcher: string;
  };
  'runner.unusable': {
    /** Name of the test runner. */
    readonly runner: string;
    /** The oldest version that works. */
    readonly minimum: string;
    /** The version that is installed. */
    readonly version: string;
  };
  'option.unknown': {
    readonly option: string;
    /** The nearest option; null when none is near. */
    readonly suggestion: string | null;
  };
  'package.missing': {
    /** Name of the package. */
    readonly package: string;
  };
  'package.unusable': {
    /** Name of the package. */
    readonly package: string;
    /** The version that is installed; null when the version is not the reason. */
    readonly version: string | null;
  };
  'file.unreadable': {
    readonly file: string;
  };
  'file.unwritable': {
    readonly file: string;
  };
  'file.exists': {
    /** Relative to the folder. */
    readonly files: readonly string[];
  };
  'address.unusable': {
    readonly host: string;
    readonly port: number;
  };
}

/** Where and what the first of an error's violations is. It comes from them; no code gives it. */
export interface FirstViolation {
  /** The place: a JSON pointer into a body, `file:line:column`, or in words; null when it has none. A long one is cut. */
  readonly location: string | null;
  /** Stable name of the rule that is violated; null when there are no violations. */
  readonly rule: string | null;
  /** The number of violations that the error lists. */
  readonly count: number;
}
