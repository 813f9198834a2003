import type { MediaTypeDeclaration } from '../../core/contract/contract.ts';
import type { Direction } from '../../core/contract/sample/make-value.ts';
import { type Sampled, sample } from '../../core/contract/sample/sample.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Random } from '../../core/random.ts';
import { firstState } from './outcome-words.ts';

export interface SampleRequest {
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Values to carry over by name. */
  readonly known: JsonObject;
  readonly direction: Direction;
  /** Name of the example to prefer. */
  readonly example?: string | null;
  /** Whether the value shows something that was just created: its state is no outcome yet. */
  readonly isNew?: boolean;
}

/** Makes valid values for the schemas of one contract. */
export interface Sampler {
  /** The contract, in which the `$ref`s of schemas are local. */
  readonly document: JsonObject;
  sample(media: MediaTypeDeclaration, request: SampleRequest): Sampled;
}

export function createSampler(document: JsonObject): Sampler {
  return {
    document,
    sample: (media, { example, isNew = false, ...request }) =>
      sample(media.schema, {
        ...request,
        document,
        validate: media.validate,
        examples: media.examples,
        ...(isNew && { chooseState: firstState }),
        ...(typeof example === 'string' && { preferExample: example }),
      }),
  };
}
