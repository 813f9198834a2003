import type {
  CallbackType,
  Contract,
  ContractNote,
  MediaTypeDeclaration,
  Operation,
} from '../../core/contract/contract.ts';
import { isRingbackError } from '../../core/errors.ts';
import { seededRandom } from '../../core/random.ts';
import { chooseAnswer } from './choose-answer.ts';
import { chooseMedia } from './make-callback.ts';
import { noteResources } from './note-resources.ts';
import { createSampler, type Sampler } from './sampler.ts';

/**
 * Makes what would be sent for each operation and callback, one after the other, so that a caller can pause in between.
 * Yields a note for what cannot be made valid, otherwise null.
 * @param ids the runtime expressions of ids that a configuration chooses, by operation. Default: none
 */
export function* checkSamples(
  contract: Contract,
  ids?: ReadonlyMap<string, string>,
): Generator<ContractNote | null, void> {
  const { operations, callbacks } = contract;
  const sampler = createSampler(contract.document);
  yield* noteResources(contract, ids);
  for (const operation of operations) yield checkAnswer(operation, sampler);
  for (const type of callbacks.values()) {
    const message = unsendable(type, sampler);
    yield message === null ? null : { kind: 'unsupported', file: '', pointer: type.pointer, message };
  }
}

function checkAnswer(operation: Operation, sampler: Sampler): ContractNote | null {
  const { media, status } = chooseAnswer(operation, {});
  const why = media === null ? null : invalidity(media.declaration, 'response', sampler);
  if (why === null) return null;
  const message = `No valid body could be made for the response ${status} of ${operation.id}: ${why}. It is sent as it is.`;
  return { kind: 'unsupported', file: '', pointer: media?.declaration.pointer ?? '', message };
}

/** Why a callback cannot be sent with a made-up body, and what to do. Null: it can. */
export function unsendable(type: CallbackType, sampler: Sampler): string | null {
  const why = type.content.size === 0 ? null : invalidity(chooseMedia(type)[1], 'callback', sampler);
  if (why === null) return null;
  return `No valid body could be made for ${type.type}: ${why}. Add a valid example to the contract, or give a payload.`;
}

function invalidity(
  media: MediaTypeDeclaration,
  direction: 'callback' | 'response',
  sampler: Sampler,
): string | null {
  const random = seededRandom(media.pointer ?? '');
  try {
    const made = sampler.sample(media, { random, now: Date.UTC(2030, 0, 1), known: {}, direction });
    const [first] = made.violations;
    return first === undefined ? null : `${first.location} ${first.message}`.trim();
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    return error.message;
  }
}
