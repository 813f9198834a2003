import { RingbackError } from '../../core/errors.ts';

/** The bytes of a file were evicted by newer ones. */
export function missingBlob(key: string): RingbackError {
  return new RingbackError('resource.not-found', {
    details: { kind: 'upload', id: key },
    detail: 'Could not return the file: its bytes were evicted to make room for newer uploads.',
  });
}
