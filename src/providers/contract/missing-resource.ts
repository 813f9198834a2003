import { RingbackError } from '../../core/errors.ts';
import type { OperationRequest, ProviderContext } from '../../core/provider/provider.ts';
import { clipped, quoted } from '../../core/quoted.ts';
import { answerWith } from './choose-answer.ts';
import { knownValues } from './known-values.ts';
import { type MadeAnswer, makeAnswer } from './make-answer.ts';
import type { ResourceKind } from './resource-map.ts';
import type { Sampler } from './sampler.ts';
import type { StoredResource } from './stored-resource.ts';

/** A resource that a request names and that there is not. */
export interface MissingResource {
  readonly kind: ResourceKind;
  readonly id: string;
}

/** Whether a resource is a 404: an id that the client chose is made up again once it was deleted. */
export function isGone({ data: { isDeleted, isGivenOut } }: StoredResource, isStrict: boolean): boolean {
  return isDeleted && (isGivenOut || isStrict);
}

/**
 * The 404 of an operation, as the contract declares it.
 * @throws {RingbackError} `resource.not-found` if it declares none
 */
export function notFound(
  sampler: Sampler,
  { kind, id }: MissingResource,
  { operation, headers, path, query }: OperationRequest,
  context: ProviderContext,
): MadeAnswer {
  const chosen = answerWith(operation, 404, headers.accept);
  if (chosen.declaration === null) {
    throw new RingbackError('resource.not-found', {
      details: { kind: kind.noun, id: clipped(id) },
      detail: `Could not find the ${kind.noun}: there is none with the id ${quoted(id)}.`,
    });
  }
  const known = knownValues({ request: { headers, path, query, body: undefined }, response: null }, '');
  const random = context.random(`missing/${operation.id}/${id}`);
  return makeAnswer(sampler, { ...chosen, example: null }, { known, random, now: context.clock.now() });
}
