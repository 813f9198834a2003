import { type ErrorCode, errorCatalogue } from './error-catalogue.ts';
import type { ErrorDetails, FirstViolation } from './error-details.ts';
import { clipped } from './quoted.ts';

/** One departure from a contract or a schema, with the place it was found at. */
export interface Violation {
  /** Where: a JSON pointer into a body, or a place in words such as `query.state` or `response.status`. */
  readonly location: string;
  /** Stable name of the rule that was broken, e.g. `required`, `enum`, `response.status`. */
  readonly code: string;
  /** One sentence for a person: what was found and what was expected. */
  readonly message: string;
}

/** What the `type` of a problem starts with, before the code (RFC 9457 §3.1.1): an identifier, and no address. */
export const problemUrn = 'urn:ringback:';

const brand = Symbol.for('ringback.error');

/** Maximum length of a place in an error, in characters. */
export const mostPlace = 300;

/** The codes whose details come from their violations. */
const ofViolations = [
  'request.invalid',
  'request.malformed',
  'scenario.invalid',
  'config.invalid',
  'contract.invalid',
] as const;

type GivenDetails<C extends ErrorCode> =
  C extends Exclude<keyof ErrorDetails, (typeof ofViolations)[number]>
    ? { details: ErrorDetails[C] }
    : { details?: never };

function firstOf(violations: readonly Violation[]): FirstViolation {
  const [first] = violations;
  if (first === undefined) return { location: null, rule: null, count: 0 };
  return { location: clipped(first.location, mostPlace), rule: first.code, count: violations.length };
}

/** The `details` of an error, by code. */
export type DetailsOf<C extends ErrorCode> = C extends keyof ErrorDetails
  ? ErrorDetails[C]
  : Readonly<Record<string, never>>;

/** Every {@link RingbackError} by code. Checking `code` narrows the type of `details`. */
export type AnyRingbackError = { [C in ErrorCode]: RingbackError<C> }[ErrorCode];

/** The base of every error that Ringback raises on purpose. `code` and the names in `details` are stable, not the texts. */
export class RingbackError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  /** The values that the text names, by code: docs/errors.md lists them. */
  readonly details: DetailsOf<C>;
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
  readonly violations: readonly Violation[];
  /** Headers of the HTTP response, in lower case: `www-authenticate`, `allow`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly [brand] = true;

  /**
   * @param code an entry of {@link errorCatalogue}
   * @param options.details the values that the text names, where the code has some
   * @param options.detail what happened this time: what was given, what was expected, where
   * @param options.violations the single findings, when there are several or they have a place
   * @param options.headers headers that the HTTP answer needs, lower-case names
   * @param options.status HTTP status where a setting chooses it; default: the catalogue's
   */
  constructor(
    code: C,
    options: GivenDetails<C> & {
      detail: string;
      violations?: readonly Violation[];
      headers?: Readonly<Record<string, string>>;
      status?: number;
      cause?: unknown;
    },
  ) {
    super(options.detail, options.cause === undefined ? undefined : { cause: options.cause });
    const entry = errorCatalogue[code];
    this.name = 'RingbackError';
    this.code = code;
    this.status = options.status ?? entry.status;
    this.title = entry.title;
    this.remedy = entry.remedy;
    this.violations = options.violations ?? [];
    const made = ofViolations.some((one) => one === code) ? firstOf(this.violations) : {};
    this.details = (options.details ?? made) as DetailsOf<C>;
    this.headers = options.headers ?? {};
  }
}

/**
 * Recognises Ringback's errors, those of another copy of the package included.
 * @param code the only one that counts; default: any
 * @example if (isRingbackError(error, 'wait.timeout')) console.log(error.details.awaited);
 */
export function isRingbackError(value: unknown): value is AnyRingbackError;
export function isRingbackError<C extends ErrorCode>(value: unknown, code: C): value is RingbackError<C>;
export function isRingbackError(value: unknown, code?: ErrorCode): boolean {
  const error = value as { readonly [brand]?: unknown; readonly code?: unknown } | null | undefined;
  return error?.[brand] === true && (code === undefined || error.code === code);
}
