import { errorCatalogue, type RingbackError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';

export const problemMediaType = 'application/problem+json';

/**
 * The body that tells an HTTP client of an error (RFC 9457).
 * @param status status of the answer, which a setting may have changed from the error's own
 * @param contract the document that describes the operation, for the remedy
 */
export function problemOf(error: RingbackError, status: number, contract = 'openapi.yaml'): JsonObject {
  return {
    type: problemType(error.code),
    title: error.title,
    status,
    detail: error.message,
    remedy: error.remedy.replace('openapi.yaml', contract),
    violations: error.violations.map(({ location, code, message }) => ({ location, code, message })),
  };
}

/** What a client learns of an error that nobody expected: nothing of its insides. The log has the rest. */
export const internalProblem: JsonObject = {
  type: problemType('internal'),
  title: errorCatalogue.internal.title,
  status: 500,
  detail: 'Failed to answer the request: an error that Ringback did not expect. The log has its stack.',
  remedy: errorCatalogue.internal.remedy,
  violations: [],
};

function problemType(code: string): string {
  return `https://ringback.example/errors#${code}`;
}
