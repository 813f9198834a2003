import { RingbackError } from '../../core/errors.ts';

/** The bytes of a file are gone, because newer ones took their place. */
export function missingBlob(): RingbackError {
  return new RingbackError('resource.not-found', {
    detail: 'Could not return the file: its bytes were evicted to make room for newer uploads.',
  });
}
