import { RingbackError } from '../../core/errors.ts';

/** The bytes of a file are gone, because newer ones took their place. */
export function missingBlob(): RingbackError {
  return new RingbackError('resource.not-found', {
    detail:
      'Failed to answer with the file: its bytes are not kept any longer, since newer uploads needed the room.',
  });
}
