import { RingbackError } from '../core/errors.ts';

/** The client went away before the body was complete. */
export function aborted(cause?: unknown): RingbackError {
  return new RingbackError('request.aborted', {
    detail: 'Failed to read the request body: the connection ended before the body did.',
    cause,
  });
}
