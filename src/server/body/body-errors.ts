import { isRingbackError, RingbackError } from '../../core/errors.ts';

/** The client went away before the body was complete. */
export function aborted(cause?: unknown): RingbackError {
  return new RingbackError('request.aborted', {
    detail: 'Failed to read the request body: the connection ended before the body did.',
    cause,
  });
}

/** What the error of a body's stream means: one of ours says so itself, any other is a connection that was lost. */
export function readingError(error: unknown): RingbackError {
  return isRingbackError(error) ? error : aborted(error);
}
