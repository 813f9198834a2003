import { RingbackError } from '../../core/errors.ts';

/** The bytes of a file were evicted by newer ones. */
export function missingBlob(): RingbackError {
  return new RingbackError('resource.not-found', {
    detail: 'Could not return the file: its bytes were evicted to make room for newer uploads.',
  });
}
