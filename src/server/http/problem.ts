import { errorCatalogue } from '../../core/error-catalogue.ts';
import { mostPlace, problemUrn, type RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { clipped } from '../../core/quoted.ts';

export const problemMediaType = 'application/problem+json';

/** The maximum length of an error's detail, in characters. Most messages already truncate what they quote. */
const mostDetail = 2_000;
const mostMessage = 1_000;
/** One more than the check of a schema reports. */
const mostViolations = 101;

/**
 * The problem+json body of an error (RFC 9457).
 * @param status status of the response, which a setting may have changed from the error's own
 * @param contract the document that describes the operation, for the remedy
 */
export function problemOf(error: RingbackError, status: number, contract = 'openapi.yaml'): JsonObject {
  return {
    type: `${problemUrn}${error.code}`,
    title: error.title,
    status,
    detail: clipped(error.message, mostDetail),
    remedy: error.remedy.replace('openapi.yaml', contract),
    violations: violationsOf(error),
    ...(Object.keys(error.details).length > 0 && { details: error.details as JsonObject }),
  };
}

function violationsOf({ violations }: RingbackError): JsonObject[] {
  const shown = violations.slice(0, mostViolations).map(({ location, code, message }) => ({
    location: clipped(location, mostPlace),
    code,
    message: clipped(message, mostMessage),
  }));
  const more = violations.length - shown.length;
  return more === 0
    ? shown
    : [...shown, { location: '', code: 'more', message: `has ${more} more violations` }];
}

/** What a client sees of an unexpected error: no internals. The log has the rest. */
export const internalProblem: JsonObject = {
  type: `${problemUrn}internal`,
  title: errorCatalogue.internal.title,
  status: 500,
  detail: 'Could not handle the request: an unexpected error in Ringback. The log has its stack trace.',
  remedy: errorCatalogue.internal.remedy,
  violations: [],
};
