import type { Contract, ContractNote } from '../../core/contract/contract.ts';
import { chooseAnswer } from './choose-answer.ts';
import { configureId, mapResources, noIds, pointerOf, type ResourceKind } from './resource-map.ts';
import { findObject, wholeBody } from './resource-shape.ts';

/**
 * The notes about resources: operations that claim the same, and those that create something without an id that can be
 * found in their response.
 */
export function* noteResources(
  contract: Contract,
  ids: ReadonlyMap<string, string> = noIds,
): Generator<ContractNote | null, void> {
  const { kinds, notes } = mapResources(contract, ids);
  yield* notes;
  for (const kind of kinds) yield noteMissingId(contract, kind);
}

function noteMissingId(contract: Contract, kind: ResourceKind): ContractNote | null {
  const create = kind.operations.get('create');
  const why = missingId(contract, kind);
  if (create === undefined || why === null) return null;
  const message = `${why} To say where the id is, ${configureId(create)} in ringback.yaml, e.g. to $response.body#/data/id.`;
  return { kind: 'unsupported', file: '', pointer: pointerOf(contract, create), message };
}

/** Why the id of what is created cannot be found. Null: it can, or nothing is created. */
export function missingId(contract: Contract, kind: ResourceKind): string | null {
  const create = kind.operations.get('create');
  if (create === undefined || kind.item === null || kind.idExpression !== null) return null;
  const { declaration, media, status } = chooseAnswer(create, {});
  if ([...(declaration?.headers.keys() ?? [])].some((name) => /^location$/i.test(name))) return null;
  const { document } = contract;
  const schema = media?.declaration.schema ?? true;
  if (findObject(document, schema, kind) !== null || wholeBody(document, schema)?.self != null) return null;
  for (const { media: body } of create.requestBody?.content.values() ?? [])
    if (body !== undefined && findObject(document, body.schema, kind)?.isExact === true) return null;
  return `The response ${status} of ${create.id} has no id of what it creates: no property such as ${kind.parameter} or id, no header Location and no link to ${kind.item}. What is created is not kept.`;
}
