import { isRingbackError, RingbackError } from '../../core/errors.ts';

/** The client disconnected before the body was complete. */
export function aborted(cause?: unknown): RingbackError {
  return new RingbackError('request.aborted', {
    detail: 'Could not read the request body: the connection ended before the body did.',
    cause,
  });
}

/** The error for a failed body stream: one of Ringback's own says so itself, any other is a lost connection. */
export function readingError(error: unknown): RingbackError {
  return isRingbackError(error) ? error : aborted(error);
}
